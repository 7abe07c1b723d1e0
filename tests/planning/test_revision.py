"""After some were told: exactly those are corrected, and nobody is told what is not true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from notifier.model.plan import Channel, Group, NoticeKind, Standing, Telling, Told, Wording
from notifier.model.reading import ChannelsMode, Trigger
from notifier.model.redline import Materiality
from notifier.planning import make_plan, pause, revise, withdraw
from tests.planning.requests import CUSTOMER, DAY, NOW, request

ENGLISH = Group("en", 9_000)
PRODUCT = Group("de", 900, can_email=False)
MAIL = Group("fr", 90, can_in_app=False)
FIRST = Telling(DAY, "v2")
LATER = date(2025, 12, 15)
NOVEMBER = NOW + timedelta(days=32)


def told(count=6_000, telling=FIRST, group=ENGLISH):
    return Told(telling, replace(group, count=count))


def of_kind(plan, kind):
    return [n for n in plan.notices if n.kind is kind and not n.addressees.joiners]


def counts(notices):
    return {(n.kind, n.channel, n.addressees.told): n.count for n in notices}


@pytest.fixture
def first():
    return make_plan(request(), now=NOW)


def test_with_nobody_told_a_revision_is_a_new_plan(first):
    revised = revise(first, request(LATER, version="v3"), told=(), now=NOW)
    assert revised == make_plan(request(LATER, version="v3"), now=NOW)


def test_a_moved_date_corrects_those_told_and_tells_the_others_only_the_new(first):
    revised = revise(first, request(LATER), told=(told(),), now=NOVEMBER)
    [mail, product] = of_kind(revised, NoticeKind.CORRECTION)
    assert mail.count == product.count == 6_000
    assert {mail.addressees.told, product.addressees.told} == {FIRST}
    assert mail.due_at == NOVEMBER
    assert mail.wording == (Wording.DATE_MOVED,)
    assert mail.tells == Telling(LATER, "v2")
    fresh = of_kind(revised, NoticeKind.INITIAL)
    assert {n.addressees.standing for n in fresh} == {Standing.UNTOLD}
    assert sorted(n.count for n in fresh) == [3_090, 3_900]


def test_two_texts_in_one_window_are_one_cumulative_notice_for_those_told_of_neither(first):
    revised = revise(first, request(version="v3"), told=(told(),), now=NOVEMBER)
    assert {n.wording for n in of_kind(revised, NoticeKind.INITIAL)} == {(Wording.CUMULATIVE,)}
    assert {n.wording for n in of_kind(revised, NoticeKind.CORRECTION)} == {(Wording.TEXT_CHANGED,)}


def test_people_told_different_things_are_set_right_separately(first):
    facts = (told(5_000), told(1_000, Telling(LATER, "v2")))
    revised = revise(first, request(LATER, version="v3"), told=facts, now=NOVEMBER)
    corrections = of_kind(revised, NoticeKind.CORRECTION)
    assert {(n.addressees.told, n.count, n.wording) for n in corrections} == {
        (FIRST, 5_000, (Wording.DATE_MOVED, Wording.TEXT_CHANGED)),
        (Telling(LATER, "v2"), 1_000, (Wording.TEXT_CHANGED,)),
    }
    assert len({n.key for n in revised.notices}) == len(revised.notices)


def test_going_back_to_what_was_told_corrects_nobody(first):
    revised = revise(first, request(), told=(told(),), now=NOVEMBER)
    assert not of_kind(revised, NoticeKind.CORRECTION)
    assert sorted(n.count for n in of_kind(revised, NoticeKind.INITIAL)) == [3_090, 3_900]


def test_a_refused_revision_says_how_many_still_believe_the_old_date(first):
    too_soon = (NOVEMBER + timedelta(days=2)).date()
    revised = revise(first, request(too_soon), told=(told(),), now=NOVEMBER)
    assert revised.refusal
    [finding] = [f for f in revised.findings if f.code == "plan.told_otherwise"]
    assert "6,000 people" in finding.message


def test_moving_a_date_that_has_begun_warns(first):
    after = first.effective_at + timedelta(hours=1)
    revised = revise(first, request(date(2026, 1, 15)), told=(told(),), now=after)
    assert "plan.old_date_passed" in {f.code for f in revised.findings}


def test_a_pause_reaches_exactly_the_told_and_a_resumption_too(first):
    facts = (told(), told(700, group=PRODUCT))
    paused = pause(first, told=facts, request=request(), now=NOVEMBER)
    assert counts(paused.notices) == {
        (NoticeKind.WITHDRAWAL, "email", FIRST): 6_000,
        (NoticeKind.WITHDRAWAL, "in_app", FIRST): 6_700,
    }
    assert {n.wording for n in paused.notices} == {(Wording.PAUSED,)}
    again = tuple(replace(f, telling=Telling(None, "v2")) for f in facts)
    resumed = revise(paused, request(LATER), told=again, now=NOVEMBER)
    assert {n.wording for n in of_kind(resumed, NoticeKind.CORRECTION)} == {(Wording.RESUMED,)}
    assert pause(paused, told=again, request=request(), now=NOVEMBER).notices == ()


def test_a_withdrawal_reaches_those_told_of_the_pause_too(first):
    facts = (told(10), told(5, Telling(None, "v2")), told(2, Telling(None, "v2", withdrawn=True)))
    stopped = withdraw(first, told=facts, request=request(), now=NOVEMBER)
    assert sum(n.count for n in stopped.notices if n.channel == "email") == 15
    assert {n.tells for n in stopped.notices} == {Telling(None, "v2", withdrawn=True)}
    assert {n.wording for n in stopped.notices} == {(Wording.WITHDRAWN,)}


def test_stopping_before_anybody_was_told_tells_nobody(first):
    assert withdraw(first, told=(), request=request(), now=NOVEMBER).notices == ()


def test_who_was_told_otherwise_is_set_right_though_the_new_text_owes_nobody_a_notice():
    """The clause that was announced is dropped: what is left is not material."""
    promise = replace(CUSTOMER, trigger=Trigger.MATERIAL)
    first = make_plan(request(promise=promise, materiality=Materiality.MATERIAL), now=NOW)
    editorial = request(promise=promise, materiality=Materiality.DATE_ONLY, version="v3")
    revised = revise(first, editorial, told=(told(),), now=NOVEMBER)
    corrections = of_kind(revised, NoticeKind.CORRECTION)
    assert {(n.channel, n.count, n.due_at) for n in corrections} == {
        ("email", 6_000, NOVEMBER),
        ("in_app", 6_000, NOVEMBER),
    }
    assert len(revised.notices) == 2
    [said] = [f for f in revised.findings if f.code == "plan.revised"]
    assert "6,000 people told otherwise before; nobody else is told" in said.message
    assert "set right all the same" in revised.strictest
    again = revise(revised, request(LATER, promise, materiality=Materiality.DATE_ONLY),
                   told=(told(telling=Telling(DAY, "v3")),), now=NOVEMBER)  # fmt: skip
    assert sum(n.count for n in of_kind(again, NoticeKind.CORRECTION)) == 12_000


def test_setting_right_without_a_promise_is_never_too_late_before_it_takes_effect():
    promise = replace(CUSTOMER, trigger=Trigger.MATERIAL)
    first = make_plan(request(promise=promise, materiality=Materiality.MATERIAL), now=NOW)
    editorial = request(promise=promise, materiality=Materiality.EDITORIAL, version="v3")
    eve = first.effective_at - timedelta(hours=2)
    revised = revise(first, editorial, told=(told(),), now=eve)
    assert revised.refusal == ""
    assert of_kind(revised, NoticeKind.CORRECTION)


def test_a_correction_is_spoken_of_only_where_one_is_planned():
    promise = replace(CUSTOMER, trigger=Trigger.MATERIAL)
    first = make_plan(request(promise=promise, materiality=Materiality.MATERIAL), now=NOW)
    editorial = request(promise=promise, materiality=Materiality.EDITORIAL, version="v3")
    nowhere = replace(ENGLISH, can_email=False, can_in_app=False)
    revised = revise(first, editorial, told=(told(group=nowhere),), now=NOVEMBER)
    [said] = [f for f in revised.findings if f.code == "plan.revised"]
    assert "no notice of this plan reaches 6,000 people" in said.message


def test_who_was_told_by_one_of_two_promised_channels_is_owed_the_other():
    both = replace(CUSTOMER, mode=ChannelsMode.ALL, at_least=2)
    first = make_plan(request(promise=both), now=NOW)
    half = (replace(told(), not_by=Channel.IN_APP), told(100, group=MAIL))
    revised = revise(first, request(promise=both), told=half, now=NOVEMBER)
    [rest] = [n for n in revised.notices if n.addressees.not_by]
    assert (rest.channel, rest.count, rest.addressees.told) == (Channel.IN_APP, 6_000, FIRST)
    one = revise(first, request(), told=half, now=NOVEMBER)
    assert not [n for n in one.notices if n.addressees.not_by]


def test_a_new_date_in_the_text_alone_is_corrected_as_a_new_date(first):
    facts = (told(),)
    asked = request(LATER, version="v3")
    revised = revise(first, asked, told=facts, now=NOVEMBER, alike={"v2"})
    assert {n.wording for n in of_kind(revised, NoticeKind.CORRECTION)} == {(Wording.DATE_MOVED,)}
    [said] = [f for f in revised.findings if f.code == "plan.revised"]
    assert "the text changes again" not in said.message
