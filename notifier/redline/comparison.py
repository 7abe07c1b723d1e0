"""Two documents → every place of them, aligned, with its edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from notifier.model.redline import BlockChange, Entry, Op, Span
from notifier.model.text import BlockKind, Document
from notifier.redline.blocks import Gap, frame
from notifier.redline.matching import equal_runs
from notifier.redline.moves import similar_moves, with_neighbours
from notifier.redline.pairing import Pair, pairs
from notifier.redline.rebuild import JOINT
from notifier.redline.spans import spans, whole
from notifier.redline.words import Words, cut


def entries(old: Document, new: Document) -> tuple[Entry, ...]:
    """Align the blocks of two documents and tell the edits inside them, in reading order."""
    return tuple(_in_sections(_Comparison(old, new).entries(), old, new))


def _in_sections(entries: Iterable[Entry], old: Document, new: Document) -> Iterator[Entry]:
    """Each entry with the heading it stands under."""
    section = ""
    for entry in entries:
        blocks = [new.blocks[at] for at in entry.new] or [old.blocks[at] for at in entry.old]
        gone = entry.change in (BlockChange.REMOVED, BlockChange.MOVED_AWAY)
        headings = [block.text for block in blocks if block.kind is BlockKind.HEADING]
        if headings and not gone:
            section = headings[-1]
        yield replace(entry, section=headings[-1] if headings else section)


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = [block.text for block in old.blocks]
        self._new = [block.text for block in new.blocks]
        self._frame = frame(self._old, self._new)
        self._old_words: dict[int, Words] = {}
        self._new_words: dict[int, Words] = {}
        self._cut_changed()
        self._moved_to = dict(self._moves())
        self._moved_from = {j: i for i, j in self._moved_to.items()}

    def _cut_changed(self) -> None:
        gone, come = dict(self._frame.moved), {j for _, j in self._frame.moved}
        for gap in self._frame.gaps:
            for at in range(gap.old, gap.old_end):
                if at not in gone:
                    self._old_words[at] = cut(self._old[at])
            for at in range(gap.new, gap.new_end):
                if at not in come:
                    self._new_words[at] = cut(self._new[at])

    def _moves(self) -> list[tuple[int, int]]:
        similar = similar_moves(self._old_words, self._new_words, self._frame.gaps)
        return with_neighbours(
            [*self._frame.moved, *similar],
            {at: words.text for at, words in self._old_words.items()},
            {at: words.text for at, words in self._new_words.items()},
        )

    def entries(self) -> Iterator[Entry]:
        aligned = [Pair((i,), (j,)) for i, j in self._frame.same]
        for gap in self._frame.gaps:
            aligned += self._paired(gap)
        return self._in_order(sorted(aligned))

    def _paired(self, gap: Gap) -> Iterator[Pair]:
        olds = [at for at in range(gap.old, gap.old_end) if at not in self._moved_to]
        news = [at for at in range(gap.new, gap.new_end) if at not in self._moved_from]
        if not olds or not news:
            return
        found = pairs([self._old_words[at] for at in olds], [self._new_words[at] for at in news])
        for old, new in found:
            yield self._joinable(tuple(olds[at] for at in old), tuple(news[at] for at in new))

    def _joinable(self, olds: Sequence[int], news: Sequence[int]) -> Pair:
        """A pair; of a split or merger only the neighbours, and no block that has a joint."""
        if len(olds) > 1 or len(news) > 1:
            texts = [self._old[at] for at in olds] + [self._new[at] for at in news]
            if any(JOINT in text for text in texts):
                return Pair((olds[0],), (news[0],))
        return Pair(_neighbours(olds), _neighbours(news))

    def _in_order(self, aligned: Sequence[Pair]) -> Iterator[Entry]:
        """Entries in the order of both texts: what went, what came, what stayed or was edited."""
        numbers = {j: number for number, j in enumerate(sorted(self._moved_from), 1)}
        i = j = 0
        for pair in [*aligned, Pair((len(self._old),), (len(self._new),))]:
            for at in range(i, pair.old[0]):
                yield self._gone(at, numbers)
            for at in range(j, pair.new[0]):
                yield self._come(at, numbers)
            if pair.old[0] < len(self._old):
                yield self._kept(pair)
            i, j = pair.old[-1] + 1, pair.new[-1] + 1

    def _gone(self, at: int, numbers: Mapping[int, int]) -> Entry:
        if at in self._moved_to:
            return Entry(BlockChange.MOVED_AWAY, old=(at,), move=numbers[self._moved_to[at]])
        return Entry(BlockChange.REMOVED, old=(at,), spans=whole(Op.DELETE, self._old[at]))

    def _come(self, at: int, numbers: Mapping[int, int]) -> Entry:
        if at not in self._moved_from:
            return Entry(BlockChange.ADDED, new=(at,), spans=whole(Op.INSERT, self._new[at]))
        old = self._moved_from[at]
        spans = _edits(self._old[old], self._new[at])
        return Entry(BlockChange.MOVED, (old,), (at,), spans, move=numbers[at])

    def _kept(self, pair: Pair) -> Entry:
        before = JOINT.join([self._old[at] for at in pair.old])
        after = JOINT.join([self._new[at] for at in pair.new])
        change = BlockChange.EDITED
        if before == after:
            change = BlockChange.SAME
        elif len(pair.old) > 1:
            change = BlockChange.MERGED
        elif len(pair.new) > 1:
            change = BlockChange.SPLIT
        return Entry(change, pair.old, pair.new, _edits(before, after))


def _neighbours(places: Sequence[int]) -> tuple[int, ...]:
    """The first places without a gap, such as a block that moved away from between leaves."""
    return tuple(at for n, at in enumerate(places) if at == places[0] + n)


def _edits(before: str, after: str) -> tuple[Span, ...]:
    if before == after:
        return whole(Op.EQUAL, before)
    old, new = cut(before), cut(after)
    return spans(old, new, equal_runs(old.keys, new.keys))
