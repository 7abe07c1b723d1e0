"""No more than so many messages a second, all workers together."""

from __future__ import annotations

import time


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
