"""Blocks put together from pieces of text, as a reader would see them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifier.errors import ReadingError
from notifier.model.text import Block, BlockKind, Link
from notifier.reading.formats.bounds import MAX_BLOCKS

_SPACES = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_MIXED_SPACES = re.compile(r"\s{2,}")
_BLANK = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*")
_NO_ADDRESS = re.compile(r"\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)


def one_line(text: str) -> str:
    """Runs of white space as single spaces; a single non-breaking space stays as it is."""
    text = _SPACES.sub(" ", text)
    return text if text.isascii() else _MIXED_SPACES.sub(_plainest, text)


def _plainest(run: re.Match[str]) -> str:
    return " " if " " in run[0] else run[0][0]


def is_blank(text: str) -> bool:
    """True when nothing of the text is seen."""
    return not text or text.isspace() or (not text.isascii() and bool(_BLANK.fullmatch(text)))


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the coming text is."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    number: str = ""
    cell: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _LinkStart:
    target: str


class _Mark:
    LINK_END = object()
    BREAK = object()


_BREAKS_END = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTATION})


class BlockBuilder:
    """Collects text, links and line breaks, and closes them into blocks.

    A run of text belongs to the block opened last; where none is open, to a paragraph.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._blocks: list[Block] = []
        self._pieces: list[str | object] = []
        self._loose = _Opening()
        self._opening = self._loose
        self._line = 0
        self._broken = False

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks closed so far."""
        return tuple(self._blocks)

    def open(
        self,
        kind: BlockKind,
        *,
        level: int = 0,
        number: str = "",
        cell: tuple[int, int] | None = None,
    ) -> None:
        """Close what is open and say what the coming text is."""
        self.close()
        self._opening = _Opening(kind, level, number, cell)

    def loose(self, kind: BlockKind) -> None:
        """Say what text is for which nothing was opened: a paragraph, or a quotation."""
        before, self._loose = self._loose, _Opening(kind)
        if self._opening == before:
            self._opening = self._loose

    def end(self) -> None:
        """Close what is open; what comes next is something else, even if this was empty."""
        self.close()
        self._opening = self._loose

    def text(self, text: str, line: int = 0) -> None:
        """Add text that starts at a 1-based source line (0: unknown)."""
        if not is_blank(text):
            self._broken = False
            self._line = self._line or line
        elif not self._pieces and text.isspace():
            return  # between two blocks
        self._pieces.append(text)

    @property
    def ends_in_digit(self) -> bool:
        """Whether a figure stands directly before what comes next."""
        last = self._pieces[-1] if self._pieces else ""
        return isinstance(last, str) and last[-1:].isdecimal()

    def line_break(self) -> None:
        """Break the line; two breaks in a row end a paragraph, as on pages that have no others."""
        if self._broken and self._opening.kind in _BREAKS_END:
            self.close()
            return
        self._broken = True
        self._pieces.append(_Mark.BREAK)

    def link_start(self, target: str) -> None:
        """Start a link; a target that leads nowhere (``javascript:``) makes none."""
        self._pieces.append(_LinkStart("" if _NO_ADDRESS.match(target) else target.strip()))

    def link_end(self) -> None:
        """End the link started last."""
        self._pieces.append(_Mark.LINK_END)

    def close(self) -> None:
        """End the open block; without visible text there is none, and what was opened waits."""
        if not self._pieces:
            self._line, self._broken = 0, False
            return
        text, links, breaks = _join(self._pieces)
        open_link = next((p for p in reversed(self._pieces) if _is_link_mark(p)), None)
        self._pieces, self._broken = [], False
        if isinstance(open_link, _LinkStart):  # a link round several blocks goes on in the next
            self._pieces.append(open_link)
        line, self._line = self._line, 0
        if not text:
            return
        if len(self._blocks) >= MAX_BLOCKS:
            message = f"{self._name}: more than {MAX_BLOCKS:,} paragraphs and table cells"
            raise ReadingError(message, remedy="check that the source is a policy")
        now, self._opening = self._opening, self._loose
        self._blocks.append(
            Block(now.kind, text, now.level, now.number, links, line, now.cell, breaks)
        )


def _is_link_mark(piece: object) -> bool:
    return isinstance(piece, _LinkStart) or piece is _Mark.LINK_END


def _join(pieces: list[str | object]) -> tuple[str, tuple[Link, ...], tuple[int, ...]]:
    """The text of a block in one line, with its links and line breaks as offsets into it."""
    words = [piece for piece in pieces if isinstance(piece, str)]
    written = "".join(words)
    if is_blank(written):
        return "", (), ()
    if len(words) == len(pieces):
        plain = " ".join(written.split()) if written.isascii() else one_line(written).strip()
        return plain, (), ()
    line = _Line()
    target, start = "", 0
    found: list[tuple[int, int, str]] = []
    breaks: list[int] = []
    for piece in pieces:
        if isinstance(piece, str):
            line.add(one_line(piece))
        elif isinstance(piece, _LinkStart):
            target, start = piece.target, line.length
        elif piece is _Mark.BREAK:
            line.add(" ")
            breaks.append(line.length)
        else:
            found.append((start, line.length, target))
            target = ""
    found.append((start, line.length, target))
    text = "".join(line.pieces).rstrip()
    indent = len(text) - len(text.lstrip())
    links = [_trimmed(text, a, b, to, indent) for a, b, to in found if to]
    edges = sorted({at - indent for at in breaks if indent < at < len(text)})
    return text[indent:], tuple(link for link in links if link), tuple(edges)


class _Line:
    """A line under way: pieces that meet at one space, and none at its start."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._spaced = True

    def add(self, piece: str) -> None:
        """Add a piece of text without runs of spaces."""
        if self._spaced and piece.startswith(" "):
            piece = piece[1:]
        if piece:
            self.pieces.append(piece)
            self.length += len(piece)
            self._spaced = piece.endswith(" ")


def _trimmed(text: str, start: int, end: int, target: str, indent: int) -> Link | None:
    """The link without the spaces at its edges; None where nothing is left to click."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end = min(start + len(words.strip()), len(text))
    return Link(start - indent, end - indent, target) if start < end else None
