"""Addresses that are not mailed any more, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select

from notifier.delivery import EventKind
from notifier.ledger import journal
from notifier.ledger.codec import sha256
from notifier.ledger.database import Tx
from notifier.ledger.schema import deliveries, events, recipients, suppressions


@dataclass(frozen=True, slots=True)
class Suppression:
    """One address that is not mailed.

    Attributes:
        address: in the form in which addresses are compared.
        at: since when, an aware UTC instant.
    """

    address: str
    reason: str
    at: datetime


def every(tx: Tx) -> Iterator[Suppression]:
    """All of them, by address; streamed."""
    rows = tx.execute(
        select(suppressions.c.address_key, suppressions.c.reason, suppressions.c.at)
        .order_by(suppressions.c.address_key)
        .execution_options(yield_per=1_000)
    )
    for row in rows:
        yield Suppression(*row)


def _remove(tx: Tx, address: str) -> Suppression | None:
    row = tx.execute(
        delete(suppressions)
        .where(suppressions.c.address_key == address.lower())
        .returning(suppressions.c.address_key, suppressions.c.reason, suppressions.c.at)
    ).one_or_none()
    return Suppression(*row) if row else None


def lift(tx: Tx, address: str, *, at: datetime, who: str, why: str) -> Suppression | None:
    """Mail an address again, from the next notice on, on the record by its digest.

    Returns:
        None where it was not suppressed.
    """
    lifted = _remove(tx, address)
    if lifted is not None:
        facts = {"address": sha256(lifted.address), "reason": lifted.reason, "why": why}
        journal.append(tx, at=at, who=who, verb=_LIFT, subject="a suppression", facts=facts)
    return lifted


def ever(tx: Tx) -> frozenset[str]:
    """Digests of the addresses that were suppressed at any time."""
    return frozenset(sha256(row.address_key) for row in tx.execute(_BOUNCES))


def verify(tx: Tx) -> Iterator[str]:
    """Compare the list with the bounces and liftings on record; yields what does not fit."""
    lifted = {facts["address"]: at for at, facts in journal.facts_of_main(tx, _LIFT)}
    listed = {one.address: one for one in every(tx)}
    expected: dict[str, set[tuple[str, datetime]]] = {}
    for bounce in tx.execute(_BOUNCES):
        since = lifted.get(sha256(bounce.address_key))
        if since is None or bounce.recorded_at >= since:
            found = expected.setdefault(bounce.address_key, set())
            found.add((reason_for(bounce.detail), bounce.at))
    for address, one in listed.items():
        if (one.reason, one.at) not in expected.get(address, set()):
            yield f"a suppression ({sha256(address)[:12]}): no bounce on record leads to it"
    for address in sorted(expected.keys() - listed.keys()):
        if lifted.get(sha256(address)) is None:
            yield f"a suppression ({sha256(address)[:12]}): is missing"


def reason_for(why: str) -> str:
    """Why an address is suppressed whose server said this."""
    return f"bounced for good: {why}" if why else "bounced for good"


_LIFT = "lift"
_BOUNCES: Select[tuple[str, str, datetime, datetime]] = (
    select(recipients.c.address_key, events.c.detail, events.c.at, events.c.recorded_at)
    .join(deliveries, deliveries.c.id == events.c.delivery_id)
    .join(recipients, recipients.c.id == deliveries.c.recipient_id)
    .where(
        events.c.kind == EventKind.BOUNCED_FOR_GOOD,
        events.c.early.is_(False),
        recipients.c.address_key != "",
    )
    .order_by(events.c.id)
)
