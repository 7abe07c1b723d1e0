"""Plans, approvals and holds: what may be sent, and since when no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from notifier.errors import LedgerError
from notifier.ledger import Ledger, approvals, plans
from notifier.ledger.plans import PlanState
from notifier.model.stamp import Stamp
from tests.ledger.samples import LEGAL, MESSAGE, NOW, approved, people, seconds


@pytest.fixture
def sample(ledger):
    return approved(ledger, people(3))


def may_send(sample) -> bool:
    with sample.ledger.begin() as tx:
        return approvals.may_send(tx, sample.stored)


def test_an_approved_plan_may_be_sent(sample):
    assert may_send(sample)
    with sample.ledger.begin() as tx:
        assert [plan.id for plan in plans.approved_plans(tx)] == [sample.stored.id]
        assert approvals.approval_of(tx, sample.stored.id) == LEGAL
        assert plans.messages_of(tx, sample.mail.id) == {"en": MESSAGE}


def test_what_was_not_approved_may_not(sample):
    """Approval is of one digest; a plan with another one is another plan."""
    with sample.ledger.begin() as tx:
        assert not approvals.may_send(tx, replace(sample.stored, digest="0" * 64))


def test_a_void_plan_may_not(sample):
    with sample.ledger.begin() as tx:
        approvals.void(tx, sample.stored.id, at=seconds(1), because="the text changed")
        assert approvals.approval_of(tx, sample.stored.id) is None
        assert plans.load_plan(tx, sample.stored.id).state is PlanState.VOID
    assert not may_send(sample)


def test_every_hold_must_be_lifted(sample):
    with sample.ledger.begin() as tx:
        approvals.hold(tx, sample.stored.id, LEGAL)
        approvals.hold(tx, sample.stored.id, Stamp("notifier", seconds(1), "too many unknowns"))
    assert not may_send(sample)
    with sample.ledger.begin() as tx:
        assert approvals.hold_on(tx, sample.stored.id) == LEGAL
        assert approvals.resume(tx, sample.stored.id, Stamp("L. Egal", seconds(2))) == 2
        assert approvals.resume(tx, sample.stored.id, Stamp("L. Egal", seconds(3))) == 0
    assert may_send(sample)


def test_a_new_plan_voids_older_drafts_and_keeps_the_approved(sample):
    with sample.ledger.begin() as tx:
        made = [
            plans.add_plan(
                tx,
                change_id=sample.stored.change_id,
                audience_id=sample.stored.audience_id,
                plan=sample.stored.plan,
                manifest=replace(sample.stored.manifest, sender=f"{n}@example.com"),
                messages={(0, "en"): MESSAGE},
                by=Stamp("A. Author", NOW),
            )
            for n in range(2)
        ]
        states = [plans.load_plan(tx, plan.id).state for plan in made]
        assert states == [PlanState.VOID, PlanState.DRAFT]
        assert plans.load_plan(tx, sample.stored.id).state is PlanState.APPROVED
        latest = plans.latest_plan(tx, sample.stored.change_id)
    assert latest is not None
    assert latest.id == made[1].id


@pytest.fixture
def impatient(ledger_url, monkeypatch):
    """The same ledger, for somebody who does not wait for what is locked."""
    monkeypatch.setattr("notifier.ledger.database._BUSY_SECONDS", 0)
    ledger = Ledger(ledger_url)
    yield ledger
    ledger.close()


def hold(ledger: Ledger, sample) -> None:
    with ledger.begin() as tx:
        if ledger.dialect == "postgresql":
            tx.execute(text("SET LOCAL lock_timeout = '1ms'"))
        approvals.hold(tx, sample.stored.id, LEGAL)


def test_no_hold_stands_while_an_attempt_is_being_opened_and_none_is_opened_after(
    sample, impatient
):
    """Whoever asked before the hold may finish; whoever asks after it may not (G4)."""
    with sample.ledger.begin() as tx:
        assert approvals.may_send(tx, sample.stored)
        with pytest.raises(LedgerError):
            hold(impatient, sample)
    assert may_send(sample)
    hold(impatient, sample)
    assert not may_send(sample)
