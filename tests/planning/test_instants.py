"""Local days and hours as instants, against a clock that is walked step by step."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.planning.instants import (
    EARLIEST,
    LATEST,
    first_instant,
    instant_at,
    utc,
    zone_named,
    zone_stated,
)
from tests.planning.oracle import ODD_ZONES, first_instants, wrong_instants

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
ZONES = st.sampled_from(sorted(available_timezones()))


def test_the_walked_clock_sees_every_day():
    days = list(first_instants(ZoneInfo("Europe/Berlin"), date(2024, 1, 1), date(2024, 12, 31)))
    assert [day for day, _ in days] == [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]


@pytest.mark.parametrize("name", ODD_ZONES)
def test_every_day_of_odd_zones_begins_when_the_clock_says_so(name):
    assert wrong_instants(name, first_instant, date(2024, 1, 1), date(2026, 12, 31)) == []


def test_a_day_that_never_was_begins_with_the_next_one():
    apia = ZoneInfo("Pacific/Apia")
    assert wrong_instants("Pacific/Apia", first_instant, date(2011, 12, 1), date(2012, 1, 31)) == []
    assert first_instant(date(2011, 12, 30), apia) == first_instant(date(2011, 12, 31), apia)


def test_a_gap_that_swallows_midnight_begins_the_day_at_its_end():
    # Clocks went from 23:30 to 00:30.
    toronto = ZoneInfo("America/Toronto")
    assert first_instant(date(1919, 3, 31), toronto) == datetime(1919, 3, 31, 4, 30, tzinfo=UTC)


@given(DAYS, ZONES)
def test_nowhere_does_a_day_begin_before_utc_plus_14_or_after_utc_minus_12(day, name):
    begins = first_instant(day, ZoneInfo(name))
    assert first_instant(day, EARLIEST) <= begins <= first_instant(day, LATEST)
    assert first_instant(day, EARLIEST) == datetime.combine(
        day - timedelta(days=1), time(10), tzinfo=UTC
    )


@given(DAYS, ZONES)
def test_the_second_before_is_another_day(day, name):
    zone = ZoneInfo(name)
    begins = first_instant(day, zone)
    assert begins.astimezone(zone).date() >= day
    assert (begins - timedelta(seconds=1)).astimezone(zone).date() < day


@given(DAYS, st.times().map(lambda t: t.replace(microsecond=0)), ZONES)
def test_a_stated_hour_is_never_read_late(day, hour, name):
    zone = ZoneInfo(name)
    at = instant_at(day, hour, zone)
    wall = datetime.combine(day, hour, tzinfo=zone)
    assert at <= min(wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC))
    assert abs(at - wall.replace(tzinfo=UTC)) <= timedelta(hours=16)


@pytest.mark.parametrize(
    "name",
    ["", "../../etc/passwd", "Europe", "Mars/Olympus", "\0", "é", "/etc/localtime", "x" * 999],
)
def test_a_hostile_zone_name_is_no_zone(name):
    assert zone_named(name) is None
    assert zone_stated(name) is None


def test_an_abbreviation_is_read_as_its_easternmost_clock():
    pacific = zone_stated("PT")
    assert instant_at(date(2026, 1, 15), time(17), pacific) == datetime(2026, 1, 16, 0, tzinfo=UTC)
    assert zone_stated("cet").utcoffset(None) == timedelta(hours=2)
    assert zone_stated("CST") is None


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        utc(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test
