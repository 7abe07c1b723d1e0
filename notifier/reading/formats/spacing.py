"""Lines set apart by blank lines, as converters write the pages of a PDF: joined to paragraphs.

Without it every line were a block: no sentence could be read, and a word more in a paragraph would
show as a change of every line below it.
"""

from __future__ import annotations

import re
from itertools import pairwise

_FEWEST_LINES = 10
_BROKEN_OFF = 0.15
"""Share of lines that break off amid a sentence; in texts with a paragraph a line it is below 0.07,
in converted pages above 0.3."""
_APART = 2
"""Lines from one line to the next where one blank line stands between them."""
_LONG = 0.6
"""A line at least this share of the usual length runs on; a shorter one ends its paragraph."""
_ENDS = (".", ":", ";", "!", "?", "|")
_BEGINS = re.compile(
    r"\s*(?:[#>|\u2022\u25cf\u25aa§]|[-*+\u2013\u2014]\s|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s|\d{1,3}(?:\.\d{1,3})+\.?\s)"
)
"""What begins a block: a heading, an item, a row, a number."""


def closed_up(text: str) -> str:
    """The text with its double-spaced lines joined; others as they are.

    As many lines as before: the blank ones come after the paragraph.
    """
    written = text.split("\n")
    filled = [number for number, line in enumerate(written) if line.strip()]
    if len(filled) < _FEWEST_LINES or not _is_double_spaced(written, filled):
        return text
    lengths = sorted(len(written[number].rstrip()) for number in filled)
    long = _LONG * lengths[len(lengths) * 9 // 10]
    paragraphs_apart = any(after - before > _APART for before, after in pairwise(filled))
    joined: list[str] = written[: filled[0] + 1]
    owed = 0
    for before, after in pairwise(filled):
        blanks = after - before - 1
        if after - before == _APART and _goes_on(
            written[before], written[after], long, paragraphs_apart
        ):
            owed += 1
        elif blanks:
            joined += [""] * (blanks + owed)
            owed = 0
        joined.append(written[after])
    return "\n".join([*joined, *[""] * owed, *written[filled[-1] + 1 :]])


def _is_double_spaced(written: list[str], filled: list[int]) -> bool:
    apart = [
        (written[before].rstrip(), written[after].lstrip())
        for before, after in pairwise(filled)
        if after - before == _APART
    ]
    broken_off = sum(after[0].islower() and not before.endswith(_ENDS) for before, after in apart)
    return broken_off >= _BROKEN_OFF * len(filled)


def _goes_on(before: str, after: str, long: float, paragraphs_apart: bool) -> bool:
    """Whether a line is the next of the paragraph of the line before."""
    if _BEGINS.match(after):
        return False
    if after.lstrip()[0].islower():
        return True
    ended = before.rstrip().endswith(_ENDS) and not paragraphs_apart
    return len(before.rstrip()) >= long and not ended
