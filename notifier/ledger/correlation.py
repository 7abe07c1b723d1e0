"""From the numbers that a mail carries out into the world, back to the hand-over they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from notifier.ledger.database import Tx
from notifier.ledger.schema import attempts, deliveries, notices, outcomes, plans, recipients


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An attempt of ours, with what only somebody who saw its mail can know of it.

    Attributes:
        provider_id: the id the provider gave it; empty where it gave none, or no outcome is known.
    """

    attempt: int
    delivery: int
    address: str
    plan_digest: str
    provider_id: str


def by_attempt(tx: Tx, attempt: int) -> HandedOver | None:
    """The attempt with this number."""
    return _first(tx, _HANDED_OVER.where(attempts.c.id == attempt))


def by_delivery(tx: Tx, delivery: int) -> HandedOver | None:
    """The latest attempt of the delivery with this number."""
    of_delivery = _HANDED_OVER.where(attempts.c.delivery_id == delivery)
    return _first(tx, of_delivery.order_by(attempts.c.id.desc()))


_HANDED_OVER: Select[Any] = (
    select(
        attempts.c.id,
        attempts.c.delivery_id,
        recipients.c.address,
        plans.c.digest,
        func.coalesce(outcomes.c.provider_id, ""),
    )
    .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
    .join(recipients, recipients.c.id == deliveries.c.recipient_id)
    .join(notices, notices.c.id == deliveries.c.notice_id)
    .join(plans, plans.c.id == notices.c.plan_id)
    .outerjoin(outcomes, outcomes.c.attempt_id == attempts.c.id)
)


def _first(tx: Tx, query: Select[Any]) -> HandedOver | None:
    row = tx.execute(query.limit(1)).one_or_none()
    return HandedOver(*row) if row else None
