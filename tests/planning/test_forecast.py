"""How long sending takes, against a clock that ticks; and the forecast made while sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model.plan import Group, Window
from notifier.model.request import OtherMail, Rules, SendingHours
from notifier.planning import make_plan, reforecast
from notifier.planning.forecast import Load, run
from tests.planning.requests import NOW, request

START = datetime(2025, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hour(number):
    return START + number * HOUR


@st.composite
def loads(draw):
    found = []
    for key in range(draw(st.integers(1, 4))):
        edges = sorted(draw(st.sets(st.integers(0, 60), min_size=2, max_size=8)))
        edges = edges[: len(edges) // 2 * 2]
        windows = tuple(
            Window(hour(a), hour(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)
        )
        found.append(
            Load(
                str(key),
                draw(st.integers(0, 30)),
                hour(draw(st.integers(0, 60))),
                hour(draw(st.integers(1, 60))),
                windows,
            )
        )
    return found


def tick(found, quota=None):
    """One message an hour, to the most urgent that is open: the forecast by brute force."""
    left = {load.key: load.messages for load in found}
    ends = {load.key: load.due_at if not load.messages else None for load in found}
    early = dict.fromkeys(left, 0)
    order = sorted(found, key=lambda load: (load.before, load.due_at, load.key))
    used, number, last = 0, 0, 0
    while number < 200:
        at = hour(number)
        number += 1
        used = used if number - 1 < last + 24 else 0
        for load in order:
            inside = any(w.opens_at <= at < w.closes_at for w in load.windows)
            if left[load.key] and inside and load.due_at <= at:
                left[load.key] -= 1
                early[load.key] += at + HOUR <= load.before
                if not left[load.key]:
                    ends[load.key] = at + HOUR
                used, last = used + 1, number
                if used == quota:
                    used, number = 0, number + 24
                break
    return {key: (ends[key], early[key]) for key in left}


@given(loads(), st.none() | st.integers(1, 20))
def test_the_forecast_is_the_ticking_clocks(found, quota):
    forecast = run(found, 1 / 3600, quota)
    assert {key: (f.ends_at, round(f.in_time)) for key, f in forecast.items()} == tick(found, quota)


def test_a_daily_quota_is_never_passed_in_any_day():
    load = Load("a", 250, START, hour(999), (Window(START, hour(999)),))
    assert run([load], 1.0, 100)["a"].ends_at == START + timedelta(days=2, seconds=250)


def test_a_day_without_mail_frees_the_quota():
    first = Load("a", 60, START, hour(1), (Window(START, hour(1)),))
    second = Load("b", 60, hour(30), hour(99), (Window(hour(30), hour(99)),))
    ends = run([first, second], 1.0, 100)["b"].ends_at
    assert ends == hour(30) + timedelta(seconds=60)
    soon = replace(second, due_at=hour(20))
    soon = replace(soon, windows=(Window(hour(20), hour(99)),))
    ends = run([first, soon], 1.0, 100)["b"].ends_at
    assert ends == hour(20) + timedelta(seconds=60) + 24 * HOUR


def test_mail_of_another_plan_uses_the_rate_and_the_quota():
    groups = (Group("en", 1_000),)
    rules = Rules(daily_quota=2_000, bounce_allowance=timedelta(0))
    other = OtherMail("plan 1 initial-email", 20_000, NOW, NOW + HOUR)
    alone, late = (
        make_plan(request(rules=replace(rules, beside=beside), groups=groups), now=NOW)
        for beside in ((), (other,))
    )
    # 20,000 counted twice are 20 days of the quota.
    assert late.earliest_honest_date - alone.earliest_honest_date == timedelta(days=20)


def test_a_plan_that_leaves_another_no_time_says_so():
    rules = Rules(daily_quota=2_000, bounce_allowance=timedelta(0))
    other = OtherMail("plan 1 initial-email", 20_000, NOW, NOW + timedelta(days=65))
    rules = replace(rules, beside=(other,), lead_times=(timedelta(days=90),))
    few, many = (
        make_plan(request(rules=rules, groups=(Group("en", people),)), now=NOW).findings
        for people in (100, 50_000)
    )
    assert "plan.crowds_out" not in {finding.code for finding in few}
    (crowded,) = [finding for finding in many if finding.code == "plan.crowds_out"]
    assert "no time left to hand over plan 1 initial-email" in crowded.message


def test_rounding_is_never_in_our_favour():
    load = Load("a", 10, START, hour(9), (Window(START, hour(9)),))
    assert run([load], 3.0)["a"].ends_at == START + timedelta(seconds=4)


def test_a_load_of_a_millionth_of_a_second_ends():
    load = Load("a", 1, START, hour(9), (Window(START, hour(9)),))
    assert run([load], 1e9)["a"].ends_at == START


SLOW = Rules(
    rate=0.05,
    bounce_allowance=timedelta(0),
    sending_hours=SendingHours(time(9), time(17), weekdays=(0, 1, 2, 3, 4), on_holidays=False),
    holidays=frozenset({date(2025, 11, 20)}),
)


def test_mail_goes_out_in_the_recipients_working_hours_only():
    groups = (Group("ja", 900, zone="Asia/Tokyo"), Group("en", 900, zone="America/New_York"))
    plan = make_plan(request(rules=SLOW, groups=groups), now=NOW)
    assert not plan.refusal
    mails = [n for n in plan.notices if n.channel == "email" and not n.addressees.joiners]
    assert {n.addressees.zones for n in mails} == {("Asia/Tokyo",), ("America/New_York",)}
    for notice in mails:
        zone = ZoneInfo(notice.addressees.zones[0])
        assert notice.due_at == notice.windows[0].opens_at
        for window in notice.windows:
            opens, closes = window.opens_at.astimezone(zone), window.closes_at.astimezone(zone)
            assert opens.weekday() < 5
            assert opens.date() != date(2025, 11, 20)
            assert time(9) <= opens.time() < closes.time() <= time(17)


def test_sending_hours_move_the_target_earlier():
    groups = (Group("en", 1_440, zone="Europe/Berlin"),)
    plan = make_plan(request(rules=SLOW, groups=groups), now=NOW)
    # 2 x 1,440 / 0.05 s are 16 hours: two working days before the deadline on Sunday.
    assert plan.target_at == datetime(2025, 11, 27, 8, tzinfo=UTC)
    day_and_night = replace(SLOW, sending_hours=None)
    free = make_plan(request(rules=day_and_night, groups=groups), now=NOW)
    assert free.deadline_at - free.target_at == timedelta(hours=16, seconds=1)


def test_an_audience_no_year_is_long_enough_for_is_refused_without_a_date():
    rules = Rules(daily_quota=10)
    plan = make_plan(request(rules=rules, groups=(Group("en", 100_000),)), now=NOW)
    assert plan.refusal
    assert plan.earliest_honest_date is None


@pytest.fixture
def plan():
    return make_plan(request(groups=(Group("en", 100_000),)), now=NOW)


def test_while_sending_the_forecast_says_when_it_ends(plan):
    mail = plan.notice("initial-email")
    forecast = reforecast(plan, {mail.key: 36_000}, 10.0, mail.due_at + HOUR)
    assert forecast.ends_at == mail.due_at + 2 * HOUR
    assert forecast.in_time


def test_after_a_standstill_what_no_longer_fits_is_counted(plan):
    mail = plan.notice("initial-email")
    forecast = reforecast(plan, {mail.key: 50_000}, 10.0, mail.before - HOUR)
    assert not forecast.in_time
    assert [(n.key, n.late) for n in forecast.notices] == [(mail.key, 14_000)]


def test_at_the_deadline_nothing_is_in_time_and_standing_still_neither(plan):
    mail, product = plan.notice("initial-email"), plan.notice("initial-in_app")
    at = reforecast(plan, {mail.key: 3, product.key: 4}, 10.0, mail.before)
    assert [n.late for n in at.notices] == [3, 4]
    assert not reforecast(plan, {mail.key: 1}, 0.0, NOW).in_time


def test_nothing_left_is_in_time(plan):
    assert reforecast(plan, {}, 10.0, NOW).in_time


def test_a_reminder_years_ahead_is_planned_like_any_other():
    far = date(2029, 12, 1)
    asked = request(groups=(Group("en", 7),))
    asked = replace(asked, effective=replace(asked.effective, date=far))
    keys = {notice.key for notice in make_plan(asked, now=NOW).notices}
    assert {"reminder-1-email", "reminder-1-in_app"} <= keys
