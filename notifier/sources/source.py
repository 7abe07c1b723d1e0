"""The port every source fulfils."""

from __future__ import annotations

from typing import Protocol

from notifier.errors import SourceError
from notifier.model.text import Snapshot
from notifier.reading.formats.bounds import MAX_BYTES


class Source(Protocol):
    """A place that returns a policy's text as it is now."""

    def fetch(self) -> Snapshot:
        """The text and where exactly it came from.

        Raises:
            SourceError: it is missing, unreadable, empty or too large.
        """

    def describe(self) -> str:
        """The place in words, for findings and logs."""


def bounded(content: bytes, where: str) -> bytes:
    """The content itself, unless it is empty or too large.

    Raises:
        SourceError: naming ``where``.
    """
    if not content.strip():
        raise SourceError(
            f"{where} is empty.", remedy="put the policy's text there, then check again"
        )
    if len(content) > MAX_BYTES:
        raise SourceError(
            f"{where} holds more than {MAX_BYTES:,} bytes, which is as much as is read.",
            remedy="point the source at the policy's own text",
        )
    return content
