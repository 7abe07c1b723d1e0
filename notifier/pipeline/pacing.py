"""No more than so many messages a second and a day, all workers together."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from notifier.ledger import Tx, deliveries

_DAY = timedelta(days=1)
_COUNT_AGAIN = timedelta(minutes=1)


class Pace:
    """This worker's part of the sending rate, in bursts of at most a second's worth."""

    def __init__(self, rate: float) -> None:
        """Take the rate of all workers together, in messages a second."""
        self._whole = rate
        self._rate = rate
        self._tokens = max(rate, 1.0)
        self._filled_at = time.monotonic()

    def share(self, workers: int) -> None:
        """Leave the others their part."""
        self._rate = self._whole / max(workers, 1)

    def allowance(self) -> int:
        """How many may go now."""
        now = time.monotonic()
        self._tokens += (now - self._filled_at) * self._rate
        self._tokens = min(self._tokens, max(self._rate, 1.0))
        self._filled_at = now
        return int(self._tokens)

    def spend(self, messages: int) -> None:
        """Note how many went."""
        self._tokens -= messages

    def seconds_until_next(self) -> float:
        """How long until one more may go."""
        return max(0.0, (1.0 - self._tokens) / self._rate)


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
