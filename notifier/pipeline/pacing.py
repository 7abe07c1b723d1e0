"""No more than so many messages a second and a day, all processes together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from notifier.channels.transport import Result, Scope
from notifier.delivery import Outcome
from notifier.ledger import Ledger, LedgerUnavailable, Tx, deliveries, paces
from notifier.ledger.paces import Lease
from notifier.pipeline.pipeline import Pipeline

_FIRST_WISH = 64
_DAY = timedelta(days=1)
_COUNT_AGAIN = timedelta(minutes=1)


def pace_of(pipeline: Pipeline) -> Pace:
    """This process's part of what the company and its provider allow: the lower of the two.

    Raises:
        DeliveryError: the transport is set up wrongly.
    """
    transport, rate = pipeline.transport, pipeline.config.email.rate
    most = transport.most_a_second() or rate
    clock = flowing_clock(pipeline.clock)
    return Pace(pipeline.ledger, transport.name, min(rate, most), clock)


def flowing_clock(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """A clock that flows on from what this one says now, whatever becomes of it."""
    now, began = clock(), time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


class Pace:
    """This process's part of the sending rate, leased from the ledger a little at a time.

    Each lease is about what the last one was used for, so that nobody holds what others need.
    """

    def __init__(
        self, ledger: Ledger, way: str, rate: float, clock: Callable[[], datetime]
    ) -> None:
        """Take the rate of all processes together, in messages a second.

        Args:
            way: the row of the ledger they share: a transport, or a domain behind it.
        """
        self._ledger = ledger
        self._way = way
        self._rate = rate
        self._clock = clock
        self._lease: Lease | None = None
        self._spent = 0
        self._wish = _FIRST_WISH

    def allowance(self) -> int:
        """How many may go now; none while the ledger cannot be written."""
        now = self._clock()
        lease = self._lease
        if lease is None or not lease.taken_at <= now < lease.until or self._is_spent(lease, now):
            try:
                lease = self._renewed(lease, now)
            except LedgerUnavailable:
                return 0
        return lease.messages - self._spent

    def spend(self, messages: int) -> None:
        """Note how many went."""
        self._spent += messages

    def seconds_until_next(self) -> float:
        """How long until one more may go."""
        if self._lease is None or self._spent < self._lease.messages:
            return 0.0
        return max(0.0, (self._lease.again_at - self._clock()).total_seconds())

    def hear(self, results: Sequence[Result]) -> None:
        """Slow down, with everybody, where the other side says that it is too much.

        While the ledger cannot be written nothing leaves, which is slow enough.
        """
        if not any(_is_too_much(result) for result in results):
            return
        with suppress(LedgerUnavailable), self._ledger.begin() as tx:
            paces.slow_down(tx, self._way, ceiling=self._rate, now=self._clock())

    def _is_spent(self, lease: Lease, now: datetime) -> bool:
        return self._spent >= lease.messages and now >= lease.again_at

    def _renewed(self, old: Lease | None, now: datetime) -> Lease:
        if old is not None and old.messages:
            self._wish = 2 * old.messages if self._spent >= old.messages else max(self._spent, 1)
        with self._ledger.begin() as tx:
            self._lease = paces.lease(tx, self._way, ceiling=self._rate, wish=self._wish, now=now)
        self._spent = 0
        return self._lease


def _is_too_much(result: Result) -> bool:
    return result.outcome is Outcome.REFUSED_FOR_NOW and result.scope is Scope.TRANSPORT


class Quota:
    """So many hand-overs in any 24 hours, over all plans; counted in the ledger, not here."""

    def __init__(self, daily: int | None) -> None:
        """Take the provider's quota, None for none."""
        self._daily = daily
        self._counted_at: datetime | None = None
        self._before = self._last = 0

    def left(self, tx: Tx, wanted: int, now: datetime) -> int:
        """How many of these may be opened now."""
        if self._daily is None:
            return wanted
        last = deliveries.last_attempt(tx)
        if self._counted_at is None or now - self._counted_at >= _COUNT_AGAIN:
            self._before = deliveries.attempts_since(tx, now - _DAY)
            self._counted_at, self._last = now, last
        return max(0, min(wanted, self._daily - self._before - (last - self._last)))
