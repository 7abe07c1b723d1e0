"""Notices in the product: what one person is shown, and that they saw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from notifier.delivery import EventKind, State, after_event
from notifier.ledger.database import Tx
from notifier.ledger.feedback import record_seen
from notifier.ledger.plans import PlanState
from notifier.ledger.schema import (
    changes,
    contents,
    deliveries,
    notices,
    plans,
    recipients,
    renderings,
)
from notifier.model.plan import Channel

_VISIBLE = (State.OFFERED, State.SHOWN)
_STANDING = (PlanState.APPROVED, PlanState.COMPLETE, PlanState.COMPLETE_WITH_EXCEPTIONS)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One notice as the product shows it.

    Attributes:
        changed_at: since when it is in this state.
        content: the approved JSON of its locale.
    """

    delivery: int
    state: State
    changed_at: datetime
    content: bytes


def feed(tx: Tx, in_app_id: str) -> list[FeedItem]:
    """What the person with this id in the product has to be shown, newest first.

    Of each change only the newest notice, and nothing of a plan that is void. Acknowledged and
    withdrawn notices are left out. A notice is dismissed by its delivery, never by a date or a
    flag without the version: the next change is shown again.
    """
    rows = tx.execute(
        select(
            deliveries.c.id,
            deliveries.c.state,
            deliveries.c.changed_at,
            contents.c.content,
            changes.c.policy,
            changes.c.from_version,
        )
        .join(recipients, recipients.c.id == deliveries.c.recipient_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(plans, plans.c.id == notices.c.plan_id)
        .join(changes, changes.c.id == plans.c.change_id)
        .join(
            renderings,
            (renderings.c.notice_id == notices.c.id) & (renderings.c.locale == recipients.c.locale),
        )
        .join(contents, contents.c.sha256 == renderings.c.sha256)
        .where(
            recipients.c.in_app_id == in_app_id,
            recipients.c.in_app_id != "",
            notices.c.channel == Channel.IN_APP,
            deliveries.c.state.in_((*_VISIBLE, State.ACKNOWLEDGED)),
            plans.c.state.in_(_STANDING),
        )
        .order_by(notices.c.id.desc(), deliveries.c.id.desc())
    )
    newest: dict[tuple[str, int], FeedItem] = {}
    for row in rows:
        item = FeedItem(row.id, State(row.state), row.changed_at, row.content)
        newest.setdefault((row.policy, row.from_version), item)
    return [item for item in newest.values() if item.state in _VISIBLE]


def mark(tx: Tx, in_app_id: str, delivery_id: int, kind: EventKind, at: datetime) -> bool:
    """Note that a notice was shown to, or acknowledged by, the person it was offered to.

    Returns:
        False when there is no such notice for this person, or its plan is void; repeated marks
        are True and change nothing. A notice first shown at or after its deadline is recorded as
        late.
    """
    row = tx.execute(
        select(deliveries.c.state, deliveries.c.late, notices.c.before)
        .join(recipients, recipients.c.id == deliveries.c.recipient_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(plans, plans.c.id == notices.c.plan_id)
        .where(
            deliveries.c.id == delivery_id,
            plans.c.state.in_(_STANDING),
            recipients.c.in_app_id == in_app_id,
            recipients.c.in_app_id != "",
            notices.c.channel == Channel.IN_APP,
        )
        .with_for_update(of=deliveries)
    ).one_or_none()
    if row is None or row.state not in {*_VISIBLE, State.ACKNOWLEDGED}:
        return False
    if after_event(State(row.state), kind) == row.state:
        return True
    first_seen = row.state == State.OFFERED
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(
            state=after_event(State(row.state), kind),
            changed_at=at,
            late=at >= row.before if first_seen else row.late,
        )
    )
    record_seen(tx, delivery_id, kind, at)
    return True
