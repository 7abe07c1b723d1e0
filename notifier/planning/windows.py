"""Sending hours as spans of UTC."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from notifier.model.plan import SendingHours, Window
from notifier.planning.instants import instant_at

HORIZON = timedelta(days=400)
"""How far ahead sending is planned; what takes longer is refused."""


@lru_cache(maxsize=256)
def _opening_days(
    hours: SendingHours, zone: tzinfo, holidays: frozenset[date], first: date
) -> tuple[Window, ...]:
    """Every window from ``first`` to the horizon, in order."""
    days = (first + timedelta(days=n) for n in range(HORIZON.days + 3))
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
    opening = _opening_days(hours, zone, holidays, start.date() - timedelta(days=1))
    clipped = (
        Window(max(window.opens_at, start), min(window.closes_at, end))
        for window in opening
        if window.closes_at > start and window.opens_at < end
    )
    return tuple(window for window in clipped if window.opens_at < window.closes_at)
