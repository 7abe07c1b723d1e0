"""A redline's entries under the headings where a reader looks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from notifier.model.redline import BlockChange, Entry, NoteKind, PointKind, Redline, SummaryPoint
from notifier.model.text import Block, BlockKind
from notifier.rendering.redline.passages import has_visible_edits, is_told

_WHOLE = (BlockChange.ADDED, BlockChange.REMOVED)
_GONE = (BlockChange.REMOVED, BlockChange.MOVED_AWAY)


@dataclass(frozen=True, slots=True)
class Section:
    """The entries from one heading to the next.

    Attributes:
        start: index of its first entry in the redline.
        title: number and words of its heading, as new as it has them; empty before the first.
        level: heading level 1-6; 0 before the first heading.
        has_heading: its first entry is its heading; else it goes on under one told before, or
            has none.
        summary: what changed in it, point by point, but for what its title says: that it is new,
            gone or moved as a whole.
    """

    start: int
    title: str
    level: int
    has_heading: bool
    entries: tuple[Entry, ...]
    summary: tuple[SummaryPoint, ...] = ()

    @property
    def is_changed(self) -> bool:
        """True when there is anything to tell of it; a move is told where it went."""
        return self.fate is not None or bool(self.groups)

    @property
    def numbered(self) -> Iterable[tuple[int, Entry]]:
        """Every entry with its index in the redline."""
        return enumerate(self.entries, self.start)

    @property
    def fate(self) -> BlockChange | None:
        """What happened to the whole section, heading and all: added, removed, moved, or None."""
        fates = {entry.change for entry in self.entries}
        if not self.has_heading or len(fates) > 1:
            return None
        fate = self.entries[0].change
        is_whole = fate in _WHOLE or (fate is BlockChange.MOVED and self._stood_together)
        return fate if is_whole else None

    @property
    def _stood_together(self) -> bool:
        """The old places of its entries follow one another."""
        olds = [at for entry in self.entries for at in entry.old]
        return olds == list(range(olds[0], olds[0] + len(olds)))

    @property
    def groups(self) -> tuple[tuple[Entry, ...], ...]:
        """What to tell, in order: additions, removals or changed links in a row are one group.

        Signposts of what moved away are left out, and so is what the title of a section tells
        that was added, removed or moved as a whole: its heading, and what only moved with it.
        """
        entries = self.entries[1:] if self.fate else self.entries
        if self.fate is BlockChange.MOVED:
            entries = tuple(entry for entry in entries if not only_moved(entry))
        told = [e for e in entries if is_told(e) and e.change is not BlockChange.MOVED_AWAY]
        runs = groupby(enumerate(told), lambda pair: _together(*pair))
        return tuple(tuple(entry for _, entry in run) for _, run in runs)

    def holds(self, at: int) -> bool:
        """True when the redline's entry ``at`` stands in this section."""
        return self.start <= at < self.start + len(self.entries)


def sections(redline: Redline) -> tuple[Section, ...]:
    """Cut a redline at its headings.

    What follows a removed heading belongs to it only while it is itself gone; after that the
    section in which the removed one stood goes on under its own title.
    """
    points = [
        (told.entries[0] if told.entries else 0, point)
        for told in redline.summary
        for point in told.points
    ]
    return tuple(
        replace(section, summary=tuple(_summary(section, points))) for section in _cut(redline)
    )


def _summary(
    section: Section, points: Iterable[tuple[int, SummaryPoint]]
) -> Iterator[SummaryPoint]:
    if section.fate in _WHOLE:
        return
    for at, point in points:
        says_title = section.fate is not None and point.kind is PointKind.MOVED
        if section.holds(at) and not says_title:
            yield point


def _cut(redline: Redline) -> Iterator[Section]:
    section = Section(0, "", 0, has_heading=False, entries=())
    standing = section
    for at, entry in enumerate(redline.entries):
        heading = _heading(redline, entry)
        if heading:
            following = Section(at, titled(heading), heading.level, has_heading=True, entries=())
        elif section.has_heading and section is not standing and entry.change not in _GONE:
            following = replace(standing, start=at, has_heading=False)
        else:
            continue
        if at > section.start:
            yield replace(section, entries=redline.entries[section.start : at])
        section = following
        if not heading or entry.change is not BlockChange.REMOVED:
            standing = section
    if redline.entries:
        yield replace(section, entries=redline.entries[section.start :])


def only_moved(entry: Entry) -> bool:
    """True when a block stands elsewhere and is otherwise as it was, its number apart."""
    is_same = not has_visible_edits(entry) and all(n.kind is not NoteKind.LINK for n in entry.notes)
    return entry.change is BlockChange.MOVED and is_same


def _together(at: int, entry: Entry) -> object:
    return entry.change if entry.change in (*_WHOLE, BlockChange.SAME) else at


def titled(block: Block) -> str:
    """A block's words with its number before them."""
    return f"{block.number} {block.text}" if block.number else block.text


def blocks(redline: Redline, entry: Entry) -> tuple[Block, ...]:
    """The entry's blocks in the new text, or in the old one where it is gone."""
    if entry.new:
        return tuple(redline.new.blocks[at] for at in entry.new)
    return tuple(redline.old.blocks[at] for at in entry.old)


def _heading(redline: Redline, entry: Entry) -> Block | None:
    if entry.change is BlockChange.MOVED_AWAY:
        return None
    first = blocks(redline, entry)[0]
    return first if first.kind is BlockKind.HEADING else None
