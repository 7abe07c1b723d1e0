"""The calendar by brute force: walk the clock and look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=15)
"""Every offset and every clock change since 1994 lies on a quarter of an hour."""

LOOK = timedelta(hours=6)
"""No zone changes its offset and changes it back within so short a time."""

ODD_ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Niue",
)


def first_instants(zone: ZoneInfo, start: date, end: date) -> Iterator[tuple[date, datetime]]:
    """For each day, the first instant at which the local date has reached it.

    The clock is walked step by step on every day with a change of offset within two days; on all
    others the offset is the same all along, and midnight is midnight.
    """
    day = start
    while day <= end:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        offsets = {(midnight + n * LOOK).astimezone(zone).utcoffset() for n in range(-8, 13)}
        if len(offsets) == 1:
            yield day, midnight - offsets.pop()
        else:
            at = midnight - timedelta(days=2)
            while at.astimezone(zone).date() < day:
                at += STEP
            yield day, at
        day += timedelta(days=1)


def wrong_instants(
    name: str, first_instant, start: date, end: date
) -> list[tuple[str, date, datetime, datetime]]:
    """Every day for which ``first_instant`` differs from the walked clock."""
    zone = ZoneInfo(name)
    return [
        (name, day, first_instant(day, zone), at)
        for day, at in first_instants(zone, start, end)
        if first_instant(day, zone) != at
    ]
