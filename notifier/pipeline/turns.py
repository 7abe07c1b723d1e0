"""Whose turn it is: a long mailing gives way to a notice whose deadline is earlier."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from notifier.ledger import LedgerUnavailable

_LOOK_SECONDS = 5.0
"""How often a mailing looks whether something more urgent has become due."""


class Turn(threading.Event):
    """Set when a mailing is to end: sending stops, or something more urgent waits.

    A million mails take hours, and a notice approved meanwhile may have only one of them.
    """

    def __init__(self, stop: threading.Event, more_urgent: Callable[[], bool]) -> None:
        """Ask ``more_urgent`` every few seconds, from the mailing's own thread."""
        super().__init__()
        self._stop = stop
        self._more_urgent = more_urgent
        self._look_at = time.monotonic() + _LOOK_SECONDS

    @property
    def gave_way(self) -> bool:
        """It ended because something more urgent waits."""
        return super().is_set()

    def is_set(self) -> bool:
        """Whether to begin nothing more."""
        if not self.gave_way and time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + _LOOK_SECONDS
            try:
                waits = self._more_urgent()
            except LedgerUnavailable:
                waits = False  # The mailing itself finds out, and waits for it.
            if waits:
                self.set()
        return self.gave_way or self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Until sending stops, or for so many seconds."""
        return self._stop.wait(timeout)
