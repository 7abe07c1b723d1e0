"""Two documents → every place of them, aligned, with its edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from notifier.model.redline import BlockChange, Entry, Op, Span
from notifier.model.text import BlockKind, Document
from notifier.redline.alignment import JOINT, Alignment, align
from notifier.redline.matching import equal_runs
from notifier.redline.notes import notes
from notifier.redline.pairing import Pair
from notifier.redline.spans import spans, whole
from notifier.redline.words import cut


def entries(old: Document, new: Document) -> tuple[Entry, ...]:
    """Align the blocks of two documents and tell the edits inside them, in reading order."""
    told = _told(old, new, align(old.blocks, new.blocks))
    return tuple(_placed(told, old, new))


def _told(old: Document, new: Document, aligned: Alignment) -> Iterator[Entry]:
    """Entries in the order of both texts: what went, what came, what stayed or was edited."""
    arrived = {j: i for i, j in aligned.moved.items()}
    numbers = {j: number for number, j in enumerate(sorted(arrived), 1)}
    i = j = 0
    for pair in [*aligned.pairs, Pair((len(old.blocks),), (len(new.blocks),))]:
        for at in range(i, pair.old[0]):
            if at in aligned.moved:
                number = numbers[aligned.moved[at]]
                yield Entry(BlockChange.MOVED_AWAY, old=(at,), move=number)
            else:
                gone = whole(Op.DELETE, old.blocks[at].text)
                yield Entry(BlockChange.REMOVED, old=(at,), spans=gone)
        for at in range(j, pair.new[0]):
            if at in arrived:
                edits = _edits(old.blocks[arrived[at]].text, new.blocks[at].text)
                yield Entry(BlockChange.MOVED, (arrived[at],), (at,), edits, move=numbers[at])
            else:
                come = whole(Op.INSERT, new.blocks[at].text)
                yield Entry(BlockChange.ADDED, new=(at,), spans=come)
        if pair.old[0] < len(old.blocks):
            yield _kept(old, new, pair)
        i, j = pair.old[-1] + 1, pair.new[-1] + 1


def _kept(old: Document, new: Document, pair: Pair) -> Entry:
    before = JOINT.join([old.blocks[at].text for at in pair.old])
    after = JOINT.join([new.blocks[at].text for at in pair.new])
    change = BlockChange.EDITED
    if before == after:
        change = BlockChange.SAME
    elif len(pair.old) > 1:
        change = BlockChange.MERGED
    elif len(pair.new) > 1:
        change = BlockChange.SPLIT
    return Entry(change, pair.old, pair.new, _edits(before, after))


def _edits(before: str, after: str) -> tuple[Span, ...]:
    if before == after:
        return whole(Op.EQUAL, before)
    old, new = cut(before), cut(after)
    return spans(old, new, equal_runs(old.keys, new.keys))


def _placed(entries: Iterable[Entry], old: Document, new: Document) -> Iterator[Entry]:
    """Each entry with the heading it stands under and its remarks."""
    section = ""
    for entry in entries:
        before = [old.blocks[at] for at in entry.old]
        after = [new.blocks[at] for at in entry.new]
        headings = [block.text for block in after or before if block.kind is BlockKind.HEADING]
        if headings and after:
            section = headings[-1]
        yield replace(
            entry,
            notes=notes(before, after) if before and after else (),
            section=headings[-1] if headings else section,
        )
