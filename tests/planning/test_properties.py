"""What every plan keeps, whatever it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from notifier.model.plan import Addressees, Channel, Group, NoticeKind, Standing, Told
from notifier.model.reading import (
    ChannelsMode,
    ClockStart,
    DateStatus,
    EffectiveDate,
    NoticePeriod,
    Obligation,
    PeriodUnit,
    Promise,
    PromisedChannel,
    Trigger,
)
from notifier.model.redline import Materiality
from notifier.model.request import PlanRequest, Rules, RulingSubject, SegmentDate, SendingHours
from notifier.planning import known_floors, make_plan, revise, timeline
from tests.planning.requests import ruling

ZONES = ("", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia", "Africa/Cairo", "No/Where")
SEGMENTS = ("", "sellers", "team")

groups = st.lists(
    st.builds(
        Group,
        locale=st.sampled_from(("en", "de")),
        count=st.integers(1, 50_000),
        zone=st.sampled_from(ZONES),
        segment=st.sampled_from(SEGMENTS),
        can_email=st.booleans(),
        can_in_app=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda g: replace(g, count=0),
).map(tuple)

periods = st.builds(
    NoticePeriod,
    number=st.integers(0, 40),
    unit=st.sampled_from(PeriodUnit),
    starts_at=st.sampled_from(ClockStart),
)

promises = st.builds(
    Promise,
    channels=st.lists(st.sampled_from(PromisedChannel), unique=True, max_size=4).map(tuple),
    mode=st.sampled_from(ChannelsMode),
    at_least=st.integers(0, 3),
    obligation=st.sampled_from(Obligation),
    trigger=st.sampled_from(Trigger),
    period=st.none() | periods,
    prior=st.booleans(),
    effective_when_posted=st.sampled_from((None, True, False)),
    effective_delay_days=st.none() | st.integers(1, 40),
    promises_to_update_date=st.booleans(),
)

rules = st.builds(
    Rules,
    zone=st.sampled_from((None, "Europe/Berlin", "America/New_York")),
    lead_times=st.lists(st.integers(1, 1_000).map(lambda h: timedelta(hours=h)), max_size=3).map(
        lambda leads: tuple(sorted(leads, reverse=True))
    ),
    floors=st.lists(
        st.sampled_from(sorted(known_floors())).flatmap(
            lambda name: st.sampled_from(((), ("sellers",))).map(
                lambda segments: replace(known_floors()[name], segments=segments)
            )
        ),
        max_size=2,
        unique_by=lambda floor: floor.name,
    ).map(tuple),
    rate=st.sampled_from((5.0, 50.0, 1_000.0)),
    bounce_allowance=st.sampled_from((timedelta(0), timedelta(hours=72))),
    daily_quota=st.sampled_from((None, None, 50_000)),
    recipient_zones=st.booleans(),
    in_app_offset=st.sampled_from((timedelta(0), timedelta(hours=5), timedelta(days=90))),
    sending_hours=st.none()
    | st.just(SendingHours(time(8), time(20), (0, 1, 2, 3, 4), on_holidays=False)),
    holidays=st.just(frozenset({date(2026, 5, 1), date(2026, 12, 25)})),
    segment_dates=st.lists(
        st.builds(
            SegmentDate, st.sampled_from(SEGMENTS), st.dates(date(2026, 4, 1), date(2026, 9, 1))
        ),
        max_size=1,
    ).map(tuple),
)

NOW = datetime(2026, 4, 20, 7, 13, 22, 5, tzinfo=UTC)


@st.composite
def requests(draw):
    promise = draw(promises)
    return PlanRequest(
        title="Terms",
        effective=EffectiveDate(
            DateStatus.STATED, draw(st.dates(date(2026, 4, 10), date(2026, 9, 30))), governs=True
        ),
        promise=promise,
        new_promise=draw(st.just(promise) | promises),
        in_force_date=draw(st.sampled_from((None, date(2025, 1, 1)))),
        materiality=draw(st.none() | st.sampled_from(Materiality)),
        groups=draw(groups),
        rules=draw(rules),
        version="v2",
        posted_at=draw(st.none() | st.just(NOW - timedelta(days=1))),
    )


def is_for(addressees: Addressees, group: Group, channel: Channel) -> bool:
    return (
        not addressees.joiners
        and group.can(channel)
        and (not addressees.zones or group.zone in addressees.zones)
        and (not addressees.segments or group.segment in addressees.segments)
        and group.segment not in addressees.except_segments
        and not (addressees.without and group.can(addressees.without))
    )


@given(requests())
@settings(max_examples=120, deadline=None)
def test_a_plan_is_in_time_complete_and_the_same_again(asked):
    plan = make_plan(asked, now=NOW)
    assert make_plan(asked, now=NOW) == plan
    assert len({notice.key for notice in plan.notices}) == len(plan.notices)
    assert plan.refusal == "" or not plan.notices
    for notice in plan.notices:
        assert NOW <= notice.due_at < notice.before
        assert notice.due_at <= notice.finish_at <= notice.before
        if notice.kind is NoticeKind.INITIAL and not notice.addressees.joiners:
            assert notice.before in {duty.before for duty in plan.duties}
        assert all(
            notice.due_at <= w.opens_at < w.closes_at <= notice.before for w in notice.windows
        )
        assert notice.why
        if not notice.addressees.joiners and notice.addressees.standing is not Standing.MISSED:
            mine = sum(
                g.count for g in asked.groups if is_for(notice.addressees, g, notice.channel)
            )
            assert mine == notice.count


@given(requests())
@settings(max_examples=60, deadline=None)
def test_everybody_is_told_once_by_each_channel_or_listed(asked):
    plan = make_plan(asked, now=NOW)
    initial = [n for n in plan.notices if n.kind is NoticeKind.INITIAL]
    owed = {duty.kind for duty in plan.duties if duty.channels and duty.at_least}
    forgotten = 0
    for group in asked.groups:
        mine = [n.channel for n in initial if is_for(n.addressees, group, n.channel)]
        assert len(mine) == len(set(mine))
        owing = [d for d in plan.duties if d.at_least and covers(d.addressees, group)]
        forgotten += group.count if owing and not mine else 0
    if not plan.refusal and owed:
        assert forgotten <= plan.unreachable
        listed = {"plan.unreachable", "plan.partly_reachable"} & {f.code for f in plan.findings}
        assert bool(listed) == bool(plan.unreachable)


def covers(addressees: Addressees, group: Group) -> bool:
    return (
        (not addressees.zones or group.zone in addressees.zones)
        and (not addressees.segments or group.segment in addressees.segments)
        and group.segment not in addressees.except_segments
    )


@given(requests())
@settings(max_examples=80, deadline=None)
def test_the_earliest_honest_date_is_honest_and_the_day_before_is_not(asked):
    asked = replace(asked, posted_at=None, rules=replace(asked.rules, segment_dates=()))
    honest = make_plan(asked, now=NOW).earliest_honest_date
    assume(honest is not None)

    def on(day):
        return make_plan(
            replace(asked, rulings=(ruling(RulingSubject.EFFECTIVE_DATE, day.isoformat()),)),
            now=NOW,
        )

    assert not on(honest).refusal
    if any(duty.at_least for duty in on(honest).duties):
        assert on(honest - timedelta(days=1)).refusal


@given(requests(), st.integers(0, 60), st.data())
@settings(max_examples=80, deadline=None)
def test_time_moving_on_untells_nobody(asked, days, data):
    plan = make_plan(asked, now=NOW)
    assume(not plan.refusal and not asked.rules.segment_dates)
    told = tuple(
        Told(plan.notices[0].tells, replace(group, count=data.draw(st.integers(1, group.count))))
        for group in asked.groups
        if plan.notices and data.draw(st.booleans())
    )
    later = NOW + timedelta(days=days)
    again = revise(plan, asked, told=told, now=later)
    assert not [n for n in again.notices if n.kind is NoticeKind.CORRECTION]
    fresh = [n for n in again.notices if n.kind is NoticeKind.INITIAL and not n.addressees.joiners]
    untold = sum(g.count for g in asked.groups) - sum(fact.group.count for fact in told)
    for channel in Channel:
        assert sum(n.count for n in fresh if n.channel is channel) <= untold


@given(requests())
@settings(max_examples=60, deadline=None)
def test_a_ruling_to_send_late_always_gives_a_plan_that_claims_nothing(asked):
    late = make_plan(replace(asked, rulings=(ruling(RulingSubject.SEND_LATE, "yes"),)), now=NOW)
    assert late.refusal == ""
    for notice in late.notices:
        assert notice.due_at >= NOW
        assert (notice.kind is NoticeKind.LATE) == (notice.before <= notice.due_at)
        assert (notice.kind is NoticeKind.LATE) == bool(notice.wording)


@given(requests())
@settings(max_examples=60, deadline=None)
def test_the_time_line_is_in_order_and_shows_every_notice(asked):
    plan = make_plan(asked, now=NOW)
    points = timeline(plan)
    assert [p.at for p in points] == sorted(p.at for p in points)
    assert {n.key for n in plan.notices} <= {p.notice for p in points}
