"""What a source returned, and the text read from it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

_SAME_TO_A_READER = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        # Soft hyphen, zero-width and bidirectional marks, byte order mark: nothing is shown.
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", None),
    }
)


def comparable(text: str) -> str:
    """The words as they are compared: what a reader cannot tell apart is made the same.

    Composed characters (Unicode NFC), straight quotation marks, one kind of dash, nothing
    invisible, single ordinary spaces. Displayed text keeps all of these.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_SAME_TO_A_READER)
    return " ".join(text.split())


def _bare(address: str) -> str:
    """An address without what is left out when it is written in a sentence."""
    for prefix in ("mailto:", "tel:", "https://", "http://"):
        address = address.removeprefix(prefix)
    return address.removeprefix("www.").rstrip("/.").casefold()


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
    """

    content: bytes
    name: str
    origin: str = ""

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
        cell: for a table cell, ``(row, column)`` from 0.
        breaks: where the source breaks the line inside the block (``<br>``, verse, addresses):
            offsets into ``text`` of the first character after each break.
    """

    kind: BlockKind
    text: str
    level: int = 0
    number: str = ""
    links: tuple[Link, ...] = ()
    line: int = 0
    cell: tuple[int, int] | None = None
    breaks: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The text line by line, as its hard line breaks divide it."""
        if not self.breaks:
            return (self.text.strip(),)
        edges = (0, *self.breaks, len(self.text))
        return tuple(self.text[a:b].strip() for a, b in pairwise(edges))

    def telling_targets(self) -> Iterator[str]:
        """Targets of the links that lead elsewhere than their words say."""
        for link in self.links:
            shown = _bare(self.text[link.start : link.end])
            if _bare(link.target) != shown:
                yield link.target


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
        """Identity of the text: hex SHA-256 over its comparable letters and its link targets.

        What is no change of text does not count: numbering, markup, white space, where lines and
        paragraphs break, quotation marks, invisible characters, and a link whose target only
        repeats its words (an address that was made clickable). Punctuation counts: a comma has
        decided a case (O'Connor v. Oakhurst Dairy, 1st Cir. 2017).
        """
        digest = hashlib.sha256()
        for block in self.blocks:
            letters = comparable(block.text).replace(" ", "")
            digest.update(letters.encode("utf-8", "replace"))
            for target in block.telling_targets():
                digest.update(f"\x1f{target}\x1f".encode("utf-8", "replace"))
        return digest.hexdigest()
