"""Which blocks between the unchanged ones were edited, split or merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from notifier.redline.matching import equal_runs
from notifier.redline.words import Words

_SHARE_OF_A_PAIR = 0.3
"""Two blocks are one edited block from this share of common words on."""

_SHARE_OF_A_PART = 0.6
"""A block came from a split, or went into a merger, from this share of its words on."""


_WORDS_OF_A_PASSAGE = 8
"""So many words in a row are the same passage, whatever became of the rest."""


class Pair(NamedTuple):
    """Blocks that belong together, by index: one to one, one to many, or many to one."""

    old: tuple[int, ...]
    new: tuple[int, ...]


def pairs(old: Sequence[Words], new: Sequence[Words]) -> list[Pair]:
    """Pair blocks by the words they share when both sides are compared as one text."""
    links = sorted(
        (i, j)
        for (i, j), words in _shared(old, new).items()
        if _related(words, len(old[i].keys), len(new[j].keys))
    )
    return list(_grouped(links))


def _shared(old: Sequence[Words], new: Sequence[Words]) -> dict[tuple[int, int], list[int]]:
    """The lengths of the runs of words that each two blocks share, in order."""
    old_owner = [at for at, words in enumerate(old) for _ in words.keys]
    new_owner = [at for at, words in enumerate(new) for _ in words.keys]
    runs = equal_runs(
        [key for words in old for key in words.keys], [key for words in new for key in words.keys]
    )
    shared: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, j, length in runs:
        last = None
        for at in range(length):
            owners = old_owner[i + at], new_owner[j + at]
            if owners == last:
                shared[owners][-1] += 1
            else:
                shared[owners].append(1)
            last = owners
    return shared


def _related(runs: Sequence[int], olds: int, news: int) -> bool:
    words = sum(runs)
    return (
        max(runs) >= _WORDS_OF_A_PASSAGE
        or 2 * words >= _SHARE_OF_A_PAIR * (olds + news)
        or words >= _SHARE_OF_A_PART * min(olds, news)
    )


def _grouped(links: Sequence[tuple[int, int]]) -> Iterator[Pair]:
    """Links in order as pairs in which at least one side is a single block."""
    olds = news = range(0)
    for i, j in links:
        if len(olds) == 1 and i == olds[0] and j >= news.stop:
            news = range(news.start, j + 1)
        elif len(news) == 1 and j == news[0] and i >= olds.stop:
            olds = range(olds.start, i + 1)
        elif i >= olds.stop and j >= news.stop:
            if olds:
                yield Pair(tuple(olds), tuple(news))
            olds, news = range(i, i + 1), range(j, j + 1)
    if olds:
        yield Pair(tuple(olds), tuple(news))
