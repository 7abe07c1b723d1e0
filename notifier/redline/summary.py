"""What changed, section by section, as points taken by rule from the edits.

A point holds verbatim words of the two texts and the name of what happened to them; nothing is
interpreted, and the words around them are the view's, in its reader's language. What is no change
(numbers, format, a paragraph divided) is no point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from notifier.model.redline import (
    BlockChange,
    Entry,
    NoteKind,
    PointKind,
    SectionSummary,
    Signal,
    SummaryPoint,
)
from notifier.model.text import Block, BlockKind, Document
from notifier.redline.points import OWN_DATE, of_edits
from notifier.redline.quoting import opening
from notifier.redline.wording import only_dates_differ

_MOST_POINTS = 6
"""Points of a section; what goes beyond them is counted."""

_WHOLE = {BlockChange.ADDED: PointKind.ADDED, BlockChange.REMOVED: PointKind.REMOVED}
_LAST = (PointKind.MOVED, PointKind.CORRECTED)
_CELL_JOINT = " | "
_LINK = "link"


def summarised(
    old: Document, new: Document, entries: Sequence[Entry], signals: Sequence[Signal]
) -> tuple[SectionSummary, ...]:
    """Summarise a redline: its changed sections in reading order, those that matter first."""
    reader = _Reader(old, new, entries, signals)
    changed = [
        at
        for at, entry in enumerate(entries)
        if entry.is_change and entry.change is not BlockChange.MOVED_AWAY
    ]
    told = [
        reader.section(heading, [*group])
        for heading, group in groupby(changed, lambda at: entries[at].section)
    ]
    material = {signal.entry for signal in signals}
    told.sort(key=lambda section: material.isdisjoint(section.entries))
    return tuple(section for section in told if section.points)


class _Reader:
    def __init__(
        self, old: Document, new: Document, entries: Sequence[Entry], signals: Sequence[Signal]
    ) -> None:
        self._old = old
        self._new = new
        self._entries = entries
        self._signals: dict[int, list[Signal]] = {}
        for signal in signals:
            self._signals.setdefault(signal.entry, []).append(signal)

    def section(self, heading: str, places: Sequence[int]) -> SectionSummary:
        """The points of the changed entries under one heading, most telling ones first."""
        first = self._entries[places[0]]
        is_heading = self._block(places[0]).kind is BlockKind.HEADING
        told, change = places, BlockChange.EDITED
        points: list[SummaryPoint] = []
        if is_heading and first.change in _WHOLE and len(places) > 1:
            told, change = places[1:], first.change
        elif is_heading and first.change is BlockChange.MOVED:
            points.append(SummaryPoint(PointKind.MOVED))
        for row in self._rows(told):
            points += self._of_row(row)
        if points[:1] == [SummaryPoint(PointKind.MOVED)]:
            points[1:] = [point for point in points[1:] if point.kind is not PointKind.MOVED]
        found = _counted(dict.fromkeys(points))
        found.sort(key=lambda point: (point.rule in ("", OWN_DATE), point.kind in _LAST))
        return SectionSummary(heading, tuple(_bounded(found)), tuple(places), change)

    def _rows(self, places: Sequence[int]) -> Iterator[list[int]]:
        """Cells of a table's row that came or went together; everything else by itself."""
        row: list[int] = []
        for at in places:
            if row and self._row(row[-1]) != self._row(at):
                yield row
                row = []
            row.append(at)
        if row:
            yield row

    def _row(self, at: int) -> object:
        cell = self._block(at).cell
        change = self._entries[at].change
        return (change, cell[0]) if cell and change in _WHOLE else at

    def _of_row(self, row: Sequence[int]) -> Iterator[SummaryPoint]:
        entry = self._entries[row[0]]
        signals = [
            signal for at in row for signal in self._signals.get(at, ()) if signal.rule != _LINK
        ]
        for note in entry.notes:
            if note.kind is NoteKind.LINK:
                yield SummaryPoint(PointKind.LINK, _LINK, note.before, note.after, note.text)
        if entry.change in _WHOLE:
            parts = [self._entries[at] for at in row]
            words = opening(_CELL_JOINT.join(part.new_text or part.old_text for part in parts))
            before, after = ("", words) if entry.change is BlockChange.ADDED else (words, "")
            yield SummaryPoint(_WHOLE[entry.change], _first_rule(signals), before, after)
        elif any(note.kind is NoteKind.RENAMED for note in entry.notes) and not only_dates_differ(
            entry.old_text, entry.new_text
        ):
            quotes = opening(entry.old_text), opening(entry.new_text)
            yield SummaryPoint(PointKind.RENAMED, "", *quotes)
        else:
            if entry.change is BlockChange.MOVED:
                yield SummaryPoint(PointKind.MOVED, after=opening(entry.new_text))
            about = self._row_heading(row[0])
            for point in of_edits(entry, signals):
                yield replace(point, about=about) if point.kind is PointKind.VALUE else point

    def _row_heading(self, at: int) -> str:
        """What stands in the first cell of a table cell's row; nothing for another block."""
        cell = self._block(at).cell
        if cell is None or cell[1] == 0:
            return ""
        index = self._entries[at].new[0]
        for block in reversed(self._new.blocks[:index]):
            if block.cell is None or block.cell[0] != cell[0]:
                break
            if block.cell[1] == 0:
                return opening(block.text)
        return ""

    def _block(self, at: int) -> Block:
        entry = self._entries[at]
        return self._new.blocks[entry.new[0]] if entry.new else self._old.blocks[entry.old[0]]


def _first_rule(signals: Sequence[Signal]) -> str:
    return signals[0].rule if signals else ""


def _counted(points: Iterable[SummaryPoint]) -> list[SummaryPoint]:
    """Corrections of the whole section as one point."""
    found = [*points]
    corrections = sum(point.count for point in found if point.kind is PointKind.CORRECTED)
    told = [point for point in found if point.kind is not PointKind.CORRECTED]
    return [*told, SummaryPoint(PointKind.CORRECTED, count=corrections)] if corrections else told


def _bounded(points: Sequence[SummaryPoint]) -> Iterator[SummaryPoint]:
    more = len(points) - _MOST_POINTS + 1
    if more <= 1:
        yield from points
    else:
        yield from points[: _MOST_POINTS - 1]
        yield SummaryPoint(PointKind.MORE, count=more)
