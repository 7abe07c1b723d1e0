"""Blocks that stand elsewhere now, with or without edits of their own."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from notifier.model.text import Block
from notifier.redline.chain import Gap, Match, heaviest_chain

_LEAST_WORDS = 6
"""Shorter texts are too common to be called the same text elsewhere unless they are equal."""

_LEAST_SHARE = 0.5
"""Share of the longer block's word triples that the other has."""

_Triple = tuple[str, str, str]


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
    best_old: dict[int, tuple[float, int]] = {}
    best_new: dict[int, tuple[float, int]] = {}
    for (i, j), share in _shares(old, new):
        best_old[i] = max(best_old.get(i, (0.0, 0)), (share, -j))
        best_new[j] = max(best_new.get(j, (0.0, 0)), (share, -i))
    for i, (share, j) in sorted(best_old.items()):
        if share >= _LEAST_SHARE and best_new[-j][1] == -i:
            yield i, -j


def _shares(
    old: Mapping[int, Sequence[str]], new: Mapping[int, Sequence[str]]
) -> Iterator[tuple[tuple[int, int], float]]:
    """Which share of its word triples each block has in common with those that may be it.

    May be it: at least one triple stands once on either side, in these two blocks.
    """
    olds, news = _triples(old), _triples(new)
    last, first = _owners(olds), _owners(dict(reversed(olds.items())))
    new_last, new_first = _owners(news), _owners(dict(reversed(news.items())))
    likely = {
        (first[triple], new_first[triple])
        for triple in first.keys() & new_first.keys()
        if first[triple] == last[triple] and new_first[triple] == new_last[triple]
    }
    for i, j in likely:
        one, other = set(olds[i]), set(news[j])
        yield (i, j), len(one & other) / max(len(one), len(other))


def _triples(blocks: Mapping[int, Sequence[str]]) -> dict[int, list[_Triple]]:
    """The word triples of each block that is long enough to be known again."""
    return {
        at: list(zip(words, words[1:], words[2:], strict=False))
        for at, words in blocks.items()
        if len(words) >= _LEAST_WORDS
    }


def _owners(blocks: Mapping[int, Sequence[_Triple]]) -> dict[_Triple, int]:
    """The last of the blocks that each triple stands in."""
    owners: dict[_Triple, int] = {}
    for at, triples in blocks.items():
        owners.update(dict.fromkeys(triples, at))
    return owners
