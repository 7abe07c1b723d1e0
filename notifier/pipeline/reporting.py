"""status, close, verify: where a plan stands, how it ends, and whether the record is whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from notifier.config import PolicyConfig
from notifier.delivery import OPEN, State
from notifier.errors import NotifierError
from notifier.ledger import (
    Tx,
    additions,
    approvals,
    calling_off,
    changes,
    journal,
    plans,
    standing,
    tellings,
    texts,
    verifying,
)
from notifier.ledger.changes import Change, ChangeState
from notifier.ledger.plans import PlanState, StoredPlan
from notifier.ledger.standing import PlanStanding, PutOff
from notifier.ledger.texts import Version
from notifier.model.plan import DutyKind
from notifier.model.reading import Finding
from notifier.model.stamp import Stamp
from notifier.pipeline.approving import named_plan, require_approver
from notifier.pipeline.flipping import flip_of
from notifier.pipeline.pipeline import COMPARING, Pipeline, Progress
from notifier.pipeline.trouble import trouble

_PUT_OFF = 10


@dataclass(frozen=True, slots=True)
class PolicyStatus:
    """Where a policy stands now.

    Attributes:
        shown: the version the live page showed last; another one than that in force was published
            early, or unannounced.
        plan, standing: of the newest plan, or None when there is none.
        hold: who holds it and why, or None; what is over holds nobody up.
        misinformed: where there is no plan, how many were told something by an earlier one.
        stopped: ``paused`` or ``withdrawn``, where legal has stopped the change.
        put_off: the first mails that wait to be tried again.
        duties_done: when the page was first seen to keep each duty.
        trouble: what a person has to settle.
    """

    policy: PolicyConfig
    at: datetime
    in_force: Version | None
    upcoming: Version | None
    shown: Version | None = None
    plan: StoredPlan | None = None
    standing: PlanStanding | None = None
    approval: Stamp | None = None
    hold: Stamp | None = None
    misinformed: int = 0
    stopped: str = ""
    put_off: tuple[PutOff, ...] = ()
    duties_done: dict[DutyKind, datetime] = field(default_factory=dict)
    trouble: tuple[Finding, ...] = ()


def status(pipeline: Pipeline, policy: PolicyConfig) -> PolicyStatus:
    """Read where a policy stands; changes nothing."""
    wrong = trouble(pipeline, policy)
    with pipeline.ledger.begin() as tx:
        change = changes.latest_change(tx, policy.key)
        stored = plans.latest_plan(tx, change.id) if change else None
        return PolicyStatus(
            policy=policy,
            at=pipeline.clock(),
            in_force=changes.in_force(tx, policy.key),
            shown=texts.shown_last(tx, policy.key),
            upcoming=texts.load_version(tx, change.to_version)
            if change and change.state is ChangeState.OPEN
            else None,
            plan=stored,
            standing=standing.standing(tx, stored, pipeline.clock()) if stored else None,
            approval=approvals.approval_of(tx, stored.id) if stored else None,
            hold=_hold(tx, policy, stored) if stored else None,
            misinformed=_misinformed(tx, change) if change and not stored else 0,
            stopped=change.state if change and change.stopped else "",
            put_off=standing.put_off(tx, stored.id, at_most=_PUT_OFF) if stored else (),
            duties_done=flip_of(tx, stored.id).done if stored else {},
            trouble=wrong,
        )


def _hold(tx: Tx, policy: PolicyConfig, stored: StoredPlan) -> Stamp | None:
    """Who holds the plan; for a draft, whose hold it is under once it is approved."""
    if stored.state is PlanState.DRAFT and not stored.plan.stops:
        return approvals.held_by_person(tx, policy.key)
    return None if stored.state.is_over else approvals.hold_on(tx, stored.id)


def _misinformed(tx: Tx, change: Change) -> int:
    told_by = tellings.last_told_by(tx, change.id)
    told = tellings.told(tx, change.id, told_by.audience_id) if told_by else ()
    return sum(each.group.count for each in told)


def close(
    pipeline: Pipeline, policy: PolicyConfig, *, who: str, why: str, plan: int | None = None
) -> StoredPlan:
    """End a plan: complete when nobody is untold, else complete with exceptions, signed.

    People of a list that was not believed are exceptions: nobody has told them.
    What is still open once the change has taken effect is called off.

    Args:
        plan: its number; the current one, else the newest, without it.

    Raises:
        ApprovalError: the person may not sign it, or there is no such plan.
        NotifierError: something is still to come or under way, or the plan was never approved.
    """
    require_approver(pipeline, who)
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        stored = named_plan(tx, policy, plan)
        approvals.lock(tx, stored.id)
        stored = plans.load_plan(tx, stored.id)
        if stored.state is not PlanState.APPROVED:
            raise NotifierError(
                f"Plan {stored.id} is {stored.state.replace('_', ' ')}; only an approved plan "
                "can be closed."
            )
        account = standing.standing(tx, stored, now)
        _refuse_unfinished(stored, account, now)
        untold = account.untold + account.waiting + account.late
        strangers = additions.doubted(tx, stored.audience_id).strangers
        exceptions = untold + account.joined.people - account.joined.told + strangers
        state = PlanState.COMPLETE_WITH_EXCEPTIONS if exceptions else PlanState.COMPLETE
        plans.set_state(tx, stored.id, state)
        journal.append(
            tx,
            at=now,
            who=who,
            verb="close",
            subject=f"plan {stored.id}",
            facts={
                "state": state,
                "people": account.people,
                "told": account.told,
                "late": account.late,
                "untold": untold - account.late,
                "joined": account.joined,
                "why": why,
            },
        )
        calling_off.call_off(tx, stored.id, now)
        return plans.load_plan(tx, stored.id)


def _refuse_unfinished(stored: StoredPlan, account: PlanStanding, now: datetime) -> None:
    """A plan ends once nothing more comes of it by itself.

    Raises:
        NotifierError: naming what is still to come.
    """
    in_force = now >= stored.plan.in_force_at
    under_way = sum(n.states.get(State.SENDING, 0) for n in account.notices)
    if under_way:
        raise NotifierError(
            f"Of plan {stored.id} mail is just being handed over: {under_way:,}.",
            remedy="hold the plan, or wait until they have their answer, then close it",
        )
    if in_force:
        return
    remedy = "wait until the change takes effect, then close the plan; to stop it before, pause or "
    remedy += "withdraw the change"
    if stored.plan.joiners_until:
        raise NotifierError("Who joins until the change takes effect is still told.", remedy=remedy)
    unbegun = [n for n in account.notices if not n.expanded and not n.withheld]
    left = sum(n.states.get(state, 0) for n in account.notices for state in OPEN)
    if account.waiting or unbegun or left:
        raise NotifierError(
            f"Plan {stored.id} is not at its end: people still to be told {account.waiting:,}, "
            f"notices not begun {len(unbegun)}, deliveries open {left:,}.",
            remedy=remedy,
        )


def verify(pipeline: Pipeline, progress: Progress) -> list[str]:
    """Recompute every hash chain, and everything that follows from what the chains hold.

    Returns:
        What does not fit, in words; of very much only the beginning.
    """
    with pipeline.ledger.reading() as tx:
        return verifying.wrong(tx, partial(progress, COMPARING))
