"""Telling words inside an edit, cut out so that a view can let them stand out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from notifier.model.redline import Op, Span


class Mark(NamedTuple):
    """Words that set off a rule, at ``start:end`` of an entry's old (deleted) or new text."""

    op: Op
    start: int
    end: int
    rule: str


def marked(spans: Sequence[Span], marks: Sequence[Mark]) -> Iterator[Span]:
    """Cut the spans at the marks; of marks that overlap the first wins."""
    places = {Op.DELETE: 0, Op.INSERT: 0}
    waiting = {op: sorted(mark for mark in marks if mark.op is op)[::-1] for op in places}
    for span in spans:
        if span.op is Op.EQUAL:
            yield span
            places = {op: at + len(span.text) for op, at in places.items()}
        else:
            start = places[span.op]
            places[span.op] += len(span.text)
            yield from _cut(span, start, waiting[span.op])


def _cut(span: Span, start: int, waiting: list[Mark]) -> Iterator[Span]:
    """One span in pieces; takes the marks it uses, which wait last first."""
    at, end = start, start + len(span.text)
    while waiting and waiting[-1].start < end:
        mark = waiting.pop()
        if at <= mark.start < mark.end <= end:
            if at < mark.start:
                yield Span(span.op, span.text[at - start : mark.start - start])
            yield Span(span.op, span.text[mark.start - start : mark.end - start], mark.rule)
            at = mark.end
    if at < end:
        yield Span(span.op, span.text[at - start :])
