"""Source lines carried through an HTML parser, which knows no places."""

from __future__ import annotations

import re
from collections.abc import Sequence

ATTRIBUTE = "data-line"
"""Attribute that holds the 1-based source line of an element."""

_BLOCK_START = re.compile(
    r"<(?:p|h[1-6]|[uod]l|li|d[td]|t[hdr]|table|div|section|article|blockquote|pre|br|summary)"
    r"(?=[\s/>])",
    re.IGNORECASE,
)


def mark(html: str, first: int = 1) -> str:
    """Write the source line into every start tag that begins a block or a line.

    Args:
        html: markup as written.
        first: line number of its first line.
    """
    pieces: list[str] = []
    line, at = first, 0
    for tag in _BLOCK_START.finditer(html):
        line += html.count("\n", at, tag.end())
        pieces += (html[at : tag.end()], f" {ATTRIBUTE}={line} ")
        at = tag.end()
    return "".join((*pieces, html[at:]))


def without(text: str, spans: Sequence[tuple[re.Pattern[str], re.Pattern[str]]]) -> str:
    """The text without spans that open and close, but with their line ends; in linear time.

    A span that never closes is text.
    """
    for opening, closing in spans:
        pieces: list[str] = []
        at = 0
        while (start := opening.search(text, at)) and (end := closing.search(text, start.end())):
            pieces += (text[at : start.start()], "\n" * text.count("\n", start.start(), end.end()))
            at = end.end()
        text = "".join((*pieces, text[at:]))
    return text
