"""Notice periods counted back from an effective date."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from notifier.model.reading import ClockStart, NoticePeriod, PeriodUnit, Promise

SATURDAY = 5


def promised_period(promise: Promise) -> NoticePeriod | None:
    """The longer of the notice period and the delay until a change takes effect."""
    period, delay = promise.period, promise.effective_delay_days
    if delay and (period is None or period.days < delay):
        return NoticePeriod(delay, starts_at=ClockStart.NOTICE)
    return period


def is_business_day(day: date, holidays: AbstractSet[date]) -> bool:
    """Monday to Friday and no holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter.

    Regulation (EEC, Euratom) 1182/71 art. 3(2)(c): a period in months ends on the same date, or
    on the last day of a month that lacks it. Counting back never gives a later day than that.
    """
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def business_days_before(day: date, number: int, holidays: AbstractSet[date]) -> date:
    """The last business day after which ``number`` business days begin up to and on ``day``.

    What is told on a day off counts as told on the next business day, so telling ends on a
    business day: one business day before Monday is Friday, and before Sunday it is Thursday.
    """
    left = number
    while left or not is_business_day(day, holidays):
        left -= is_business_day(day, holidays) and left > 0
        day -= timedelta(days=1)
    return day


def last_day_to_tell(period: NoticePeriod, effective: date, holidays: AbstractSet[date]) -> date:
    """The last local date on which telling keeps a period that is counted in whole days.

    N days before means on the date ``effective - N`` or earlier, wherever the reader is; zero
    days is read as one, because a date begins at its first instant and telling comes before it.

    Raises:
        ValueError: the period is in hours; those are counted from an instant.
    """
    number = max(period.number, 1)
    match period.unit:
        case PeriodUnit.DAYS:
            return effective - timedelta(days=number)
        case PeriodUnit.WEEKS:
            return effective - timedelta(weeks=number)
        case PeriodUnit.MONTHS:
            return months_before(effective, number)
        case PeriodUnit.BUSINESS_DAYS:
            return business_days_before(effective, number, holidays)
        case PeriodUnit.HOURS:
            raise ValueError("hours are counted from an instant")
