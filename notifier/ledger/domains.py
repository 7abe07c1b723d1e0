"""People and mails counted by the domain they go to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Integer, case, func, select
from sqlalchemy.sql.elements import ColumnElement

from notifier.delivery import State
from notifier.ledger.database import Tx
from notifier.ledger.schema import deliveries, notices, recipients
from notifier.model.plan import Channel


def domain_of(address: str) -> str:
    """The domain of an address, as it is compared."""
    return address.rpartition("@")[2].lower()


def people_at(tx: Tx, audience_id: int, domains: Iterable[str]) -> tuple[int, dict[str, int]]:
    """How many of an audience can be mailed, and how many of them at each domain."""
    mailed = select(func.count(), *_at_each(domains)).where(
        recipients.c.audience_id == audience_id, recipients.c.problem == ""
    )
    return _counted(tuple(tx.execute(mailed).one()), domains)


def mails_left(tx: Tx, plan_id: int, domains: Iterable[str]) -> tuple[int, dict[str, int]]:
    """How many mails of a plan are written and still to go, and how many to each domain."""
    left = (
        select(func.count(), *_at_each(domains))
        .select_from(
            deliveries.join(notices, notices.c.id == deliveries.c.notice_id).join(
                recipients, recipients.c.id == deliveries.c.recipient_id
            )
        )
        .where(
            notices.c.plan_id == plan_id,
            notices.c.channel == Channel.EMAIL,
            deliveries.c.state.in_((State.PENDING, State.UNKNOWN)),
        )
    )
    return _counted(tuple(tx.execute(left).one()), domains)


def _at_each(domains: Iterable[str]) -> list[ColumnElement[int]]:
    at = recipients.c.address_key
    return [
        func.coalesce(func.sum(case((at.like(f"%@{domain}"), 1), else_=0), type_=Integer), 0)
        for domain in domains
    ]


def _counted(row: Sequence[Any], domains: Iterable[str]) -> tuple[int, dict[str, int]]:
    return row[0], dict(zip(domains, row[1:], strict=True))
