"""Never a third copy of one mail to one person, whatever the number of plans (guarantee G2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from notifier.delivery import TWICE_UNANSWERED, EventKind, State
from notifier.ledger.schema import deliveries, notices, recipients
from notifier.model.request import RulingSubject
from tests.company import PEOPLE
from tests.life import Life, begin
from tests.smtp_sink import LOST_250, Moment, SmtpSink
from tests.test_tampering import tell

BOB = "bob@mail.example"
OTHERS = {"ana@mail.example", "karl@mail.example", "zoe@mail.example"}


def _swallows_bob(moment: Moment) -> object:
    return LOST_250 if moment.step == "dot" and moment.recipient == BOB else None


@contextmanager
def _mailing(folder: Path, url: str) -> Iterator[tuple[Life, SmtpSink]]:
    """A company whose server takes each mail to Bob and loses its answer."""
    with SmtpSink(script=_swallows_bob) as sink:  # type: ignore[arg-type]
        life = begin(folder, url, lead='["60d"]')
        life.company.write_audience([person for person in PEOPLE if person[1] != "3"])
        life.company.mail = (
            f'[email.smtp]\nhost = "127.0.0.1"\nport = {sink.port}\nsecurity = "none"\n'
        )
        path = life.company.folder / "notifier.toml"
        path.write_text(path.read_text().replace('outbox = "outbox"', life.company.mail, 1))
        yield life, sink


def _anew(life: Life, word: str) -> None:
    """A plan made anew for the same text and date."""
    life.rule(RulingSubject.MATERIALITY, word)
    life.plan()
    life.approve()
    life.send()


def _mail_to_bob(life: Life) -> list[tuple[State, str]]:
    """How his mails stand, oldest first, and why."""
    wanted = (
        select(deliveries.c.state, deliveries.c.reason)
        .join(recipients, recipients.c.id == deliveries.c.recipient_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(recipients.c.address == BOB, notices.c.channel == "email")
        .order_by(deliveries.c.id)
    )
    with life._open() as (pipeline, _), pipeline.ledger.reading() as tx:
        return [(State(state), reason) for state, reason in tx.execute(wanted)]


def _copies(sink: SmtpSink) -> Counter[str]:
    return Counter(mail.recipient for mail in sink.committed)


def test_a_plan_made_anew_hands_over_the_second_copy_and_no_third(
    tmp_path: Path, ledger_url: str
) -> None:
    with _mailing(tmp_path, ledger_url) as (life, sink):
        life.announce()
        assert [state for state, _ in _mail_to_bob(life)] == [State.UNKNOWN]
        life.later(minutes=10)
        _anew(life, "material")
        assert _copies(sink) == {BOB: 1, **dict.fromkeys(OTHERS, 1)}, "evidence is awaited first"
        life.later(hours=2)
        life.send()
        assert _copies(sink)[BOB] == 2
        assert _mail_to_bob(life)[-1] == (State.UNRESOLVED, TWICE_UNANSWERED)
        for word in ("editorial", "material"):
            life.later(hours=2)
            _anew(life, word)
            life.later(hours=2)
            life.send()
        assert _copies(sink) == {BOB: 2, **dict.fromkeys(OTHERS, 1)}
        assert _mail_to_bob(life)[-1] == (State.SKIPPED, TWICE_UNANSWERED)
        assert life.account().told == 3
        assert len(life.shown_to("u2")) == 1
        assert life.verify() == []


def test_evidence_of_the_first_copy_that_comes_in_time_is_enough(
    tmp_path: Path, sqlite_url: str
) -> None:
    with _mailing(tmp_path, sqlite_url) as (life, sink):
        life.announce()
        tell(life, BOB, EventKind.DELIVERED, "")
        _anew(life, "material")
        life.later(hours=2)
        life.send()
        assert _copies(sink)[BOB] == 1
        assert life.account().told == 4


def test_who_turns_out_to_have_been_told_learns_of_the_withdrawal_too(
    tmp_path: Path, ledger_url: str
) -> None:
    with _mailing(tmp_path, ledger_url) as (life, sink):
        life.announce()
        life.later(minutes=2)
        life.send()
        life.withdraw()
        stop = life.approve()
        life.send()
        assert _copies(sink) == {BOB: 1, **dict.fromkeys(OTHERS, 2)}
        assert life.status().trouble == ()
        tell(life, BOB, EventKind.DELIVERED, "")
        (wrong,) = life.status().trouble
        assert wrong.message.startswith("Mail of an earlier plan to 1 person turned out to have")
        again = life.plan()
        assert (again.id, again.plan.people) == (stop.id + 1, 1)
        life.approve()
        assert life.status().trouble == ()
        life.send()
        assert _copies(sink) == {BOB: 2, **dict.fromkeys(OTHERS, 2)}
        assert b"Subject: We are not changing our Privacy Policy" in sink.committed[-1].content
        assert life.plan().id == again.id
        assert life.verify() == []


def test_a_plan_that_ended_before_its_copy_left_has_used_none_up(
    tmp_path: Path, ledger_url: str
) -> None:
    with _mailing(tmp_path, ledger_url) as (life, sink):
        life.announce()
        for word in ("material", "editorial", "material"):
            life.later(minutes=5)
            _anew(life, word)
        assert _copies(sink)[BOB] == 1
        life.later(hours=2)
        life.send()
        assert _copies(sink) == {BOB: 2, **dict.fromkeys(OTHERS, 1)}
        assert _mail_to_bob(life)[-1] == (State.UNRESOLVED, TWICE_UNANSWERED)
        assert life.verify() == []
