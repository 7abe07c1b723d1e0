"""Which blocks between the unchanged ones were edited, split or merged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from notifier.redline.chain import Gap
from notifier.redline.grouping import Link, Part, groups
from notifier.redline.matching import Run, equal_runs, runs_within
from notifier.redline.sliding import slid

_SHARE_OF_A_PAIR = 0.2
"""Two blocks are one edited block from this share of common words on."""

_SHARE_OF_A_PART = 0.6
"""A block came from a split, or went into a merger, from this share of its words on."""

_WORDS_OF_A_PASSAGE = 5
"""So many words in a row are the same passage, whatever became of the rest."""


class Pair(NamedTuple):
    """Blocks that belong together, by index: one to one, one to many, or many to one.

    Attributes:
        runs: their equal words, where they were compared already.
    """

    old: tuple[int, ...]
    new: tuple[int, ...]
    runs: list[Run] | None = None


def pairs(old: Sequence[Part], new: Sequence[Part]) -> Iterator[Pair]:
    """Pair blocks by the words they share when both sides are compared as one text."""
    old_words = [word for part in old for word in part.words]
    new_words = [word for part in new for word in part.words]
    runs = equal_runs(old_words, new_words)
    if len(old) == len(new) == 1:
        if _related([run.length for run in runs], len(old_words), len(new_words)):
            yield Pair((old[0].at,), (new[0].at,), runs)
        return
    old_starts = [0, *accumulate(len(part.words) for part in old)]
    new_starts = [0, *accumulate(len(part.words) for part in new)]
    runs = slid(runs, old_words, new_words, {*old_starts}, {*new_starts})
    links = [
        Link(i, j, sum(inside))
        for (i, j), inside in sorted(_shared(runs, old_starts, new_starts).items())
        if _related(inside, len(old[i].words), len(new[j].words))
    ]
    for olds, news in groups(links, old, new):
        place = Gap(
            old_starts[olds.start],
            old_starts[olds.stop],
            new_starts[news.start],
            new_starts[news.stop],
        )
        yield Pair(
            tuple([old[i].at for i in olds]),
            tuple([new[j].at for j in news]),
            runs_within(runs, old_words, new_words, place),
        )


def _shared(
    runs: Sequence[Run], old_starts: Sequence[int], new_starts: Sequence[int]
) -> dict[tuple[int, int], list[int]]:
    """Lengths of the runs of words that each two blocks share."""
    shared: dict[tuple[int, int], list[int]] = {}
    for run in runs:
        at, end = 0, run.length
        while at < end:
            i = bisect_right(old_starts, run.old + at) - 1
            j = bisect_right(new_starts, run.new + at) - 1
            inside = min(end, old_starts[i + 1] - run.old, new_starts[j + 1] - run.new)
            shared.setdefault((i, j), []).append(inside - at)
            at = inside
    return shared


def _related(runs: Sequence[int], olds: int, news: int) -> bool:
    words = sum(runs)
    return words > 0 and (
        max(runs) >= _WORDS_OF_A_PASSAGE
        or 2 * words >= _SHARE_OF_A_PAIR * (olds + news)
        or words >= _SHARE_OF_A_PART * min(olds, news)
    )
