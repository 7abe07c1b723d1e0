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
) -> dict[int, int]:
    """Pair changed blocks that say nearly the same in another place.

    Args:
        old, new: the blocks that may have moved, by index.
        gaps: the places they stand in, in order; within one place, blocks that keep their
            order have not moved.
    """
    place = {at: n for n, gap in enumerate(gaps) for at in range(gap.old, gap.old_end)}
    new_place = {at: n for n, gap in enumerate(gaps) for at in range(gap.new, gap.new_end)}
    found = dict(_best_pairs(old, new))
    near = [Match(i, j, 1, len(old[i].keys)) for i, j in found.items() if place[i] == new_place[j]]
    for match in heaviest_chain(near):
        del found[match.old]
    return found


def moved_along(
    moved: Mapping[int, int], old: Mapping[int, Words], new: Mapping[int, Words]
) -> dict[int, int]:
    """Moved blocks, and the equal ones beside them that moved along, such as their heading.

    Args:
        old, new: the changed blocks, by index.
    """
    found = dict(moved)
    taken = set(moved.values())
    for step in (-1, 1):
        for pair in sorted(found.items(), reverse=step < 0):
            i, j = pair[0] + step, pair[1] + step
            while i not in found and j not in taken and _equal(old.get(i), new.get(j)):
                found[i] = j
                taken.add(j)
                i, j = i + step, j + step
    return found


def _equal(old: Words | None, new: Words | None) -> bool:
    return old is not None and new is not None and old.text == new.text


def _best_pairs(old: Mapping[int, Words], new: Mapping[int, Words]) -> Iterator[tuple[int, int]]:
    """Pairs of which each block is the other's best partner."""
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
