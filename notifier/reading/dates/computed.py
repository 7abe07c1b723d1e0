"""Dates that the text has the reader compute: "effective 10 days after the date posted"."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from notifier.model.reading import DateKind
from notifier.model.text import Quote
from notifier.reading.dates.line import Line
from notifier.reading.dates.order import Order
from notifier.reading.dates.sentences import labels_in, sentence_starts
from notifier.reading.dates.statements import RANK, Scope, Standing, Statement
from notifier.reading.dates.vocabulary import Vocabulary
from notifier.reading.dates.written import Form, WrittenDate

_POSTED = {RANK[kind] for kind in (DateKind.LAST_UPDATED, DateKind.PUBLISHED)}


def computed(
    lines: Iterable[Line], statements: Iterable[Statement], order: Order, words: Vocabulary
) -> Iterator[Statement]:
    """Yield the effective date as posted date + n days, where this text says so of itself.

    A clause about *future* changes ("changes take effect 10 days after posting") is a promise and
    dates nothing.
    """
    posted = _posted(statements, order)
    if posted is None:
        return
    for line in lines:
        for sentence, days in _delays(line, words):
            date = posted + dt.timedelta(days=days)
            written = WrittenDate(0, 0, Form.DAY, (date,))
            quote = Quote(sentence, line.block.line)
            yield Statement(DateKind.COMPUTED, written, quote, Standing.OWN_LINE, Scope.WHOLE)


def _posted(statements: Iterable[Statement], order: Order) -> dt.date | None:
    """Return the day the text says it was posted: the published one before the updated one."""
    known = [
        (-RANK[one.kind], order.decide(one.written))
        for one in statements
        if RANK[one.kind] in _POSTED and one.scope is Scope.WHOLE and one.standing > Standing.PROSE
    ]
    single = [(rank, days[0]) for rank, days in known if len(days) == 1]
    return min(single)[1] if single else None


def _delays(line: Line, words: Vocabulary) -> Iterator[tuple[str, int]]:
    """Yield the sentences by which this text applies n days after its posting, with n."""
    for match in words.delay.finditer(line.folded):
        starts = sentence_starts(line.folded, (), words)
        number = bisect_right(starts, match.start())
        start = starts[number - 1]
        end = min([len(line.folded), *starts[number : number + 1]])
        if _is_of_this_text(line.folded[start : match.start()], line.folded[start:end], words):
            written = match["number"]
            days = int(written) if written.isdigit() else words.numbers[written]
            yield line.shown[start:end].strip(), days


def _is_of_this_text(before: str, sentence: str, words: Vocabulary) -> bool:
    if words.words["changes"].search(before):
        return False
    if not words.words["applies"].search(sentence):
        return False
    document = words.words["document"].search(before)
    if document is None:
        labels = labels_in(before, words.labels, words)
        return bool(labels) and not re.search(r"[^\W\d_]{2,}", before[: labels[0].start])
    return bool(words.words["this"].search(before, 0, document.start()))
