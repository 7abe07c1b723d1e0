"""Two documents → the one redline that mails, console and evidence all show.

Pure: no I/O, no clock; the same two documents give the same redline on every machine.
"""

from __future__ import annotations

from notifier.model.redline import Redline
from notifier.model.text import Document
from notifier.redline.comparison import entries
from notifier.redline.rebuild import rebuild_new, rebuild_old

__all__ = ["compare", "rebuild_new", "rebuild_old"]


def compare(old: Document, new: Document) -> Redline:
    """Compare two documents block by block and word by word."""
    return Redline(old, new, entries(old, new))
