"""The rate: one for all processes, kept over every stretch of time, cut where it is too much."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.channels.transport import Result, Scope
from notifier.delivery import Outcome
from notifier.ledger import Ledger, LedgerUnavailable
from notifier.pipeline.pacing import Pace
from tests.ledger.samples import NOW

SLACK = 0.3
"""Seconds' worth that may be on top: see notifier.ledger.paces."""
TOO_MUCH = [
    Result(1, Outcome.REFUSED_FOR_NOW, "Maximum sending rate exceeded", "", Scope.TRANSPORT)
]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def senders(ledger: Ledger, clock: Clock, rate: float, count: int) -> list[Pace]:
    return [Pace(ledger, "ses", rate, clock) for _ in range(count)]


def sent(paces: list[Pace], clock: Clock, seconds: float, most: int = 10**9) -> Iterator[float]:
    """The instants at which messages leave, while everybody sends what they may."""
    began, end = clock.now, clock.now + timedelta(seconds=seconds)
    while clock.now < end:
        for pace in paces:
            allowed = min(pace.allowance(), most)
            pace.spend(allowed)
            yield from [(clock.now - began).total_seconds()] * allowed
        clock.pass_by(0.013)


def most_in(instants: list[float], stretch: float) -> int:
    """How many at most left within any stretch of this many seconds."""
    most = first = 0
    for last, instant in enumerate(instants):
        while instants[first] < instant - stretch:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("rate", [0.5, 14, 1_000])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_all_processes_together_keep_the_rate_and_use_it(ledger, clock, rate, count):
    seconds = 20
    instants = list(sent(senders(ledger, clock, rate, count), clock, seconds))
    for stretch in (0.1, 1, 10):
        assert most_in(instants, stretch) <= rate * (stretch + SLACK) + 1
    assert len(instants) >= rate * seconds * 0.9 - 1


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6), rate=st.sampled_from([3, 50, 800]))
def test_whatever_they_do_the_rate_is_kept(sqlite_url, seed, rate):
    """Processes come, die with a lease in hand, hold back, and come again."""
    chance, clock = random.Random(seed), Clock()
    ledger = Ledger(sqlite_url)
    paces, instants = senders(ledger, clock, rate, 3), []
    clock.pass_by(chance.random() * 1_000 + 3_600 * seed)
    for _ in range(120):
        number = chance.randrange(3)
        if chance.random() < 0.1:
            paces[number] = Pace(ledger, "ses", rate, clock)
        allowed = paces[number].allowance()
        used = allowed if chance.random() < 0.6 else chance.randint(0, allowed)
        paces[number].spend(used)
        instants += [(clock.now - NOW).total_seconds()] * used
        clock.pass_by(chance.choice([0, 0, 0.001, 0.02, 0.3]))
    ledger.close()
    for stretch in (0.2, 1, 5):
        assert most_in(instants, stretch) <= rate * (stretch + SLACK) + 1


def test_who_can_send_little_does_not_hold_what_others_need(ledger, clock):
    """One may only send one message at a time; the other fills the rate all the same."""
    slow, quick = senders(ledger, clock, 1_000, 2)
    together = 0
    for _ in range(1_000):
        for pace, most in ((slow, 1), (quick, 10**9)):
            allowed = min(pace.allowance(), most)
            pace.spend(allowed)
            together += allowed
        clock.pass_by(0.01)
    assert 8_500 <= together <= 10_301


def test_a_clock_set_back_stops_nothing(ledger, clock):
    (pace,) = senders(ledger, clock, 100, 1)
    assert list(sent([pace], clock, 1))
    clock.pass_by(-6 * 3_600)
    assert len(list(sent([pace], clock, 10))) >= 900


def test_too_much_slows_everybody_and_wears_off(ledger, clock):
    told, other = senders(ledger, clock, 100, 2)
    list(sent([told, other], clock, 5))
    for _ in range(10):
        told.hear(TOO_MUCH * 40)
        clock.pass_by(1.01)
    slowed = len(list(sent([other], clock, 2)))
    assert 1 <= slowed <= 30
    told.hear([Result(1, Outcome.REFUSED_FOR_NOW, "mailbox busy", "", Scope.RECIPIENT)])
    clock.pass_by(120)
    assert len(list(sent([other], clock, 10))) >= 900


def test_many_complaints_at_once_are_one(ledger, clock):
    paces = senders(ledger, clock, 100, 5)
    for pace in paces * 20:
        pace.hear(TOO_MUCH)
    assert len(list(sent(paces, clock, 10))) >= 600


def test_while_the_ledger_is_away_nothing_may_go(clock):
    class Away:
        def begin(self):
            raise LedgerUnavailable("away", remedy="wait")

    pace = Pace(Away(), "ses", 100, clock)
    assert pace.allowance() == 0
    pace.hear(TOO_MUCH)
