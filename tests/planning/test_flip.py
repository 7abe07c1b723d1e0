"""At the effective instant the page is compared with what people were told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from notifier.model.plan import DutyKind
from notifier.model.reading import DateStatus, EffectiveDate, PageState, Promise, Reading
from notifier.model.request import RulingSubject
from notifier.model.text import Block, BlockKind, Document
from notifier.planning import check_flip, duties_done, make_plan
from tests.planning.requests import CUSTOMER, DAY, NOW, request, ruling


def page(words, day=DAY, state=PageState.POLICY):
    return Reading(
        Document((Block(BlockKind.PARAGRAPH, words),)),
        EffectiveDate(DateStatus.STATED, day),
        Promise(),
        page_state=state,
    )


NEW, OLD = page("new words"), page("old words", date(2024, 1, 1))


@pytest.fixture
def plan():
    return make_plan(request(version=NEW.document.content_hash), now=NOW)


@pytest.fixture
def flipped(plan):
    return max(duty.before for duty in plan.duties) + timedelta(minutes=1)


def found(*args, **more):
    return [finding.code for finding in check_flip(*args, **more)]


def test_a_page_that_flipped_closes_its_duties(plan, flipped):
    assert check_flip(plan, NEW, True, flipped) == ()
    assert duties_done(plan, NEW, old_reachable=True) == {
        DutyKind.POST,
        DutyKind.UPDATE_DATE,
        DutyKind.KEEP_OLD_VERSION,
    }


def test_before_the_effective_instant_the_old_page_is_right(plan):
    assert check_flip(plan, OLD, False, plan.effective_at - timedelta(hours=1)) == ()


def test_a_page_that_did_not_flip_is_an_alarm_for_each_duty(plan, flipped):
    assert found(plan, OLD, False, flipped) == [
        "flip.not_posted",
        "flip.date_differs",
        "flip.old_version_gone",
    ]


def test_an_old_version_that_nothing_shows_is_neither_kept_nor_gone(plan, flipped):
    assert check_flip(plan, NEW, None, flipped) == ()
    assert DutyKind.KEEP_OLD_VERSION not in duties_done(plan, NEW, old_reachable=None)


def test_a_new_text_with_another_date_is_found(plan, flipped):
    findings = check_flip(plan, page("new words", date(2025, 12, 11)), True, flipped)
    assert [f.code for f in findings] == ["flip.date_differs"]
    assert "11 December 2025" in findings[0].message
    assert "1 December 2025" in findings[0].message


def test_a_page_posted_early_names_its_consequence(plan):
    early = plan.effective_at - timedelta(days=3)
    [finding] = check_flip(plan, NEW, True, early, untold=312)
    assert finding.code == "flip.posted_early"
    assert "312 people" in finding.message


def test_a_page_posted_early_is_fine_where_posting_does_not_put_it_in_force():
    ruled = (ruling(RulingSubject.EFFECTIVE_WHEN_POSTED, "no"),)
    plan = make_plan(request(version=NEW.document.content_hash, rulings=ruled), now=NOW)
    assert check_flip(plan, NEW, True, NOW) == ()


@pytest.mark.parametrize("live", [None, page("oops", state=PageState.ERROR_PAGE)])
def test_a_page_that_cannot_be_read_is_said_once_and_no_duty_is_closed(plan, flipped, live):
    assert found(plan, live, True, flipped) == ["flip.page_unreadable"]
    assert duties_done(plan, live, old_reachable=True) == {DutyKind.KEEP_OLD_VERSION}


def test_a_promise_without_the_date_has_no_duty_for_it(flipped):
    promise = replace(CUSTOMER, promises_to_update_date=False)
    plan = make_plan(request(promise=promise, version=NEW.document.content_hash), now=NOW)
    assert found(plan, page("new words", date(2000, 1, 1)), True, flipped) == []
