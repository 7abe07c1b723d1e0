"""A mail that comes back after a newer plan was approved: whoever it was for is still told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from notifier.delivery import EventKind
from notifier.model.request import RulingSubject
from tests.company import PEOPLE
from tests.life import Life, begin
from tests.test_tampering import tell

ALL_BY_MAIL = [person for person in PEOPLE if person[1] != "3"]
BOB = "bob@mail.example"


def _planned_twice(tmp_path: Path, url: str, *, lead: str) -> Life:
    """Everybody was mailed by plan 1; plan 2, approved since, takes them for told."""
    life = begin(tmp_path, url, lead=lead)
    life.company.write_audience(ALL_BY_MAIL)
    life.announce()
    life.mails()
    life.later(days=1)
    life.rule(RulingSubject.MATERIALITY, "material")
    life.announce()
    assert life.mails() == {}
    return life


def _troubles(life: Life) -> list[str]:
    return [wrong.code for wrong in life.status().trouble]


def test_planning_again_tells_whose_mail_came_back_after_the_approval(
    tmp_path: Path, ledger_url: str
) -> None:
    life = _planned_twice(tmp_path, ledger_url, lead='["60d"]')
    approved = life.plan().id
    assert _troubles(life) == []
    tell(life, BOB, EventKind.BOUNCED, "4.4.7 expired")
    assert _troubles(life) == ["people.uncovered"]
    assert life.plan().id == approved + 1
    life.approve()
    life.send()
    assert list(life.mails()) == [BOB]
    assert (_troubles(life), life.account().told) == ([], 4)
    assert life.plan().id == approved + 1
    assert life.verify() == []


def test_who_was_to_be_set_right_and_turns_out_untold_is_told_by_the_next_plan(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url, lead='["60d"]')
    life.company.write_audience(ALL_BY_MAIL)
    life.announce()
    life.later(days=1)
    life.stage(date(2027, 3, 9))
    life.check()
    life.plan()
    life.approve()
    tell(life, BOB, EventKind.BOUNCED, "4.2.2 full")
    life.mails()
    life.send()
    assert BOB not in life.mails()
    assert _troubles(life) == ["people.uncovered"]
    life.plan()
    life.approve()
    assert _troubles(life) == []
    life.later(days=4)
    life.send()
    assert list(life.mails()) == [BOB]


def test_a_notice_yet_to_come_before_the_deadline_covers_a_mail_that_came_back(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = _planned_twice(tmp_path, sqlite_url, lead='["60d", "35d"]')
    approved = life.plan().id
    tell(life, BOB, EventKind.BOUNCED, "4.4.7 expired")
    assert (_troubles(life), life.plan().id) == ([], approved)
    life.later(days=20)
    life.send()
    mails = life.mails()
    assert mails[BOB]["Subject"] == "We are changing our Privacy Policy on March 1, 2027"
    assert mails["karl@mail.example"]["Subject"].startswith("Erinnerung")
    assert life.account().told == 4
