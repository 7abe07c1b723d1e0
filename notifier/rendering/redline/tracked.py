"""A redline as the tracked paragraphs of a Word file, nothing of Word's own in it yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from notifier.model.redline import BlockChange, Entry, Note, NoteKind, Op, Redline, Span
from notifier.model.text import Block
from notifier.rendering.redline.passages import JOINT


class Track(StrEnum):
    """How words or a paragraph's end are tracked; the value names Word's element."""

    KEPT = ""
    INSERTED = "ins"
    DELETED = "del"
    MOVED_FROM = "moveFrom"
    MOVED_TO = "moveTo"


@dataclass(frozen=True, slots=True)
class TrackedWords:
    """Characters and how they are tracked."""

    track: Track
    text: str


@dataclass(frozen=True, slots=True)
class TrackedParagraph:
    """A paragraph of the Word file.

    Attributes:
        words: its words, numbering first.
        mark: how its end is tracked. Where an end goes, what is left joins what follows.
        block: what it is now; before: what it was, None when it was nothing else.
        move: number that ties the two ends of a move together, else 0.
        links: links that lead elsewhere now, to be told beside it.
    """

    words: tuple[TrackedWords, ...]
    mark: Track
    block: Block
    before: Block | None = None
    move: int = 0
    links: tuple[Note, ...] = ()


_KEPT = {Op.EQUAL: Track.KEPT, Op.INSERT: Track.INSERTED, Op.DELETE: Track.DELETED}
_MARKS = {BlockChange.ADDED: Track.INSERTED, BlockChange.REMOVED: Track.DELETED}


def tracked(redline: Redline) -> Iterator[TrackedParagraph]:
    """Every block of both texts as a paragraph, in the redline's order.

    The two ends of a move hold what each text needs: the old place the old words, the new place
    the new ones. Words edited on the way are tracked as deleted there and inserted here.
    """
    moved = {e.move: e for e in redline.entries if e.change is BlockChange.MOVED}
    for entry in redline.entries:
        olds = [redline.old.blocks[at] for at in entry.old]
        news = [redline.new.blocks[at] for at in entry.new]
        if entry.change is BlockChange.MOVED_AWAY:
            spans = moved[entry.move].spans
            yield _end(entry, spans, olds[0], Track.MOVED_FROM, without=Op.INSERT)
        elif entry.change is BlockChange.MOVED:
            yield _end(entry, entry.spans, news[0], Track.MOVED_TO, without=Op.DELETE)
        else:
            yield from _lines(entry, olds, news)


def _end(
    entry: Entry, spans: Sequence[Span], block: Block, track: Track, *, without: Op
) -> TrackedParagraph:
    tracks = {**_KEPT, Op.EQUAL: track}
    words = [TrackedWords(tracks[s.op], s.text) for s in spans if s.op is not without]
    number = TrackedWords(track, _number(block))
    return TrackedParagraph(_shown([number, *words]), track, block, move=entry.move)


def _lines(
    entry: Entry, olds: Sequence[Block], news: Sequence[Block]
) -> Iterator[TrackedParagraph]:
    several = max(len(olds), len(news)) > 1
    lines = _cut(entry.spans) if several else [(list(entry.spans), None)]
    for at, (spans, joint) in enumerate(lines):
        old = olds[at] if at < len(olds) else None
        new = news[at] if at < len(news) else None
        words = [TrackedWords(_KEPT[span.op], span.text) for span in spans]
        yield TrackedParagraph(
            _shown([*_numbers(old, new), *words]),
            _KEPT[joint] if joint else _MARKS.get(entry.change, Track.KEPT),
            new or (news or olds)[-1],
            before=old if news else None,
            links=() if at else tuple(n for n in entry.notes if n.kind is NoteKind.LINK),
        )


def _cut(spans: Sequence[Span]) -> list[tuple[list[Span], Op | None]]:
    """The spans of each block, and what happened to the joint behind it; None behind the last."""
    lines: list[tuple[list[Span], Op | None]] = []
    line: list[Span] = []
    for span in spans:
        *ended, last = span.text.split(JOINT)
        for text in ended:
            lines.append(([*line, Span(span.op, text)], span.op))
            line = []
        line.append(Span(span.op, last))
    return [*lines, (line, None)]


def _numbers(old: Block | None, new: Block | None) -> list[TrackedWords]:
    before, after = _number(old), _number(new)
    if before == after:
        return [TrackedWords(Track.KEPT, before)]
    return [TrackedWords(Track.DELETED, before), TrackedWords(Track.INSERTED, after)]


def _number(block: Block | None) -> str:
    return f"{block.number} " if block and block.number else ""


def _shown(words: Sequence[TrackedWords]) -> tuple[TrackedWords, ...]:
    return tuple(run for run in words if run.text)
