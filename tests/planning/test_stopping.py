"""A change that stops: who was told learns of it at the hours and before the day they know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from notifier.model.plan import Group, NoticeKind, Plan, Telling, Told, Wording
from notifier.model.reading import ChannelsMode, PromisedChannel, Trigger
from notifier.model.request import PlanRequest, Rules, RulingSubject, SendingHours
from notifier.planning import make_plan, revise, withdraw
from tests.planning.requests import CUSTOMER, request, ruling

MARCH = date(2027, 3, 1)
BY_MAIL = replace(CUSTOMER, channels=(PromisedChannel.EMAIL,), mode=ChannelsMode.ALL)
TEN = Group("en", 10)


def asked(day: date = MARCH, *, zone: str | None = "America/Los_Angeles", **more: object):
    hours = SendingHours(time(8), time(20))
    rules = Rules(zone=zone, sending_hours=hours, bounce_allowance=timedelta(hours=1))
    return request(day, BY_MAIL, groups=(TEN,), rules=rules, **more)


def stopped(planned: PlanRequest, told: Told, *, now: datetime) -> Plan:
    begun = make_plan(planned, now=datetime(2027, 1, 1, 12, tzinfo=UTC))
    return withdraw(begun, told=(told,), request=planned, now=now)


def test_a_withdrawal_keeps_the_policys_hours_and_its_day():
    early = datetime(2027, 2, 28, 12, tzinfo=UTC)
    plan = stopped(asked(), Told(Telling(MARCH, "v2"), TEN), now=early)
    (notice,) = plan.notices
    assert notice.before == datetime(2027, 3, 1, 8, tzinfo=UTC)
    assert notice.windows[0].opens_at == datetime(2027, 2, 28, 16, tzinfo=UTC)
    assert Wording.ALREADY_IN_FORCE not in notice.wording
    assert plan.findings == ()


def test_hours_without_a_zone_are_in_utc():
    early = datetime(2027, 2, 27, 1, tzinfo=UTC)
    plan = stopped(asked(zone=None), Told(Telling(MARCH, "v2"), TEN), now=early)
    assert plan.notices[0].windows[0].opens_at == datetime(2027, 2, 27, 8, tzinfo=UTC)


def test_who_cannot_learn_of_it_before_their_day_is_said():
    evening = datetime(2027, 3, 1, 5, tzinfo=UTC)
    plan = stopped(asked(), Told(Telling(MARCH, "v2"), TEN), now=evening)
    assert [finding.code for finding in plan.findings] == ["plan.learns_late"]


def test_a_day_that_was_told_has_begun_though_the_plan_has_a_later_one():
    after = datetime(2027, 3, 5, tzinfo=UTC)
    plan = stopped(asked(date(2027, 5, 1)), Told(Telling(MARCH, "v2"), TEN), now=after)
    assert Wording.ALREADY_IN_FORCE in plan.notices[0].wording
    assert [finding.code for finding in plan.findings] == ["plan.learns_late"]


def test_who_was_told_and_can_be_mailed_no_more_is_an_exception_that_is_named():
    gone = Group("en", 7, can_email=False)
    plan = stopped(asked(), Told(Telling(MARCH, "v2"), gone), now=datetime(2027, 2, 1, tzinfo=UTC))
    assert plan.stops
    assert (plan.notices, plan.unreachable) == ((), 7)
    assert "plan.unreachable" in {finding.code for finding in plan.findings}


def test_a_correction_is_planned_though_the_hours_stay_closed_until_the_day_begins():
    berlin = asked(zone="Europe/Berlin")
    begun = make_plan(berlin, now=datetime(2027, 1, 1, 12, tzinfo=UTC))
    evening = datetime(2027, 2, 28, 20, tzinfo=UTC)
    told = (Told(Telling(MARCH, "v2"), TEN),)
    slip = (ruling(RulingSubject.MATERIALITY, "editorial"),)
    mended = replace(
        berlin, promise=replace(BY_MAIL, trigger=Trigger.MATERIAL), version="v3", rulings=slip
    )
    plan = revise(begun, mended, told=told, now=evening)
    (correction,) = (n for n in plan.notices if n.kind is NoticeKind.CORRECTION)
    assert correction.windows[0].opens_at == datetime(2027, 3, 1, 7, tzinfo=UTC)
