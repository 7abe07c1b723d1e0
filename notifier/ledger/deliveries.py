"""Deliveries and attempts: expanded, claimed with an intent, and closed with an outcome.

An attempt is committed before the first byte leaves, its outcome after; whoever calls
:func:`claim` and :func:`record` in one transaction commits in groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from notifier.delivery import Outcome, State, Verdict, judge
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredNotice
from notifier.ledger.schema import (
    attempts,
    deliveries,
    notices,
    outcomes,
    plans,
    recipients,
    suppressions,
)
from notifier.ledger.tellings import conditions
from notifier.ledger.workers import Worker
from notifier.model.plan import Addressees, Channel

_OFFER_BATCH = 20_000
_DUE = (State.PENDING, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Claim:
    """One delivery taken to be handed over now, with the attempt recorded for it.

    Attributes:
        attempts, unknowns: so far, the open attempt counted in the first.
    """

    plan_digest: str
    attempt: int
    delivery: int
    recipient: int
    address: str
    name: str
    locale: str
    attempts: int
    unknowns: int

    @property
    def is_second_copy(self) -> bool:
        """Whether an earlier attempt may have reached the person."""
        return self.unknowns > 0


@dataclass(frozen=True, slots=True)
class Ending:
    """What an attempt ended as.

    Attributes:
        late: it was accepted at or after the notice's deadline.
        blameless: the failure was the server's or the sender's, not the recipient's.
    """

    claim: Claim
    outcome: Outcome
    at: datetime
    detail: str = ""
    provider_id: str = ""
    late: bool = False
    blameless: bool = False


def expand(tx: Tx, notice: StoredNotice, whom: Addressees, audience_id: int, at: datetime) -> int:
    """Write one delivery for every recipient the notice is for; returns how many.

    Who cannot be reached on the channel gets a delivery as well, *skipped* with the reason, so
    that the states always add up to the audience (guarantee G1).
    """
    unreachable = _unreachable(notice.channel)
    people = (
        select(
            literal(notice.id),
            recipients.c.id,
            case((unreachable == "", State.PENDING.value), else_=State.SKIPPED.value),
            literal(at, deliveries.c.due_at.type),
            unreachable,
            literal(at, deliveries.c.changed_at.type),
        )
        .select_from(
            recipients.outerjoin(
                suppressions,
                and_(
                    suppressions.c.address_key == recipients.c.address_key,
                    recipients.c.address_key != "",
                ),
            )
        )
        .where(recipients.c.audience_id == audience_id, *conditions(tx, notice.plan_id, whom))
        .order_by(recipients.c.id)
    )
    columns = ["notice_id", "recipient_id", "state", "due_at", "reason", "changed_at"]
    written = tx.execute(insert(deliveries).from_select(columns, people)).rowcount
    tx.execute(update(notices).where(notices.c.id == notice.id).values(expanded_at=at))
    return int(written)


def _unreachable(channel: Channel) -> ColumnElement[str]:
    """Why a recipient cannot be reached on a channel, or empty."""
    if channel is Channel.IN_APP:
        return case((recipients.c.in_app_id == "", "no account in the product"), else_="")
    return case(
        (recipients.c.problem != "", recipients.c.problem),
        (suppressions.c.reason.is_not(None), "suppressed: " + suppressions.c.reason),
        else_="",
    )


def claim(
    tx: Tx,
    notice: StoredNotice,
    worker: Worker,
    *,
    entry: int,
    plan_digest: str,
    contents: Mapping[str, str],
    limit: int,
    now: datetime,
) -> list[Claim]:
    """Take up to ``limit`` due deliveries of a mail notice and open an attempt for each.

    Args:
        entry: number of the worker's journal entry that will tell of it.
        contents: SHA-256 of the approved message by locale; recorded with the attempt.
    """
    rows = tx.execute(
        select(
            deliveries.c.id,
            deliveries.c.recipient_id,
            deliveries.c.attempts,
            deliveries.c.unknowns,
            recipients.c.address,
            recipients.c.name,
            recipients.c.locale,
        )
        .join(recipients, recipients.c.id == deliveries.c.recipient_id)
        .where(
            deliveries.c.notice_id == notice.id,
            deliveries.c.state.in_(_DUE),
            deliveries.c.due_at <= now,
        )
        .order_by(deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    ).all()
    if not rows:
        return []
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([row.id for row in rows]))
        .values(state=State.SENDING, attempts=deliveries.c.attempts + 1, changed_at=now)
    )
    opened = tx.execute(
        insert(attempts).returning(attempts.c.id, sort_by_parameter_order=True),
        [
            {
                "delivery_id": row.id,
                "worker_id": worker.id,
                "copy": row.unknowns + 1,
                "content_sha256": contents[row.locale],
                "at": now,
                "entry": entry,
            }
            for row in rows
        ],
    ).scalars()
    return [
        Claim(
            plan_digest=plan_digest,
            attempt=attempt,
            delivery=row.id,
            recipient=row.recipient_id,
            address=row.address,
            name=row.name,
            locale=row.locale,
            attempts=row.attempts + 1,
            unknowns=row.unknowns,
        )
        for attempt, row in zip(opened, rows, strict=True)
    ]


def record(tx: Tx, endings: Sequence[Ending], worker: Worker, entry: int) -> list[Verdict]:
    """Close attempts with their outcomes and move their deliveries on.

    A delivery that is no longer *sending* or *unknown* (its worker was declared dead meanwhile)
    keeps its state; the outcome is recorded all the same.
    """
    if not endings:
        return []
    verdicts = [_judge(ending) for ending in endings]
    tx.execute(
        insert(outcomes),
        [
            {
                "attempt_id": ending.claim.attempt,
                "outcome": ending.outcome,
                "at": ending.at,
                "provider_id": ending.provider_id,
                "detail": ending.detail,
                "worker_id": worker.id,
                "entry": entry,
            }
            for ending in endings
        ],
    )
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.id == bindparam("delivery"),
            or_(deliveries.c.state == State.SENDING, deliveries.c.state == State.UNKNOWN),
        )
        .values(
            state=bindparam("to_state"),
            due_at=bindparam("again_at"),
            attempts=bindparam("attempt_count"),
            unknowns=bindparam("unknown_count"),
            late=bindparam("is_late"),
            reason=bindparam("because"),
            changed_at=bindparam("at"),
        ),
        [
            {
                "delivery": ending.claim.delivery,
                "to_state": verdict.state,
                "again_at": verdict.due_at,
                "attempt_count": ending.claim.attempts - ending.blameless,
                "unknown_count": _unknowns(ending),
                "is_late": ending.late and verdict.state is State.ACCEPTED,
                "because": verdict.reason,
                "at": ending.at,
            }
            for ending, verdict in zip(endings, verdicts, strict=True)
        ],
    )
    return verdicts


def _unknowns(ending: Ending) -> int:
    return ending.claim.unknowns + (ending.outcome is Outcome.UNKNOWN)


def _judge(ending: Ending) -> Verdict:
    return judge(
        ending.outcome,
        attempts=ending.claim.attempts,
        unknowns=_unknowns(ending),
        at=ending.at,
        why=ending.detail,
        blameless=ending.blameless,
    )


def left_open(tx: Tx, worker_id: int) -> list[tuple[Claim, datetime]]:
    """Attempts of a worker that never got an outcome, with their notice's deadline."""
    rows = tx.execute(
        select(
            attempts.c.id.label("attempt"),
            deliveries,
            recipients.c.address,
            recipients.c.name,
            recipients.c.locale,
            notices.c.before,
            plans.c.digest,
        )
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .join(recipients, recipients.c.id == deliveries.c.recipient_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(plans, plans.c.id == notices.c.plan_id)
        .outerjoin(outcomes, outcomes.c.attempt_id == attempts.c.id)
        .where(attempts.c.worker_id == worker_id, outcomes.c.attempt_id.is_(None))
        .order_by(attempts.c.id)
    )
    return [
        (
            Claim(
                plan_digest=row.digest,
                attempt=row.attempt,
                delivery=row.id,
                recipient=row.recipient_id,
                address=row.address,
                name=row.name,
                locale=row.locale,
                attempts=row.attempts,
                unknowns=row.unknowns,
            ),
            row.before,
        )
        for row in rows
    ]


def offer(tx: Tx, notice: StoredNotice, at: datetime) -> int:
    """Show the next batch of an in-app notice in the product; 0 when all are offered."""
    batch = (
        select(deliveries.c.id)
        .where(deliveries.c.notice_id == notice.id, deliveries.c.state == State.PENDING)
        .order_by(deliveries.c.id)
        .limit(_OFFER_BATCH)
        .with_for_update(skip_locked=True)
    )
    offered = tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(batch))
        .values(state=State.OFFERED, changed_at=at)
    )
    return int(offered.rowcount)


def due(tx: Tx, notice_id: int, now: datetime) -> int:
    """How many deliveries of a notice could be handed over now."""
    return _count(
        tx,
        deliveries.c.notice_id == notice_id,
        deliveries.c.state.in_(_DUE),
        deliveries.c.due_at <= now,
    )


def unknowns_of(tx: Tx, plan_id: int) -> int:
    """How many hand-overs of a plan ended without an answer."""
    return int(
        tx.execute(
            select(func.coalesce(func.sum(deliveries.c.unknowns), 0))
            .join(notices, notices.c.id == deliveries.c.notice_id)
            .where(notices.c.plan_id == plan_id)
        ).scalar_one()
    )


def _count(tx: Tx, *where: ColumnElement[bool]) -> int:
    return int(tx.execute(select(func.count()).select_from(deliveries).where(*where)).scalar_one())
