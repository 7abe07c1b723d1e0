"""When it is late: words that stop being true, reminders to the untold, what is under way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from notifier.delivery import EventKind, State
from notifier.errors import TooLate
from notifier.ledger.schema import deliveries, recipients
from notifier.model.plan import NoticeKind
from notifier.model.request import RulingSubject
from notifier.pipeline import approving
from notifier.rendering import in_words_of
from tests.company import CLAUSE, PEOPLE
from tests.life import Life, begin, text_of
from tests.test_tampering import tell

MAILED = {"ana@mail.example", "bob@mail.example", "karl@mail.example", "zoe@mail.example"}


def test_down_over_the_due_time_then_ruled_late(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url, lead='["10d", "2d"]')
    life.check()
    life.plan()
    life.approve()
    life.later(days=70)
    report = life.send()
    assert any("was due before" in alarm for alarm in report.alarms)
    assert life.mails() == {}
    assert life.status().hold is not None
    assert life.plan().state == "approved"
    life.rule(RulingSubject.SEND_LATE, "yes")
    life.announce()
    mails = life.mails()
    assert mails.keys() == MAILED
    late = text_of(mails["bob@mail.example"])
    assert "has been in force since March 1, 2027" in late
    assert "before" not in late.split("Why you receive this")[0]
    assert "Seit dem 1. März 2027 gilt" in text_of(mails["karl@mail.example"])
    account = life.status().standing
    assert account is not None
    assert (account.told, account.late, account.untold) == (0, 4, 1)


def test_down_until_a_reminder_was_due_brings_one_message_not_two(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url, lead='["30d", "10d", "2d"]')
    life.check()
    life.plan()
    life.approve()
    life.later(days=48)
    report = life.send()
    assert life.mails().keys() == MAILED
    assert any("too late to remind 4 people" in alarm for alarm in report.alarms)
    assert life.status().hold is None
    life.later(days=6)
    life.send()
    assert {mail["Subject"].split(":")[0] for mail in life.mails().values()} >= {"Reminder"}


def test_the_late_words_before_the_day_say_short_notice(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    life.now += timedelta(days=54)
    life.check()
    assert life.plan().plan.refusal
    with pytest.raises(TooLate):
        life.approve()
    life.rule(RulingSubject.SEND_LATE, "yes")
    life.announce()
    words = text_of(life.mails()["bob@mail.example"])
    assert "leaves you less time than we promised" in words


def hold_until(life: Life, now: datetime) -> None:
    with life._open() as (pipeline, privacy):
        approving.hold(pipeline, privacy, who="Ana", why="a question")
    life.now = now
    life.resume()


def test_words_that_are_no_longer_true_do_not_go_out(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    life.now += timedelta(days=54)
    life.check()
    life.rule(RulingSubject.SEND_LATE, "yes")
    plan = life.plan().plan
    life.approve()
    hold_until(life, plan.effective_at + timedelta(days=4))
    report = life.send()
    assert life.mails() == {}
    assert "plan 1 is held: notice 1 (late email) speaks of a change to come" in report.alarms[-1]
    life.announce()
    assert "has been in force since March 1, 2027" in text_of(life.mails()["bob@mail.example"])


def test_a_correction_that_waited_too_long_does_not_go_out(tmp_path: Path, sqlite_url: str) -> None:
    life = begin(tmp_path, sqlite_url)
    life.announce()
    life.mails()
    life.later(days=2)
    life.stage(date(2027, 3, 8))
    life.check()
    plan = life.plan().plan
    life.approve()
    hold_until(life, plan.effective_at)
    report = life.send()
    assert life.mails() == {}
    assert any("correction email) speaks of a change to come" in alarm for alarm in report.alarms)


def test_an_unseen_offer_after_the_day_is_an_exception(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    stored = life.announce()
    before = life.status().standing
    assert before is not None
    assert (before.waiting, before.offered, before.untold) == (1, 1, 0)
    life.now = stored.plan.effective_at
    after = life.status().standing
    assert after is not None
    assert (after.waiting, after.untold) == (0, 1)


def test_who_first_learns_of_it_from_a_reminder_after_the_deadline_was_told_late(
    tmp_path: Path, ledger_url: str
) -> None:
    clause = CLAUSE.replace("prior to", "at least 14 days prior to")
    life = begin(tmp_path, ledger_url, lead='["60d", "20d", "3d"]', clause=clause)
    life.company.write_audience([PEOPLE[2], ("in@", "7", "Ina", "en", "", "u7"), PEOPLE[3]])
    plan = life.announce().plan
    life.now = plan.effective_at - timedelta(days=18)
    life.send()
    life.shown_to("u7", see=True)
    assert life.account().told == 2
    life.now = plan.effective_at - timedelta(days=2)
    assert life.now > plan.deadline_at
    life.send()
    life.shown_to("u3", see=True)
    account = life.account()
    assert (account.told, account.late, account.untold) == (2, 1, 0)
    life.now = plan.effective_at + timedelta(days=1)
    assert life.close().state == "complete_with_exceptions"


def test_who_was_never_told_gets_no_reminder_but_the_first_words(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    plan = life.announce().plan
    life.mails()
    life.shown_to("u1", see=True)
    tell(life, "karl@mail.example", EventKind.BOUNCED, "4.2.2 mailbox full")
    life.now = max(notice.due_at for notice in plan.notices)
    life.send()
    mails = life.mails()
    assert mails.keys() == MAILED
    assert mails["bob@mail.example"]["Subject"].startswith("Reminder: ")
    assert "Erinnerung" not in mails["karl@mail.example"]["Subject"]
    assert "erinnern" not in text_of(mails["karl@mail.example"])
    (told,), (never,) = life.shown_to("u1"), life.shown_to("u3")
    assert '"kind": "reminder"' in told
    assert '"kind": "initial"' in never


def test_the_product_never_says_that_a_change_is_to_come_once_it_has(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    plan = life.announce().plan
    (content,) = life.shown_to("u2")
    before = in_words_of(content.encode(), plan.effective_at - timedelta(seconds=1))
    after = in_words_of(content.encode(), plan.effective_at)
    assert before["heading"] == "We are changing our Privacy Policy on March 1, 2027"
    assert "Until then" in str(before["text"])
    assert after["heading"] == "Our Privacy Policy changed on March 1, 2027"
    assert "in force since March 1, 2027" in str(after["text"])
    assert before.keys() == after.keys()


def test_who_has_a_first_notice_under_way_is_not_sent_another_beside_it(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    plan = life.announce().plan
    life.mails()
    with life._open() as (pipeline, _), pipeline.ledger.begin() as tx:
        bob = select(recipients.c.id).where(recipients.c.address == "bob@mail.example")
        first = tx.execute(
            select(func.min(deliveries.c.id)).where(deliveries.c.recipient_id.in_(bob))
        ).scalar_one()
        tx.execute(
            update(deliveries)
            .where(deliveries.c.id == first)
            .values(state=State.PENDING, due_at=life.now + timedelta(days=9))
        )
    reminder = next(n for n in plan.notices if n.kind is NoticeKind.REMINDER)
    life.now = reminder.due_at + timedelta(hours=1)
    life.send()
    mails = life.mails()
    assert mails["bob@mail.example"]["Subject"].startswith("We are changing")
    assert mails["zoe@mail.example"]["Subject"].startswith("Rappel")
