"""What approved plans still have to hand over: they share one sending rate and one daily quota."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from notifier.config import EmailConfig
from notifier.ledger import Tx, deliveries, expansion, plans
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.model.plan import Channel
from notifier.model.request import OtherMail

_DAY = timedelta(days=1)


def left(tx: Tx, stored: StoredPlan, notice: StoredNotice, now: datetime) -> int:
    """How many people a notice has still to be handed over to."""
    planned = stored.plan.notices[notice.position]
    if planned.addressees.joiners:
        return deliveries.due(tx, notice.id, now) + expansion.unwritten(tx, stored, notice, now)
    if notice.expanded_at is None:
        return planned.count
    return deliveries.due(tx, notice.id, now)


def remaining(tx: Tx, stored: StoredPlan, now: datetime) -> dict[str, int]:
    """The same for each notice of a plan by its key; joiners are left out, nobody knows them yet.

    What was withheld does not go out any more.
    """
    return {
        stored.plan.notices[notice.position].key: left(tx, stored, notice, now)
        for notice in plans.notices_of(tx, stored.id)
        if not notice.withheld_at and not stored.plan.notices[notice.position].addressees.joiners
    }


def mail_beside(
    tx: Tx, email: EmailConfig, own: Collection[int], now: datetime
) -> tuple[OtherMail, ...]:
    """The mail that shares the rate and the quota with some plans: of others, and of the last day.

    Args:
        own: the plans that are asked about, and those that they replace.
    """
    return (*_of_others(tx, own, now), *_of_the_last_day(tx, email, now))


def _of_others(tx: Tx, own: Collection[int], now: datetime) -> Iterator[OtherMail]:
    for stored in plans.approved_plans(tx):
        if stored.id in own:
            continue
        for key, messages in remaining(tx, stored, now).items():
            notice = stored.plan.notice(key)
            if notice is not None and messages and notice.channel is Channel.EMAIL:
                name = f"plan {stored.id} {key}"
                due_at = max(now, notice.due_at)
                yield OtherMail(name, messages, due_at, notice.before, notice.windows)


def _of_the_last_day(tx: Tx, email: EmailConfig, now: datetime) -> Iterator[OtherMail]:
    """What counts against the quota already, taken as handed over just now."""
    if email.daily_quota is None:
        return
    handed_over = deliveries.attempts_since(tx, now - _DAY)
    if handed_over:
        began = now - timedelta(seconds=handed_over / email.rate)
        yield OtherMail("the last day", handed_over, began, now, is_over=True)
