"""What is sure on both sides of a gap, and the heaviest chain of it that keeps its order."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class Match(NamedTuple):
    """``length`` things from ``old`` on equal as many from ``new`` on, and are worth ``weight``."""

    old: int
    new: int
    length: int
    weight: int


class Gap(NamedTuple):
    """Things ``old:old_end`` against things ``new:new_end``; either may be none."""

    old: int
    old_end: int
    new: int
    new_end: int


def trimmed(old: Sequence[str], new: Sequence[str], gap: Gap) -> Gap:
    """The gap without what opens and closes both sides of it."""
    a, b, c, d = gap
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    return Gap(a, b, c, d)


def unique_in_both(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the strings that stand exactly once on either side, in order of the old."""
    times = Counter(new)
    once = {text for text, number in Counter(old).items() if number == 1 == times.get(text)}
    if not once:
        return []
    places = {text: j for j, text in enumerate(new) if text in once}
    return [(i, places[text]) for i, text in enumerate(old) if text in once]


def heaviest_chain(matches: Sequence[Match]) -> list[Match]:
    """Choose matches that neither cross nor overlap and weigh most together, in order.

    Weighted longest increasing subsequence: the frontier holds, by where they end in the new
    sequence, the finished chains that no shorter one outweighs. O(n log n) but for the
    insertions into a list. Of equally heavy chains the first found wins, so the result is
    always the same.
    """
    if not matches:
        return []
    by_start = sorted(range(len(matches)), key=lambda m: matches[m])
    by_end = sorted(by_start, key=lambda m: matches[m].old + matches[m].length)
    totals = [0] * len(matches)
    before = [-1] * len(matches)
    frontier = _Frontier()
    finished = 0
    for at in by_start:
        old, new, _, weight = matches[at]
        while (done := by_end[finished]) != at:
            ending = matches[done]
            if ending.old + ending.length > old:
                break
            frontier.add(ending.new + ending.length, totals[done], done)
            finished += 1
        before[at], reached = frontier.best_until(new)
        totals[at] = reached + weight
    chain = []
    at = max(by_start, key=totals.__getitem__)
    while at >= 0:
        chain.append(matches[at])
        at = before[at]
    return chain[::-1]


class _Frontier:
    """Finished chains by where they end: both ends and totals rise strictly."""

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._totals: list[int] = []
        self._owners: list[int] = []

    def best_until(self, end: int) -> tuple[int, int]:
        at = bisect_right(self._ends, end) - 1
        return (self._owners[at], self._totals[at]) if at >= 0 else (-1, 0)

    def add(self, end: int, total: int, owner: int) -> None:
        at = bisect_right(self._ends, end)
        if at and self._totals[at - 1] >= total:
            return
        first = at - 1 if at and self._ends[at - 1] == end else at
        last = at
        while last < len(self._ends) and self._totals[last] <= total:
            last += 1
        self._ends[first:last] = [end]
        self._totals[first:last] = [total]
        self._owners[first:last] = [owner]
