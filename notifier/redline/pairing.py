"""Which blocks between the unchanged ones were edited, split or merged."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from notifier.redline.matching import Run, equal_runs

_SHARE_OF_A_PAIR = 0.25
"""Two blocks are one edited block from this share of common words on."""

_SHARE_OF_A_PART = 0.6
"""A block came from a split, or went into a merger, from this share of its words on."""

_WORDS_OF_A_PASSAGE = 6
"""So many words in a row are the same passage, whatever became of the rest."""


class Part(NamedTuple):
    """A changed block: its index, its words, and whether it can be part of a split or merger."""

    at: int
    words: list[str]
    joins: bool


class Pair(NamedTuple):
    """Blocks that belong together, by index: one to one, one to many, or many to one.

    Attributes:
        runs: their equal words, where they were compared already.
    """

    old: tuple[int, ...]
    new: tuple[int, ...]
    runs: list[Run] | None = None


class _Link(NamedTuple):
    """Two parts that share this many words."""

    old: int
    new: int
    words: int


def pairs(old: Sequence[Part], new: Sequence[Part]) -> Iterator[Pair]:
    """Pair blocks by the words they share when both sides are compared as one text."""
    runs = equal_runs(
        [word for part in old for word in part.words],
        [word for part in new for word in part.words],
    )
    if len(old) == len(new) == 1:
        if _related([run.length for run in runs], len(old[0].words), len(new[0].words)):
            yield Pair((old[0].at,), (new[0].at,), runs)
        return
    shared = _shared(runs, old, new)
    links = sorted(
        _Link(i, j, sum(run.length for run in inside))
        for (i, j), inside in shared.items()
        if _related([run.length for run in inside], len(old[i].words), len(new[j].words))
    )
    old_links, new_links = Counter(i for i, _ in shared), Counter(j for _, j in shared)
    for olds, news in _grouped(links, old, new):
        i, j = olds[0], news[0]
        alone = len(olds) == len(news) == old_links[i] == new_links[j] == 1
        yield Pair(
            tuple([old[i].at for i in olds]),
            tuple([new[j].at for j in news]),
            shared[i, j] if alone else None,
        )


def _shared(
    runs: Sequence[Run], old: Sequence[Part], new: Sequence[Part]
) -> dict[tuple[int, int], list[Run]]:
    """The runs of words that each two blocks share, counted from the blocks' first words."""
    old_starts = [0, *accumulate(len(part.words) for part in old)]
    new_starts = [0, *accumulate(len(part.words) for part in new)]
    shared: dict[tuple[int, int], list[Run]] = {}
    for run in runs:
        at, end = 0, run.length
        while at < end:
            i = bisect_right(old_starts, run.old + at) - 1
            j = bisect_right(new_starts, run.new + at) - 1
            inside = min(end, old_starts[i + 1] - run.old, new_starts[j + 1] - run.new)
            piece = Run(run.old + at - old_starts[i], run.new + at - new_starts[j], inside - at)
            shared.setdefault((i, j), []).append(piece)
            at = inside
    return shared


def _related(runs: Sequence[int], olds: int, news: int) -> bool:
    words = sum(runs)
    return words > 0 and (
        max(runs) >= _WORDS_OF_A_PASSAGE
        or 2 * words >= _SHARE_OF_A_PAIR * (olds + news)
        or words >= _SHARE_OF_A_PART * min(olds, news)
    )


def _grouped(
    links: Sequence[_Link], old: Sequence[Part], new: Sequence[Part]
) -> Iterator[tuple[range, range]]:
    """Links in order as groups in which at least one side is a single block.

    A block that has two partners which cannot be joined keeps the one it shares more with.
    """
    olds = news = range(0)
    weight = 0
    for i, j, words in links:
        if i >= olds.stop and j >= news.stop:
            if olds:
                yield olds, news
            olds, news, weight = range(i, i + 1), range(j, j + 1), words
        elif len(olds) == 1 and i == olds[0] and j >= news.stop and _adjoin(new, news, j):
            news = range(news.start, j + 1)
            weight += words
        elif len(news) == 1 and j == news[0] and i >= olds.stop and _adjoin(old, olds, i):
            olds = range(olds.start, i + 1)
            weight += words
        elif words > weight and i >= olds.start and j >= news.start:
            olds, news, weight = range(i, i + 1), range(j, j + 1), words
    if olds:
        yield olds, news


def _adjoin(parts: Sequence[Part], group: range, at: int) -> bool:
    """Can the part be joined to the group? Nothing but empty blocks may stand between."""
    between = parts[group.stop : at]
    whole = parts[group.start : at + 1]
    return (
        not any(part.words for part in between)
        and all(part.joins for part in whole)
        and whole[-1].at - whole[0].at == len(whole) - 1
    )
