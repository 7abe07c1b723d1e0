"""A block's text in the two shapes the reader of dates needs: as shown, and as compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from notifier.model.text import Block, BlockKind, Document

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_SPACES = "\u00a0\u1680\u202f\u205f\u3000\t\n\r\v\f" + "".join(map(chr, range(0x2000, 0x200B)))
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
_QUOTES = "\u2018\u2019\u02bc\u00b4`"
_UNDOTTED = {"ł": "l", "ø": "o", "đ": "d", "\u0131": "i"}


_RULE = re.compile(rf"[\s\-*=~·|•:{_DASHES}]+")


def _table() -> dict[int, str]:
    table = dict.fromkeys(map(ord, _SPACES), " ") | dict.fromkeys(map(ord, _DASHES), "-")
    table |= dict.fromkeys(map(ord, _QUOTES), "'")
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code not in table}
    for code in range(0x41, 0x250):
        lower = chr(code).lower()[0]
        base = unicodedata.normalize("NFD", lower)[0]
        table.setdefault(code, _UNDOTTED.get(base, base))
    return table


_TABLE = _table()
_ASCII = {ord("`"): "'", **dict.fromkeys(map(ord, "\t\n\r\v\f"), " ")}


def fold(text: str) -> str:
    """Return ``text`` for comparison: no capitals, accents, odd spaces or dashes; same length."""
    if text.isascii():
        return text.lower().translate(_ASCII)
    folded = text.translate(_TABLE)
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in folded)


def visible(text: str) -> str:
    """Return ``text`` as displayed: composed letters, nothing invisible."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


@dataclass(frozen=True, slots=True)
class Line:
    """One block, or one line of it where the source breaks it, as the reader of dates sees it.

    Attributes:
        index: place of the line in the document, from 0.
        shown: the words as displayed; what is quoted.
        folded: the same, position by position, for comparison.
    """

    index: int
    block: Block
    shown: str
    folded: str


def lines_of(document: Document) -> tuple[Line, ...]:
    """Return the document's lines, without those that show nothing, only a rule, or sample code.

    A line set in by itself ("    Last edited: 3 May 2024") is code to Markdown and none to people.
    """
    code = sum(block.kind is BlockKind.CODE for block in document.blocks)
    sample = 2 * code < len(document.blocks)  # a text set wholly in code is no sample
    found: list[Line] = []
    for block in document.blocks:
        if sample and block.kind is BlockKind.CODE and len(block.lines) > 1:
            continue
        for text in block.lines:
            shown = visible(text)
            if shown and not _RULE.fullmatch(shown):
                found.append(Line(len(found), block, shown, fold(shown)))
    return tuple(found)
