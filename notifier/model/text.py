"""What a source returned, and the text read from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Quote:
    """Words copied verbatim from a policy, with their place.

    Attributes:
        text: the words as they stand in the source, markup removed.
        line: 1-based line in the snapshot's text; 0 where the format has no lines (docx, pdf).
    """

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Exactly what a source returned.

    Attributes:
        content: the bytes, untouched.
        name: the file name or URL path, which tells the format (``privacy-policy.md``).
        origin: where exactly it came from: ``git:<commit>:<path>``, ``file:<path>``.
        media_type: as the source stated it, or empty.
    """

    content: bytes
    name: str
    origin: str = ""
    media_type: str = ""

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


class BlockKind(StrEnum):
    """What a block of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    QUOTATION = "quotation"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a block: ``text[start:end]`` leads to ``target``."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table cell.

    Attributes:
        text: the words as displayed; runs of white space are single spaces. Never empty.
        level: heading level 1-6, or nesting depth of a list item from 1; else 0.
        number: its numbering as written (``"4.2"``, ``"(a)"``), kept out of ``text`` so that
            renumbering is not a change of text.
        links: the links inside ``text``.
        line: 1-based line of the source where it starts; 0 where there are no lines.
        row: for a table cell, ``(row, column)`` from 0.
    """

    kind: BlockKind
    text: str
    level: int = 0
    number: str = ""
    links: tuple[Link, ...] = ()
    line: int = 0
    cell: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks a snapshot reads as, in reading order.

    Attributes:
        language: BCP 47 tag of the text's language, or None where it could not be told.
        metadata: front matter or ``<meta>`` as flat text pairs, keys in lower case.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    language: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> int:
        """Number of words separated by white space."""
        return sum(len(block.text.split()) for block in self.blocks)

    @property
    def content_hash(self) -> str:
        """Identity of the text: hex SHA-256 over every block's kind, level, text and links.

        Numbers and source lines do not count: renumbering and re-wrapping change no text.
        """
        digest = hashlib.sha256()
        for block in self.blocks:
            targets = "\x1f".join(link.target for link in block.links)
            digest.update(
                f"{block.kind}\x1e{block.level}\x1e{block.text}\x1e{targets}\x1d".encode()
            )
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did something, when, and why. ``at`` is an aware UTC instant."""

    who: str
    at: datetime
    why: str = ""
