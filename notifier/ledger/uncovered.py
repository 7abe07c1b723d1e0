"""Whom a newer plan does nothing for, because a mail of an earlier one was answered only since.

A bounce is covered by the notice in the product of the mail's own plan. Where another plan has
been approved since, that notice is withdrawn, and the new plan has one only for those who were
untold when it was made: who bounces later is nobody's, unless a notice yet to begin is for them.
A plan that tells of a stop is for whoever was told: a mail that nobody had answered, and that
proves to have arrived, leaves somebody who believes in the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from notifier.delivery import TOLD, State
from notifier.ledger import additions
from notifier.ledger.database import Tx
from notifier.ledger.expansion import UNMAILABLE, with_suppressions
from notifier.ledger.plans import StoredPlan
from notifier.ledger.schema import deliveries, notices, recipients
from notifier.ledger.tellings import conditions, plans_of_series
from notifier.model.plan import Addressees, Channel, PlannedNotice, Standing

_FAILED = (State.BOUNCED, State.FAILED)


def uncovered(tx: Tx, stored: StoredPlan, at: datetime) -> int:
    """How many people a plan can reach and does nothing for: see this room's own words.

    Args:
        at: aware instant; before the deadline only a notice that begins before it covers anybody.
    """
    earlier = plans_of_series(tx, stored.change_id, before_plan=stored.id)
    if not earlier:
        return 0
    channels = {notice.channel for notice in stored.plan.notices}
    found = (
        select(func.count())
        .select_from(with_suppressions())
        .where(
            recipients.c.audience_id.in_(additions.family(tx, stored.audience_id)),
            recipients.c.key.in_(_answered_since(earlier, stops=stored.plan.stops)),
            ~_written(stored),
            *conditions(tx, stored.id, Addressees(standing=Standing.MISSED)),
            or_(*map(_reachable, sorted(channels))),
            *(not_(covered) for covered in _yet_covered(tx, stored, at)),
        )
    )
    return int(tx.execute(found).scalar_one()) if channels else 0


def _answered_since(earlier: Sequence[int], *, stops: bool) -> Select[tuple[str]]:
    """Whose earlier mail came back; where the plan stops the change, whose arrived after all."""
    told = and_(deliveries.c.unknowns > 0, deliveries.c.state.in_(TOLD))
    return (
        select(recipients.c.key)
        .join(deliveries, deliveries.c.recipient_id == recipients.c.id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(notices.c.plan_id.in_(earlier), told if stops else deliveries.c.state.in_(_FAILED))
    )


def _written(stored: StoredPlan) -> ColumnElement[bool]:
    """Whether a delivery of the plan is theirs; ``+ 0`` lets SQLite go by the person."""
    own = select(notices.c.id).where(notices.c.plan_id == stored.id)
    theirs = deliveries.c.recipient_id == recipients.c.id
    return exists().where(theirs, (deliveries.c.notice_id + 0).in_(own))


def _yet_covered(tx: Tx, stored: StoredPlan, at: datetime) -> Iterator[ColumnElement[bool]]:
    """Whom each notice that has not begun will be for, as a condition on recipients."""
    to_begin = select(notices.c.position).where(
        notices.c.plan_id == stored.id, notices.c.expanded_at.is_(None)
    )
    for position in tx.execute(to_begin.order_by(notices.c.position)).scalars():
        notice = stored.plan.notices[position]
        if not notice.addressees.joiners and _in_time(notice, at):
            whom = conditions(tx, stored.id, notice.addressees)
            yield and_(_reachable(notice.channel), *whom)


def _in_time(notice: PlannedNotice, at: datetime) -> bool:
    deadline = notice.promised_before or notice.before
    return notice.due_at < deadline or at >= deadline


def _reachable(channel: Channel) -> ColumnElement[bool]:
    return recipients.c.in_app_id != "" if channel is Channel.IN_APP else UNMAILABLE == ""
