"""Snapshot in, Reading out: blocks, effective date, promise."""
