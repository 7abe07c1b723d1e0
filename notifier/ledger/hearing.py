"""The people of a plan, counted by what each has heard and what is under way for them.

People of whom the same is true are counted together, so that a million are gone through once and
come back as a handful of rows; what the facts amount to is decided in :mod:`standing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import IntFlag, auto
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, and_, case, func, not_, or_, select

from notifier.delivery import OPEN, PROOFS, TOLD, Outcome, State
from notifier.ledger import tellings
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredPlan, load_plan
from notifier.ledger.schema import attempts, deliveries, events, notices, outcomes, recipients
from notifier.model.plan import PUNCTUAL, Channel, Duty

_UNREACHED = (State.BOUNCED, State.FAILED, State.UNRESOLVED)


class Fact(IntFlag):
    """What may be true of a person under a plan; bits above these stand for its joint duties."""

    MAIL = auto()
    """Told by mail, in time or late; the next likewise."""
    MAIL_IN_TIME = auto()
    PRODUCT = auto()
    PRODUCT_IN_TIME = auto()
    WRITTEN = auto()
    """Some delivery of the plan is theirs."""
    OPEN = auto()
    MAIL_OPEN = auto()
    """A mail is open that may still go out; the next likewise, in the product."""
    PRODUCT_OPEN = auto()
    OFFERED = auto()
    UNREACHED = auto()
    CAN_EMAIL = auto()
    CAN_IN_APP = auto()

    @staticmethod
    def owed(duty: int) -> int:
        """The bit of whom one of the plan's joint duties is owed to, counted from 0."""
        return 1 << (len(Fact) + duty)


def crowd(
    tx: Tx, plan: StoredPlan, who: ColumnElement[bool], at: datetime, *, earlier: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """Facts and the number of people of whom just these are true.

    Args:
        who: condition on recipients.
        at: aware instant; what should have been heard before it has to have been.
        earlier: plans that may have told the same already.
    """
    own = tx.execute(select(notices).where(notices.c.plan_id == plan.id)).all()
    whose = recipients.outerjoin(
        deliveries,
        and_(
            deliveries.c.recipient_id == recipients.c.id,
            # + 0: by the person; SQLite would look through all of a notice for each of them.
            (deliveries.c.notice_id + 0).in_([row.id for row in own]),
        ),
    )
    facts = dict(_of_deliveries(plan, own, at))
    before = _heard_earlier(tx, plan, earlier, at) if earlier else None
    if before is not None:
        whose = whose.outerjoin(before, before.c.key == recipients.c.key)
        facts = {f: or_(what, *_also(before, f)) for f, what in facts.items()}
    bits = [_bit(fact, func.max(case((what, 1), else_=0))) for fact, what in facts.items()]
    bits += [_bit(f, case((what, 1), else_=0)) for f, what in _of_people(plan.plan.joint_duties)]
    each = (
        select(reduce(add, bits).label("facts"))
        .select_from(whose)
        .where(who)
        .group_by(recipients.c.id)
        .subquery()
    )
    rows = tx.execute(select(each.c.facts, func.count()).group_by(each.c.facts))
    return [(row[0], row[1]) for row in rows]


def _bit(fact: int, one_or_none: ColumnElement[int]) -> ColumnElement[int]:
    return one_or_none * int(fact)


def _of_people(duties: Iterable[Duty]) -> Iterator[tuple[int, ColumnElement[bool]]]:
    yield Fact.CAN_EMAIL, recipients.c.problem == ""
    yield Fact.CAN_IN_APP, recipients.c.in_app_id != ""
    for number, duty in enumerate(duties):
        yield Fact.owed(number), tellings.in_place(duty.addressees)


def _of_deliveries(
    plan: StoredPlan, own: Sequence[Row[Any]], at: datetime
) -> Iterator[tuple[Fact, ColumnElement[bool]]]:
    state = deliveries.c.state
    yield from _told([plan], own, at)
    alive = [row for row in own if row.kind not in PUNCTUAL or row.before > at]
    yield Fact.WRITTEN, deliveries.c.id.is_not(None)
    yield Fact.OPEN, state.in_(OPEN)
    for fact, channel in (Fact.MAIL_OPEN, Channel.EMAIL), (Fact.PRODUCT_OPEN, Channel.IN_APP):
        by_it = [row.id for row in alive if row.channel == channel]
        yield fact, and_(state.in_(OPEN), deliveries.c.notice_id.in_(by_it))
    yield Fact.OFFERED, state == State.OFFERED
    yield Fact.UNREACHED, state.in_(_UNREACHED)


def _told(
    plans: Iterable[StoredPlan], rows: Sequence[Row[Any]], at: datetime
) -> Iterator[tuple[Fact, ColumnElement[bool]]]:
    heard = deliveries.c.state.in_(TOLD)
    in_time = and_(heard, *_in_time(plans, rows, at))
    mail = deliveries.c.notice_id.in_([r.id for r in rows if r.channel == Channel.EMAIL])
    product = deliveries.c.notice_id.in_([r.id for r in rows if r.channel == Channel.IN_APP])
    yield Fact.MAIL, and_(mail, heard)
    yield Fact.MAIL_IN_TIME, and_(mail, in_time)
    yield Fact.PRODUCT, and_(product, heard)
    yield Fact.PRODUCT_IN_TIME, and_(product, in_time)


def _in_time(
    plans: Iterable[StoredPlan], rows: Sequence[Row[Any]], at: datetime
) -> Iterator[ColumnElement[bool]]:
    """What makes a delivery one in time; a reminder after the deadline is a late first word."""
    yield deliveries.c.late.is_(False)
    planned = {(plan.id, n): notice for plan in plans for n, notice in enumerate(plan.plan.notices)}
    for row in rows:
        notice = planned[row.plan_id, row.position]
        promised = notice.promised_before
        if promised and promised <= at:
            elsewhere = deliveries.c.notice_id != row.id
            early = notice.due_at < promised
            yield or_(elsewhere, _heard_before(promised)) if early else elsewhere


def _heard_before(at: datetime) -> ColumnElement[bool]:
    """Whether a delivery was handed over, or seen, before an instant."""
    accepted = (
        select(attempts.c.id)
        .join(outcomes, outcomes.c.attempt_id == attempts.c.id)
        .where(
            attempts.c.delivery_id == deliveries.c.id,
            outcomes.c.outcome == Outcome.ACCEPTED,
            outcomes.c.at < at,
        )
    )
    proven = select(events.c.id).where(
        events.c.delivery_id == deliveries.c.id, events.c.kind.in_(PROOFS), events.c.at < at
    )
    return or_(accepted.exists(), proven.exists())


def _heard_earlier(
    tx: Tx, plan: StoredPlan, earlier: Sequence[int], at: datetime
) -> Subquery | None:
    """By key, how those were told whose last word before this plan is what it says; or None."""
    record = tellings.Record(tx, earlier)
    same = record.notices_of(plan.plan.tellings)
    if not same:
        return None
    rows = tx.execute(select(notices).where(notices.c.id.in_(same))).all()
    stored = [load_plan(tx, plan_id) for plan_id in sorted({row.plan_id for row in rows})]
    said = deliveries.c.notice_id
    agrees = said.in_(same)
    last = func.max(case((agrees, said), else_=0)) > func.max(case((not_(agrees), said), else_=0))
    return (
        select(
            recipients.c.key,
            *(func.max(case((w, 1), else_=0)).label(f.name) for f, w in _told(stored, rows, at)),
        )
        .join(deliveries, deliveries.c.recipient_id == recipients.c.id)
        .where(said.in_(record.notices), deliveries.c.state.in_(TOLD))
        .group_by(recipients.c.key)
        .having(last)
        .subquery()
    )


def _also(before: Subquery, fact: Fact) -> Iterator[ColumnElement[bool]]:
    if str(fact.name) in before.c:
        yield before.c[str(fact.name)] == 1
