"""Workers that sleep, die or cannot commit: nobody is lost, and nobody is told twice."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest

from notifier.channels.outbox import Outbox
from notifier.channels.smtp import Smtp
from notifier.delivery import UNKNOWN_WAIT, State
from notifier.errors import LedgerError
from notifier.ledger import Ledger, LedgerUnavailable, plans
from notifier.ledger.plans import PlanState
from notifier.ledger.standing import standing
from notifier.ledger.workers import LEASE
from tests.ledger.samples import NOW, approved, people
from tests.pipeline.samples import (
    IN_FLIGHT,
    chains_fit,
    copies,
    message,
    pipeline,
    prepare,
    send,
    states,
)
from tests.smtp_sink import SmtpSink


class Paused:
    """A transport whose session lets something happen once, while mail is under way."""

    def __init__(self, transport, happens) -> None:
        self._transport, self._happens = transport, happens

    def __getattr__(self, name):
        return getattr(self._transport, name)

    def open(self):
        self._session = self._transport.open()
        return self

    def submit(self, envelopes) -> None:
        self._session.submit(envelopes)

    def poll(self, timeout):
        results = self._session.poll(timeout)
        happens, self._happens = self._happens, None
        if happens:
            happens()
        return results

    def close(self):
        return self._session.close()


def test_a_worker_given_up_while_it_slept_loses_nothing(ledger, clock):
    """It is stopped past its lease; another goes on; what it did is evidence, not a second try."""
    with SmtpSink() as sink:
        sample, sending = prepare(ledger, sink, clock, 100)

        def sleeps_past_its_lease():
            clock.move(LEASE + timedelta(seconds=1))
            send(pipeline(ledger, sending.transport, clock, in_flight=IN_FLIGHT))

        slept = pipeline(
            ledger, Paused(sending.transport, sleeps_past_its_lease), clock, in_flight=IN_FLIGHT
        )
        with pytest.raises(LedgerError, match="given up"):
            send(slept)
        assert states(sample)[State.ACCEPTED] == len(sink.committed)
        clock.move(UNKNOWN_WAIT)
        send(sending)
        assert states(sample) == {State.ACCEPTED: 100}
        assert set(copies(sink).values()) == {1}
    assert chains_fit(sample)


def test_what_the_outbox_of_a_dead_worker_shows_is_believed(ledger, clock, tmp_path):
    sample = approved(ledger, people(20), message=message())
    sending = pipeline(ledger, Outbox(tmp_path / "out"), clock, in_flight=8)

    def dies():
        raise KeyboardInterrupt

    dead = pipeline(ledger, Paused(sending.transport, dies), clock, in_flight=8)
    dead.transport._session = None
    with pytest.raises(KeyboardInterrupt):
        _without_end(dead)
    clock.move(LEASE + timedelta(seconds=1))
    send(sending)
    clock.move(UNKNOWN_WAIT)
    send(sending)
    assert states(sample) == {State.ACCEPTED: 20}
    assert len(list((tmp_path / "out").glob("*.eml"))) == 20


def _without_end(sending):
    """Send as a process that is killed: nothing is closed in good order."""
    sending.transport.close = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    send(sending)


class Faulty:
    """A ledger, or a line to it, whose n-th commit fails.

    Before anything is kept, or after all of it was.
    """

    def __init__(
        self, real, failing: set[int], *, kept: bool, commits: list[None] | None = None
    ) -> None:
        self._real, self._failing, self._kept = real, failing, kept
        self.commits = [] if commits is None else commits

    def __getattr__(self, name):
        return getattr(self._real, name)

    def line(self):
        return Faulty(self._real.line(), self._failing, kept=self._kept, commits=self.commits)

    @contextmanager
    def begin(self):
        with self._real.begin() as tx:
            yield tx
            self.commits.append(None)
            fails = len(self.commits) in self._failing
            if fails and not self._kept:
                raise LedgerUnavailable("the disk is full")
        if fails and self._kept:
            raise LedgerUnavailable("the connection was lost")


@pytest.mark.parametrize("again", range(5), ids="and the {}th after it".format)
@pytest.mark.parametrize("kept", [False, True], ids=["nothing kept", "all kept"])
def test_whichever_commit_fails_nobody_is_lost_or_told_twice(sqlite_url, clock, kept, again):
    """Fail the n-th commit for n = 1, 2, ... until a run comes through without."""
    with SmtpSink() as sink:
        for nth in range(1, 200):
            ledger = Ledger(sqlite_url)
            digest = f"{nth:064d}"
            sample = approved(ledger, people(6), message=message(), digest=digest)
            transport = Smtp("127.0.0.1", sink.port, security="none", connections=1, in_flight=2)
            faulty = Faulty(ledger, {nth, nth + again}, kept=kept)
            before = len(sink.committed)
            try:
                send(pipeline(faulty, transport, clock, in_flight=2))
            except LedgerUnavailable:
                clock.move(LEASE + timedelta(seconds=1))
                send(pipeline(ledger, transport, clock, in_flight=2))
            with ledger.begin() as tx:
                account = standing(tx, sample.stored, NOW)
                plans.set_state(tx, sample.stored.id, PlanState.COMPLETE)
            assert (account.told, len(sink.committed) - before) == (6, 6), nth
            assert chains_fit(sample)
            ledger.close()
            if len(faulty.commits) < nth:
                break
        else:
            pytest.fail("it never came through")
        assert nth > 8
