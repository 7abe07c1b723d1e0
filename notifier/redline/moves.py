"""Blocks that stand elsewhere now, with or without edits of their own."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from notifier.model.text import Block
from notifier.redline.blocks import Gap
from notifier.redline.chain import Match, heaviest_chain

_LEAST_WORDS = 6
"""Shorter texts are too common to be called the same text elsewhere unless they are equal."""

_LEAST_SHARE = 0.5
"""Share of the longer block's word triples that the other has."""

_COMMON_TRIPLE = 4
"""A triple of words in more blocks than this tells nothing."""


def similar_moves(
    old: Mapping[int, Sequence[str]], new: Mapping[int, Sequence[str]], gaps: Sequence[Gap]
) -> dict[int, int]:
    """Pair changed blocks that say nearly the same in another place.

    Args:
        old, new: the blocks that may have moved, by index.
        gaps: the places they stand in, in order; within one place, blocks that keep their
            order have not moved.
    """
    old, new = dict(old), dict(new)
    for gap in gaps:
        if gap.old_end - gap.old == gap.new_end - gap.new:
            _leave_if_alike(gap, old, new)
    found = dict(_best_pairs(old, new))
    place = {at: n for n, gap in enumerate(gaps) for at in range(gap.old, gap.old_end)}
    new_place = {at: n for n, gap in enumerate(gaps) for at in range(gap.new, gap.new_end)}
    near = [Match(i, j, 1, len(old[i])) for i, j in found.items() if place[i] == new_place[j]]
    for match in heaviest_chain(near):
        del found[match.old]
    return found


def _leave_if_alike(gap: Gap, old: dict[int, Sequence[str]], new: dict[int, Sequence[str]]) -> None:
    """Take out blocks that were edited where they stand: most of their words are still there."""
    for i, j in zip(range(gap.old, gap.old_end), range(gap.new, gap.new_end), strict=True):
        words, others = set(old.get(i, ())), set(new.get(j, ()))
        if len(words & others) > _LEAST_SHARE * max(len(words), len(others)):
            del old[i], new[j]


def moved_along(
    moved: Mapping[int, int],
    old: Sequence[Block],
    new: Sequence[Block],
    gone: Container[int],
    come: Container[int],
) -> dict[int, int]:
    """Moved blocks, and the equal ones beside them that moved along, such as their heading.

    Args:
        gone, come: indices of the changed blocks.
    """
    found = dict(moved)
    taken = set(moved.values())
    for step in (-1, 1):
        for pair in sorted(found.items(), reverse=step < 0):
            i, j = pair[0] + step, pair[1] + step
            while (
                i in gone
                and j in come
                and i not in found
                and j not in taken
                and old[i].text == new[j].text
            ):
                found[i] = j
                taken.add(j)
                i, j = i + step, j + step
    return found


def _best_pairs(
    old: Mapping[int, Sequence[str]], new: Mapping[int, Sequence[str]]
) -> Iterator[tuple[int, int]]:
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


def _shares(
    old: Mapping[int, Sequence[str]], new: Mapping[int, Sequence[str]]
) -> dict[tuple[int, int], float]:
    """Which share of its word triples each block has in common with each other one."""
    olds = {i: _triples(words) for i, words in old.items()}
    news = {j: _triples(words) for j, words in new.items()}
    common = set().union(*olds.values()) & set().union(*news.values())
    blocks: dict[tuple[str, ...], list[int]] = {}
    for j, triples in news.items():
        for triple in triples & common:
            blocks.setdefault(triple, []).append(j)
    shares = {}
    for i, triples in olds.items():
        shared: dict[int, int] = {}
        for triple in triples & common:
            if len(blocks[triple]) <= _COMMON_TRIPLE:
                for j in blocks[triple]:
                    shared[j] = shared.get(j, 0) + 1
        for j, number in shared.items():
            shares[i, j] = number / max(len(triples), len(news[j]))
    return shares


def _triples(words: Sequence[str]) -> set[tuple[str, ...]]:
    if len(words) < _LEAST_WORDS:
        return set()
    return set(zip(words, words[1:], words[2:], strict=False))
