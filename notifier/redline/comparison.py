"""Two documents → every place of them, aligned, with its edits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notifier.model.redline import BlockChange, Entry, Op, Span
from notifier.model.text import Block, BlockKind, Document
from notifier.redline.alignment import JOINT, align
from notifier.redline.matching import equal_runs
from notifier.redline.notes import alike, notes
from notifier.redline.pairing import Pair
from notifier.redline.sliding import slid
from notifier.redline.spans import spans, whole
from notifier.redline.words import placed


def entries(old: Document, new: Document) -> tuple[Entry, ...]:
    """Align the blocks of two documents and tell the edits inside them, in reading order."""
    return tuple(_Telling(old.blocks, new.blocks).entries())


class _Telling:
    """Walks down both documents and remembers the heading it is under."""

    def __init__(self, old: Sequence[Block], new: Sequence[Block]) -> None:
        self._old = old
        self._new = new
        self._aligned = align(old, new)
        self._arrived = {j: i for i, j in self._aligned.moved.items()}
        self._numbers = {j: number for number, j in enumerate(sorted(self._arrived), 1)}
        self._section = ""
        self._gone_section = ""

    def entries(self) -> Iterator[Entry]:
        """What went, what came, what stayed or was edited, in the order of both texts."""
        i = j = 0
        for pair in self._aligned.pairs:
            old, new, _ = pair
            if i < old[0] or j < new[0]:
                yield from self._between(i, old[0], j, new[0])
            before, after = self._old[old[0]], self._new[new[0]]
            if before.text == after.text and len(old) == len(new) == 1:
                yield self._same(pair, before, after)
            else:
                yield self._kept(pair)
            i, j = old[-1] + 1, new[-1] + 1
        yield from self._between(i, len(self._old), j, len(self._new))

    def _between(self, i: int, old_end: int, j: int, new_end: int) -> Iterator[Entry]:
        self._gone_section = ""
        for at in range(i, old_end):
            yield self._moved_away(at) if at in self._aligned.moved else self._removed(at)
        for at in range(j, new_end):
            self._pass(self._new[at])
            yield self._moved(at) if at in self._arrived else self._added(at)

    def _pass(self, block: Block) -> None:
        if block.kind is BlockKind.HEADING:
            self._section = block.text

    def _moved_away(self, at: int) -> Entry:
        number = self._numbers[self._aligned.moved[at]]
        return Entry(BlockChange.MOVED_AWAY, (at,), section=self._old_section(at), move=number)

    def _removed(self, at: int) -> Entry:
        gone = whole(Op.DELETE, self._old[at].text)
        return Entry(BlockChange.REMOVED, (at,), (), gone, section=self._old_section(at))

    def _old_section(self, at: int) -> str:
        """A heading that is gone, for what goes with it; else the heading of the new text."""
        if self._old[at].kind is BlockKind.HEADING:
            self._gone_section = self._old[at].text
        return self._gone_section or self._section

    def _added(self, at: int) -> Entry:
        come = whole(Op.INSERT, self._new[at].text)
        return Entry(BlockChange.ADDED, (), (at,), come, section=self._section)

    def _moved(self, at: int) -> Entry:
        came_from = self._arrived[at]
        before, after = self._old[came_from], self._new[at]
        return Entry(
            BlockChange.MOVED,
            (came_from,),
            (at,),
            self._edits(Pair((came_from,), (at,))),
            notes((before,), (after,)),
            self._section,
            self._numbers[at],
        )

    def _kept(self, pair: Pair) -> Entry:
        olds = [self._old[at] for at in pair.old]
        news = [self._new[at] for at in pair.new]
        for block in news:
            self._pass(block)
        spans, noted = self._edits(pair), notes(olds, news)
        return Entry(_change(pair), pair.old, pair.new, spans, noted, self._section)

    def _edits(self, pair: Pair) -> tuple[Span, ...]:
        before = JOINT.join([self._old[at].text for at in pair.old])
        after = JOINT.join([self._new[at].text for at in pair.new])
        if before == after:
            return whole(Op.EQUAL, before)
        olds = [word for at in pair.old for word in self._aligned.old_words[at]]
        news = [word for at in pair.new for word in self._aligned.new_words[at]]
        runs = equal_runs(olds, news) if pair.runs is None else pair.runs
        if len(runs) > 1:
            runs = slid(runs, olds, news)
        return spans(placed(before, olds), placed(after, news), runs)

    def _same(self, pair: Pair, old: Block, new: Block) -> Entry:
        """Most blocks of most redlines, so it takes no step too many."""
        if new.kind is BlockKind.HEADING:
            self._section = new.text
        noted = () if alike(old, new) else notes((old,), (new,))
        spans = whole(Op.EQUAL, new.text)
        return Entry(BlockChange.SAME, pair.old, pair.new, spans, noted, self._section)


def _change(pair: Pair) -> BlockChange:
    if len(pair.old) > 1:
        return BlockChange.MERGED
    return BlockChange.SPLIT if len(pair.new) > 1 else BlockChange.EDITED
