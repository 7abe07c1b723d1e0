"""Which order a document writes the numbers of a date in.

``03/04/2024`` is 3 April or 4 March. Only the document itself may decide: another numeric date of
the same document that allows one order only; the same day written out in words; or its language,
where that language has one order (CLDR: every supported one but English and Swedish, which puts
the year first). English alone decides nothing: London and New York differ; ``en-GB`` decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from notifier.reading.dates.written import Form, WrittenDate


@dataclass(frozen=True, slots=True)
class Order:
    """What the document's own evidence says about numeric dates.

    Attributes:
        day_first: the document's order, or None when nothing decides it.
        spelled: days the document also writes out in words.
        why: the evidence, in words for the finding.
    """

    day_first: bool | None
    spelled: frozenset[dt.date] = frozenset()
    why: str = ""

    def decide(self, written: WrittenDate) -> tuple[dt.date, ...]:
        """Return the readings of ``written`` that the document's evidence leaves."""
        if len(written.readings) < 2:  # noqa: PLR2004
            return written.readings
        if self.day_first is not None:
            return written.readings[:1] if self.day_first else written.readings[1:]
        confirmed = tuple(date for date in written.readings if date in self.spelled)
        return confirmed if len(confirmed) == 1 else written.readings


def order_of(
    dates: Iterable[WrittenDate],
    *,
    machine: frozenset[dt.date],
    language: str | None,
    day_first_language: bool,
) -> Order:
    """Return the order that the document's own dates, else its language, decide.

    Args:
        dates: everything written as a date anywhere in the document.
        machine: the days of its machine-readable attributes.
        language: BCP 47 tag of the text, or None.
        day_first_language: True when the language writes numeric dates day first everywhere.
    """
    listed = tuple(dates)
    spelled = machine | frozenset(
        one.readings[0]
        for one in listed
        if one.form is Form.DAY and len(one.readings) == 1 and one.day_first is None
    )
    seen = {one.day_first for one in listed if one.day_first is not None}
    if seen == {True, False}:
        return Order(None, spelled, "the document uses both orders")
    if seen:
        return Order(seen.pop(), spelled, "another date in this document allows one order only")
    if day_first_language:
        return Order(True, spelled, f"the text's language ({language}) writes the day first")
    regional = _region_order(language)
    if regional is not None:
        return Order(regional, spelled, f"the document says its language is {language}")
    return Order(None, spelled, "the same day is written out in words in this document")


def _region_order(language: str | None) -> bool | None:
    """Return CLDR's order for a tag with a region, None without one or when the year leads."""
    if language is None or "-" not in language:
        return None
    try:
        pattern = Locale.parse(language, sep="-").date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return None
    day, month, year = (pattern.find(letter) for letter in "dMy")
    return day < month if year > max(day, month) else None
