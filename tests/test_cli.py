"""The command line as somebody meets it: quick help, honest exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.company import Company

HEAVY = {
    "alembic",
    "apscheduler",
    "babel",
    "boto3",
    "jinja2",
    "pydantic",
    "rich",
    "sqlalchemy",
    "starlette",
}


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from notifier.cli import main;"
        f"code = main({arguments!r}); print(*sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "notifier" in loaded
    assert not loaded & HEAVY


def test_examples_in_help_stand_on_lines_of_their_own(tmp_path: Path) -> None:
    company = Company(tmp_path)
    assert "\n    notifier read policy.md" in company.ok("--help")
    assert "\n    notifier redline old.md new.md" in company.ok("redline", "--help")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["paln"], "No such command 'paln'"),
        (["check", "--confg", "x"], "No such option"),
        (["hold"], "There is no configuration"),
        (["check"], "There is no configuration at notifier.toml"),
        (["read", "nothing.md"], "There is no file nothing.md"),
        (["redline", "a.md", "b.md", "c.md"], "Name a policy, or two files"),
        (["send"], "notifier send --now"),
    ],
)
def test_mistakes_are_told_in_words(tmp_path: Path, arguments: list[str], said: str) -> None:
    if arguments == ["hold"]:
        arguments = ["hold", "--why", "x"]
    done = Company(tmp_path).run(*arguments)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
