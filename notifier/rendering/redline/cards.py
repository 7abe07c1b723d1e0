"""One entry as the page shows it: in one text and side by side, with its label and remarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.model.redline import BlockChange, Entry, Op, Redline, Span
from notifier.model.text import Block
from notifier.rendering.redline.characters import visible
from notifier.rendering.redline.passages import Run, is_told, running, runs
from notifier.rendering.redline.sections import only_moved
from notifier.rendering.redline.wording import Wording

_FAR_ENDS = {
    BlockChange.MOVED: BlockChange.MOVED_AWAY,
    BlockChange.MOVED_AWAY: BlockChange.MOVED,
}


@dataclass(frozen=True, slots=True)
class Card:
    """One entry as the page shows it.

    Attributes:
        id: anchor of the entry.
        number, old_number: its numbering as it is and as it was.
        inline, before, after: its words in one text, as they were, and as they are.
        what: what happened, as a label; empty for an unchanged block, and at the old place of a
            block whose section has a signpost there.
        is_stop: a reader going from change to change stops here; not at the old place of what
            moved, nor at what only moved with its section.
        other: anchor of the other end of a move, or empty.
        cell: row and column of a table cell, else None.
    """

    id: str
    change: BlockChange
    kind: str
    number: str
    old_number: str

    inline: tuple[Run, ...]
    before: tuple[Run, ...]
    after: tuple[Run, ...]
    what: str
    notes: tuple[str, ...]
    is_stop: bool
    other: str
    cell: tuple[int, int] | None


class Cards:
    """Makes the cards of one redline."""

    def __init__(self, redline: Redline, wording: Wording) -> None:
        """Show ``redline`` in the words of ``wording``."""
        self._redline = redline
        self._wording = wording
        self._ends = {
            (entry.change, entry.move): f"c{at}"
            for at, entry in enumerate(redline.entries)
            if entry.move
        }

    def card(self, at: int, entry: Entry) -> Card:
        """The card of the redline's entry ``at``."""
        olds = [self._redline.old.blocks[index] for index in entry.old]
        news = [self._redline.new.blocks[index] for index in entry.new]
        block = (news or olds)[0]
        without = Op.DELETE if news else Op.INSERT
        far = _FAR_ENDS.get(entry.change)
        what = self._wording.what(entry) if is_told(entry) else ""
        is_along = what == self._wording.along
        is_away = entry.change is BlockChange.MOVED_AWAY
        return Card(
            id=f"c{at}",
            change=entry.change,
            kind=block.kind.value,
            number=visible(block.number),
            old_number=visible((olds or news)[0].number),
            inline=runs(running(entry.spans, _breaks(news or olds), without)),
            before=_side(entry.spans, olds, Op.INSERT),
            after=_side(entry.spans, news, Op.DELETE),
            what="" if is_along and is_away else what,
            notes=self._wording.notes(entry),
            is_stop=bool(what) and not is_away and not (is_along and only_moved(entry)),
            other=self._ends.get((far, entry.move), "") if far and not is_along else "",
            cell=block.cell,
        )


def _side(spans: Sequence[Span], blocks: Sequence[Block], without: Op) -> tuple[Run, ...]:
    kept = [span for span in spans if span.op is not without]
    return runs(running(kept, _breaks(blocks), without))


def _breaks(blocks: Sequence[Block]) -> tuple[int, ...]:
    """Where the source breaks lines inside the blocks, as offsets into their joined text."""
    found: list[int] = []
    offset = 0
    for block in blocks:
        found += [offset + at for at in block.breaks]
        offset += len(block.text) + 1
    return tuple(found)
