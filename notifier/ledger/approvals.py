"""Whether a plan may be sent: its approvals, and who holds it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select, update

from notifier.ledger import seals
from notifier.ledger.database import Tx
from notifier.ledger.driver import Statement
from notifier.ledger.journal import DAEMON
from notifier.ledger.plans import PlanState, StoredPlan, set_state
from notifier.ledger.schema import approvals, changes, holds, plans
from notifier.model.stamp import Stamp


def approve(tx: Tx, plan: StoredPlan, by: Stamp) -> None:
    """Record an approval of exactly this plan's digest."""
    seals.write(
        tx,
        approvals.insert().values(
            plan_id=plan.id, digest=plan.digest, who=by.who, at=by.at, why=by.why
        ),
    )
    set_state(tx, plan.id, PlanState.APPROVED)


def void(tx: Tx, plan_id: int, *, at: datetime, because: str) -> None:
    """End a plan's approval, if it has one, and the plan with it."""
    seals.write(
        tx,
        update(approvals)
        .where(approvals.c.plan_id == plan_id, approvals.c.void_at.is_(None))
        .values(void_at=at, void_because=because),
    )
    set_state(tx, plan_id, PlanState.VOID)


def approval_of(tx: Tx, plan_id: int) -> Stamp | None:
    """Who approved the plan, if that approval stands."""
    row = tx.execute(
        select(approvals)
        .where(approvals.c.plan_id == plan_id, approvals.c.void_at.is_(None))
        .order_by(approvals.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Stamp(row.who, row.at, row.why) if row else None


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval of a plan, and when and why it became void, if it has."""

    plan_id: int
    by: Stamp
    void_at: datetime | None
    void_because: str


def approvals_of(tx: Tx, plan_id: int) -> list[Approval]:
    """Every approval of a plan, void ones as well, oldest first."""
    rows = tx.execute(
        select(approvals).where(approvals.c.plan_id == plan_id).order_by(approvals.c.id)
    )
    return [_approval(row) for row in rows]


def newest_of(tx: Tx, plan_ids: Collection[int]) -> Approval | None:
    """The approval given last among some plans, or None."""
    row = tx.execute(
        select(approvals)
        .where(approvals.c.plan_id.in_(plan_ids))
        .order_by(approvals.c.id.desc())
        .limit(1)
    ).one_or_none()
    return _approval(row) if row else None


def _approval(row: Row[Any]) -> Approval:
    by = Stamp(row.who, row.at, row.why)
    return Approval(row.plan_id, by, row.void_at, row.void_because or "")


_LOCK = Statement("SELECT id FROM plans WHERE id = :plan", locking="FOR SHARE")
_MAY_SEND = Statement(
    f"SELECT EXISTS (SELECT 1 FROM plans WHERE id = :plan AND state = '{PlanState.APPROVED}') "  # noqa: S608
    "AND EXISTS (SELECT 1 FROM approvals "
    "WHERE plan_id = :plan AND digest = :digest AND void_at IS NULL) "
    "AND NOT EXISTS (SELECT 1 FROM holds WHERE plan_id = :plan AND lifted_at IS NULL)"
)


def may_send(tx: Tx, plan: StoredPlan) -> bool:
    """Whether an attempt of this plan may be opened in this transaction (guarantees G3, G4).

    True only while an approval of exactly this digest stands and no hold does. On PostgreSQL the
    plan's row is locked first, until the transaction ends, and asked about afterwards: a hold
    that was being committed meanwhile is seen, and none can be committed before this ends.
    """
    if tx.dialect.name == "postgresql":
        _LOCK(tx, plan=plan.id)
    return bool(_MAY_SEND(tx, plan=plan.id, digest=plan.digest).fetchone()[0])


def was_resumed(tx: Tx, plan_id: int) -> bool:
    """Whether a person has looked at a held plan and said to go on."""
    lifted = exists().where(holds.c.plan_id == plan_id, holds.c.lifted_at.is_not(None))
    return bool(tx.execute(select(lifted)).scalar_one())


def lock(tx: Tx, plan_id: int) -> None:
    """Wait until nobody opens attempts of a plan, and let nobody until this transaction ends.

    Never in a transaction that has asked :func:`may_send`: two of them would wait for each other.
    """
    tx.execute(select(plans.c.id).where(plans.c.id == plan_id).with_for_update())


def hold(tx: Tx, plan_id: int, by: Stamp) -> None:
    """Stop sending; once this is committed no attempt opens (guarantee G4)."""
    lock(tx, plan_id)
    seals.write(tx, holds.insert().values(plan_id=plan_id, who=by.who, at=by.at, why=by.why))


def held_by_person(tx: Tx, policy: str) -> Stamp | None:
    """Which person's hold on any plan of a policy nobody has lifted, and why; or None.

    A plan that ends does not end the hold on it: somebody wanted the policy's notices to wait.
    """
    row = tx.execute(
        select(holds)
        .join(plans, plans.c.id == holds.c.plan_id)
        .join(changes, changes.c.id == plans.c.change_id)
        .where(changes.c.policy == policy, holds.c.lifted_at.is_(None), holds.c.who != DAEMON)
        .order_by(holds.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Stamp(row.who, row.at, row.why) if row else None


def held_plans(tx: Tx, policy: str) -> list[int]:
    """Plans of a policy that somebody holds, over or not, oldest first."""
    return list(
        tx.execute(
            select(plans.c.id)
            .join(changes, changes.c.id == plans.c.change_id)
            .where(changes.c.policy == policy)
            .where(exists().where(holds.c.plan_id == plans.c.id, holds.c.lifted_at.is_(None)))
            .order_by(plans.c.id)
        ).scalars()
    )


def resume(tx: Tx, plan_id: int, by: Stamp) -> int:
    """Lift every hold on a plan; returns how many there were."""
    lifted = (
        update(holds)
        .where(holds.c.plan_id == plan_id, holds.c.lifted_at.is_(None))
        .values(lifted_by=by.who, lifted_at=by.at)
    )
    return len(seals.write(tx, lifted))


def hold_on(tx: Tx, plan_id: int) -> Stamp | None:
    """Who holds the plan, and why; None when nobody does."""
    row = tx.execute(
        select(holds)
        .where(holds.c.plan_id == plan_id, holds.c.lifted_at.is_(None))
        .order_by(holds.c.id)
        .limit(1)
    ).one_or_none()
    return Stamp(row.who, row.at, row.why) if row else None
