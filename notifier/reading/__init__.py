"""Snapshot in, Reading out: blocks, effective date, promise."""

from notifier.reading.reader import READER, read

__all__ = ["READER", "read"]
