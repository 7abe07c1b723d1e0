"""Which blocks of two documents belong together, and which of them moved."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from notifier.model.text import Block, BlockKind
from notifier.redline.blocks import frame
from notifier.redline.grouping import Part
from notifier.redline.moves import moved_along, similar_moves
from notifier.redline.pairing import Pair, pairs
from notifier.redline.words import words

JOINT = "\n"
"""Joins the blocks of a split or a merger; a block that has one in it is in neither."""

_NEVER_JOINED = frozenset({BlockKind.HEADING, BlockKind.TABLE_CELL, BlockKind.CODE})


class Alignment(NamedTuple):
    """Every block that is on both sides.

    Attributes:
        pairs: blocks that belong together, in order on both sides.
        moved: old index → new index of the blocks that stand elsewhere.
        old_words, new_words: the words of every block whose text is not on both sides.
    """

    pairs: list[Pair]
    moved: dict[int, int]
    old_words: dict[int, list[str]]
    new_words: dict[int, list[str]]


def align(old: Sequence[Block], new: Sequence[Block]) -> Alignment:
    """Pair equal blocks, find those that moved, then pair what was edited in between."""
    held = frame([block.text for block in old], [block.text for block in new])
    moved = dict(held.moved)
    gone = _words(old, (range(gap.old, gap.old_end) for gap in held.gaps), moved)
    come = _words(new, (range(gap.new, gap.new_end) for gap in held.gaps), set(moved.values()))
    moved |= similar_moves(gone, come, held.gaps)
    moved = moved_along(moved, old, new, gone.keys(), come.keys())
    arrived = set(moved.values())
    edited: list[Pair] = []
    for gap in held.gaps:
        olds = [_part(old, gone, at) for at in range(gap.old, gap.old_end) if at not in moved]
        news = [_part(new, come, at) for at in range(gap.new, gap.new_end) if at not in arrived]
        edited += pairs(olds, news) if olds and news else ()
    aligned = [Pair((i,), (j,)) for i, j in held.same] + edited
    left = gone.keys() - moved.keys() - {at for pair in edited for at in pair.old}
    came = come.keys() - arrived - {at for pair in edited for at in pair.new}
    if left and came:
        aligned += _beside(sorted(aligned, key=_place), left, came, old, new)
    return Alignment(sorted(aligned, key=_place), moved, gone, come)


def _words(
    blocks: Sequence[Block], gaps: Iterable[range], but: Container[int]
) -> dict[int, list[str]]:
    return {at: words(blocks[at].text) for gap in gaps for at in gap if at not in but}


def _part(blocks: Sequence[Block], cut: Mapping[int, list[str]], at: int) -> Part:
    block = blocks[at]
    return Part(at, cut[at], block.kind not in _NEVER_JOINED and JOINT not in block.text)


def _beside(
    aligned: Sequence[Pair],
    gone: set[int],
    come: set[int],
    old: Sequence[Block],
    new: Sequence[Block],
) -> list[Pair]:
    """Headings and cells with wholly new words, known by the pair they stand next to.

    Cells are first looked for beside a pair of their own row; beside one of another row only
    where as many went as came, for else nobody knows which row became which.
    """
    found: list[Pair] = []
    for own_row in (True, False):
        for step in (-1, 1):
            for pair in aligned[::step]:
                end = -1 if step > 0 else 0
                i, j = pair.old[end] + step, pair.new[end] + step
                if not own_row and _left(gone, i, step) != _left(come, j, step):
                    continue
                while i in gone and j in come and _same_role(old, new, i, j, step, own_row):
                    found.append(Pair((i,), (j,)))
                    gone.discard(i)
                    come.discard(j)
                    i, j = i + step, j + step
    return found


def _left(places: set[int], at: int, step: int) -> int:
    """How many in a row, from one place on, are left."""
    return next(n for n in count() if at + n * step not in places)


def _place(pair: Pair) -> int:
    return pair.old[0]


def _same_role(
    old: Sequence[Block], new: Sequence[Block], i: int, j: int, step: int, own_row: bool
) -> bool:
    """A heading above the same text, or a cell of the same column beside the same cell."""
    one, other = old[i], new[j]
    if one.kind is not other.kind:
        return False
    if one.kind is BlockKind.HEADING:
        return step < 0 and one.level == other.level
    if one.kind is not BlockKind.TABLE_CELL or not one.cell or not other.cell:
        return False
    if own_row and not (_one_row(one, old[i - step]) and _one_row(other, new[j - step])):
        return False
    return one.cell[1] == other.cell[1]


def _one_row(cell: Block, beside: Block) -> bool:
    return bool(cell.cell and beside.cell and cell.cell[0] == beside.cell[0])
