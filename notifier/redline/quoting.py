"""Verbatim words of a bounded length; what is cut is shown as cut, and cut at a word."""

from __future__ import annotations

LONGEST = 240
"""Characters of a quote, at most, without its ellipses."""

_ELLIPSIS = "…"


def opening(text: str) -> str:
    """How a text begins."""
    return around(text, 0, 0)


def around(text: str, start: int, end: int, longest: int = LONGEST) -> str:
    """The words around ``text[start:end]``, and of a long place its beginning."""
    if len(text) <= longest:
        return _spaced(text)
    room = max(longest - (end - start), 0)
    first = max(min(start - room // 2, len(text) - longest), 0)
    last = min(first + longest, len(text))
    head, tail = first > 0, last < len(text)
    if head:
        first = _next_word(text, first, start)
    if tail:
        last = _word_end(text, last, (first + last) // 2)
    words = _spaced(text[first:last])
    return f"{_ELLIPSIS + ' ' if head else ''}{words}{' ' + _ELLIPSIS if tail else ''}"


def _next_word(text: str, at: int, limit: int) -> int:
    """Where a word begins at or after ``at``; ``at`` itself in scripts without spaces."""
    space = text.find(" ", max(at - 1, 0), limit)
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int, limit: int) -> int:
    """Where a word ends at or before ``at``; ``at`` itself in scripts without spaces."""
    space = text.rfind(" ", limit, at + 1)
    return space if space > limit else at


def _spaced(text: str) -> str:
    return " ".join(text.split())
