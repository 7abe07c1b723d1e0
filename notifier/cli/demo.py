"""demo: the whole story on a sample company, on a simulated clock, in a folder to look at."""

from __future__ import annotations

import os
import shutil
import subprocess
import textwrap
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notifier.cli import sample, words
from notifier.cli.options import progress_shown
from notifier.errors import NotifierError

if TYPE_CHECKING:
    from notifier.config import PolicyConfig
    from notifier.model.redline import Redline
    from notifier.pipeline.keeping import SendReport
    from notifier.pipeline.pipeline import Pipeline, Progress

_MARK = "made by notifier demo\n"
_BEGINS = datetime(2027, 1, 25, 9, tzinfo=UTC)


class _SimulatedClock:
    """Is moved by weeks, since waiting for them would be silly, and ticks in between."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    @property
    def now(self) -> datetime:
        """The instant it was moved to last."""
        return self._moved_to

    @now.setter
    def now(self, instant: datetime) -> None:
        self._moved_to = instant
        self._since = time.monotonic()

    def __call__(self) -> datetime:
        return self._moved_to + timedelta(seconds=time.monotonic() - self._since)


@click.command()
@click.option(
    "-o",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-output"),
    show_default=True,
    help="Where to tell the story; an earlier demo there is replaced.",
)
def demo(folder: Path) -> None:
    """Tell the whole story on a sample company: found, planned, approved, sent, proven.

    Nothing leaves this machine: mail is written into a folder as .eml files, and the clock is
    simulated.

    \b
    Examples:
      notifier demo
      notifier demo -o story
    """
    from notifier.app import open_pipeline

    _prepare(folder)
    clock = _SimulatedClock(_BEGINS)
    with open_pipeline(folder / "notifier.toml", clock=clock) as pipeline:
        policy = pipeline.policy("privacy")
        with progress_shown() as progress:
            _tell(pipeline, policy, folder, clock, progress)
    _what_to_look_at(folder)


def _prepare(folder: Path) -> None:
    """An empty folder with the sample's policy, audience and configuration."""
    mark = folder / ".demo"
    if folder.exists() and any(folder.iterdir()):
        if not mark.is_file():
            raise NotifierError(
                f"{folder} is not empty and was not made by a demo.",
                remedy="name another folder with -o",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(_MARK, encoding="utf-8")
    sample.write_audience(folder / "audience.csv")
    if shutil.which("git"):
        live, staged = _in_git(folder / "legal")
    else:
        live, staged = _in_files(folder)
    (folder / "notifier.toml").write_text(
        sample.CONFIG.format(live=live, staged=staged), encoding="utf-8"
    )


def _in_git(repository: Path) -> tuple[str, str]:
    """The live text on ``main``, the text to come on ``upcoming``."""
    repository.mkdir()
    _git(repository, "init", "-q", "-b", "main")
    _commit(repository, sample.text(sample.POLICY), "Publish the privacy policy")
    _git(repository, "checkout", "-q", "-b", "upcoming")
    _commit(repository, sample.text(sample.UPCOMING), "Prepare the policy of March 2027")
    _git(repository, "checkout", "-q", "main")
    return (
        '{ git = "legal", branch = "main", path = "privacy-policy.md" }',
        '{ git = "legal", branch = "upcoming", path = "privacy-policy.md" }',
    )


def _commit(repository: Path, text: str, message: str) -> None:
    (repository / sample.POLICY).write_text(text, encoding="utf-8")
    _git(repository, "add", sample.POLICY)
    _git(repository, "commit", "-q", "-m", message)


def _git(repository: Path, *arguments: str) -> None:
    identity = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (
            ("NAME", "Larkspur Legal"),
            ("EMAIL", "privacy@larkspur.example"),
            ("DATE", _BEGINS.isoformat()),
        )
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    subprocess.run(
        ["git", "-C", str(repository), "-c", "commit.gpgsign=false", *arguments],
        check=True,
        env={
            **environment,
            **identity,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        },
    )


def _in_files(folder: Path) -> tuple[str, str]:
    for name in (sample.POLICY, sample.UPCOMING):
        (folder / name).write_text(sample.text(name), encoding="utf-8")
    return f'{{ file = "{sample.POLICY}" }}', f'{{ file = "{sample.UPCOMING}" }}'


def _publish(folder: Path) -> None:
    """The day has come: the new text goes live."""
    if (folder / "legal").is_dir():
        _git(folder / "legal", "merge", "-q", "--ff-only", "upcoming")
    else:
        (folder / sample.POLICY).write_text(sample.text(sample.UPCOMING), encoding="utf-8")


def _tell(
    pipeline: Pipeline,
    policy: PolicyConfig,
    folder: Path,
    clock: _SimulatedClock,
    progress: Progress,
) -> None:
    from notifier.cli import comparison, plans
    from notifier.cli.proof import show_status
    from notifier.pipeline import previewing, sending
    from notifier.pipeline.approving import approve
    from notifier.pipeline.check import check
    from notifier.pipeline.evidence import evidence
    from notifier.pipeline.planning import plan
    from notifier.pipeline.reporting import close, status, verify

    _step(clock, "Someone commits a changed policy on the branch `upcoming`", "notifier check")
    report = check(pipeline, policy)
    for version in filter(None, (report.in_force, report.upcoming)):
        date = words.effective_date(version.reading.effective)
        words.fact(f"v{version.number}", f"{version.reading.document.words} words, {date}")
    for label, value in words.promise(report.in_force.reading.promise):
        words.fact(label, value)
    words.findings(report.findings)

    _step(clock, "What changed, word for word", "notifier redline")
    pair = comparison.of_policy(pipeline, policy, None)
    comparison.show(pair, folder / "redline.html")
    _in_short(pair.redline)

    _step(clock, "Who is told what, and when; nothing is sent yet", "notifier plan")
    stored = plan(pipeline, policy, who="Bea Murphy", progress=progress)
    plans.show(pipeline, policy, stored)

    _step(clock, "Legal looks at the very messages that will go out", "notifier preview")
    previews = previewing.preview(pipeline, policy, folder / "preview")
    words.fact("written", f"{len(previews)} messages: each notice in each language")

    clock.now += timedelta(days=2)
    _step(clock, "Legal approves exactly these bytes", 'notifier approve --by "Ana Lima"')
    approved = approve(pipeline, policy, who="Ana Lima", why="reviewed in every language")
    words.fact("pinned to", approved.digest)

    clock.now = stored.plan.notices[0].due_at
    _step(clock, "The first notices are due", "notifier serve (or notifier send --now)")
    _report(sending.send_due(pipeline, stop=threading.Event(), progress=progress))

    clock.now += timedelta(days=3)
    _step(clock, "People open the product and see the notice", "GET /notices/u1")
    words.fact("seen by", words.people(_visit(pipeline, clock.now)))
    show_status(status(pipeline, policy))

    reminder = next(n for n in stored.plan.notices if n.kind == "reminder")
    clock.now = reminder.due_at
    _step(clock, "A reminder, a week before", "notifier serve")
    _report(sending.send_due(pipeline, stop=threading.Event(), progress=progress))

    clock.now = stored.plan.effective_at + timedelta(hours=1)
    _publish(folder)
    _step(clock, "The day has come: the new text is live", "notifier check, notifier close")
    report = check(pipeline, policy)
    words.fact("in force", f"v{report.in_force.number}")
    closed = close(pipeline, policy, who="Ana Lima", why="the exceptions are on file")
    words.fact("plan", closed.state.replace("_", " "))

    _step(clock, "The proof, for each person", "notifier evidence, notifier verify")
    evidence(pipeline, policy, folder / "evidence", who="Ana Lima", progress=progress)
    words.fact(
        "ledger", "; ".join(verify(pipeline, progress)) or "every record is as it was written"
    )
    show_status(status(pipeline, policy))


def _step(clock: _SimulatedClock, title: str, verb: str) -> None:
    rule = "─" * 92
    click.echo(f"\n{click.style(rule, dim=True)}")
    click.echo(f"{clock.now:%a %d %b %Y, %H:%M} UTC   {click.style(title, bold=True)}")
    click.echo(click.style(f"$ {verb}", fg="cyan"))


def _in_short(redline: Redline) -> None:
    from notifier.rendering.redline.telling import told
    from notifier.rendering.redline.words import english

    for section in told(redline.summary, english()).sections:
        for line in section.lines:
            words.fact(str(section.title), str(line))


def _report(report: SendReport) -> None:
    for state, count in sorted(report.states.items()):
        words.fact(state, f"{count:,}")
    for alarm in report.alarms:
        words.fact("alarm", alarm)


def _visit(pipeline: Pipeline, now: datetime) -> int:
    """Two of three people with an account come by; every other of them confirms."""
    from notifier.delivery import EventKind
    from notifier.ledger import feed

    seen = 0
    with pipeline.ledger.begin() as tx:
        for number in range(1, sample.PEOPLE + 1):
            if number % 3 == 0:
                continue
            for item in feed.feed(tx, f"u{number}"):
                feed.mark(tx, f"u{number}", item.delivery, EventKind.SHOWN, now)
                seen += 1
                if number % 2:
                    feed.mark(tx, f"u{number}", item.delivery, EventKind.ACKNOWLEDGED, now)
    return seen


def _what_to_look_at(folder: Path) -> None:
    mails = len(list((folder / "outbox").glob("*.eml")))
    words.heading("To look at")
    words.fact("redline", str(folder / "redline.html"))
    words.fact("mails", f"{folder / 'outbox'} ({mails} .eml files), {folder / 'preview'} (.html)")
    words.fact("pages", f"{folder / 'public'} (where the mails' links lead)")
    words.fact("proof", str(folder / "evidence" / "summary.json"))
    words.fact("ledger", str(folder / "notifier.db"))
    click.echo(
        textwrap.dedent(
            f"""
            The same verbs go on from here, for example:
              notifier status --config {folder}/notifier.toml
              notifier serve  --config {folder}/notifier.toml   (then http://127.0.0.1:8080/notices/u3)
            """
        ).rstrip()
    )
