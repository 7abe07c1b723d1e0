"""Runs of words made ready for a reader: one running text, or only the sentences that changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from notifier.model.redline import BlockChange, Entry, NoteKind, Op, Span
from notifier.redline.edits import sentence_stops
from notifier.rendering.redline.characters import visible

REACH = 240
"""Unchanged characters kept at most on each side of an edit."""

JOINT = "\n"
"""Joins the blocks of a split or a merger."""

_SIGNS: Mapping[Op, Callable[[str], str]] = {
    Op.EQUAL: lambda text: text,
    Op.DELETE: lambda text: text.replace(JOINT, "¶"),
    Op.INSERT: lambda text: text.replace(JOINT, f"¶{JOINT}"),
}
_LONG_ADDRESS = re.compile(r"(\b\w+://\S{40})\S{8,}(\S{8})")


@dataclass(frozen=True, slots=True)
class Run:
    """Words that a reader takes in at once: kept, removed or added.

    Attributes:
        pieces: the words in order, and whether they set off a rule of materiality.
    """

    op: Op
    pieces: tuple[tuple[str, bool], ...]

    @property
    def words(self) -> str:
        """All of them, in one string."""
        return "".join(piece for piece, _ in self.pieces)


def is_told(entry: Entry) -> bool:
    """True when a reader must be shown the entry: something differs that can be seen.

    A no-break space that became a plain one is an edit of the text, and Word and JSON keep it; a
    reader would look in vain for what changed.
    """
    if entry.change is not BlockChange.EDITED or not entry.is_change:
        return entry.is_change
    return has_visible_edits(entry) or any(note.kind is NoteKind.LINK for note in entry.notes)


def has_visible_edits(entry: Entry) -> bool:
    """True when words were deleted or inserted, not only white space replaced."""
    return any(span.op is not Op.EQUAL for span in quiet(entry.spans))


def quiet(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans with white space that replaces other white space taken as it is now."""
    blank = [span.text.isspace() and span.text != JOINT for span in spans]
    if not any(blank):
        return tuple(spans)
    ops = [span.op for span in spans]
    kept: list[Span] = []
    for at, span in enumerate(spans):
        if blank[at] and ops[at : at + 2] == [Op.DELETE, Op.INSERT] and blank[at + 1]:
            continue
        if blank[at] and at and ops[at - 1 : at + 1] == [Op.DELETE, Op.INSERT] and blank[at - 1]:
            kept.append(Span(Op.EQUAL, span.text))
        else:
            kept.append(span)
    return tuple(_joined(kept))


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    for is_equal, run in groupby(spans, key=lambda span: span.op is Op.EQUAL):
        if is_equal:
            yield Span(Op.EQUAL, "".join(span.text for span in run))
        else:
            yield from run


def running(
    spans: Sequence[Span], breaks: Sequence[int] = (), without: Op = Op.DELETE
) -> tuple[Span, ...]:
    """Spans in one text, hostile characters visible, a ``¶`` where blocks were divided or joined.

    The white space that a joint replaces, or is replaced by, is no edit of its own.

    Args:
        breaks: offsets into the text that the spans other than ``without`` join to, before which
            a line breaks.
        without: which op is not of that text.
    """
    shown: list[Span] = []
    offset = 0
    spans = quiet(spans)
    for at, span in enumerate(spans):
        beside = {near.op for near in spans[max(at - 1, 0) : at + 2] if near.text == JOINT}
        if span.op is not Op.EQUAL and span.text == " " and beside - {span.op}:
            if span.op is Op.INSERT:
                shown.append(Span(Op.EQUAL, " "))
        else:
            broken = [span.text] if span.op is without else _broken(span.text, offset, breaks)
            text = JOINT.join(_SIGNS[span.op](visible(line)) for line in broken)
            shown.append(Span(span.op, text, span.rule))
        offset += 0 if span.op is without else len(span.text)
    return tuple(shown)


def _broken(text: str, offset: int, breaks: Sequence[int]) -> list[str]:
    cuts = [at - offset for at in breaks if offset <= at < offset + len(text)]
    return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]


def runs(spans: Sequence[Span]) -> tuple[Run, ...]:
    """Spans with one fate together, so that "added" is said once of all that was added at a place.

    A space between two weighty words is weighty with them.
    """
    grouped = groupby(spans, key=lambda span: span.op)
    return tuple(Run(op, tuple(_pieces(list(run)))) for op, run in grouped)


def _pieces(run: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    heavy = [bool(span.rule) for span in run]
    for at in range(1, len(run) - 1):
        if run[at].text == " " and heavy[at - 1] and run[at + 1].rule:
            heavy[at] = True
    for is_heavy, pieces in groupby(zip(heavy, run, strict=True), key=lambda pair: pair[0]):
        yield "".join(span.text for _, span in pieces), is_heavy


def excerpt(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Every edit, each inside its sentence as far as :data:`REACH` goes; nothing edited is cut."""
    spans = quiet(spans)
    last = len(spans) - 1
    return tuple(
        replace(span, text=_shortened(span.text, first=at == 0, last=at == last))
        if span.op is Op.EQUAL
        else span
        for at, span in enumerate(spans)
    )


def brief(line: str) -> str:
    """A line of a summary with its long addresses shortened; the comparison has them in full."""
    return _LONG_ADDRESS.sub(r"\1…\2", visible(line))


def opening(text: str) -> str:
    """The first sentence or so of a text that is only pointed at."""
    return _shortened(text, first=False, last=True)


def _shortened(text: str, *, first: bool, last: bool) -> str:
    if first and last:
        return text
    head = "" if first else _head(text)
    tail = "" if last else _tail(text)
    if len(head) + len(tail) >= len(text):
        return text
    return f"{head.rstrip()} … {tail.lstrip()}".lstrip(" " if first else "").rstrip(
        " " if last else ""
    )


def _head(text: str) -> str:
    ends = sentence_stops(text[:REACH])
    if ends:
        return text[: ends[0]]
    if len(text) <= REACH:
        return text
    return text[: text.rfind(" ", REACH // 2, REACH) + 1] or text[:REACH]


def _tail(text: str) -> str:
    window = text[-REACH:]
    ends = sentence_stops(window)
    if ends:
        return window[ends[-1] :]
    if len(text) <= REACH:
        return text
    return window[window.find(" ", 0, REACH // 2) + 1 :]
