"""Notice periods counted back, against counting forward day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model.plan import Group
from notifier.model.reading import ClockStart, NoticePeriod, PeriodUnit
from notifier.model.request import Rules
from notifier.planning import known_floors, make_plan
from notifier.planning.periods import is_business_day, last_day_to_tell, months_before
from tests.planning.requests import CUSTOMER, NOW, request, stated

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
HOLIDAYS = st.frozensets(st.dates(date(2024, 6, 1), date(2024, 7, 31)), max_size=12)


def months_after(day, months):
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(years, month + 1, number)
        except ValueError:
            continue
    raise AssertionError


@given(DAYS, st.integers(1, 400))
def test_days_and_weeks_lie_between_telling_and_effect(day, number):
    told = last_day_to_tell(NoticePeriod(number), day, frozenset())
    assert (day - told).days == number
    weeks = last_day_to_tell(NoticePeriod(number, PeriodUnit.WEEKS), day, frozenset())
    assert (day - weeks).days == 7 * number


@given(DAYS, st.integers(1, 24))
def test_months_counted_back_have_run_out_when_counted_forward(day, number):
    told = months_before(day, number)
    assert months_after(told, number) <= day
    assert months_after(told + timedelta(days=4), number) > day


@given(st.dates(date(2024, 6, 1), date(2024, 7, 31)), st.integers(1, 15), HOLIDAYS)
def test_business_days_begin_between_telling_and_effect(day, number, holidays):
    def enough(told):
        while not is_business_day(told, holidays):
            told += timedelta(days=1)
        after = (told + timedelta(days=n) for n in range(1, (day - told).days + 1))
        return sum(is_business_day(d, holidays) for d in after) >= number

    told = last_day_to_tell(NoticePeriod(number, PeriodUnit.BUSINESS_DAYS), day, holidays)
    assert enough(told)
    assert not any(enough(told + timedelta(days=n)) for n in range(1, 30))


def test_one_business_day_before_monday_is_friday_and_before_sunday_thursday():
    one = NoticePeriod(1, PeriodUnit.BUSINESS_DAYS)
    assert last_day_to_tell(one, date(2026, 6, 1), frozenset()) == date(2026, 5, 29)
    assert last_day_to_tell(one, date(2026, 5, 31), frozenset()) == date(2026, 5, 28)


@cache
def all_zones():
    return tuple(ZoneInfo(name) for name in sorted(available_timezones()))


@pytest.mark.parametrize("number", [1, 7, 30])
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 3, 1), date(2024, 2, 29)])
def test_before_the_deadline_it_is_early_enough_everywhere_and_at_it_somewhere_not(day, number):
    promise = replace(CUSTOMER, period=NoticePeriod(number))
    now = datetime(2023, 6, 1, tzinfo=UTC)
    plan = make_plan(request(day, promise, in_force_date=None), now=now)

    def days_before(at):
        return min((day - at.astimezone(zone).date()).days for zone in all_zones())

    assert days_before(plan.deadline_at - timedelta(seconds=1)) == number
    assert days_before(plan.deadline_at) == number - 1
    assert plan.deadline_at == datetime(day.year, day.month, day.day, 10, tzinfo=UTC) - timedelta(
        days=number
    )


def deadline(period=None, *, rules=None, **effective):
    promise = replace(CUSTOMER, period=period)
    asked = request(
        promise=promise,
        effective=stated(**effective),
        rules=rules or Rules(),
        groups=(Group("en", 100),),
    )
    plan = make_plan(asked, now=NOW)
    assert not plan.refusal
    return plan


def test_hours_count_from_the_stated_hour_in_the_stated_zone():
    from datetime import time

    plan = deadline(NoticePeriod(48, PeriodUnit.HOURS), at=time(17), zone="America/New_York")
    assert plan.effective_at == datetime(2025, 12, 1, 22, tzinfo=UTC)
    assert plan.deadline_at == datetime(2025, 11, 29, 22, tzinfo=UTC)


def test_plain_before_runs_up_to_the_stated_hour():
    from datetime import time

    plan = deadline(at=time(17), zone="PT")
    assert plan.deadline_at == plan.effective_at == datetime(2025, 12, 2, 0, tzinfo=UTC)


def test_counting_from_receipt_takes_off_the_deemed_receipt():
    receipt = NoticePeriod(10, starts_at=ClockStart.RECEIPT)
    rules = Rules(deemed_receipt=timedelta(hours=30))
    plain, received = deadline(NoticePeriod(10)), deadline(receipt, rules=rules)
    assert plain.deadline_at - received.deadline_at == timedelta(hours=30)


def test_a_policy_zone_relaxes_the_deadline_and_says_so():
    plan = deadline(NoticePeriod(10), rules=Rules(zone="America/New_York"))
    assert plan.deadline_at == datetime(2025, 11, 22, 5, tzinfo=UTC)
    assert "plan.zone" in {f.code for f in plan.findings}


def test_an_unknown_zone_is_not_a_relaxation():
    plan = deadline(NoticePeriod(10), zone="CST")
    assert plan.deadline_at == deadline(NoticePeriod(10)).deadline_at
    assert "plan.zone_unknown" in {f.code for f in plan.findings}


def test_recipients_in_their_own_zones_have_their_own_deadlines():
    groups = (Group("ja", 5, zone="Asia/Tokyo"), Group("en", 7, zone="America/Los_Angeles"))
    rules = Rules(recipient_zones=True)
    plan = make_plan(request(groups=groups, rules=rules), now=NOW)
    mails = {n.addressees.zones: n for n in plan.notices if n.key.startswith("initial-email")}
    assert mails["Asia/Tokyo",].before == datetime(2025, 11, 30, 15, tzinfo=UTC)
    assert mails["America/Los_Angeles",].before == datetime(2025, 12, 1, 8, tzinfo=UTC)
    assert plan.deadline_at == mails["Asia/Tokyo",].before
    assert "plan.recipient_zones" in {f.code for f in plan.findings}


def test_who_joins_is_told_until_the_day_has_begun_in_the_last_zone():
    groups = (Group("ja", 5, zone="Asia/Tokyo"), Group("en", 7, zone="America/Los_Angeles"))
    plan = make_plan(request(groups=groups, rules=Rules(recipient_zones=True)), now=NOW)
    assert plan.joiners_until == plan.in_force_at == datetime(2025, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "own"), [(None, ["For 5 people"]), (time(9), [])])
def test_only_people_with_a_zone_are_said_to_have_a_day_of_their_own(hour, own):
    groups = (Group("ja", 5, zone="Asia/Tokyo"), Group("en", 7), Group("de", 3, zone="Nowhere"))
    asked = request(groups=groups, rules=Rules(recipient_zones=True), effective=stated(at=hour))
    said = [f for f in make_plan(asked, now=NOW).findings if f.code == "plan.recipient_zones"]
    assert [finding.message[:12] for finding in said] == own


def test_zones_that_keep_the_same_time_share_their_notices():
    names = ("Europe/Berlin", "Europe/Paris", "Africa/Lagos", "Asia/Tokyo", "Asia/Seoul")
    groups = tuple(Group("en", 10, zone=name) for name in names)
    plan = make_plan(request(groups=groups, rules=Rules(recipient_zones=True)), now=NOW)
    mails = [n for n in plan.notices if n.key.startswith("initial-email")]
    assert {n.addressees.zones: n.count for n in mails} == {
        ("Africa/Lagos", "Europe/Berlin", "Europe/Paris"): 30,
        ("Asia/Seoul", "Asia/Tokyo"): 20,
    }


@pytest.mark.parametrize(
    ("name", "last_day"),
    [
        ("p2b", date(2025, 11, 15)),
        ("electronic-communications", date(2025, 10, 30)),
        ("us-electronic-transfers", date(2025, 11, 10)),
    ],
)
def test_the_floor_wins_over_a_shorter_promise_and_the_plan_says_so(name, last_day):
    plan = deadline(rules=Rules(floors=(known_floors()[name],)))
    midnight = datetime.combine(last_day, datetime.min.time(), tzinfo=UTC)
    assert plan.deadline_at == midnight + timedelta(hours=10)
    assert f"floor {name}" in plan.strictest
    assert "the promise" in plan.strictest


def test_a_floor_that_names_a_form_makes_people_without_it_exceptions():
    rules = Rules(floors=(known_floors()["p2b"],))
    plan = make_plan(request(rules=rules), now=NOW)
    assert plan.unreachable == 900
    assert "plan.partly_reachable" in {f.code for f in plan.findings}


def test_a_floor_for_a_segment_moves_only_its_deadline():
    floor = replace(known_floors()["p2b"], segments=("sellers",))
    groups = (Group("en", 10, segment="sellers"), Group("en", 20, segment="buyers"))
    plan = make_plan(request(groups=groups, rules=Rules(floors=(floor,))), now=NOW)
    before = {n.key: n.before for n in plan.notices}
    assert before["initial-email/sellers"] < before["initial-email"]
    assert plan.notice("initial-email").addressees.except_segments == ("sellers",)


def test_every_floor_names_its_law():
    assert all(floor.source and floor.period.days >= 15 for floor in known_floors().values())
