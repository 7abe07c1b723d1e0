"""A policy's text as a plain file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from notifier.errors import SourceError
from notifier.model.text import Snapshot
from notifier.reading.formats.bounds import MAX_BYTES
from notifier.sources.source import bounded

_WEB = frozenset({"http:", "https:"})


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file that somebody edits or a build writes."""

    path: Path

    def fetch(self) -> Snapshot:
        """The file's bytes.

        Raises:
            SourceError: it is missing, unreadable, not a file, empty or too large.
        """
        try:
            with self.path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError as error:
            if not _WEB.isdisjoint(self.path.parts):
                raise SourceError(
                    f"{self.path.name} is named by a web address, and only files are read.",
                    remedy="save the page as a file, or have your build write it, and name that",
                ) from error
            raise SourceError(
                f"There is no file {self.path}.", remedy="correct its path"
            ) from error
        except OSError as error:
            raise SourceError(
                f"{self.path} cannot be read: {error.strerror}.",
                remedy="let the user that runs notifier read it",
            ) from error
        content = bounded(content, str(self.path))
        return Snapshot(content=content, name=self.path.name, origin=f"file:{self.path}")

    def describe(self) -> str:
        """The path."""
        return str(self.path)
