"""Cards as the lines of a page: a card of its own, or the cells of one table row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from notifier.model.redline import BlockChange
from notifier.rendering.redline.cards import Card

_WHOLE = (BlockChange.ADDED, BlockChange.REMOVED)
_AWAY = (BlockChange.MOVED_AWAY,)


@dataclass(frozen=True, slots=True)
class Line:
    """What a reader takes in at once, and jumps to at once.

    Attributes:
        cards: one card, or the cells of a table row.
        is_row: it is a table row; is_head: it is the first row of its table.
        what: what happened, as a label; empty for an unchanged line.
        is_new: its label differs from the line before; a run of added paragraphs is one change.
    """

    cards: tuple[Card, ...]
    is_row: bool
    is_head: bool
    what: str
    is_new: bool

    @property
    def columns(self) -> tuple[Card | None, ...]:
        """A table row's cards in their columns; None where the row has no cell."""
        by_column = {card.cell[1]: card for card in self.cards if card.cell}
        return tuple(by_column.get(column) for column in range(max(by_column, default=-1) + 1))

    @property
    def is_stop(self) -> bool:
        """A reader going from change to change stops here."""
        return self.is_new and any(card.is_stop for card in self.cards)

    @property
    def change(self) -> BlockChange:
        """What happened to all of it; ``edited`` when its cells differ."""
        changes = {card.change for card in self.cards}
        return self.cards[0].change if len(changes) == 1 else BlockChange.EDITED


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together: the rows of a table, or a single line of text."""

    is_table: bool
    lines: tuple[Line, ...]

    @property
    def columns(self) -> int:
        """How many columns the table has."""
        return max(len(line.columns) for line in self.lines)


def lines(cards: Sequence[Card], edited: str) -> Iterator[Line]:
    """The cards line by line; ``edited`` labels a row of which only some cells changed."""
    before: Line | None = None
    for row in _rows([card for card in cards if card.what or card.change not in _AWAY]):
        cell = row[0].cell
        labels = {card.what for card in row}
        what = labels.pop() if len(labels) == 1 else edited
        line = Line(row, cell is not None, cell is not None and cell[0] == 0, what, is_new=True)
        goes_on = line.change in _WHOLE or (bool(what) and not line.is_stop)
        if before and before.change is line.change and before.what == what and goes_on:
            line = replace(line, is_new=False)
        yield line
        before = line


def parts(found: Sequence[Line]) -> Iterator[Part]:
    """The lines with the rows of each table together."""
    for is_row, run in groupby(found, key=lambda line: line.is_row):
        if is_row:
            yield Part(is_table=True, lines=tuple(run))
        else:
            yield from (Part(is_table=False, lines=(line,)) for line in run)


def _rows(cards: Sequence[Card]) -> Iterator[tuple[Card, ...]]:
    row: list[Card] = []
    for card in cards:
        if row and not _beside(row[-1], card):
            yield tuple(row)
            row = []
        row.append(card)
    if row:
        yield tuple(row)


def _beside(left: Card, right: Card) -> bool:
    """True when two cards in a row are cells of one table row of one text."""
    if left.cell is None or right.cell is None:
        return False
    same_text = (left.change is BlockChange.REMOVED) == (right.change is BlockChange.REMOVED)
    return same_text and left.cell[0] == right.cell[0] and left.cell[1] < right.cell[1]
