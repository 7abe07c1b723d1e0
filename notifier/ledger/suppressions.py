"""Addresses that are not mailed any more, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from notifier.ledger.database import Tx
from notifier.ledger.schema import suppressions


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


def remove(tx: Tx, address: str) -> Suppression | None:
    """Mail this address again, from the next notice on; None where it was not suppressed."""
    row = tx.execute(
        delete(suppressions)
        .where(suppressions.c.address_key == address.casefold())
        .returning(suppressions.c.address_key, suppressions.c.reason, suppressions.c.at)
    ).one_or_none()
    return Suppression(*row) if row else None
