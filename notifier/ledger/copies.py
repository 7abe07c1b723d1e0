"""Copies of a mail that an earlier plan handed over and nobody answered: they count (guarantee G2).

A plan made anew tells whom nobody knows to be told, and its first mail to somebody may be their
second copy: there is no third, whatever the number of plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select, update

from notifier.delivery import MOST_COPIES, TWICE_UNANSWERED, Outcome, State
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredNotice
from notifier.ledger.schema import attempts, deliveries, notices, outcomes, recipients
from notifier.model.plan import Channel, NoticeKind


def carry_over(
    tx: Tx, notice: StoredNotice, among: Sequence[int], earlier_plans: Sequence[int]
) -> None:
    """Let what a notice has written begin where earlier plans left off.

    Who may have had one copy gets the other only after evidence of the first was awaited; who may
    have had both is passed over, and stays an exception unless the product tells them.

    Args:
        among: the audiences that the notice's people are of.
    """
    if notice.channel is not Channel.EMAIL or notice.kind is NoticeKind.REMINDER:
        return
    for row in _unanswered(tx, notice, among, earlier_plans):
        mine = update(deliveries).where(deliveries.c.id == row.delivery)
        if row.copies >= MOST_COPIES:
            tx.execute(mine.values(state=State.SKIPPED, reason=TWICE_UNANSWERED))
        else:
            due_at = max(row.due_at, row.awaited_until)
            tx.execute(mine.values(unknowns=row.copies, due_at=due_at))


def unanswered_by_key(tx: Tx) -> dict[str, int]:
    """How many hand-overs to whom ended without an answer; people without any are left out."""
    counted = (
        select(recipients.c.key, func.count())
        .join(deliveries, deliveries.c.recipient_id == recipients.c.id)
        .join(attempts, attempts.c.delivery_id == deliveries.c.id)
        .join(outcomes, outcomes.c.attempt_id == attempts.c.id)
        .where(outcomes.c.outcome == Outcome.UNKNOWN)
        .group_by(recipients.c.key)
    )
    return dict(iter(tx.execute(counted)))


class _Copied(NamedTuple):
    """A new delivery whose person had copies before: how many, and until when they are awaited."""

    delivery: int
    due_at: datetime
    copies: int
    awaited_until: datetime


def _unanswered(
    tx: Tx, notice: StoredNotice, among: Sequence[int], earlier_plans: Sequence[int]
) -> list[_Copied]:
    """A copy is a mail that told the very same; ``+ 0`` lets SQLite go by the person.

    The most that any delivery counts, not their sum: each counts what was carried into it.
    """
    said, then = notices.alias("said"), deliveries.alias("then")
    person, before = recipients.alias("person"), recipients.alias("before")
    same = and_(
        said.c.plan_id.in_(earlier_plans),
        said.c.channel == notices.c.channel,
        said.c.kind != NoticeKind.REMINDER,
        said.c.tells_version == notices.c.tells_version,
        said.c.tells_date.is_not_distinct_from(notices.c.tells_date),
        said.c.tells_withdrawn == notices.c.tells_withdrawn,
    )
    found = (
        select(
            deliveries.c.id,
            deliveries.c.due_at,
            func.max(then.c.unknowns),
            func.max(then.c.due_at),
        )
        .select_from(notices)
        .join(said, same)
        .join(then, and_(then.c.notice_id == said.c.id, then.c.unknowns > 0))
        .join(before, before.c.id == then.c.recipient_id)
        .join(person, and_(person.c.audience_id.in_(among), person.c.key == before.c.key))
        .join(
            deliveries,
            and_(
                deliveries.c.recipient_id == person.c.id,
                (deliveries.c.notice_id + 0) == notices.c.id,
            ),
        )
        .where(
            notices.c.id == notice.id,
            deliveries.c.state == State.PENDING,
            deliveries.c.attempts == 0,
            deliveries.c.unknowns == 0,
        )
        .group_by(deliveries.c.id, deliveries.c.due_at)
    )
    return [_Copied(*row) for row in tx.execute(found)]
