"""Local dates and hours as instants. Every rule errs to the early side, never to the late one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST = timezone(timedelta(hours=14), "UTC+14")
"""Where every date begins first (Pacific/Kiritimati keeps it, IANA tz database)."""

LATEST = timezone(timedelta(hours=-12), "UTC-12")
"""Where every date begins last ("anywhere on Earth")."""

STATED_ZONES = {
    name: timezone(timedelta(hours=east), name)
    for east, names in {
        0: "Z UTC",
        1: "GMT WET WEST",
        2: "CET CEST MEZ MESZ",
        3: "EET EEST",
        9: "JST KST",
        11: "AEST AEDT AET",
        13: "NZST NZDT",
        -4: "ET EST EDT",
        -6: "MT MST MDT",
        -7: "PT PST PDT",
    }.items()
    for name in names.split()
}
"""Abbreviations in policies, by the easternmost hours from UTC of the clocks they stand for.

People write "PST" in July, "CET" in August and "GMT" in a British summer. The easternmost reading
is the earliest instant, so it is never too late. Those used on several continents (CST, IST, BST)
are left out: they need a ruling.
"""


def utc(now: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        ValueError: it has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware instant")
    return now.astimezone(UTC)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> tzinfo | None:
    """The time zone of an IANA name; None for any other string.

    Names come from audience files and policies: whatever they hold, this does not raise.
    """
    if not name or not name.isascii():
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zone_stated(name: str) -> tzinfo | None:
    """The time zone a policy's text names, by abbreviation or IANA name; None when unknown."""
    return STATED_ZONES.get(name.upper()) or zone_named(name)


@lru_cache(maxsize=65536)
def first_instant(day: date, zone: tzinfo) -> datetime:
    """The first instant, in UTC, whose local date in ``zone`` is ``day`` or later.

    Some days have no midnight (Africa/Cairo, America/Santiago in spring), and one had no instant
    at all (Pacific/Apia, 30 December 2011); a day whose midnight is struck twice begins at the
    first stroke (PEP 495, fold=0).
    """
    midnight = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    second = timedelta(seconds=1)
    if (midnight - second).astimezone(zone).date() < day:
        return midnight
    early, late = midnight - timedelta(days=1), midnight
    while late - early > second:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).date() >= day:
            late = middle
        else:
            early = middle
    return late


def instant_at(day: date, hour: time, zone: tzinfo) -> datetime:
    """The earliest instant, in UTC, that a stated local hour can mean.

    An hour struck twice means the first; one skipped by a clock change is read with the offset
    that gives the earlier instant (PEP 495 allows both).
    """
    wall = datetime.combine(day, hour, tzinfo=zone)
    return min(
        wall.replace(fold=0).astimezone(UTC),
        wall.replace(fold=1).astimezone(UTC),
    )
