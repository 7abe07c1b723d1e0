"""Equal runs of words as spans of characters that join back to both texts exactly."""

from __future__ import annotations

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
    a = c = i = j = 0
    for run in (*runs, Run(len(old.keys), len(new.keys), 0)):
        for kept in _kept(old, new, run):
            told += _edit(_Cut(old, a, kept.old, i, run.old), _Cut(new, c, kept.new, j, run.new))
            told.append((Op.EQUAL, old.text[kept.old : kept.old_end]))
            a, c = kept.old_end, kept.new_end
            i, j = run.old, run.new
        i, j = run.old + run.length, run.new + run.length
    return tuple(_merged(told))


def whole(op: Op, text: str) -> tuple[Span, ...]:
    """A text that stays, goes or comes as a whole."""
    return (Span(op, text),) if text else ()


def _kept(old: Words, new: Words, run: Run) -> Iterator[Kept]:
    """A run of words as runs of characters: one a word where the white space inside differs."""
    i, j, length = run
    if not length:
        yield Kept(len(old.text), len(old.text), len(new.text), len(new.text))
        return
    a, b = old.starts[i], old.ends[i + length - 1]
    c, d = new.starts[j], new.ends[j + length - 1]
    if b - a == d - c and old.text[a:b] == new.text[c:d]:
        yield Kept(a, b, c, d)
        return
    for at in range(length):
        yield Kept(old.starts[i + at], old.ends[i + at], new.starts[j + at], new.ends[j + at])


_STOPS = ".,;:!?…、。"


class _Cut(NamedTuple):
    """``words.text[start:end]``: the words ``first`` until ``last`` and the space beside them."""

    words: Words
    start: int
    end: int
    first: int
    last: int

    @property
    def text(self) -> str:
        return self.words.text[self.start : self.end]

    def heads(self) -> tuple[int, ...]:
        """Lengths of what may be taken off in front: space, a word but its stop, a word."""
        if self.first == self.last:
            return (0, self.end - self.start)
        return (0, *[at - self.start for at in self._places(self.first)])

    def tails(self, head: int) -> tuple[int, ...]:
        """Lengths of what may be taken off behind once ``head`` is gone."""
        most = self.end - self.start - head
        if self.first == self.last:
            return (0, most)
        places = self._places(self.last - 1)
        return (0, *[self.end - at for at in places if self.end - at <= most])

    def _places(self, word: int) -> tuple[int, int, int]:
        start, end = self.words.starts[word], self.words.ends[word]
        return start, start + len(self.words.keys[word].rstrip(_STOPS)), end


def _edit(before: _Cut, after: _Cut) -> list[tuple[Op, str]]:
    """One edit, without what both sides share at its edges."""
    one, other = before.text, after.text
    if one == other:
        return [(Op.EQUAL, one)]
    if not one or not other:
        return [(Op.DELETE, one), (Op.INSERT, other)]
    heads = after.heads()
    head = max([at for at in before.heads() if at in heads and one[:at] == other[:at]])
    tails = after.tails(head)
    tail = max([at for at in before.tails(head) if at in tails and _ends_alike(one, other, at)])
    return [
        (Op.EQUAL, one[:head]),
        (Op.DELETE, one[head : len(one) - tail]),
        (Op.INSERT, other[head : len(other) - tail]),
        (Op.EQUAL, one[len(one) - tail :]),
    ]


def _ends_alike(one: str, other: str, length: int) -> bool:
    return one[len(one) - length :] == other[len(other) - length :]


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
