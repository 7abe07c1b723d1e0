"""Deliveries written: everybody a notice is for, and what is offered in the product.

A notice is written in steps, each a transaction, so that a hold or another process never waits
long; one that broke off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Join,
    Select,
    and_,
    case,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from notifier.delivery import State
from notifier.ledger import copies, journal, seals
from notifier.ledger.bulk import join_whole_sets, know_sizes
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.ledger.schema import deliveries, notices, recipients, suppressions
from notifier.ledger.tellings import conditions, people_of, plans_of_series
from notifier.model.plan import Channel, NoticeKind, Standing

_OFFER_BATCH = 20_000
_EXPAND_BATCH = 200_000


def expand(tx: Tx, stored: StoredPlan, notice: StoredNotice, at: datetime) -> bool:
    """Write deliveries for the next recipients a notice is for; False when all are written.

    Who cannot be reached on the channel gets a delivery as well, *skipped* with the reason, so
    that the states always add up to the audience (guarantee G1). A notice for people who join is
    never all written.
    """
    locked = select(notices.c.expanded_at).where(notices.c.id == notice.id).with_for_update()
    if tx.execute(locked).scalar_one() is not None:
        return False
    whom = stored.plan.notices[notice.position].addressees
    among = people_of(tx, stored, whom)
    last = _last_written(tx, notice, among)
    whose = tuple(conditions(tx, notice.plan_id, whom))
    earlier = plans_of_series(tx, stored.change_id, before_plan=stored.id)
    join_whole_sets(tx)
    while (step := _step(tx, among, last)) is not None:
        people = _as_deliveries(notice, at).where(_between(among, last, step), *whose)
        written = insert(deliveries).from_select(_COLUMNS, people.order_by(recipients.c.id))
        if tx.execute(written, execution_options={"preserve_rowcount": True}).rowcount > 0:
            copies.carry_over(tx, notice, among, earlier)
            return True
        last = step
    if not whom.joiners:
        know_sizes(tx, deliveries)
        _begun(tx, notice, at)
    return False


def _begun(tx: Tx, notice: StoredNotice, at: datetime) -> None:
    """Everybody a notice is for is written: how many they are goes on the record."""
    mine = select(func.count()).where(deliveries.c.notice_id == notice.id)
    people = tx.execute(mine).scalar_one()
    begun = update(notices).where(notices.c.id == notice.id)
    seals.write(tx, begun.values(expanded_at=at, people=people))
    journal.append(
        tx,
        at=at,
        who=journal.DAEMON,
        verb="begin",
        subject=f"plan {notice.plan_id}",
        facts={"notice": notice.position + 1, "people": people},
    )


class Readers(NamedTuple):
    """People of one locale whom a notice goes to: how many, and the number of the first."""

    people: int
    first: int


def readers(tx: Tx, stored: StoredPlan, notice: StoredNotice, now: datetime) -> dict[str, Readers]:
    """Whom a notice can reach by what is known now, by locale, whether they were sent it or not.

    A reminder, and the notice for whoever is still untold by then, may be for everybody.
    """
    whom = stored.plan.notices[notice.position].addressees
    if notice.kind is NoticeKind.REMINDER:
        whom = replace(whom, standing=Standing.ANYONE)
    join_whole_sets(tx)
    rows = tx.execute(
        _as_deliveries(notice, now)
        .with_only_columns(recipients.c.locale, func.count(), func.min(recipients.c.id))
        .where(
            recipients.c.audience_id.in_(people_of(tx, stored, whom)),
            *conditions(tx, notice.plan_id, whom),
            _unreachable(notice.channel) == "",
        )
        .group_by(recipients.c.locale)
    )
    return {locale: Readers(people, first) for locale, people, first in rows}


def unwritten(tx: Tx, stored: StoredPlan, notice: StoredNotice, now: datetime) -> int:
    """How many people of a notice can be reached by it and have no delivery yet."""
    whom = stored.plan.notices[notice.position].addressees
    among = people_of(tx, stored, whom)
    join_whole_sets(tx)
    people = _as_deliveries(notice, now).where(
        _between(among, _last_written(tx, notice, among)),
        *conditions(tx, notice.plan_id, whom),
        _unreachable(notice.channel) == "",
    )
    return int(tx.execute(select(func.count()).select_from(people.subquery())).scalar_one())


_COLUMNS = ["notice_id", "recipient_id", "state", "due_at", "reason", "changed_at"]


def _last_written(tx: Tx, notice: StoredNotice, among: Sequence[int]) -> int:
    """The last of some audiences' people who has a delivery, else the one before the first."""
    written = select(func.max(deliveries.c.recipient_id)).where(deliveries.c.notice_id == notice.id)
    first = select(func.min(recipients.c.id) - 1).where(recipients.c.audience_id.in_(among))
    return int(tx.execute(written).scalar_one() or tx.execute(first).scalar_one() or 0)


def _step(tx: Tx, among: Sequence[int], after: int) -> int | None:
    """The last of the next people to look at; None when there are no more."""
    some = (
        select(recipients.c.id)
        .where(_between(among, after))
        .order_by(recipients.c.id)
        .limit(_EXPAND_BATCH)
    )
    end: int | None = tx.execute(select(func.max(some.subquery().c.id))).scalar_one()
    return end


def _between(among: Sequence[int], after: int, end: int | None = None) -> ColumnElement[bool]:
    """People of some audiences by number, read in their own order.

    ``+ 0`` keeps SQLite from going by audience and sorting all of it for every step.
    """
    mine = and_((recipients.c.audience_id + 0).in_(among), recipients.c.id > after)
    return mine if end is None else and_(mine, recipients.c.id <= end)


def _as_deliveries(notice: StoredNotice, at: datetime) -> Select[Any]:
    unreachable = _unreachable(notice.channel)
    return select(
        literal(notice.id),
        recipients.c.id,
        case((unreachable == "", State.PENDING.value), else_=State.SKIPPED.value),
        literal(at, deliveries.c.due_at.type),
        unreachable,
        literal(at, deliveries.c.changed_at.type),
    ).select_from(with_suppressions())


def with_suppressions() -> Join:
    """Recipients, each beside the suppression of their address where there is one."""
    return recipients.outerjoin(
        suppressions,
        and_(
            suppressions.c.address_key == recipients.c.address_key,
            recipients.c.address_key != "",
        ),
    )


UNMAILABLE: ColumnElement[str] = case(
    (recipients.c.problem != "", recipients.c.problem),
    (suppressions.c.reason.is_not(None), "suppressed: " + suppressions.c.reason),
    else_="",
)
"""Why no mail reaches a recipient, or empty; asked of :func:`with_suppressions`."""


def _unreachable(channel: Channel) -> ColumnElement[str]:
    """Why a recipient cannot be reached on a channel, or empty."""
    if channel is Channel.IN_APP:
        return case((recipients.c.in_app_id == "", "no account in the product"), else_="")
    return UNMAILABLE


def offer(tx: Tx, notice: StoredNotice, at: datetime) -> int:
    """Show the next batch of an in-app notice in the product; 0 when all are offered.

    When the last were is on the record: by then it stood in everybody's product.
    """
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
    if offered.rowcount < _OFFER_BATCH:
        done = update(notices).where(notices.c.id == notice.id, notices.c.offered_at.is_(None))
        if seals.write(tx, done.values(offered_at=at)):
            journal.append(
                tx,
                at=at,
                who=journal.DAEMON,
                verb="offer",
                subject=f"plan {notice.plan_id}",
                facts={"notice": notice.position + 1},
            )
    return int(offered.rowcount)
