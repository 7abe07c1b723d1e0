"""The calendar by brute force: walk the clock and look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=15)
"""Every offset and every clock change since 1994 lies on a quarter of an hour."""

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
    """For each day, the first step of the clock at which the local date has reached it."""
    at = datetime(start.year, start.month, start.day, tzinfo=UTC) - timedelta(days=3)
    reached = at.astimezone(zone).date()
    while reached < end:
        at += STEP
        today = at.astimezone(zone).date()
        while reached < today:
            reached += timedelta(days=1)
            if start <= reached <= end:
                yield reached, at


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
