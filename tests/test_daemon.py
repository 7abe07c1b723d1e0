"""The daemon as the engineer on call meets it: how it ends, what it says is wrong."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
import time_machine

from notifier.app import open_pipeline
from notifier.cli.proof import show_status
from notifier.daemon import Daemon
from notifier.errors import SourceError
from notifier.pipeline.pipeline import silent
from notifier.pipeline.sending import send_due
from notifier.pipeline.trouble import unconfigured
from notifier.sources import FileSource, GitSource
from tests.company import Company, policy
from tests.life import FIRST_DAY, Life, begin
from tests.smtp_sink import Moment, SmtpSink
from tests.test_story import until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_in_good_order_with_mails_under_way(
    tmp_path: Path, number: signal.Signals
) -> None:
    answers = threading.Event()
    under_way = threading.Semaphore(0)

    def waits(moment: Moment) -> None:
        if moment.step == "dot":
            under_way.release()
            answers.wait(30)

    with SmtpSink(script=waits) as sink:
        mail = f'in_flight = 4\n[email.smtp]\nhost = "127.0.0.1"\nport = {sink.port}\n'
        company = Company(tmp_path / "acme", mail=f'{mail}security = "none"\nconnections = 4')
        company.set_up()
        company.write_audience((f"p{n}@mail.example", str(n), "", "en", "", "") for n in range(40))
        for verb in ("check", "plan", "approve"):
            company.ok(verb)
        daemon = company.start("serve")
        until(daemon, lambda: under_way.acquire(blocking=False))
        daemon.send_signal(number)
        answers.set()
        said, _ = daemon.communicate(timeout=60)
        assert daemon.returncode == 0, said
        taken = len(sink.committed)
    assert "daemon stopped" in said
    status = company.ok("status")
    assert re.search(rf"told in time\s+{taken}\b", status)
    assert not re.search(r"\d sending|\d unknown", status)


@pytest.fixture
def life(tmp_path: Path, ledger_url: str) -> Life:
    return begin(tmp_path, ledger_url)


def troubled(life: Life) -> dict[str, str]:
    """What a daemon that was started only now says in /health; ``notifier status`` says it too."""
    with life._open() as (pipeline, _):
        daemon = Daemon(pipeline)
        daemon._watch()
        trouble: dict[str, str] = daemon.health()["trouble"]
    told = [f"privacy: {finding.code}" for finding in life.status().trouble]
    assert sorted(trouble) == sorted(told)
    return trouble


def test_a_change_that_nobody_has_approved_is_trouble_before_it_is_too_late(life: Life) -> None:
    life.check()
    assert troubled(life) == {}
    life.now = datetime(2027, 2, 20, tzinfo=UTC)
    (said,) = troubled(life).values()
    assert said == (
        "A change is to take effect on 1 March 2027, and no plan for it is approved. "
        "People must be told before 28 February 2027, 10:00 UTC."
    )
    life.plan()
    assert list(troubled(life)) == ["privacy: plan.none"]
    life.now = datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert "People had to be told before 28 February" in troubled(life)["privacy: plan.none"]
    life.pause()
    assert troubled(life) == {}


def test_an_approval_that_became_void_is_trouble_until_another_plan_is_approved(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    life.check()
    life.plan()
    life.approve()
    assert troubled(life) == {}
    life.stage(FIRST_DAY, days=120)
    life.check()
    for _ in range(3):
        life.later(days=1)
        life.check()
        said = troubled(life)["privacy: plan.void"]
        assert said.startswith(
            "The approval of plan 1 is void (privacy v3 replaced the text it was for)"
        )
    show_status(life.status())
    status = " ".join(capsys.readouterr().out.split())
    assert "trouble The approval of plan 1 is void" in status
    assert "→ `notifier plan privacy`, review it, then approve it" in status
    life.plan()
    assert list(troubled(life)) == ["privacy: plan.void"]
    life.approve()
    assert troubled(life) == {}


def test_a_held_plan_is_trouble_and_no_address_is_told(life: Life) -> None:
    life.announce()
    hold = ("hold", "--by", "Ana", "--why", "ask ana@mail.example about the German text")
    life.company.ok(*hold)
    (said,) = troubled(life).values()
    assert said == "Plan 1 is held by Ana: ask <…> about the German text"
    life.resume()
    assert troubled(life) == {}


def test_a_page_that_does_not_keep_the_plan_is_trouble_until_it_does(life: Life) -> None:
    life.announce()
    life.now = datetime(2027, 3, 2, tzinfo=UTC)
    life.check()
    life.later(days=1)
    life.check()
    assert "another one is" in troubled(life)["privacy: flip.not_posted"]
    life.publish()
    life.check()
    assert troubled(life) == {}


def test_people_told_of_a_change_that_went_are_trouble_until_they_are_told_so(life: Life) -> None:
    life.announce()
    life.company.stage(policy("September 1, 2021"))
    life.check()
    assert list(troubled(life)) == ["privacy: change.taken_back"]
    life.withdraw()
    assert "is not approved" in troubled(life)["privacy: plan.none"]
    life.approve()
    assert troubled(life) == {}


def test_the_plan_of_a_policy_that_was_renamed_is_held_and_is_trouble(life: Life) -> None:
    life.check()
    life.plan()
    life.approve()
    path = life.company.folder / "notifier.toml"
    named = path.read_text()
    path.write_text(named.replace('key = "privacy"', 'key = "privacy-notice"', 1))
    with open_pipeline(path, clock=lambda: life.now) as pipeline:
        report = send_due(pipeline, stop=threading.Event(), progress=silent)
        (said,) = (f.message for f in unconfigured(pipeline))
    assert "its policy, privacy, is not in the configuration any more" in report.alarms[0]
    assert life.mails() == {}
    assert said.startswith("Plan 1 is approved, and its policy, privacy, is not in the config")
    assert "put the policy back" in life.company.ok("status")

    path.write_text(named)
    life.resume()
    life.send()
    assert len(life.mails()) == 4


TERMS = """
[[policy]]
key = "{key}"
title = "{key}"
url = "https://acme.example/{key}"
live = {{ file = "{file}" }}
"""


def test_a_policy_that_cannot_be_read_keeps_nobody_from_the_others(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = life.company.folder / "notifier.toml"
    first = TERMS.format(key="terms", file="gone.md") + TERMS.format(key="rules", file="rules.md")
    path.write_text(path.read_text().replace("[[policy]]", f"{first}[[policy]]", 1))

    def fails(*_: object) -> NoReturn:
        raise KeyError("as nobody has foreseen")

    monkeypatch.setattr(FileSource, "fetch", fails)
    with life._open() as (pipeline, _):
        daemon = Daemon(pipeline)
        daemon._check()
    health = daemon.health()
    assert "check privacy" in health["beats"]
    said = "a defect of notifier (KeyError); report it with the log"
    assert health["trouble"] == {"check terms": said, "check rules": said}
    monkeypatch.undo()

    done = life.company.run("check")
    assert done.returncode == 1
    assert "terms: There is no file" in done.stderr
    assert "rules: There is no file" in done.stderr
    assert "Privacy Policy (privacy)" in done.stdout


def test_a_repository_that_may_not_be_read_is_a_fault_of_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = GitSource(tmp_path / "private" / "repository", "main", "privacy.md")

    def refuses(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as barred:
        barred.setattr(Path, "stat", refuses)
        with pytest.raises(SourceError, match="repository cannot be read: Permission denied"):
            source.fetch()
    source.repository.mkdir(parents=True)
    monkeypatch.setattr("subprocess.run", refuses)
    with pytest.raises(SourceError, match="git program cannot be run: Permission denied"):
        source.fetch()


def wait_until(happened: Callable[[], bool]) -> None:
    for _ in range(600):
        if happened():
            return
        threading.Event().wait(0.05)
    pytest.fail("it did not happen within 30 s")


def test_a_clock_that_is_set_back_stops_no_tick(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifier.daemon._LOOK_SECONDS", 0.1)
    monkeypatch.setenv("NOTIFIER_DAEMON__SEND_EVERY", "1s")
    right = datetime.now(UTC)
    with (
        time_machine.travel(right + timedelta(days=1)) as clock,
        open_pipeline(life.company.folder / "notifier.toml") as pipeline,
        Daemon(pipeline) as daemon,
    ):
        wait_until(lambda: {"send", "check privacy"} <= daemon.health()["beats"].keys())
        ahead = daemon.health()["beats"]
        clock.move_to(right)
        wait_until(
            lambda: all(daemon.health()["beats"][v] < ahead[v] for v in ("send", "check privacy"))
        )
        wait_until(lambda: daemon.health()["trouble"] == {})


def test_ticks_that_do_not_come_are_trouble(life: Life) -> None:
    with life._open() as (pipeline, _):
        daemon = Daemon(pipeline)
        life.later(minutes=1)
        assert daemon.health()["trouble"] == {}
        life.later(minutes=2)
        assert set(daemon.health()["trouble"]) == {"send tick", "watch tick"}
        assert daemon.health()["trouble"]["send tick"] == "came last at 4 January 2027, 09:00 UTC"
        life.later(days=-1)
        assert {"check tick", "feedback tick"} < daemon.health()["trouble"].keys()
