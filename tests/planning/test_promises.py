"""What the clause obliges to, and what legal is told about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from notifier.model.plan import Channel, DutyKind, Group, NoticeKind
from notifier.model.reading import (
    ChannelsMode,
    ClockStart,
    NoticePeriod,
    Obligation,
    Promise,
    PromisedChannel,
    Severity,
    Trigger,
)
from notifier.model.redline import Materiality
from notifier.model.request import Rules, RulingSubject, SegmentDate, Stated
from notifier.model.text import Quote
from notifier.planning import make_plan
from tests.planning.requests import CUSTOMER, DAY, NOW, request, ruling


def plan_for(promise=CUSTOMER, **more):
    return make_plan(request(promise=promise, **more), now=NOW)


def codes(plan):
    return {finding.code for finding in plan.findings}


def channels(plan):
    return {n.channel for n in plan.notices if n.kind is NoticeKind.INITIAL}


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ((PromisedChannel.EMAIL,), {Channel.EMAIL}),
        ((PromisedChannel.DURABLE_MEDIUM,), {Channel.EMAIL}),
        ((PromisedChannel.IN_APP,), {Channel.IN_APP}),
        ((PromisedChannel.PROMINENT_NOTICE,), {Channel.IN_APP}),
        ((PromisedChannel.DIRECT_UNSPECIFIED,), {Channel.EMAIL, Channel.IN_APP}),
        ((PromisedChannel.POSTING, PromisedChannel.EMAIL), {Channel.EMAIL}),
    ],
)
def test_each_promised_channel_has_its_way(named, expected):
    assert channels(plan_for(replace(CUSTOMER, channels=named))) == expected


def test_a_promise_to_post_only_plans_no_message_and_says_how_to_get_one():
    posted = replace(CUSTOMER, channels=(PromisedChannel.POSTING,))
    plan = plan_for(posted)
    assert plan.notices == ()
    assert plan.refusal == ""
    [finding] = [f for f in plan.findings if f.code == "plan.no_promise"]
    assert "ruling add channels" in finding.remedy
    ruled = plan_for(posted, rulings=(ruling(RulingSubject.CHANNELS, "email, in_app"),))
    assert channels(ruled) == {Channel.EMAIL, Channel.IN_APP}
    [duty] = [d for d in ruled.duties if d.kind is DutyKind.TELL]
    assert duty.because.startswith("By the ruling of L. Egal")


def test_a_blog_is_a_duty_for_a_person():
    promise = replace(CUSTOMER, channels=(PromisedChannel.EMAIL, PromisedChannel.BLOG_OR_FORUM))
    [duty] = [d for d in plan_for(promise).duties if d.kind is DutyKind.PUBLISH]
    assert duty.channels == (PromisedChannel.BLOG_OR_FORUM,)


def test_where_all_channels_are_promised_one_is_not_enough():
    promise = replace(CUSTOMER, mode=ChannelsMode.ALL, at_least=3)
    plan = plan_for(promise)
    assert plan.unreachable == 990
    assert "plan.partly_reachable" in codes(plan)


def test_a_soft_promise_is_kept_as_a_firm_one():
    for soft in (Obligation.MAY, Obligation.ENDEAVOUR):
        plan = plan_for(replace(CUSTOMER, obligation=soft))
        assert plan.notices == plan_for().notices
        assert "plan.soft_promise" in codes(plan)


def test_an_editorial_change_needs_no_notice_where_only_material_ones_are_promised():
    promise = replace(CUSTOMER, trigger=Trigger.MATERIAL)
    assert plan_for(promise, materiality=Materiality.MATERIAL).notices
    editorial = plan_for(promise, materiality=Materiality.EDITORIAL)
    assert editorial.notices == ()
    assert "plan.not_material" in codes(editorial)
    assert plan_for(CUSTOMER, materiality=Materiality.EDITORIAL).notices


def test_an_unclassified_change_is_planned_as_material_and_legal_is_asked():
    plan = plan_for(replace(CUSTOMER, trigger=Trigger.MATERIAL))
    assert plan.notices
    assert "plan.unclassified" in codes(plan)


def test_the_posting_clock_asks_for_posting_by_the_deadline():
    promise = replace(
        CUSTOMER,
        effective_when_posted=False,
        period=NoticePeriod(20, starts_at=ClockStart.POSTING),
    )
    plan = plan_for(promise)
    [post] = [d for d in plan.duties if d.kind is DutyKind.POST]
    assert post.before == plan.deadline_at
    assert post.not_before is None


def test_effective_so_many_days_after_notice_is_a_notice_period():
    plan = plan_for(replace(CUSTOMER, effective_delay_days=20))
    assert "20 days" in plan.strictest


def test_a_text_posted_already_is_taken_to_be_in_force_until_legal_rules():
    posted = NOW - timedelta(days=1)
    plan = plan_for(posted_at=posted)
    assert plan.effective_at == posted
    assert "9,990 people" in plan.refusal
    assert "plan.posted_early" in codes(plan)
    ruled = plan_for(posted_at=posted, rulings=(ruling(RulingSubject.EFFECTIVE_WHEN_POSTED, "no"),))
    assert ruled.refusal == ""


def test_the_ruling_recorded_last_counts_even_if_a_clock_was_set_back():
    first = ruling(RulingSubject.NOTICE_PERIOD, "40")
    second = ruling(RulingSubject.NOTICE_PERIOD, "10", at=NOW - timedelta(hours=1))
    assert plan_for(rulings=(first, second)).strictest.startswith(
        "The ruling of L. Egal of 1 October 2025 sets it: 10 days."
    )


@pytest.mark.parametrize(
    ("weaker", "words"),
    [
        ({"obligation": Obligation.NONE}, "no longer promises to tell"),
        ({"obligation": Obligation.MAY}, "“will” became “may”"),
        ({"trigger": Trigger.MATERIAL}, "material changes"),
        ({"channels": (PromisedChannel.POSTING,)}, "no longer by email, prominent notice"),
        ({"period": None}, "the notice period was 30 days and is now not stated"),
        ({"period": NoticePeriod(14)}, "the notice period was 30 days and is now 14 days"),
        ({"promises_to_update_date": False}, "update the date"),
        ({"mode": ChannelsMode.ANY_OF, "at_least": 1}, "fewer of the channels are enough"),
    ],
)
def test_a_weaker_promise_is_reported(weaker, words):
    old = replace(CUSTOMER, period=NoticePeriod(30), mode=ChannelsMode.ALL, at_least=3)
    plan = make_plan(request(promise=old, new_promise=replace(old, **weaker)), now=NOW)
    [finding] = [f for f in plan.findings if f.code == "promise.weakened"]
    assert words in finding.message
    assert finding.severity is Severity.WARNING


def test_a_weaker_promise_makes_an_editorial_change_material():
    old = replace(CUSTOMER, trigger=Trigger.MATERIAL)
    new = replace(old, obligation=Obligation.MAY)
    asked = request(promise=old, new_promise=new, materiality=Materiality.EDITORIAL)
    assert make_plan(asked, now=NOW).notices


@pytest.mark.parametrize("new", [CUSTOMER, replace(CUSTOMER, period=NoticePeriod(30))])
def test_the_same_or_a_stronger_promise_is_not_reported(new):
    assert "promise.weakened" not in codes(plan_for(new_promise=new))


def test_a_policy_without_any_promise_still_gets_a_plan_of_its_page():
    plan = plan_for(Promise())
    assert plan.refusal == ""
    assert {d.kind for d in plan.duties} == {DutyKind.POST, DutyKind.KEEP_OLD_VERSION}


def test_a_period_nobody_can_mean_is_a_question():
    plan = plan_for(replace(CUSTOMER, period=NoticePeriod(999_999_999)))
    assert {q.code for q in plan.questions} == {"plan.period_unbelievable"}


def test_a_segment_with_its_own_date_has_its_own_notices():
    rules = Rules(segment_dates=(SegmentDate("new", DAY - timedelta(days=14)),))
    groups = (Group("en", 10, segment="new"), Group("en", 20, segment="old"))
    plan = plan_for(rules=rules, groups=groups)
    mails = {n.key: n for n in plan.notices}
    assert mails["initial-email/new"].before == datetime(2025, 11, 16, 10, tzinfo=UTC)
    assert mails["initial-email"].before == datetime(2025, 11, 30, 10, tzinfo=UTC)
    assert mails["initial-email/new"].tells.effective_date == DAY - timedelta(days=14)
    assert plan.effective_at == datetime(2025, 11, 16, 10, tzinfo=UTC)


def test_people_who_join_are_told_on_joining_until_it_takes_effect():
    plan = plan_for()
    joiners = [n for n in plan.notices if n.addressees.joiners]
    assert {n.channel for n in joiners} == set(Channel)
    assert {(n.due_at, n.before) for n in joiners} == {(NOW, plan.effective_at)}


def test_the_in_app_notice_may_follow_the_mail():
    plan = plan_for(rules=Rules(in_app_offset=timedelta(days=3)))
    mail, product = plan.notice("initial-email"), plan.notice("initial-in_app")
    assert product.due_at - mail.due_at == timedelta(days=3)


def test_an_empty_audience_is_said():
    assert "plan.nobody" in codes(plan_for(groups=()))


FIRM = replace(
    CUSTOMER,
    channels=(PromisedChannel.EMAIL, PromisedChannel.POSTING),
    period=NoticePeriod(30),
    quotes={"period": Quote("30 days", 12), "channels": Quote("by email", 12)},
)


def about(plan, code):
    [finding] = [f for f in plan.findings if f.code == code]
    return finding


def test_a_ruling_that_gives_less_than_the_text_is_named_and_warned_of():
    plan = plan_for(FIRM, rulings=(ruling(RulingSubject.NOTICE_PERIOD, "1"),))
    [duty] = [d for d in plan.duties if d.kind is DutyKind.TELL]
    assert duty.because.startswith(
        "By the ruling of L. Egal of 1 October 2025: people are told 1 day"
    )
    assert duty.quote is None
    less = about(plan, "plan.promises_less")
    assert less.severity is Severity.WARNING
    assert "1 day where the text says 30 days" in less.message
    assert [quote.text for quote in less.quotes] == ["30 days"]


def test_a_ruling_that_no_message_goes_out_is_warned_of():
    plan = plan_for(FIRM, rulings=(ruling(RulingSubject.CHANNELS, "posting"),))
    assert plan.notices == ()
    said = about(plan, "plan.no_message")
    assert "By the ruling of L. Egal of 1 October 2025" in said.message
    assert said.quotes == (FIRM.clause,)


@pytest.mark.parametrize(
    ("subject", "value"),
    [
        (RulingSubject.NOTICE_PERIOD, "30"),
        (RulingSubject.CHANNELS, "email,in_app"),
        (RulingSubject.CHANNELS, "durable_medium"),
    ],
)
def test_a_ruling_that_gives_as_much_or_more_is_not_warned_of(subject, value):
    plan = plan_for(FIRM, rulings=(ruling(subject, value),))
    assert not codes(plan) & {"plan.promises_less", "plan.no_message"}


def test_one_of_two_ways_is_as_much_as_one_or_the_other():
    one = (ruling(RulingSubject.CHANNELS, "in_app"),)
    assert "plan.promises_less" not in codes(plan_for(CUSTOMER, rulings=one))
    both = replace(CUSTOMER, mode=ChannelsMode.ALL, at_least=2)
    assert "not by email" in about(plan_for(both, rulings=one), "plan.promises_less").message


def test_what_the_configuration_states_stands_in_the_plan_with_name_and_reason():
    said = Stated("Ana Lima", "agreed with the regulator", "lead_time_days 2", FIRM)
    plan = plan_for(replace(FIRM, period=NoticePeriod(2)), new_promise=FIRM, stated=said)
    note = about(plan, "plan.stated_promise").message
    assert "Ana Lima states: lead_time_days 2. The reason given: agreed with the regulator" in note
    assert "2 days where the text says 30 days" in about(plan, "plan.promises_less").message
    [duty] = [d for d in plan.duties if d.kind is DutyKind.TELL]
    assert duty.because.startswith("By what Ana Lima states in the configuration")


def test_who_ruled_that_a_change_is_not_material_is_said():
    promise = replace(CUSTOMER, trigger=Trigger.MATERIAL)
    plan = plan_for(promise, rulings=(ruling(RulingSubject.MATERIALITY, "editorial"),))
    assert "by the ruling of L. Egal" in about(plan, "plan.not_material").message
