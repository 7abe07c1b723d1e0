"""What should never happen, and what it does when it happens: it holds one plan and is heard of."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from notifier.channels.smtp import Smtp
from notifier.channels.transport import Session, Transport
from notifier.daemon import Daemon
from notifier.delivery import State
from notifier.ledger import approvals, audiences
from tests.ledger.samples import LEGAL, approved, people, person
from tests.pipeline.samples import message, pipeline, send
from tests.smtp_sink import SmtpSink, reply


@dataclass(frozen=True)
class Defective:
    """A transport with a mistake in its code, until it is mended."""

    sound: Transport
    mended: threading.Event
    tried: threading.Event
    name: str = "defective"
    in_flight: int = 4

    def open(self) -> Session:
        self.tried.set()
        if not self.mended.is_set():
            raise KeyError("de")
        return self.sound.open()

    def most_a_second(self) -> None:
        """Nobody says."""


def smtp(sink: SmtpSink) -> Smtp:
    return Smtp("127.0.0.1", sink.port, security="none", connections=1, in_flight=4)


def held_because(sample) -> str:
    with sample.ledger.begin() as tx:
        stamp = approvals.hold_on(tx, sample.stored.id)
        return stamp.why if stamp else ""


def test_nobody_is_sent_to_in_a_language_in_which_nothing_was_approved(ledger, clock):
    sample = approved(ledger, people(3), expand=False, message=message())
    with ledger.begin() as tx:
        audiences.write_people(tx, sample.stored.audience_id, [person(9, locale="it")])
    with SmtpSink() as sink:
        report = send(pipeline(ledger, smtp(sink), clock))
        assert not sink.committed
    assert held_because(sample).startswith("1 person is to be told in “it”, in which no message")
    assert len(report.alarms) == 1


def test_a_defect_holds_its_plan_and_no_other(ledger, clock):
    first = approved(ledger, people(3), message=message())
    second = approved(ledger, people(3), message=message(), digest="e" * 64)
    with SmtpSink() as sink:
        mended = threading.Event()
        ours = pipeline(ledger, Defective(smtp(sink), mended, threading.Event()), clock)
        with pytest.raises(KeyError):
            send(ours)
        assert [held_because(first), held_because(second)] == [
            "notifier failed at notice 1 (KeyError)",
            "",
        ]
        mended.set()
        assert send(ours).states == {State.ACCEPTED: 3}


def test_the_daemon_says_so_though_other_ticks_end_well(ledger, clock):
    approved(ledger, people(3), message=message())
    tried = threading.Event()
    with SmtpSink() as sink:
        ours = pipeline(ledger, Defective(smtp(sink), threading.Event(), tried), clock)
        with Daemon(ours) as daemon:
            assert tried.wait(30)
    health = daemon.health()
    assert "a defect of notifier (KeyError)" in health["trouble"]["send tick"]
    assert "send" not in health["beats"]


def test_many_refused_in_a_row_are_looked_at_by_a_person(ledger, clock):
    """In words that no list knows: what a server says to everybody."""
    words = "550 5.7.1 we do not like your face"
    with SmtpSink(script=lambda m: reply(words) if m.step == "rcpt" else None) as sink:
        sample = approved(ledger, people(100), message=message())
        ours = pipeline(ledger, smtp(sink), clock, in_flight=4)
        report = send(ours)
        assert 20 <= report.states[State.FAILED] <= 24
        assert held_because(sample).endswith(words)
        with ledger.begin() as tx:
            approvals.resume(tx, sample.stored.id, LEGAL)
        assert send(ours).states[State.FAILED] == 100 - report.states[State.FAILED]


def test_many_refused_among_others_are_only_theirs(ledger, clock):
    def script(moment):
        return (
            reply("550 5.1.1 no such user")
            if moment.step == "rcpt" and moment.message % 4
            else None
        )

    with SmtpSink(script=script) as sink:
        sample = approved(ledger, people(100), message=message())
        report = send(pipeline(ledger, smtp(sink), clock, in_flight=4))
    assert report.states.total() == 100
    assert held_because(sample) == ""
