"""Where a plan stands: who was told, by what, who is left, who never can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from notifier.delivery import OPEN, TOLD, State
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredPlan
from notifier.ledger.schema import (
    attempts,
    audiences,
    contents,
    deliveries,
    notices,
    outcomes,
    recipients,
)
from notifier.model.plan import Channel

_UNREACHED = (State.BOUNCED, State.FAILED, State.UNRESOLVED)


@dataclass(frozen=True, slots=True)
class NoticeStanding:
    """Deliveries of one notice by state; ``late`` counts those handed over too late."""

    position: int
    kind: str
    channel: Channel
    due_at: datetime
    expanded: bool
    states: dict[State, int]
    late: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan's account; the numbers of people add up: told + late + waiting + untold.

    Attributes:
        told: told in time; by_email and by_product overlap.
        late: told, but only at or after the deadline.
        waiting: not told yet, and something is still under way for them.
        offered: of the waiting, those for whom a notice stands in the product, not seen yet.
        untold: nothing more will happen by itself: the exceptions.
    """

    people: int
    told: int
    by_email: int
    by_product: int
    late: int
    waiting: int
    offered: int
    untold: int
    notices: tuple[NoticeStanding, ...]


def standing(tx: Tx, plan: StoredPlan) -> Standing:
    """Count a plan's people and deliveries."""
    people = tx.execute(
        select(audiences.c.people).where(audiences.c.id == plan.audience_id)
    ).scalar_one()
    in_time = _told(plan.id).where(deliveries.c.late.is_(False))
    told = _people(tx, in_time)
    late = _people(
        tx, _told(plan.id).where(deliveries.c.recipient_id.not_in(in_time.scalar_subquery()))
    )
    not_told = recipients.c.id.not_in(_told(plan.id).scalar_subquery())
    waiting = _people(tx, _still_coming(tx, plan).where(not_told))
    offered = _people(
        tx,
        _of(plan.id).where(
            deliveries.c.recipient_id.not_in(_told(plan.id).scalar_subquery()),
            deliveries.c.state == State.OFFERED,
        ),
    )
    return Standing(
        people=people,
        told=told,
        by_email=_people(tx, in_time.where(notices.c.channel == Channel.EMAIL)),
        by_product=_people(tx, in_time.where(notices.c.channel == Channel.IN_APP)),
        late=late,
        waiting=waiting,
        offered=offered,
        untold=people - told - late - waiting,
        notices=tuple(_by_notice(tx, plan.id)),
    )


def _of(plan_id: int) -> Select[tuple[int]]:
    return (
        select(deliveries.c.recipient_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(notices.c.plan_id == plan_id)
    )


def _told(plan_id: int) -> Select[tuple[int]]:
    return _of(plan_id).where(deliveries.c.state.in_(TOLD))


def _still_coming(tx: Tx, plan: StoredPlan) -> Select[tuple[int]]:
    """Recipients for whom a delivery is open, or a notice that can reach them is yet to begin."""
    under_way = _of(plan.id).where(deliveries.c.state.in_((*OPEN, State.OFFERED)))
    ways: list[ColumnElement[bool]] = [recipients.c.id.in_(under_way.scalar_subquery())]
    to_begin = select(notices.c.channel).where(
        notices.c.plan_id == plan.id, notices.c.expanded_at.is_(None)
    )
    channels = set(tx.execute(to_begin).scalars())
    if Channel.EMAIL in channels:
        refused = _of(plan.id).where(deliveries.c.state.in_(_UNREACHED))
        ways.append(
            (recipients.c.problem == "") & recipients.c.id.not_in(refused.scalar_subquery())
        )
    if Channel.IN_APP in channels:
        ways.append(recipients.c.in_app_id != "")
    return select(recipients.c.id).where(recipients.c.audience_id == plan.audience_id, or_(*ways))


def _people(tx: Tx, who: Select[tuple[int]]) -> int:
    found = who.distinct().subquery()
    return int(tx.execute(select(func.count()).select_from(found)).scalar_one())


def _by_notice(tx: Tx, plan_id: int) -> Iterator[NoticeStanding]:
    rows = tx.execute(
        select(notices).where(notices.c.plan_id == plan_id).order_by(notices.c.position)
    ).all()
    for notice in rows:
        counted = tx.execute(
            select(deliveries.c.state, deliveries.c.late, func.count().label("people"))
            .where(deliveries.c.notice_id == notice.id)
            .group_by(deliveries.c.state, deliveries.c.late)
        ).all()
        states: dict[State, int] = {}
        for row in counted:
            states[State(row.state)] = states.get(State(row.state), 0) + row.people
        yield NoticeStanding(
            position=notice.position,
            kind=notice.kind,
            channel=Channel(notice.channel),
            due_at=notice.due_at,
            expanded=notice.expanded_at is not None,
            states=states,
            late=sum(row.people for row in counted if row.late),
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """One attempt or delivery in the evidence of one person.

    Attributes:
        content_sha256: which approved bytes were used; empty where nothing was handed over.
    """

    recipient: int
    key: str
    address: str
    in_app_id: str
    locale: str
    notice: int
    kind: str
    channel: str
    state: str
    late: bool
    reason: str
    changed_at: datetime
    attempt: int | None
    attempted_at: datetime | None
    outcome: str
    outcome_at: datetime | None
    provider_id: str
    content_sha256: str


def proofs(tx: Tx, plan: StoredPlan) -> Iterator[Proof]:
    """Every recipient's deliveries and attempts, by recipient; streamed."""
    rows = tx.execute(
        select(
            recipients.c.id.label("recipient"),
            recipients.c.key,
            recipients.c.address,
            recipients.c.in_app_id,
            recipients.c.locale,
            notices.c.position,
            notices.c.kind,
            notices.c.channel,
            deliveries.c.state,
            deliveries.c.late,
            deliveries.c.reason,
            deliveries.c.changed_at,
            attempts.c.id.label("attempt"),
            attempts.c.at.label("attempted_at"),
            attempts.c.content_sha256,
            outcomes.c.outcome,
            outcomes.c.at.label("outcome_at"),
            outcomes.c.provider_id,
        )
        .select_from(recipients)
        .join(deliveries, deliveries.c.recipient_id == recipients.c.id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .outerjoin(attempts, attempts.c.delivery_id == deliveries.c.id)
        .outerjoin(outcomes, outcomes.c.attempt_id == attempts.c.id)
        .where(notices.c.plan_id == plan.id)
        .order_by(recipients.c.id, notices.c.position, attempts.c.id)
        .execution_options(yield_per=2_000)
    )
    for row in rows:
        yield Proof(
            recipient=row.recipient,
            key=row.key,
            address=row.address,
            in_app_id=row.in_app_id,
            locale=row.locale,
            notice=row.position,
            kind=row.kind,
            channel=row.channel,
            state=row.state,
            late=row.late,
            reason=row.reason,
            changed_at=row.changed_at,
            attempt=row.attempt,
            attempted_at=row.attempted_at,
            outcome=row.outcome or "",
            outcome_at=row.outcome_at,
            provider_id=row.provider_id or "",
            content_sha256=row.content_sha256 or "",
        )


def approved_contents(tx: Tx, plan: StoredPlan) -> Iterator[tuple[str, bytes]]:
    """The approved bytes a plan sends, by SHA-256."""
    wanted = set(plan.manifest.messages.values())
    for digest in sorted(wanted):
        found = tx.execute(
            select(contents.c.content).where(contents.c.sha256 == digest)
        ).scalar_one_or_none()
        if found is not None:
            yield digest, found


def is_finished(tx: Tx, plan_id: int) -> bool:
    """Whether every notice has been expanded and no delivery is open any more."""
    unexpanded = exists().where(notices.c.plan_id == plan_id, notices.c.expanded_at.is_(None))
    under_way = exists().where(
        and_(
            notices.c.plan_id == plan_id,
            notices.c.id == deliveries.c.notice_id,
            deliveries.c.state.in_(OPEN),
        )
    )
    return not tx.execute(select(unexpanded | under_way)).scalar_one()
