"""Blocks that stand elsewhere now, with or without edits of their own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from notifier.redline.blocks import Gap
from notifier.redline.chain import Match, heaviest_chain
from notifier.redline.words import Words

_LEAST_WORDS = 6
"""Shorter texts are too common to be called the same text elsewhere unless they are equal."""

_LEAST_SHARE = 0.5
"""Share of the longer block's word triples that the other has."""

_COMMON_TRIPLE = 4
"""A triple of words in more blocks than this tells nothing."""


def similar_moves(
    old: Mapping[int, Words], new: Mapping[int, Words], gaps: Sequence[Gap]
) -> list[tuple[int, int]]:
    """Pair changed blocks that say nearly the same in another place.

    Args:
        old, new: the blocks that may have moved, by index.
        gaps: the places they stand in, in order; within one place, blocks that keep their
            order have not moved.
    """
    place = {at: n for n, gap in enumerate(gaps) for at in range(gap.old, gap.old_end)}
    new_place = {at: n for n, gap in enumerate(gaps) for at in range(gap.new, gap.new_end)}
    pairs = list(_best_pairs(old, new))
    near = [Match(i, j, 1, len(old[i].keys)) for i, j in pairs if place[i] == new_place[j]]
    stayed = {(match.old, match.new) for match in heaviest_chain(near)}
    return [pair for pair in pairs if pair not in stayed]


def with_neighbours(
    moved: Sequence[tuple[int, int]], old: Mapping[int, str], new: Mapping[int, str]
) -> list[tuple[int, int]]:
    """Moved pairs, and the equal blocks beside them that moved along, such as their heading.

    Args:
        old, new: texts of the blocks that are not paired otherwise, by index.
    """
    pairs = dict(moved)
    taken = set(pairs.values())
    for step in (-1, 1):
        for found in sorted(pairs.items(), reverse=step < 0):
            i, j = found[0] + step, found[1] + step
            while old.get(i) == new.get(j) is not None and i not in pairs and j not in taken:
                pairs[i] = j
                taken.add(j)
                i, j = i + step, j + step
    return sorted(pairs.items())


def _best_pairs(old: Mapping[int, Words], new: Mapping[int, Words]) -> Iterator[tuple[int, int]]:
    """Pairs in which either block is the other's best."""
    shares = _shares(old, new)
    best_old: dict[int, tuple[float, int]] = {}
    best_new: dict[int, tuple[float, int]] = {}
    for (i, j), share in shares.items():
        best_old[i] = max(best_old.get(i, (0.0, 0)), (share, -j))
        best_new[j] = max(best_new.get(j, (0.0, 0)), (share, -i))
    for i, (share, j) in sorted(best_old.items()):
        if share >= _LEAST_SHARE and best_new[-j][1] == -i:
            yield i, -j


def _shares(old: Mapping[int, Words], new: Mapping[int, Words]) -> dict[tuple[int, int], float]:
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes = {}
    for j, words in new.items():
        triples = _triples(words)
        sizes[j] = len(triples)
        for triple in triples:
            blocks[triple].append(j)
    shares = {}
    for i, words in old.items():
        triples = _triples(words)
        shared: Counter[int] = Counter()
        for triple in triples:
            if len(found := blocks.get(triple, ())) <= _COMMON_TRIPLE:
                shared.update(found)
        for j, number in shared.items():
            shares[i, j] = number / max(len(triples), sizes[j])
    return shares


def _triples(words: Words) -> set[tuple[str, ...]]:
    keys = words.keys
    if len(keys) < _LEAST_WORDS:
        return set()
    return set(zip(keys, keys[1:], keys[2:], strict=False))
