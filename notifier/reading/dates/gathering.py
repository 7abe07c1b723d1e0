"""Every statement a document makes about its own date, from its text and its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from notifier.model.reading import DateKind
from notifier.model.text import BlockKind, Document, Quote
from notifier.reading.dates.clause import is_alone, line_statements
from notifier.reading.dates.line import Line, lines_of
from notifier.reading.dates.sentences import Label, labels_in
from notifier.reading.dates.statements import (
    FOOT_BLOCKS,
    HEAD_WORDS,
    RANK,
    Place,
    Scope,
    Standing,
    Statement,
)
from notifier.reading.dates.vocabulary import Vocabulary
from notifier.reading.dates.written import Form, WrittenDate, written_dates

_LABEL_LINE_WORDS = 12
"""Longest line that can be the label of the line after it."""
_TITLE_LINES = 6
"""Lines from the top among which a date alone under the title dates the text."""
_LOG_TITLE = 60
"""Longest title of a list of changes, in characters."""
_TITLE_WORDS = 8
"""Longest title that a date may close."""
_OF_ANOTHER = ("until", "earlier", "elsewhere", "law", "announced")
"""Words of a title whose date is not that of the text it heads."""
_MOST_DATED = 1000
"""Dated lines looked at before the foot of the page; a text with more of them is a record."""
_TABLE_CELLS = 400
"""Cells above a cell among which its column's header is looked for."""
_PLACE_WORD = r"[^\W\d_][\w'.\-]{0,30}"
_PLACE = re.compile(rf"{_PLACE_WORD}(?:\s{_PLACE_WORD}){{0,2}}\s?,(.*)$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_TITLE_EDGES = re.compile(r"^[\W\d]+|\W+$")


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
    page = _Page(lines, tuple(written_dates(line.folded, words) for line in lines), words)
    dates = tuple(date for written in page.dates for date in written)
    return Gathered(tuple(page.statements()), dates, lines)


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of a document with what is written as a date in each of them."""

    lines: Sequence[Line]
    dates: Sequence[Sequence[WrittenDate]]
    words: Vocabulary

    def statements(self) -> Iterator[Statement]:
        shown, dated, section, listed = 0, 0, "", False
        for line in self.lines:
            if line.block.kind is BlockKind.HEADING or self._is_log(line.folded):
                section = line.folded
            listed = listed and line.block.kind is BlockKind.LIST_ITEM
            if self.dates[line.index] and not listed:
                place = self._place(line, shown)
                dated += 1
                if dated <= _MOST_DATED or place is Place.FOOT:
                    yield from self._of_line(line, section, place)
            shown += line.folded.count(" ") + 1
            listed = listed or self._announces_earlier(line)

    def _announces_earlier(self, line: Line) -> bool:
        """True for "Previous versions of these terms:", whose list dates other texts."""
        words = line.folded.rstrip(" *_")
        start = max(0, len(words) - _LOG_TITLE)
        return words.endswith(":") and bool(self.words.words["earlier"].search(words, start))

    def _place(self, line: Line, words_before: int) -> Place:
        if words_before < HEAD_WORDS:
            return Place.HEAD
        return Place.FOOT if line.index >= len(self.lines) - FOOT_BLOCKS else Place.BODY

    def _of_line(self, line: Line, section: str, place: Place) -> Iterator[Statement]:
        if line.block.kind is not BlockKind.HEADING:
            if self._is_log(section):
                entries = list(self._entry(line))
                if entries or line.block.kind is not BlockKind.PARAGRAPH:
                    yield from entries
                    return
            elif self.words.words["earlier"].search(section):
                return
        found = list(line_statements(line, self.dates[line.index], self.words, place))
        for look in (self._by_neighbour, self._titled, self._signed):
            found = found or list(look(line, place))
        partial = place is not Place.HEAD and self.words.words["cohort"].search(section)
        yield from (replace(one, scope=Scope.PART) if partial else one for one in found)

    def _is_log(self, section: str) -> bool:
        """True below a heading such as "Change log"."""
        if len(section) > _LOG_TITLE:
            return False
        return _TITLE_EDGES.sub("", section) in self.words.lone["history"]

    def _entry(self, line: Line) -> Iterator[Statement]:
        """Yield the entry of a change log: its line starts with the date."""
        first = self.dates[line.index][0]
        if first.form is Form.DAY and not _WORD.search(line.folded[: first.start]):
            kind = DateKind.VERSION_TABLE if line.block.cell else DateKind.CHANGELOG
            yield self._statement(line, first, kind, Standing.OWN_LINE, Scope.LOG)

    def _by_neighbour(self, line: Line, place: Place) -> Iterator[Statement]:
        """Yield what a line that holds only a date says through its label line, or by its place."""
        written = self.dates[line.index]
        if len(written) != 1 or not is_alone(line, written[0], self.words):
            return
        if line.block.cell is not None and place is Place.BODY:
            return  # a table in the middle holds data, not the date of the text
        date = written[0]
        standing = Standing.HEAD if place is Place.HEAD else Standing.OWN_LINE
        for beside in self._label_lines(line):
            if label := _closing_label(beside, self.words):
                first, second = sorted((beside, line), key=lambda one: one.index)
                quote = Quote(f"{first.shown} {second.shown}", line.block.line)
                found = self._statement(line, date, label.kind, standing)
                yield replace(found, quote=quote, label=label.phrase)
                return
        titled = line.index < _TITLE_LINES and line.block.cell is None
        if titled and date.form in {Form.DAY, Form.MONTH}:
            yield self._statement(line, date, DateKind.BARE_DATE, standing)

    def _titled(self, line: Line, place: Place) -> Iterator[Statement]:
        """Yield the date that closes the title: "Privacy Policy (May 25, 2018)"."""
        written = self.dates[line.index]
        heading = line.block.kind is BlockKind.HEADING and line.index < _TITLE_LINES
        if not heading or len(written) != 1 or written[0].form not in {Form.DAY, Form.MONTH}:
            return
        title, after = line.folded[: written[0].start], line.folded[written[0].end :]
        named = self.words.words["document"].search(title)
        if named is None or _WORD.search(after) or len(_WORD.findall(title)) > _TITLE_WORDS:
            return
        if not any(self.words.words[name].search(title) for name in _OF_ANOTHER):
            standing = Standing.HEAD if place is Place.HEAD else Standing.OWN_LINE
            yield self._statement(line, written[0], DateKind.BARE_DATE, standing)

    def _signed(self, line: Line, place: Place) -> Iterator[Statement]:
        """Yield the date of a signature line at head or foot: "Berlin, den 3. März 2021"."""
        written = self.dates[line.index]
        if place is Place.BODY or len(written) != 1:
            return
        if written[0].form not in {Form.DAY, Form.MONTH}:
            return
        before, after = line.folded[: written[0].start], line.folded[written[0].end :]
        comma = _PLACE.match(before)
        if comma and not _WORD.search(_without_fillers(f"{comma[1]} {after}", self.words)):
            yield self._statement(line, written[0], DateKind.DATED, Standing.OWN_LINE)

    def _label_lines(self, line: Line) -> Iterator[Line]:
        """Yield the lines that can label ``line``.

        The one before, its column's header, else the one after, as under a signature. Before the
        first cell of a row stands the last one of the row above, which says nothing of it.
        """
        starts_row = line.block.cell is not None and line.block.cell[1] == 0
        if line.index and not self.dates[line.index - 1] and not starts_row:
            yield self.lines[line.index - 1]
        if line.block.cell is None:
            yield from self._caption(line)
            return
        if line.block.cell[0] == 0:
            return
        for before in reversed(self.lines[max(0, line.index - _TABLE_CELLS) : line.index]):
            if before.block.cell is None:
                return
            if before.block.cell == (0, line.block.cell[1]):
                yield before
                return

    def _caption(self, line: Line) -> Iterator[Line]:
        """Yield the line after, if it is a label only and has no date of its own after it."""
        after = self.lines[line.index + 1 : line.index + 3]
        if any(self.dates[one.index] for one in after):
            return
        for caption in after[:1]:
            if not _WORD.search(self.words.labels.sub(" ", caption.folded)):
                yield caption

    def _statement(
        self,
        line: Line,
        date: WrittenDate,
        kind: DateKind,
        standing: Standing,
        scope: Scope = Scope.WHOLE,
    ) -> Statement:
        quote = Quote(line.shown, line.block.line)
        return Statement(kind, date, quote, standing, scope, "", line)


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
