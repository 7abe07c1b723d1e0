"""What was still to be done by a plan that has ended: called off, each delivery with the reason.

In bounded steps, so that nobody waits long for a million of them; the first is taken in the
transaction that ends the plan.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, literal, or_, select, update

from notifier.delivery import CALLED_OFF, OPEN, State
from notifier.ledger import journal, seals
from notifier.ledger.database import Tx
from notifier.ledger.plans import PlanState
from notifier.ledger.schema import approvals, deliveries, notices, plans

STEP = 50_000
"""Deliveries ended in one transaction."""

_COMPLETE = (PlanState.COMPLETE, PlanState.COMPLETE_WITH_EXCEPTIONS)


def unfinished(tx: Tx) -> list[int]:
    """Plans that have ended after an approval and have deliveries that may still be open."""
    rows = tx.execute(
        select(plans.c.id)
        .where(
            plans.c.state.in_((PlanState.VOID, *_COMPLETE)),
            exists().where(approvals.c.plan_id == plans.c.id),
            exists().where(notices.c.plan_id == plans.c.id, notices.c.called_off_at.is_(None)),
        )
        .order_by(plans.c.id)
    )
    return list(rows.scalars())


def call_off(tx: Tx, plan_id: int, at: datetime) -> bool:
    """End up to :data:`STEP` open deliveries of a plan that has ended.

    What somebody else has under way is passed over; it is ended once it has its answer. A notice
    of a closed plan goes on standing in the product, one of a void plan is withdrawn.

    Returns:
        Whether this step left nothing it could have ended.
    """
    why, also_offered = ending_of(tx, plan_id)
    left = STEP
    open_ones = select(notices).where(
        notices.c.plan_id == plan_id, notices.c.called_off_at.is_(None)
    )
    for notice in tx.execute(open_ones.order_by(notices.c.position)).all():
        left -= _end(tx, notice.id, _still_open(also_offered=also_offered), left, why, at)
        if left <= 0:
            return False
        if not _has(tx, notice.id, _still_open(also_offered=also_offered), *_UNDER_WAY):
            _account(tx, notice, why, at)
    return True


def ending_of(tx: Tx, plan_id: int) -> tuple[str, bool]:
    """Why what a plan left open was called off, and whether its notices in the product were too."""
    state = tx.execute(select(plans.c.state).where(plans.c.id == plan_id)).scalar_one()
    if state in _COMPLETE:
        return f"plan {plan_id} was closed", False
    because = tx.execute(
        select(approvals.c.void_because)
        .where(approvals.c.plan_id == plan_id, approvals.c.void_at.is_not(None))
        .order_by(approvals.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return f"plan {plan_id} is void: {because}", True


def in_doubt(why: str) -> str:
    """The reason of a delivery that was called off after a copy that nobody answered."""
    return f"once without an answer, then: {why}"


_UNDER_WAY = (State.SENDING,)
_WAITING = deliveries.c.state.in_(OPEN - {State.SENDING})


def _still_open(*, also_offered: bool) -> ColumnElement[bool]:
    return or_(_WAITING, deliveries.c.state == State.OFFERED) if also_offered else _WAITING


def _end(
    tx: Tx, notice: int, which: ColumnElement[bool], limit: int, why: str, at: datetime
) -> int:
    step = (
        select(deliveries.c.id)
        .where(deliveries.c.notice_id == notice, which)
        .order_by(deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    doubtful = deliveries.c.state == State.UNKNOWN
    ended = tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(step))
        .values(
            state=case(CALLED_OFF, value=deliveries.c.state),
            reason=case((doubtful, literal(in_doubt(why))), else_=literal(why)),
            changed_at=at,
        )
    )
    return int(ended.rowcount)


def _has(tx: Tx, notice: int, which: ColumnElement[bool], *states: State) -> bool:
    found = exists().where(
        and_(deliveries.c.notice_id == notice, or_(which, deliveries.c.state.in_(states)))
    )
    return bool(tx.execute(select(found)).scalar_one())


def _account(tx: Tx, notice: Row[tuple[object, ...]], why: str, at: datetime) -> None:
    """Nothing of a notice is open any more: how its deliveries ended goes on the record."""
    counted = tx.execute(
        select(deliveries.c.state, func.count())
        .where(deliveries.c.notice_id == notice.id)
        .group_by(deliveries.c.state)
    )
    states = {row[0]: row[1] for row in counted}
    done = update(notices).where(notices.c.id == notice.id).values(called_off_at=at)
    seals.write(tx, done)
    journal.append(
        tx,
        at=at,
        who=journal.DAEMON,
        verb="call off",
        subject=f"plan {notice.plan_id}",
        facts={"notice": notice.position + 1, "because": why, "states": states},
    )
