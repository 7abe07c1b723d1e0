"""A Maildir into which the mail server puts what comes back.

What was recorded is marked as seen (``S``); what tells nothing of a hand-over is flagged as well
(``FS``), for a person to read: it may be somebody's answer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from notifier.channels.feedback.inbox import Taken, Unreadable
from notifier.channels.feedback.mail import MOST_OCTETS, MailReader
from notifier.errors import DeliveryError

_AT_A_TIME = 100


class Maildir:
    """Reads every mail of a Maildir that is not marked as seen."""

    def __init__(self, folder: Path, reader: MailReader) -> None:
        self._folder = folder
        self._reader = reader

    def describe(self) -> str:
        """Where it is."""
        return f"bounce mails from {self._folder}"

    def take(self, now: datetime) -> list[Taken]:
        """Read the next hundred mails."""
        try:
            return [self._read(path, now) for path in islice(self._unseen(), _AT_A_TIME)]
        except OSError as error:
            raise self._trouble(error) from error

    def done(self, taken: Sequence[Taken]) -> None:
        """Mark mails as seen, which moves them from ``new`` to ``cur``."""
        try:
            for one in taken:
                flags = "S" if one.feedback else "FS"
                path = Path(one.receipt)
                name = path.name.partition(":2,")[0]
                path.rename(self._folder / "cur" / f"{name}:2,{flags}")
        except OSError as error:
            raise self._trouble(error) from error

    def _unseen(self) -> Iterator[Path]:
        yield from _files(self._folder / "new")
        for path in _files(self._folder / "cur"):
            if "S" not in path.name.partition(":2,")[2]:
                yield path

    def _read(self, path: Path, now: datetime) -> Taken:
        with path.open("rb") as file:
            content = file.read(MOST_OCTETS + 1)
        try:
            return Taken(str(path), self._reader.read(content, now))
        except Unreadable as problem:
            return Taken(str(path), problem=str(problem))

    def _trouble(self, error: OSError) -> DeliveryError:
        return DeliveryError(
            f"The mailbox {self._folder} cannot be used: {error.strerror}.",
            remedy="[feedback] mailbox is a Maildir (new, cur, tmp) that notifier may change",
        )


def _files(folder: Path) -> Iterator[Path]:
    """In no order: none is needed, and sorting a million names for each hundred would cost."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield Path(entry.path)
