"""How fast mail may leave: one row a way, from which all processes take their part.

A way is a transport, or a domain behind it that takes only so much.

The row says until when the rate is spoken for. Who wants to send takes a *lease* of a few messages,
which moves that instant on by the time they are worth; a lease is good for a tenth of a second, and
what is left of it is given back. So in any stretch of ``s`` seconds no more than
``rate x (s + 0.3) + 1`` attempts are opened, however many processes there are and however often
they are killed: what one had leased and did not use is lost, never doubled.

Where the other side says that it is too much, the rate in force is cut, for everybody, and grows
back within minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, bindparam, select, text, update

from notifier.ledger.database import Tx
from notifier.ledger.schema import Instant, paces

LEASE = timedelta(seconds=0.1)
_STEPPED = timedelta(seconds=15)
"""What is spoken for further ahead than this was so by a clock that has been set back since."""
_CUT = 0.7
_LEAST = 0.1
_CUTS_APART = timedelta(seconds=1)
_RECOVERY = timedelta(minutes=2)
"""How long a rate takes from nothing to the whole."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What one process may send.

    Attributes:
        messages: how many; 0 where others have taken it all.
        taken_at: when; a clock before that has been set back.
        until: when what is left of it is void.
        again_at: when there may be more.
    """

    messages: int
    taken_at: datetime
    until: datetime
    again_at: datetime


def lease(tx: Tx, way: str, *, ceiling: float, wish: int, now: datetime) -> Lease:
    """Take a part of the rate.

    Args:
        ceiling: messages a second of all processes together, as configured.
        wish: how many messages at most.
    """
    row = _locked(tx, way, ceiling, now)
    rate = _rate(row, ceiling, now)
    free_at = row.free_at if now <= row.free_at <= now + _STEPPED else now
    messages = 0
    if free_at <= now + LEASE:
        messages = max(1, min(wish, int(rate * LEASE.total_seconds())))
        free_at += timedelta(seconds=messages / rate)
        _keep(tx, way, free_at=free_at)
    return Lease(messages, now, now + LEASE, max(now, free_at - LEASE))


def slow_down(tx: Tx, way: str, *, ceiling: float, now: datetime) -> None:
    """Cut the rate: the other side says that it is too much. Once a second at most."""
    row = _locked(tx, way, ceiling, now)
    if row.slowed_at is None or not now - _CUTS_APART < row.slowed_at <= now:
        rate = max(_rate(row, ceiling, now) * _CUT, min(_LEAST, ceiling))
        _keep(tx, way, rate=rate, slowed_at=now)


def _rate(row: Row[tuple[object, ...]], ceiling: float, now: datetime) -> float:
    """The rate in force: what the last cut left, and what has grown back since."""
    if row.slowed_at is None:
        return ceiling
    grown: float = max(now - row.slowed_at, timedelta()) / _RECOVERY * ceiling
    return min(ceiling, float(row.rate) + grown)


def _locked(tx: Tx, way: str, ceiling: float, now: datetime) -> Row[tuple[object, ...]]:
    mine = select(paces).where(paces.c.way == way).with_for_update()
    row = tx.execute(mine).one_or_none()
    if row is None:
        tx.execute(_FIRST, {"way": way, "free_at": now, "rate": ceiling})
        row = tx.execute(mine).one()
    return row


_FIRST = text(
    "INSERT INTO paces (way, free_at, rate) VALUES (:way, :free_at, :rate) ON CONFLICT DO NOTHING"
).bindparams(bindparam("free_at", type_=Instant()))


def _keep(tx: Tx, way: str, **values: object) -> None:
    tx.execute(update(paces).where(paces.c.way == way).values(**values))
