"""Every statement a document makes about its own date, from its text and its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from notifier.model.reading import DateKind
from notifier.model.text import BlockKind, Document, Quote
from notifier.reading.dates.line import Line, lines_of
from notifier.reading.dates.statements import (
    FOOT_BLOCKS,
    HEAD_WORDS,
    RANK,
    Label,
    Place,
    Scope,
    Standing,
    Statement,
    is_alone,
    labels_in,
    line_statements,
)
from notifier.reading.dates.vocabulary import Vocabulary
from notifier.reading.dates.written import Form, WrittenDate, written_dates

_LABEL_LINE_WORDS = 12
"""Longest line that can be the label of the line after it."""
_TITLE_BLOCKS = 6
"""Blocks from the top among which a date alone under the title dates the text."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found, before anything is decided.

    Attributes:
        statements: in the order of the text.
        dates: every date written anywhere, for the evidence of the numeric order.
        lines: the document's lines.
    """

    statements: tuple[Statement, ...]
    dates: tuple[WrittenDate, ...]
    lines: tuple[Line, ...]


def gather(document: Document, words: Vocabulary) -> Gathered:
    """Return every statement of ``document`` about its date."""
    lines = lines_of(document)
    dates = [written_dates(line.folded, words) for line in lines]
    statements: list[Statement] = []
    shown, section = 0, ""
    for line, written in zip(lines, dates, strict=True):
        if line.block.kind is BlockKind.HEADING:
            section = line.folded
        if written:
            place = _place(line.index, shown, len(lines))
            statements += _of_line(lines, dates, line, section, words, place)
        shown += line.folded.count(" ") + 1
    return Gathered(tuple(statements), tuple(date for some in dates for date in some), lines)


def _place(index: int, words_before: int, blocks: int) -> Place:
    if words_before < HEAD_WORDS:
        return Place.HEAD
    return Place.FOOT if index >= blocks - FOOT_BLOCKS else Place.BODY


def _of_line(
    lines: Sequence[Line],
    dates: Sequence[Sequence[WrittenDate]],
    line: Line,
    section: str,
    words: Vocabulary,
    place: Place,
) -> Iterator[Statement]:
    written = dates[line.index]
    log = bool(_history(section, words)) and line.block.kind is not BlockKind.HEADING
    found = list(line_statements(line, written, words, place))
    if not found:
        found = list(_by_neighbour(lines, dates, line, words, place))
    if log and place is not Place.HEAD:
        first = written[0]
        lead = line.folded[: first.start]
        if first.form is Form.DAY and not re.search(r"[^\W\d_]{2,}", lead):
            quote = Quote(line.shown, line.block.line)
            kind = DateKind.VERSION_TABLE if line.block.cell else DateKind.CHANGELOG
            yield Statement(kind, first, quote, Standing.OWN_LINE, Scope.LOG, "", line.index, line)
        return
    yield from found


def _history(section: str, words: Vocabulary) -> bool:
    title = re.sub(r"^[\W\d]+|\W+$", "", section)
    return title in words.lone["history"] or bool(words.words["earlier"].search(section))


def _by_neighbour(
    lines: Sequence[Line],
    dates: Sequence[Sequence[WrittenDate]],
    line: Line,
    words: Vocabulary,
    place: Place,
) -> Iterator[Statement]:
    """Yield what a line that holds only a date says through the line before it, or by its place."""
    written = dates[line.index]
    if len(written) != 1 or not is_alone(line, written[0], words):
        return
    if line.block.cell is not None and place is Place.BODY:
        return  # a table in the middle holds data, not the date of the text
    date = written[0]
    standing = Standing.HEAD if place is Place.HEAD else Standing.OWN_LINE
    for before in _label_lines(lines, dates, line):
        label = _closing_label(before, words)
        if label:
            quote = Quote(f"{before.shown} {line.shown}", before.block.line)
            yield Statement(
                label.kind, date, quote, standing, Scope.WHOLE, label.phrase, line.index, line
            )
            return
    if (
        line.index < _TITLE_BLOCKS
        and line.block.cell is None
        and date.form in {Form.DAY, Form.MONTH}
    ):
        quote = Quote(line.shown, line.block.line)
        yield Statement(
            DateKind.BARE_DATE, date, quote, standing, Scope.WHOLE, "", line.index, line
        )


def _label_lines(
    lines: Sequence[Line], dates: Sequence[Sequence[WrittenDate]], line: Line
) -> Iterator[Line]:
    """Yield the lines that can label ``line``: the one before, and its table column's header."""
    if line.index == 0:
        return
    if not dates[line.index - 1]:
        yield lines[line.index - 1]
    if line.block.cell is None or line.block.cell[0] == 0:
        return
    for before in reversed(lines[max(0, line.index - 400) : line.index]):
        if before.block.cell is None:
            return
        if before.block.cell == (0, line.block.cell[1]):
            yield before
            return


def _closing_label(line: Line, words: Vocabulary) -> Label | None:
    """Return the label that ends a short line ("Effective date:"), if one does."""
    if line.folded.count(" ") >= _LABEL_LINE_WORDS or words.words["law"].search(line.folded):
        return None
    closing = [
        label
        for label in labels_in(line.folded, words.labels, words)
        if not re.search(r"[^\W\d_]{3,}", _without_fillers(line.folded[label.end :], words))
    ]
    return min(closing, key=lambda label: RANK[label.kind], default=None)


def _without_fillers(text: str, words: Vocabulary) -> str:
    return " ".join(word for word in text.split() if word.strip(":().,") not in words.fillers)


def without_logs(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements with the entries of a change log reduced to the newest one."""
    logs = [one for one in statements if one.scope is Scope.LOG]
    rest = tuple(one for one in statements if one.scope is not Scope.LOG)
    if not logs:
        return rest
    newest = max(logs, key=lambda one: one.written.readings[0])
    return (*rest, replace(newest, scope=Scope.WHOLE))
