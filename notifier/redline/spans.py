"""Equal runs of words as spans of characters that join back to both texts exactly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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

    White space and stops that both sides of an edit share at its edges are kept, so ``days.`` →
    ``days, or weeks.`` reads as the insertion of ``, or weeks``.
    """
    told: list[tuple[Op, str]] = []
    a = c = 0
    end = Kept(len(old.text), len(old.text), len(new.text), len(new.text))
    for kept in (*_kept(old, new, runs), end):
        told += _edit(_Cut(old, a, kept.old), _Cut(new, c, kept.new))
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


_STOPS = ".,;:!?…、。"


class _Cut(NamedTuple):
    """Whole words and the white space beside them: ``words.text[start:end]``."""

    words: Words
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.words.text[self.start : self.end]

    def heads(self) -> set[int]:
        """Lengths of what may be taken off in front: space, a word but its stop, a word."""
        first = bisect_left(self.words.starts, self.start)
        if first == len(self.words.starts) or self.words.ends[first] > self.end:
            return {0, self.end - self.start}
        return {0, *(place - self.start for place in self._places(first))}

    def tails(self, head: int) -> set[int]:
        """Lengths of what may be taken off behind once ``head`` is gone."""
        last = bisect_right(self.words.ends, self.end) - 1
        most = self.end - self.start - head
        if last < 0 or self.words.starts[last] < self.start:
            return {0, most}
        return {0, *(self.end - at for at in self._places(last) if self.end - at <= most)}

    def _places(self, word: int) -> tuple[int, int, int]:
        start, end = self.words.starts[word], self.words.ends[word]
        bare = len(self.words.text[start:end].rstrip(_STOPS))
        return start, start + bare, end


def _edit(before: _Cut, after: _Cut) -> list[tuple[Op, str]]:
    """One edit, without what both sides share at its edges."""
    one, other = before.text, after.text
    if not one or not other:
        return [(Op.DELETE, one), (Op.INSERT, other)]
    head = max(at for at in before.heads() & after.heads() if one[:at] == other[:at])
    tails = before.tails(head) & after.tails(head)
    tail = max(at for at in tails if one[len(one) - at :] == other[len(other) - at :])
    return [
        (Op.EQUAL, one[:head]),
        (Op.DELETE, one[head : len(one) - tail]),
        (Op.INSERT, other[head : len(other) - tail]),
        (Op.EQUAL, one[len(one) - tail :]),
    ]


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
