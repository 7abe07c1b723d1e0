"""kill -9, at random and at every named point: nobody lost, nobody told three times, it ends."""

from __future__ import annotations

import os
import signal
from collections import Counter

import pytest
from sqlalchemy import func, select

from notifier.delivery import UNKNOWN_WAIT, State
from notifier.ledger import handover, journal
from notifier.ledger.schema import deliveries, outcomes
from tests.faults.senders import Death, Post, finish, start
from tests.faults.story import run
from tests.ledger.samples import approved, people
from tests.pipeline.samples import message
from tests.smtp_sink import DROP, LOST_250, Act, SmtpSink


def test_kills_at_random(ledger_url, tmp_path):
    account = run(
        ledger_url, tmp_path, count=1_500, processes=4, kills=12, seed=20_260_302, in_flight=32
    )
    assert account.kills >= 12
    assert account.lost == 0
    assert max(account.copies.values()) <= 2
    assert account.duplicates <= account.doubtful <= account.kills * 32
    assert account.states.keys() <= {State.ACCEPTED, State.UNRESOLVED}
    assert account.faults == []


POINTS = [
    Death(f"{when} {what}", nth)
    for what, nths in (("commit", (1, 2, 3, 4, 5, 6, 7)), ("submit", (1, 2)), ("poll", (1, 2, 4)))
    for when in ("before", "after")
    for nth in nths
]


@pytest.mark.parametrize("death", POINTS, ids=lambda death: f"{death.point} {death.nth}")
def test_a_kill_at_a_named_point(ledger, ledger_url, tmp_path, death):
    """In flight are 4 of 12: at most these are in doubt, and no more than these come twice."""
    approved(ledger, people(12), message=message())
    with SmtpSink() as sink:
        post = Post(ledger_url, sink.port, tmp_path / "later", in_flight=4, connections=1)
        victim = start(post, death)
        finish([victim])
        assert victim.exitcode == -9
        with ledger.begin() as tx:
            under_way = _count(tx, deliveries.c.state == State.SENDING)
        assert under_way <= 4
        sink.hear_out()
        before, answered = len(sink.committed), _answered(ledger)
        finish([start(post)])
        with ledger.begin() as tx:
            doubtful = tx.execute(
                select(func.count()).where(outcomes.c.outcome == "unknown")
            ).scalar_one()
            assert _count(tx, deliveries.c.state == State.UNKNOWN) == doubtful == under_way
        post.move(UNKNOWN_WAIT)
        finish([start(post)])
        copies = Counter(mail.recipient for mail in sink.committed)
    assert len(copies) == 12
    assert set(copies.values()) <= {1, 2}
    assert sum(copies.values()) - 12 <= doubtful
    assert sum(copies.values()) - 12 <= before - answered, "what never left is no second copy"
    with ledger.begin() as tx:
        assert _count(tx, deliveries.c.state == State.ACCEPTED) == 12
        assert [*journal.verify(tx), *handover.verify(tx)] == []


STEPS = {
    "connect": {State.SENDING: 1, State.PENDING: 2},
    "ehlo": {State.SENDING: 1, State.PENDING: 2},
    **{
        step: {State.ACCEPTED: 1, State.SENDING: 1, State.PENDING: 1}
        for step in ("mail", "rcpt", "data", "body", "dot", "reply")
    },
}
"""What the ledger says after a kill at each step of the second message, one being in flight."""


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_a_step_of_the_conversation(ledger, ledger_url, tmp_path, step):
    """Only the reply that nobody heard makes a second copy; every other step leaves one."""

    def kill(moment) -> Act | None:
        here = moment.message == 2 or moment.step in ("connect", "ehlo")
        if here and moment.step == ("dot" if step == "reply" else step) and next(alive, False):
            os.kill(victim.pid, signal.SIGKILL)
            return LOST_250 if step == "reply" else DROP
        return None

    alive = iter([True])
    approved(ledger, people(3), message=message())
    with SmtpSink(script=kill) as sink:
        post = Post(ledger_url, sink.port, tmp_path / "later", in_flight=1, connections=1)
        victim = start(post)
        finish([victim])
        assert victim.exitcode == -9
        assert _states(ledger) == STEPS[step]
        finish([start(post)])
        assert _states(ledger) == {State.ACCEPTED: 2, State.UNKNOWN: 1}
        post.move(UNKNOWN_WAIT)
        finish([start(post)])
        copies = Counter(mail.recipient for mail in sink.committed)
    assert _states(ledger) == {State.ACCEPTED: 3}
    assert sorted(copies.values()) == ([1, 1, 2] if step == "reply" else [1, 1, 1])
    with ledger.begin() as tx:
        assert [*journal.verify(tx), *handover.verify(tx)] == []


def _states(ledger) -> dict[str, int]:
    with ledger.begin() as tx:
        rows = tx.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        return dict(tuple(row) for row in rows)


def _count(tx, where) -> int:
    return tx.execute(select(func.count()).select_from(deliveries).where(where)).scalar_one()


def _answered(ledger) -> int:
    with ledger.begin() as tx:
        accepted = select(func.count()).where(outcomes.c.outcome == "accepted")
        return tx.execute(accepted).scalar_one()
