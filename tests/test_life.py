"""When life happens: the text or the date changes again, stops, or is posted early."""

from __future__ import annotations

import email
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from notifier.errors import PlanningError
from notifier.model.plan import Channel, DutyKind, NoticeKind
from notifier.model.request import RulingSubject
from notifier.pipeline import approving
from tests.company import CLAUSE, PEOPLE
from tests.life import FIRST_DAY, begin, text_of

MAILED = {"ana@mail.example", "bob@mail.example", "karl@mail.example", "zoe@mail.example"}


def test_a_changed_text_is_corrected_to_the_told_and_new_to_the_others(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    life.announce()
    assert life.mails().keys() == MAILED
    life.company.write_audience([*PEOPLE, ("new@mail.example", "6", "Nia", "en", "", "u6")])
    life.later(days=2)
    life.stage(date(2027, 3, 4), days=120)
    life.check()
    assert life.shown_to("u3") == []
    revised = life.announce()
    kinds = {notice.kind for notice in revised.plan.notices}
    assert NoticeKind.CORRECTION in kinds
    mails = life.mails()
    assert mails.keys() == {*MAILED, "new@mail.example"}
    bob, new = text_of(mails["bob@mail.example"]), text_of(mails["new@mail.example"])
    assert mails["bob@mail.example"]["Subject"].startswith("Correction")
    assert "March 1, 2027" in bob
    assert "March 4, 2027" in bob
    assert "90" in bob
    assert "120" in bob
    assert "since our last message" in bob
    assert "hat sich verschoben" in text_of(mails["karl@mail.example"])
    assert (
        mails["new@mail.example"]["Subject"]
        == "We are changing our Privacy Policy on March 4, 2027"
    )
    assert "30" in new
    assert "120" in new
    assert "March 1," not in new
    (shown,) = life.shown_to("u2")
    assert "2027-03-04" in shown


def test_asking_again_while_sending_keeps_the_approval(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    stored = life.announce()
    life.later(days=70)
    assert life.plan().id == stored.id


def test_the_same_text_told_again_to_nobody(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.mails()
    life.rule(RulingSubject.MATERIALITY, "material")
    life.announce()
    assert life.mails() == {}
    account = life.status().standing
    assert account is not None
    assert (account.people, account.told, account.by_email) == (5, 4, 4)


def test_a_preview_counts_and_shows_who_will_get_each_message(
    tmp_path: Path, ledger_url: str
) -> None:
    """The four who were told get a correction; the one who came since gets the plain notice."""
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.later(days=1)
    life.company.write_audience([*PEOPLE, ("new@mail.example", "6", "Nia", "en", "", "u6")])
    life.stage(FIRST_DAY + timedelta(days=30))
    life.check()
    stored = life.plan()
    seen: dict[str, dict[str, int]] = {}
    for shown in life.preview():
        notice = stored.plan.notices[shown.position]
        if shown.people and notice.channel is Channel.EMAIL:
            seen.setdefault(notice.kind, {})[shown.locale] = shown.people
            mail = email.message_from_bytes(shown.path.read_bytes())
            assert (mail["To"] == "new@mail.example") is (notice.kind is NoticeKind.INITIAL)
    assert sum(seen["correction"].values()) == len(MAILED)
    assert seen["initial"] == {"en": 1}


def test_paused_resumed_and_withdrawn_reach_exactly_the_told(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.mails()
    life.later(days=1)
    life.company.write_audience([*PEOPLE, ("new@mail.example", "6", "Nia", "en", "", "u6")])
    stopped = life.pause()
    assert stopped.told == 4
    life.send()
    assert life.mails() == {}
    life.check()
    assert life.plan() == stopped.plan
    life.approve()
    life.send()
    mails = life.mails()
    assert mails.keys() == MAILED
    assert "As soon as there is a new date" in text_of(mails["bob@mail.example"])
    account = life.status().standing
    assert account is not None
    assert (account.people, account.told, account.untold) == (4, 4, 0)

    life.resume()
    life.later(days=1)
    life.announce()
    mails = life.mails()
    assert mails.keys() == {*MAILED, "new@mail.example"}
    assert "after all" in mails["bob@mail.example"]["Subject"]
    assert "on March 1, 2027" in mails["new@mail.example"]["Subject"]

    life.withdraw()
    life.approve()
    life.send()
    mails = life.mails()
    assert mails.keys() == {*MAILED, "new@mail.example"}
    assert "will not happen" in text_of(mails["new@mail.example"])


def test_withdrawn_before_anybody_was_told_tells_nobody(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    life.check()
    life.plan()
    assert life.withdraw().plan is None
    with pytest.raises(PlanningError, match="is withdrawn"):
        life.plan()
    assert "change.withdrawn" in {finding.code for finding in life.check().findings}
    life.send()
    assert life.mails() == {}


def test_a_closed_plan_is_held_by_nobody(tmp_path: Path, sqlite_url: str) -> None:
    life = begin(tmp_path, sqlite_url)
    life.announce()
    with life._open() as (pipeline, privacy):
        approving.hold(pipeline, privacy, who="Ana", why="a question")
    assert life.status().hold is not None
    life.publish()
    life.now = datetime.combine(FIRST_DAY, time(12), UTC)
    life.check()
    life.close()
    assert life.status().hold is None


def test_posted_early_is_said_with_its_consequence_and_closed_in_time(
    tmp_path: Path, ledger_url: str
) -> None:
    posted = f"{CLAUSE} Changes are effective when they are posted on this page."
    life = begin(tmp_path, ledger_url, lead='["20d", "2d"]', clause=posted)
    life.check()
    life.plan()
    life.approve()
    life.publish()
    early = life.check().findings
    (finding,) = [finding for finding in early if finding.code == "flip.posted_early"]
    assert "the deadline has passed for 5 people" in finding.message

    life.company.git("reset", "-q", "--hard", "HEAD~1")
    assert "flip.posted_early" not in {finding.code for finding in life.check().findings}


def test_at_the_effective_instant_the_duties_are_closed_or_missed(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    stored = life.announce()
    life.now = stored.plan.effective_at + timedelta(hours=30)
    missing = {finding.code for finding in life.check().findings}
    assert "flip.not_posted" in missing
    life.publish()
    report = life.check()
    assert not {finding.code for finding in report.findings if finding.code.startswith("flip.")}
    done = life.status().duties_done
    assert {DutyKind.POST, DutyKind.UPDATE_DATE} <= done.keys()
    assert report.change is None


def test_the_old_version_is_kept_as_long_as_its_page_stands(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    config = life.company.folder / "notifier.toml"
    pages = '[pages]\nfolder = "public"\nurl = "https://acme.example/changes"\n'
    config.write_text(config.read_text() + pages)
    stored = life.announce()
    life.check()
    assert DutyKind.KEEP_OLD_VERSION not in life.status().duties_done
    life.now = stored.plan.effective_at + timedelta(hours=30)
    life.publish()
    page = life.company.folder / "public" / "privacy" / "v1.html"
    written = page.read_bytes()

    page.write_bytes(written[:-1])
    assert "flip.old_version_gone" in {finding.code for finding in life.check().findings}
    page.write_bytes(written)
    assert "flip.old_version_gone" not in {finding.code for finding in life.check().findings}
    assert DutyKind.KEEP_OLD_VERSION in life.status().duties_done
    page.unlink()
    assert "flip.old_version_gone" in {finding.code for finding in life.check().findings}


def test_a_promise_of_both_channels_needs_both(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    path = life.company.folder / "notifier.toml"
    path.write_text(
        path.read_text().replace(
            "[audience]",
            '[policy.promise]\nwho = "Ana"\nwhy = "both"\nchannels_mode = "all"\n[audience]',
            1,
        )
    )
    life.announce()
    account = life.status().standing
    assert account is not None
    assert account.told == 0
    life.shown_to("u1", see=True)
    account = life.status().standing
    assert account is not None
    assert (account.told, account.by_email, account.by_product) == (1, 4, 1)
    assert date(2027, 3, 1) == FIRST_DAY


def test_a_clock_set_back_confuses_nothing(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    life.later(days=20)
    life.check()
    life.later(days=-3)
    life.publish()
    life.check()
    status = life.status()
    assert status.in_force is not None
    assert status.in_force.number == 1
    life.later(days=-3)
    life.company.git("reset", "-q", "--hard", "HEAD~1")
    found = life.check()
    assert (found.in_force.number, found.shown.number) == (1, 1)
    assert found.change is not None

    first = life.announce()
    assert life.mails().keys() == MAILED
    life.later(days=-3)
    life.join(("new@mail.example", "6", "Nia", "en", "", "u6"))
    life.stage(date(2027, 3, 4), days=120)
    life.announce()
    assert life.status().plan.plan.effective_date == date(2027, 3, 4)  # type: ignore[union-attr]
    assert life.mails().keys() == {*MAILED, "new@mail.example"}
    life.later(days=-3)
    life.join(("ole@mail.example", "7", "Ole", "en", "", "u7"))
    life.check()
    life.later(days=3)
    life.send()
    assert life.mails().keys() == {"ole@mail.example"}
    assert life.status().plan.id > first.id  # type: ignore[union-attr]


def test_who_is_told_in_another_language_is_said(tmp_path: Path, sqlite_url: str) -> None:
    life = begin(tmp_path, sqlite_url)
    life.company.write_audience([*PEOPLE, ("ken@mail.example", "6", "Ken", "ja", "", "u6")])
    life.check()
    found = [f.message for f in life.plan().plan.findings if f.code == "messages.language"]
    assert found == [
        "1 person has the language ja, in which there is no wording; they are told in en."
    ]


def test_where_both_channels_are_promised_planning_again_keeps_the_one_that_is_left(
    tmp_path: Path, ledger_url: str
) -> None:
    both = (
        "We will notify you both by email and by a notice in our app at least 10 days before a "
        "change to this policy takes effect."
    )
    life = begin(tmp_path, ledger_url, clause=both)
    life.announce()
    assert set(life.mails()) >= {"ana@mail.example", "bob@mail.example"}
    life.shown_to("u1", see=True)
    life.later(hours=1)
    life.rule(RulingSubject.TIME_ZONE, "Europe/Berlin")
    life.plan()
    life.approve()
    life.send()
    assert life.mails() == {}
    assert life.shown_to("u2", see=True)
    life.later(days=1)
    assert life.account().told == 2


def test_a_date_that_moves_is_corrected_without_talk_of_another_text(tmp_path: Path) -> None:
    life = begin(tmp_path, "sqlite:///notifier.db")
    life.announce()
    life.mails()
    life.later(days=1)
    life.stage(FIRST_DAY + timedelta(days=30))
    life.announce()
    said = text_of(life.mails()["bob@mail.example"])
    assert "That date has moved: the new version applies from March 31, 2027." in said
    assert "changed again" not in said
