"""Tracked table cells as the rows of a Word table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from notifier.rendering.redline.tracked import Track, TrackedParagraph, TrackedWords

_IN_CELLS = {Track.MOVED_FROM: Track.DELETED, Track.MOVED_TO: Track.INSERTED}


@dataclass(frozen=True, slots=True)
class GridRow:
    """A table row; ``track`` is how the whole row is tracked, kept when only its words are."""

    track: Track
    cells: tuple[TrackedParagraph, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a table, or of several that follow each other."""

    rows: tuple[GridRow, ...]


def grids(paragraphs: Iterable[TrackedParagraph]) -> Iterator[TrackedParagraph | Grid]:
    """The paragraphs with runs of table cells gathered into tables.

    The end of a cell cannot be tracked, so a table in which a cell was divided or joined stays
    a run of paragraphs; and a move in or out of a cell is tracked as a deletion and an insertion.
    """
    for is_table, run in groupby(paragraphs, key=lambda content: content.block.cell is not None):
        found = list(run)
        if is_table and not any(map(_is_joint, found)):
            yield Grid(tuple(_row(row) for row in _rows(found)))
        else:
            yield from found


def _is_joint(content: TrackedParagraph) -> bool:
    """True when the end of a block was inserted or deleted, but not the block."""
    whole = all(words.track is content.mark for words in content.words)
    return content.mark in (Track.INSERTED, Track.DELETED) and not whole


def _rows(cells: Sequence[TrackedParagraph]) -> Iterator[list[TrackedParagraph]]:
    row: list[TrackedParagraph] = []
    for cell in cells:
        if row and not _beside(row[-1], cell):
            yield row
            row = []
        row.append(cell)
    yield row


def _beside(left: TrackedParagraph, right: TrackedParagraph) -> bool:
    gone = (Track.DELETED, Track.MOVED_FROM)
    if left.block.cell is None or right.block.cell is None:
        return False
    same_text = (left.mark in gone) == (right.mark in gone)
    row, column = right.block.cell
    return same_text and left.block.cell[0] == row and left.block.cell[1] < column


def _row(cells: Sequence[TrackedParagraph]) -> GridRow:
    marks = {_IN_CELLS.get(cell.mark, cell.mark) for cell in cells}
    track = marks.pop() if len(marks) == 1 else Track.KEPT
    return GridRow(track, tuple(_in_cell(cell) for cell in cells))


def _in_cell(cell: TrackedParagraph) -> TrackedParagraph:
    words = [TrackedWords(_IN_CELLS.get(run.track, run.track), run.text) for run in cell.words]
    return replace(cell, words=tuple(words), mark=Track.KEPT, move=0)
