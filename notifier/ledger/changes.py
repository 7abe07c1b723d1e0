"""Changes from one version to the next, and legal's rulings on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from notifier.ledger.database import Tx
from notifier.ledger.schema import changes, rulings
from notifier.model.plan import Ruling, RulingSubject


@dataclass(frozen=True, slots=True)
class Change:
    """From which version to which; ``state`` is open, superseded, withdrawn or in_force."""

    id: int
    policy: str
    from_version: int
    to_version: int
    opened_at: datetime
    state: str


def open_change(tx: Tx, policy: str, from_version: int, to_version: int, at: datetime) -> Change:
    """The open change between two versions; other open changes of the policy are superseded."""
    tx.execute(
        changes.update()
        .where(
            changes.c.policy == policy,
            changes.c.state == "open",
            (changes.c.from_version != from_version) | (changes.c.to_version != to_version),
        )
        .values(state="superseded")
    )
    known = tx.execute(
        select(changes).where(
            changes.c.from_version == from_version, changes.c.to_version == to_version
        )
    ).one_or_none()
    if known is None:
        tx.execute(
            changes.insert().values(
                policy=policy,
                from_version=from_version,
                to_version=to_version,
                opened_at=at,
                state="open",
            )
        )
    elif known.state != "open":
        tx.execute(changes.update().where(changes.c.id == known.id).values(state="open"))
    found = current_change(tx, policy)
    assert found is not None  # noqa: S101 - written in this transaction
    return found


def close_change(tx: Tx, change_id: int, state: str) -> None:
    """Note that a change is in force, withdrawn or superseded."""
    tx.execute(changes.update().where(changes.c.id == change_id).values(state=state))


def current_change(tx: Tx, policy: str) -> Change | None:
    """The policy's open change, or None."""
    row = tx.execute(
        select(changes)
        .where(changes.c.policy == policy, changes.c.state == "open")
        .order_by(changes.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Change(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name


def latest_change(tx: Tx, policy: str) -> Change | None:
    """The policy's open change, else the newest one of any state, else None."""
    row = tx.execute(
        select(changes)
        .where(changes.c.policy == policy)
        .order_by((changes.c.state != "open"), changes.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Change(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name


def load_change(tx: Tx, change_id: int) -> Change:
    """The change with this id."""
    row = tx.execute(select(changes).where(changes.c.id == change_id)).one()
    return Change(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def add_ruling(tx: Tx, change_id: int, ruling: Ruling) -> None:
    """Record a ruling; later ones on the same subject overrule earlier ones."""
    tx.execute(
        rulings.insert().values(
            change_id=change_id,
            subject=ruling.subject,
            value=ruling.value,
            who=ruling.who,
            at=ruling.at,
            why=ruling.why,
        )
    )


def rulings_on(tx: Tx, change_id: int) -> tuple[Ruling, ...]:
    """Every ruling on a change, oldest first."""
    rows = tx.execute(
        select(rulings).where(rulings.c.change_id == change_id).order_by(rulings.c.id)
    )
    return tuple(
        Ruling(RulingSubject(row.subject), row.value, row.who, row.at, row.why) for row in rows
    )
