"""A small real company for tests: a git repository, an audience, a configuration, the program."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from notifier.cli import main

POLICY = """\
---
title: Privacy Policy
---

# Privacy Policy

Effective date: {date}

Acme Ltd keeps the records described here for {days} days and no longer.

## What we collect

We collect your name and your email address when you open an account.

## Changes to this Privacy Policy

{clause}

## Contact

Write to legal@acme.example.
"""
CLAUSE = (
    "We will let you know via email and/or a prominent notice on our Service, prior to the change "
    "becoming effective and update the “effective date” at the top of this Privacy Policy."
)
PEOPLE = (
    ("ana@mail.example", "1", "Ana", "es", "Europe/Madrid", "u1"),
    ("bob@mail.example", "2", "Bob", "en", "", "u2"),
    ("broken@", "3", "Cy", "en", "", "u3"),
    ("karl@mail.example", "4", "Karl", "de-AT", "Europe/Vienna", ""),
    ("zoe@mail.example", "5", "Zoé", "fr", "Europe/Paris", "u5"),
)


def in_days(days: int) -> date:
    """A calendar date counted from today."""
    return (datetime.now(UTC) + timedelta(days=days)).date()


def policy(effective: date | str, *, days: int = 30, clause: str = CLAUSE) -> str:
    """A policy text with a stated effective date."""
    written = (
        effective
        if isinstance(effective, str)
        else f"{effective:%B} {effective.day}, {effective.year}"
    )
    return POLICY.format(date=written, days=days, clause=clause)


@dataclass(frozen=True)
class Done:
    """What a verb printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class Company:
    """One company in one folder."""

    folder: Path
    ledger: str = "sqlite:///notifier.db"
    mail: str = 'outbox = "outbox"'
    more: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def set_up(self, *, live: str | None = None, staged: str | None = None) -> Company:
        """Make the repository with both branches, the audience and the configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.commit("main", live or policy("September 1, 2021"))
        self.git("checkout", "-q", "-b", "upcoming")
        self.commit("upcoming", staged or policy(in_days(20), days=90))
        self.git("checkout", "-q", "main")
        self.write_audience(PEOPLE)
        self.configure()
        return self

    def configure(self) -> None:
        """Write notifier.toml."""
        (self.folder / "notifier.toml").write_text(
            f"""
[company]
name = "Acme Ltd"
contact = "legal@acme.example"
[[policy]]
key = "privacy"
title = "Privacy Policy"
titles = {{ de = "Datenschutzerklärung" }}
url = "https://acme.example/privacy"
live = {{ git = ".", branch = "main", path = "privacy.md" }}
staged = {{ git = ".", branch = "upcoming", path = "privacy.md" }}
[audience]
csv = "audience.csv"
[email]
sender = "Acme Legal <legal@acme.example>"
rate = 1000
{self.mail}
[ledger]
url = "{self.ledger}"
[web]
port = 0
{self.more}
""",
            encoding="utf-8",
        )

    def write_audience(self, people: object) -> None:
        """Write the audience's CSV file."""
        lines = ["email,id,name,locale,zone,in_app_id", *(",".join(row) for row in people)]  # type: ignore[attr-defined]
        (self.folder / "audience.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def commit(self, branch: str, text: str) -> None:
        """Commit a text on the branch that is checked out."""
        (self.folder / "privacy.md").write_text(text, encoding="utf-8")
        self.git("add", "privacy.md")
        self.git("commit", "-q", "-m", f"text on {branch}")

    def stage(self, text: str) -> None:
        """Commit a text on ``upcoming`` and return to ``main``."""
        self.git("checkout", "-q", "upcoming")
        self.commit("upcoming", text)
        self.git("checkout", "-q", "main")

    def git(self, *arguments: str) -> None:
        """Run git as somebody, without the machine's settings."""
        subprocess.run(
            ["git", "-c", "user.name=Legal", "-c", "user.email=l@acme.example", *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        )

    @property
    def environment_of_processes(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **self.environment}

    def run(self, *arguments: str) -> Done:
        """Run a verb to its end, in this process: the same code, without starting Python anew."""
        output, errors = io.StringIO(), io.StringIO()
        came_from = Path.cwd()
        os.chdir(self.folder)
        try:
            with redirect_stdout(output), redirect_stderr(errors):
                code = main(list(arguments))
        finally:
            os.chdir(came_from)
        return Done(code, output.getvalue(), errors.getvalue())

    def ok(self, *arguments: str) -> str:
        """Run the program; it must succeed. Returns what it printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the program and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "notifier", *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment_of_processes,
        )

    @property
    def outbox(self) -> list[Path]:
        """The mails written so far."""
        return sorted((self.folder / "outbox").glob("*.eml"))


def refused(company: Company, *arguments: str) -> str:
    """What the program says when it refuses; never a traceback, always what to do next."""
    done = company.run(*arguments)
    assert done.returncode not in {0, 1} or done.stderr, done.stdout
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert company.outbox == []
    return " ".join(said.split())


def edit(company: Company, old: str, new: str) -> None:
    """Replace words of the configuration that are there."""
    path = company.folder / "notifier.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def smtp(port: int) -> str:
    """The part of a configuration that names a plain mail server here."""
    return f'[email.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"'
