"""pause, withdraw, resume: a change stops, or goes on; exactly those who were told are told."""

from __future__ import annotations

from dataclasses import dataclass

from notifier.config import PolicyConfig
from notifier.errors import ApprovalError, PlanningError
from notifier.ledger import Tx, changes, journal, plans
from notifier.ledger.changes import Change, ChangeState
from notifier.ledger.plans import StoredPlan
from notifier.model.stamp import Stamp
from notifier.pipeline.ending import void_plan
from notifier.pipeline.pipeline import Pipeline
from notifier.pipeline.planning import plan_stop


@dataclass(frozen=True, slots=True)
class Stopped:
    """What stopping a change did.

    Attributes:
        told: how many people have to learn of it.
        plan: the draft that tells them, to be approved; None when nobody has been told.
    """

    told: int
    plan: StoredPlan | None


def pause(pipeline: Pipeline, policy: PolicyConfig, *, who: str, why: str) -> Stopped:
    """Stop a change until it is resumed; who was told a date is to learn that it is off.

    Nothing more of its plan goes out from here on. The messages that say so need an approval
    like any others.

    Raises:
        PlanningError: there is no open change.
    """
    return _stop(
        pipeline, policy, ChangeState.PAUSED, (ChangeState.OPEN,), Stamp(who, pipeline.clock(), why)
    )


def withdraw(pipeline: Pipeline, policy: PolicyConfig, *, who: str, why: str) -> Stopped:
    """Give a change up; who was told of it is to learn that it will not happen.

    Raises:
        PlanningError: there is nothing to withdraw.
    """
    states = (ChangeState.OPEN, ChangeState.PAUSED, ChangeState.TAKEN_BACK)
    return _stop(pipeline, policy, ChangeState.WITHDRAWN, states, Stamp(who, pipeline.clock(), why))


def _stop(
    pipeline: Pipeline,
    policy: PolicyConfig,
    state: ChangeState,
    from_states: tuple[ChangeState, ...],
    by: Stamp,
) -> Stopped:
    with pipeline.ledger.begin() as tx:
        change = changes.latest_change(tx, policy.key)
        if change is None or change.state not in from_states:
            raise PlanningError(
                f"There is no change of {policy.key} that could be {state}"
                + (f"; the last one is {change.state.replace('_', ' ')}." if change else "."),
                remedy="see `notifier status`",
            )
        void_standing_plans(tx, change, by, because=f"the change is {state}: {by.why}")
        changes.close_change(tx, change.id, state)
        journal.append(
            tx,
            at=by.at,
            who=by.who,
            verb=state,
            subject=f"{policy.key} change {change.id}",
            facts={"why": by.why},
        )
        stored = plan_stop(tx, pipeline, policy, changes.load_change(tx, change.id), by)
        return Stopped(stored.plan.people if stored else 0, stored)


def void_standing_plans(tx: Tx, change: Change, by: Stamp, *, because: str) -> list[StoredPlan]:
    """End every draft and approval for a change and the texts before it; returns them."""
    ended = plans.standing_plans(tx, changes.series(tx, change))
    for stored in ended:
        void_plan(tx, stored, by, because=because)
    return ended


def resume_change(tx: Tx, policy: PolicyConfig, change: Change, by: Stamp) -> None:
    """Take up a paused or withdrawn change; the next plan corrects whoever learned that it stops.

    Raises:
        ApprovalError: it is neither.
    """
    if not change.stopped:
        raise ApprovalError(f"The change of {policy.key} is {change.state}, not stopped.")
    void_standing_plans(tx, change, by, because=f"the change goes on: {by.why}")
    changes.reopen(tx, change, by.at)
    journal.append(
        tx,
        at=by.at,
        who=by.who,
        verb="resume",
        subject=f"{policy.key} change {change.id}",
        facts={"why": by.why},
    )
