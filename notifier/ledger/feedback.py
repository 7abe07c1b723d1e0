"""What came back after a hand-over: events, matched to their attempt, moving its delivery on.

Events come late, twice, early and in any order. Each is kept once under its origin's own id; one
that comes while the delivery is still being handed over is kept and applied as soon as that has
its outcome. None lowers a state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, exists, func, insert, select, update

from notifier.delivery import TOLD, EventKind, State, after_event, reason_of
from notifier.ledger import journal
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.database import Tx
from notifier.ledger.driver import Statement
from notifier.ledger.journal import Link
from notifier.ledger.schema import (
    attempts,
    audiences,
    deliveries,
    events,
    notices,
    recipients,
    suppressions,
)
from notifier.ledger.schema import journal as journal_table
from notifier.ledger.suppressions import reason_for
from notifier.model.plan import Channel

_CHAIN = "feedback"


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody told us about one attempt.

    Attributes:
        origin: the teller's own id for it, unique: the same event told twice is one event.
        at: when it happened, by the teller's clock.
        detail: the teller's words, addresses removed.
    """

    origin: str
    kind: EventKind
    attempt: int
    at: datetime
    detail: str = ""


def record(tx: Tx, told: Sequence[Event], at: datetime) -> list[Event]:
    """Keep events and move their deliveries on; returns those that tell of no attempt of ours."""
    last = journal.locked_end(tx, _CHAIN)
    entry = last.number + 1
    strangers, kept = [], []
    for event in told:
        delivery = _locked(tx, event.attempt)
        if delivery is None:
            strangers.append(event)
        elif not _is_known(tx, event.origin):
            kept.append(event)
            early = delivery.state == State.SENDING
            _insert(tx, event, delivery.id, at, entry, early=early)
            if not early:
                _apply(tx, delivery, event.kind, event.at, event.detail, at)
    if kept:
        _seal(tx, last, at)
    return strangers


def record_seen(tx: Tx, delivery: int, kind: EventKind, at: datetime) -> None:
    """Keep that a notice in the product was shown or acknowledged."""
    last = journal.locked_end(tx, _CHAIN)
    tx.execute(
        insert(events).values(
            delivery_id=delivery,
            kind=kind,
            at=at,
            recorded_at=at,
            origin=f"in-app {delivery} {kind}",
            detail="",
            entry=last.number + 1,
        )
    )
    _seal(tx, last, at)


def _seal(tx: Tx, last: Link, at: datetime) -> None:
    facts = _recorded(tx, last.number + 1)
    journal.append(
        tx,
        chain=_CHAIN,
        at=at,
        who=journal.DAEMON,
        verb="feedback",
        subject=f"{facts['events']} events",
        facts=facts,
        last=last,
    )


_ANY_EARLY = Statement("SELECT EXISTS (SELECT 1 FROM events WHERE early)")


def match_early(tx: Tx, at: datetime) -> int:
    """Apply events that came before their attempt's outcome was recorded; returns how many."""
    if not _ANY_EARLY(tx).fetchone()[0]:
        return 0
    waiting = tx.execute(
        select(events)
        .join(deliveries, deliveries.c.id == events.c.delivery_id)
        .where(events.c.early, deliveries.c.state != State.SENDING)
        .order_by(events.c.id)
    ).all()
    for event in waiting:
        delivery = _locked(tx, event.attempt_id)
        assert delivery is not None  # noqa: S101 - the event points to it
        _apply(tx, delivery, EventKind(event.kind), event.at, event.detail, at)
        tx.execute(update(events).where(events.c.id == event.id).values(early=False))
    return len(waiting)


def verify(tx: Tx) -> Iterator[str]:
    """Compare every entry of the feedback chain with the events it tells of."""
    entries = tx.execute(
        select(journal_table.c.number, journal_table.c.facts)
        .where(journal_table.c.chain == _CHAIN)
        .order_by(journal_table.c.number)
    ).all()
    for row in entries:
        if canonical(_recorded(tx, row.number)) != row.facts:
            yield f"{_CHAIN}, entry {row.number}: its events were changed"
    told = select(func.count(events.c.entry.distinct()))
    loose = select(exists().where(events.c.entry.is_(None)))
    if tx.execute(told).scalar_one() > len(entries) or tx.execute(loose).scalar_one():
        yield "there are events in no journal entry"


def _locked(tx: Tx, attempt: int) -> Row[tuple[object, ...]] | None:
    return tx.execute(
        select(deliveries, notices.c.before)
        .join(attempts, attempts.c.delivery_id == deliveries.c.id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(attempts.c.id == attempt)
        .with_for_update(of=deliveries)
    ).one_or_none()


def _is_known(tx: Tx, origin: str) -> bool:
    return bool(tx.execute(select(exists().where(events.c.origin == origin))).scalar_one())


def _insert(tx: Tx, event: Event, delivery: int, at: datetime, entry: int, *, early: bool) -> None:
    tx.execute(
        insert(events).values(
            delivery_id=delivery,
            attempt_id=event.attempt,
            kind=event.kind,
            at=event.at,
            recorded_at=at,
            origin=event.origin,
            detail=event.detail,
            early=early,
            entry=entry,
        )
    )


def _apply(
    tx: Tx,
    delivery: Row[tuple[object, ...]],
    kind: EventKind,
    happened_at: datetime,
    detail: str,
    at: datetime,
) -> None:
    before = State(delivery.state)
    to = after_event(before, kind)
    if to is not before:
        first_told = to in TOLD and before not in TOLD
        tx.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery.id)
            .values(
                state=to,
                changed_at=at,
                late=happened_at >= delivery.before if first_told else delivery.late,
                reason=reason_of(to, kind, detail),
            )
        )
    if kind is EventKind.BOUNCED_FOR_GOOD:
        _suppress(tx, delivery.recipient_id, detail, since=happened_at, at=at)


def _suppress(tx: Tx, recipient: int, why: str, *, since: datetime, at: datetime) -> None:
    """Mail this address no more, and skip what is still to be mailed to it."""
    key = tx.execute(
        select(recipients.c.address_key).where(recipients.c.id == recipient)
    ).scalar_one()
    if not key:
        return
    reason = reason_for(why)
    if not tx.execute(select(exists().where(suppressions.c.address_key == key))).scalar_one():
        tx.execute(insert(suppressions).values(address_key=key, reason=reason, at=since))
    # Addresses are indexed within each audience; naming them all lets the index be used.
    same_address = select(recipients.c.id).where(
        recipients.c.audience_id.in_(select(audiences.c.id)), recipients.c.address_key == key
    )
    by_mail = select(notices.c.id).where(notices.c.channel == Channel.EMAIL)
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.recipient_id.in_(same_address),
            deliveries.c.notice_id.in_(by_mail),
            deliveries.c.state == State.PENDING,
        )
        .values(state=State.SKIPPED, reason=f"suppressed: {reason}", changed_at=at)
    )


def _recorded(tx: Tx, entry: int) -> dict[str, object]:
    rows = tx.execute(_KEPT.where(events.c.entry == entry).order_by(events.c.id))
    told = [[*row[:-2], *(instant.isoformat() for instant in row[-2:])] for row in rows]
    return {"events": len(told), "rows": sha256(json.dumps(told, ensure_ascii=False))}


_KEPT = select(
    events.c.id,
    events.c.origin,
    events.c.kind,
    events.c.delivery_id,
    events.c.attempt_id,
    events.c.detail,
    events.c.at,
    events.c.recorded_at,
)
