"""A change that stops: who was told learns of it at the hours and before the day they know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from notifier.model.plan import Channel, Group, NoticeKind, Plan, Telling, Told, Wording
from notifier.model.reading import ChannelsMode, NoticePeriod, PromisedChannel, Trigger
from notifier.model.request import Floor, PlanRequest, Rules, RulingSubject, SendingHours
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


def test_mail_that_the_hours_keep_back_until_the_day_has_begun_apologises():
    evening = datetime(2027, 3, 1, 5, tzinfo=UTC)
    plan = stopped(asked(), Told(Telling(MARCH, "v2"), TEN), now=evening)
    (notice,) = plan.notices
    assert notice.before < notice.due_at == datetime(2027, 3, 1, 16, tzinfo=UTC)
    assert Wording.ALREADY_IN_FORCE in notice.wording


def test_who_knows_only_of_a_pause_was_told_no_day_that_could_have_begun():
    after = datetime(2027, 3, 10, 20, tzinfo=UTC)
    plan = stopped(asked(), Told(Telling(None, "v2"), TEN), now=after)
    (notice,) = plan.notices
    assert notice.wording == (Wording.WITHDRAWN,)
    assert notice.finish_at < notice.before
    assert plan.findings == ()


def test_the_deadline_of_a_stop_is_the_first_day_that_anybody_was_told():
    told = Told(Telling(MARCH, "v2"), TEN)
    plan = stopped(asked(date(2027, 5, 1)), told, now=datetime(2027, 2, 1, tzinfo=UTC))
    begins = datetime(2027, 3, 1, 8, tzinfo=UTC)
    assert (plan.deadline_at, plan.duties[0].before, plan.notices[0].before) == (begins,) * 3


def test_a_day_that_began_in_the_readers_own_zone_has_begun_for_them():
    first, last = (Group("en", 4, zone=z) for z in ("Pacific/Auckland", "America/Los_Angeles"))
    rules = Rules(zone="Europe/Berlin", recipient_zones=True)
    planned = request(MARCH, BY_MAIL, groups=(first, last), rules=rules)
    begun = make_plan(planned, now=datetime(2027, 1, 1, 12, tzinfo=UTC))
    told = tuple(Told(Telling(MARCH, "v2"), group) for group in (first, last))
    noon = datetime(2027, 2, 28, 12, tzinfo=UTC)
    plan = withdraw(begun, told=told, request=planned, now=noon)
    sorry = {n.addressees.zones: Wording.ALREADY_IN_FORCE in n.wording for n in plan.notices}
    assert sorry == {("Pacific/Auckland",): True, ("America/Los_Angeles",): False}
    assert [f.code for f in plan.findings if f.code == "plan.learns_late"] == ["plan.learns_late"]


def test_a_channel_owed_to_one_segment_only_makes_nobody_else_an_exception():
    floor = Floor(
        "p2b", NoticePeriod(15), "art. 3", channels=(PromisedChannel.EMAIL,), segments=("eu",)
    )
    shown = replace(CUSTOMER, channels=(PromisedChannel.IN_APP,))
    groups = (Group("en", 6, can_email=False), Group("en", 4, segment="eu"))
    planned = request(MARCH, shown, groups=groups, rules=Rules(floors=(floor,)))
    begun = make_plan(planned, now=datetime(2027, 1, 1, 12, tzinfo=UTC))
    told = tuple(Told(Telling(MARCH, "v2"), group) for group in groups)
    plan = withdraw(begun, told=told, request=planned, now=datetime(2027, 2, 1, tzinfo=UTC))
    assert plan.unreachable == 0
    assert sum(n.count for n in plan.notices if n.channel is Channel.IN_APP) == 10


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
    assert correction.wording == (Wording.TEXT_CHANGED, Wording.ALREADY_IN_FORCE)
    assert correction.true_until is None
    assert correction.why.endswith("mail waits for the sending hours.")
