"""Sending hours as spans of UTC."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from notifier.model.plan import Window
from notifier.model.request import SendingHours
from notifier.planning.instants import instant_at

A_DAY = timedelta(days=1)

HORIZON = timedelta(days=400)
"""How far ahead sending is planned; what takes longer is refused."""


@lru_cache(maxsize=4096)
def _opening_days(
    hours: SendingHours, zone: tzinfo, holidays: frozenset[date], year: int
) -> tuple[Window, ...]:
    """Every window of a local year, in order."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return tuple(
        Window(instant_at(day, hours.opens, zone), instant_at(day, hours.closes, zone))
        for day in days
        if day.weekday() in hours.weekdays and (hours.on_holidays or day not in holidays)
    )


def windows_between(
    hours: SendingHours | None,
    zone: tzinfo,
    holidays: frozenset[date],
    start: datetime,
    end: datetime,
) -> tuple[Window, ...]:
    """The spans between two instants in which mail may be handed over.

    Args:
        hours: None when mail may be handed over at any time.
        zone: in which the hours are kept.
    """
    if start >= end:
        return ()
    if hours is None:
        return (Window(start, end),)
    days = [
        window
        for year in range((start - A_DAY).year, (end + A_DAY).year + 1)
        for window in _opening_days(hours, zone, holidays, year)
    ]
    first = bisect_right(days, start, key=lambda window: window.closes_at)
    last = bisect_left(days, end, key=lambda window: window.opens_at)
    found = days[first:last]
    if found:
        found[0] = Window(max(found[0].opens_at, start), found[0].closes_at)
        found[-1] = Window(found[-1].opens_at, min(found[-1].closes_at, end))
    return tuple(found)
