"""The customer's clause becomes a plan, or is refused with an honest date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from notifier.model.plan import Channel, DutyKind, Group, NoticeKind, Standing, Wording
from notifier.model.reading import (
    DateStatus,
    EffectiveDate,
    NoticePeriod,
    PromisedChannel,
)
from notifier.model.request import Rules, RulingSubject, SendingHours
from notifier.planning import make_plan
from tests.planning.requests import CUSTOMER, DAY, NOW, request, ruling


def codes(plan):
    return {finding.code for finding in plan.findings}


def test_the_customers_clause_plans_mail_and_product_before_the_day_begins_anywhere():
    plan = make_plan(request(), now=NOW)
    assert plan.refusal == ""
    assert plan.effective_at == plan.deadline_at == datetime(2025, 11, 30, 10, tzinfo=UTC)
    mail, product = plan.notice("initial-email"), plan.notice("initial-in_app")
    assert (mail.count, product.count) == (9_090, 9_900)
    assert mail.due_at == product.due_at
    assert mail.finish_at < mail.before == plan.deadline_at
    assert all(notice.why for notice in plan.notices)
    assert all(duty.because for duty in plan.duties)


def test_the_target_leaves_twice_the_sending_time_and_the_bounce_allowance():
    rules = Rules(rate=1.0, bounce_allowance=timedelta(hours=10))
    plan = make_plan(request(rules=rules, groups=(Group("en", 3_600),)), now=NOW)
    assert plan.deadline_at - plan.target_at == timedelta(hours=12)


def test_every_promised_act_is_a_duty_and_posting_waits_for_the_effective_instant():
    plan = make_plan(request(), now=NOW)
    duties = {duty.kind: duty for duty in plan.duties}
    assert set(duties) == {
        DutyKind.TELL,
        DutyKind.POST,
        DutyKind.UPDATE_DATE,
        DutyKind.KEEP_OLD_VERSION,
    }
    assert duties[DutyKind.POST].not_before == plan.effective_at
    assert "plan.told_first" in codes(plan)


def test_reminders_go_to_those_who_were_told_and_first_words_to_the_others():
    reminders = [n for n in make_plan(request(), now=NOW).notices if n.kind is NoticeKind.REMINDER]
    assert {(n.addressees.standing, n.channel) for n in reminders} == {
        (standing, channel)
        for standing in (Standing.UNACKNOWLEDGED, Standing.MISSED)
        for channel in Channel
    }
    assert {n.count for n in reminders if n.addressees.standing is Standing.MISSED} == {0}
    assert {n.due_at for n in reminders} == {datetime(2025, 11, 23, 10, tzinfo=UTC)}


def test_too_late_is_refused_with_the_people_and_the_earliest_date_that_works():
    plan = make_plan(request(date(2025, 10, 3)), now=NOW)
    assert not plan.notices
    assert "9,990 people" in plan.refusal
    honest = plan.earliest_honest_date
    assert not make_plan(request(honest), now=NOW).refusal
    assert make_plan(request(honest - timedelta(days=1)), now=NOW).refusal


def test_a_ruling_to_send_late_never_claims_before():
    late = (ruling(RulingSubject.SEND_LATE, "yes"),)
    soon = make_plan(request(date(2025, 10, 3), rulings=late), now=NOW)
    assert soon.late
    frozen = [n for n in soon.notices if not n.addressees.joiners]
    assert {n.kind for n in frozen} == {NoticeKind.LATE}
    assert all(n.before <= n.due_at for n in frozen)
    assert {n.wording for n in frozen} == {(Wording.SHORT_NOTICE,)}
    gone = make_plan(request(date(2025, 9, 30), rulings=late), now=NOW)
    assert {n.wording for n in gone.notices} == {(Wording.ALREADY_IN_FORCE,)}


def test_a_ruling_to_send_late_changes_nothing_when_there_is_time():
    late = (ruling(RulingSubject.SEND_LATE, "yes"),)
    assert make_plan(request(rulings=late), now=NOW) == make_plan(request(), now=NOW)


@pytest.mark.parametrize(
    "effective",
    [
        EffectiveDate(DateStatus.NONE),
        EffectiveDate(DateStatus.PLACEHOLDER),
        EffectiveDate(DateStatus.MONTH_ONLY, month="2025-12"),
        EffectiveDate(DateStatus.AMBIGUOUS, readings=(date(2025, 1, 12), DAY)),
        EffectiveDate(DateStatus.STATED, DAY, governs=False),
        EffectiveDate(DateStatus.STATED, date(2024, 1, 1), governs=True),
    ],
)
def test_a_doubtful_date_is_a_question_until_legal_rules(effective):
    asked = make_plan(request(effective=effective), now=NOW)
    assert asked.refusal
    assert not asked.notices
    assert [q.code for q in asked.questions] == ["plan.effective_date"]
    assert all(q.remedy for q in asked.questions)
    ruled = request(
        effective=effective, rulings=(ruling(RulingSubject.EFFECTIVE_DATE, DAY.isoformat()),)
    )
    assert make_plan(ruled, now=NOW).notices == make_plan(request(), now=NOW).notices


def test_a_ruling_against_the_text_is_said():
    stated = EffectiveDate(DateStatus.STATED, DAY, governs=True)
    other = (ruling(RulingSubject.EFFECTIVE_DATE, (DAY + timedelta(days=9)).isoformat()),)
    (finding,) = [
        f
        for f in make_plan(request(effective=stated, rulings=other), now=NOW).findings
        if f.code == "plan.date_differs"
    ]
    assert "show and link to a text that states another" in finding.message


def test_a_ruling_that_cannot_be_read_is_asked_again():
    plan = make_plan(request(rulings=(ruling(RulingSubject.EFFECTIVE_DATE, "soon"),)), now=NOW)
    assert {q.code for q in plan.questions} == {"plan.ruling_unreadable"}


def test_people_no_channel_reaches_are_listed_with_their_count():
    groups = (Group("en", 10), Group("en", 7, can_email=False, can_in_app=False))
    plan = make_plan(request(groups=groups), now=NOW)
    assert plan.unreachable == 7
    assert any("7 people" in f.message for f in plan.findings if f.code == "plan.unreachable")


def test_a_direct_message_goes_by_mail_and_in_the_product_to_the_rest():
    promise = replace(CUSTOMER, channels=(PromisedChannel.DIRECT_UNSPECIFIED,))
    plan = make_plan(request(promise=promise), now=NOW)
    product = plan.notice("initial-in_app")
    assert product.count == 900
    assert product.addressees.without is Channel.EMAIL


def test_the_period_promised_moves_the_deadline_and_the_lead_stays_a_choice():
    promise = replace(CUSTOMER, period=NoticePeriod(45))
    plan = make_plan(request(promise=promise), now=NOW)
    assert plan.deadline_at == datetime(2025, 10, 17, 10, tzinfo=UTC)
    assert plan.notice("initial-email").due_at <= plan.target_at
    assert "45 days" in plan.strictest


HOSTILE = (
    "",
    "\0",
    "../../etc/passwd",
    "0001-01-01",
    "9999-12-31",
    "nan",
    "-5",
    "9" * 20,
    "😀" * 99,
)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_ruling_of_any_text_is_read_or_asked_again(value):
    for subject in RulingSubject:
        plan = make_plan(request(rulings=(ruling(subject, value),)), now=NOW)
        assert {q.code for q in plan.questions} == {"plan.ruling_unreadable"}
        assert plan.refusal


@pytest.mark.parametrize("name", HOSTILE)
def test_people_with_any_zone_and_segment_are_planned_for(name):
    for rules in (Rules(recipient_zones=True), Rules(sending_hours=SendingHours())):
        groups = (Group("en", 5, zone=name, segment=name),)
        plan = make_plan(request(rules=rules, groups=groups), now=NOW)
        assert plan.notices[0].count == 5
        assert plan.notices[0].addressees.zones == (name,)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_year_no_policy_has_is_a_question(day):
    assert make_plan(request(day), now=NOW).questions
