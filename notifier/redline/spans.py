"""Equal runs of words as spans of characters that join back to both texts exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from notifier.model.redline import Op, Span
from notifier.redline.matching import Run
from notifier.redline.words import Words


class Kept(NamedTuple):
    """``old_text[old:old_end]`` and ``new_text[new:new_end]`` are the same characters."""

    old: int
    old_end: int
    new: int
    new_end: int


def spans(old: Words, new: Words, runs: Sequence[Run]) -> tuple[Span, ...]:
    """Tell two texts as kept, deleted and inserted runs of characters.

    White space and punctuation that both sides of an edit share at its edges are kept, so
    ``days.`` → ``days, or weeks.`` reads as the insertion of ``, or weeks``.
    """
    told: list[tuple[Op, str]] = []
    a = c = 0
    end = Kept(len(old.text), len(old.text), len(new.text), len(new.text))
    for kept in (*_kept(old, new, runs), end):
        told += _edit(old.text[a : kept.old], new.text[c : kept.new])
        told.append((Op.EQUAL, old.text[kept.old : kept.old_end]))
        a, c = kept.old_end, kept.new_end
    return tuple(_merged(told))


def whole(op: Op, text: str) -> tuple[Span, ...]:
    """A text that stays, goes or comes as a whole."""
    return (Span(op, text),) if text else ()


def _kept(old: Words, new: Words, runs: Sequence[Run]) -> Iterator[Kept]:
    """Runs of words as runs of characters; cut where the white space inside differs."""
    for i, j, length in runs:
        a, b = old.starts[i], old.ends[i + length - 1]
        c, d = new.starts[j], new.ends[j + length - 1]
        if b - a == d - c and old.text[a:b] == new.text[c:d]:
            yield Kept(a, b, c, d)
            continue
        for at in range(length):
            yield Kept(old.starts[i + at], old.ends[i + at], new.starts[j + at], new.ends[j + at])


def _edit(before: str, after: str) -> list[tuple[Op, str]]:
    """One edit, without what both sides share at its edges."""
    head = _shared_head(before, after)
    tail = _shared_tail(before[head:], after[head:])
    return [
        (Op.EQUAL, before[:head]),
        (Op.DELETE, before[head : len(before) - tail]),
        (Op.INSERT, after[head : len(after) - tail]),
        (Op.EQUAL, before[len(before) - tail :]),
    ]


_EDGE = re.escape("\"'“”„‚‘’«»‹›()[],.;:!?…、。")
_WORD = re.compile(rf"(\s*)([{_EDGE}]*)(\S*[^\s{_EDGE}])?([{_EDGE}]*)")


def _shared_head(one: str, other: str) -> int:
    """Length of the white space, punctuation and bare word that open both texts."""
    places = _places(one, 0) & _places(other, 0)
    return max(at for at in places if one[:at] == other[:at])


def _shared_tail(one: str, other: str) -> int:
    """Length of the white space, punctuation and bare word that close both texts."""
    places = _places_from_end(one) & _places_from_end(other)
    return max(at for at in places if one[len(one) - at :] == other[len(other) - at :])


def _places(text: str, start: int) -> set[int]:
    """Where the word from ``start`` on may be cut: after its space, quotes, core, full stop."""
    word = _WORD.match(text, start)
    return {0, *(end for part in range(1, 5) if word and (end := word.end(part)) >= 0)}


def _places_from_end(text: str) -> set[int]:
    """Where the last word may be cut, counted from the end."""
    words = text.rstrip()
    start = max(words.rfind(space) for space in " \n\t") + 1
    places = _places(text, start) | {start, len(words)}
    return {0, *(len(text) - at for at in places if at >= start)}


def _merged(told: Sequence[tuple[Op, str]]) -> Iterator[Span]:
    """Neighbours of one kind as one span; nothing empty."""
    last, text = Op.EQUAL, ""
    for op, part in told:
        if not part:
            continue
        if op is last:
            text += part
            continue
        if text:
            yield Span(last, text)
        last, text = op, part
    if text:
        yield Span(last, text)
