"""From everything a text says about its date to one answer, or to an honest question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notifier.model.reading import DateKind
from notifier.model.text import BlockKind
from notifier.reading.dates.order import Order
from notifier.reading.dates.statements import RANK, Scope, Standing, Statement
from notifier.reading.dates.written import Form

_UPDATES = RANK[DateKind.LAST_UPDATED]
_ENTRY_KINDS = {BlockKind.HEADING, BlockKind.LIST_ITEM}


@dataclass(frozen=True, slots=True)
class Choice:
    """The statement that speaks for the text, and what it can mean.

    Attributes:
        statement: None when nothing dates the text.
        readings: the dates it can mean; one when the date is known.
        rivals: statements of the same kind and standing that say something else.
        partial: True when the text dates itself only for some readers, places or sections.
    """

    statement: Statement | None
    readings: tuple[dt.date, ...] = ()
    rivals: tuple[Statement, ...] = ()
    partial: bool = False


def choose(statements: Sequence[Statement], order: Order) -> Choice:
    """Return the statement that speaks for the text.

    The kind decides first (what says "effective" before what says "updated"), then the standing
    (head of the page, a line of its own, metadata, a sentence). Statements that are equal in both
    and differ leave the date open.
    """
    whole = [one for one in statements if one.scope is Scope.WHOLE and _speaks(one)]
    for rank in sorted({RANK[one.kind] for one in whole}):
        group = [one for one in whole if RANK[one.kind] == rank]
        if rank == _UPDATES and (newest := _newest_entry(group, order)):
            return Choice(newest, order.decide(newest.written))
        return _of_group(group, order)
    return _of_parts([one for one in statements if one.scope is Scope.PART], order)


def _of_parts(parts: Sequence[Statement], order: Order) -> Choice:
    """Return what the text says when it dates itself by groups only.

    "This policy applies from June 1 to existing users" has one date; two groups leave it open.
    """
    days = [one for one in parts if one.written.form is Form.DAY]
    if not days:
        return Choice(None)
    readings = {date for one in days for date in order.decide(one.written)}
    only = len(readings) == 1 and days[0].named
    return Choice(days[0], tuple(sorted(readings)), partial=not only)


def _speaks(statement: Statement) -> bool:
    return statement.written.form in {Form.DAY, Form.MONTH, Form.PLACEHOLDER}


def _of_group(group: Sequence[Statement], order: Order) -> Choice:
    standing = max(one.standing for one in group)
    top = [one for one in group if one.standing is standing]
    first = next((one for one in top if one.written.form is Form.PLACEHOLDER), top[0])
    if first.written.form is Form.MONTH:
        first = _the_day_of(first, group, order) or first
    if first.written.form is not Form.DAY:
        return Choice(first, rivals=_differing(first, top, order))
    return _of_days(first, top, order)


def _of_days(first: Statement, top: Sequence[Statement], order: Order) -> Choice:
    """Return what the statements of one standing can mean together."""
    days = [one for one in top if one.written.form is Form.DAY]
    shared = set(order.decide(first.written))
    for one in days:
        shared &= set(order.decide(one.written))
    if shared:
        return Choice(first, tuple(sorted(shared)))
    readings = {date for one in days for date in order.decide(one.written)}
    return Choice(first, tuple(sorted(readings)), _differing(first, top, order))


def _the_day_of(month: Statement, group: Iterable[Statement], order: Order) -> Statement | None:
    """Return the statement of the same kind that gives the day within ``month``."""
    for one in group:
        days = order.decide(one.written)
        if len(days) == 1 and f"{days[0]:%Y-%m}" == month.written.month:
            return one
    return None


def _newest_entry(group: Sequence[Statement], order: Order) -> Statement | None:
    """Return the newest entry of a log of updates: it is the last update.

    Entries are headings, list items, or lines that start with their date. What else says when the
    text was updated must stand below its head and be no later: a sentence left as it was.
    """
    days = [(order.decide(one.written), one) for one in group]
    known = [(readings[0], one) for readings, one in days if len(readings) == 1]
    entries = [(date, one) for date, one in known if _is_entry(one)]
    if len(known) != len(group) or len({date for date, _ in entries}) < 2:  # noqa: PLR2004
        return None
    if len({one.label for _, one in entries}) > 1:
        return None
    latest, newest = max(entries, key=lambda pair: pair[0])
    others = [(date, one) for date, one in known if not _is_entry(one)]
    stale = all(date <= latest and one.standing < Standing.HEAD for date, one in others)
    return newest if stale else None


def _is_entry(statement: Statement) -> bool:
    line = statement.line
    if line is None:
        return False
    opens = not line.folded[: statement.written.start].strip(" ()-*")
    return opens or line.block.kind in _ENTRY_KINDS


def differs(one: Statement, other: Statement, order: Order) -> bool:
    """True when two statements cannot mean the same day."""
    if one.written.form is Form.DAY and other.written.form is Form.DAY:
        return not set(order.decide(one.written)) & set(order.decide(other.written))
    if Form.MONTH in {one.written.form, other.written.form}:
        return not _months(one, order) & _months(other, order)
    return one.written.form is not other.written.form


def _months(one: Statement, order: Order) -> set[str]:
    if one.written.form is Form.MONTH:
        return {one.written.month}
    return {f"{date:%Y-%m}" for date in order.decide(one.written)}


def _differing(
    first: Statement, others: Iterable[Statement], order: Order
) -> tuple[Statement, ...]:
    return tuple(one for one in others if one is not first and differs(first, one, order))
