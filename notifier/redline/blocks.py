"""What holds two documents together: the blocks whose text is on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from notifier.redline.chain import Gap, Match, heaviest_chain, trimmed, unique_in_both
from notifier.redline.words import count

_WORDS_OF_AN_ANCHOR = 3
"""Shorter texts (``Yes``, ``Name``) recur; inside a change they hold nothing in place."""


class Frame(NamedTuple):
    """Pairs of blocks with equal text, and what is between them.

    Attributes:
        same: pairs in order on both sides.
        moved: pairs out of that order.
        gaps: what lies between the pairs in order, moved blocks included.
    """

    same: list[tuple[int, int]]
    moved: list[tuple[int, int]]
    gaps: list[Gap]


def frame(old: Sequence[str], new: Sequence[str]) -> Frame:
    """Pair the equal texts of two documents, heaviest chain first, then again in each gap."""
    found = Frame([], [], [])
    todo = [Gap(0, len(old), 0, len(new))]
    least = 1
    while todo:
        whole = todo.pop()
        gap = trimmed(old, new, whole)
        found.same.extend(zip(range(whole.old, gap.old), range(whole.new, gap.new), strict=True))
        found.same.extend(
            zip(range(gap.old_end, whole.old_end), range(gap.new_end, whole.new_end), strict=True)
        )
        shared = _unique(old, new, gap, least)
        least = _WORDS_OF_AN_ANCHOR
        chain = heaviest_chain(shared)
        if chain:
            found.same.extend((match.old, match.new) for match in chain)
            found.moved.extend(_off(chain, shared))
            todo.extend(_between(chain, gap))
        elif gap.old < gap.old_end or gap.new < gap.new_end:
            found.gaps.append(gap)
    return Frame(sorted(found.same), found.moved, sorted(found.gaps))


def _unique(old: Sequence[str], new: Sequence[str], gap: Gap, least: int) -> list[Match]:
    """Texts of at least so many words that stand once on either side of the gap."""
    if gap.old == gap.old_end or gap.new == gap.new_end:
        return []
    return [
        Match(gap.old + i, gap.new + j, 1, weight)
        for i, j in unique_in_both(old[gap.old : gap.old_end], new[gap.new : gap.new_end])
        if (weight := count(old[gap.old + i])) >= least
    ]


def _off(chain: Sequence[Match], shared: Sequence[Match]) -> list[tuple[int, int]]:
    """Long enough texts that had to be left out of the chain: they moved."""
    kept = {match.old for match in chain}
    return [
        (match.old, match.new)
        for match in shared
        if match.old not in kept and match.weight >= _WORDS_OF_AN_ANCHOR
    ]


def _between(chain: Sequence[Match], gap: Gap) -> Iterator[Gap]:
    """The places between the pairs of the chain where there is something left."""
    a, c = gap.old, gap.new
    for match in chain:
        if a < match.old or c < match.new:
            yield Gap(a, match.old, c, match.new)
        a, c = match.old + 1, match.new + 1
    yield Gap(a, gap.old_end, c, gap.new_end)
