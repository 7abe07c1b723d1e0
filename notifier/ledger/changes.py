"""Changes from one version to the next, and legal's rulings on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Row, func, select

from notifier.ledger import seals, texts
from notifier.ledger.database import Tx
from notifier.ledger.schema import changes, rulings
from notifier.ledger.texts import Version
from notifier.model.request import Ruling, RulingSubject


class ChangeState(StrEnum):
    """Where a change stands; mirrored by a CHECK constraint."""

    OPEN = "open"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken_back"
    """The staged text went."""
    SUPERSEDED = "superseded"
    """Another text took its place."""
    IN_FORCE = "in_force"


@dataclass(frozen=True, slots=True)
class Change:
    """From which version to which.

    Attributes:
        opened_at: when it was opened last; opening: the how-manieth time one of the policy was.
    """

    id: int
    policy: str
    from_version: int
    to_version: int
    opened_at: datetime
    opening: int
    state: ChangeState

    @property
    def stopped(self) -> bool:
        """Legal has paused or withdrawn it."""
        return self.state in {ChangeState.PAUSED, ChangeState.WITHDRAWN}


def open_change(tx: Tx, policy: str, from_version: int, to_version: int, at: datetime) -> Change:
    """The open change between two versions; others of the policy are superseded."""
    seals.write(
        tx,
        changes.update()
        .where(
            changes.c.policy == policy,
            changes.c.state.in_((ChangeState.OPEN, ChangeState.PAUSED)),
            (changes.c.from_version != from_version) | (changes.c.to_version != to_version),
        )
        .values(state=ChangeState.SUPERSEDED),
    )
    known = between(tx, from_version, to_version)
    if known is None:
        seals.write(
            tx,
            changes.insert().values(
                policy=policy,
                from_version=from_version,
                to_version=to_version,
                opened_at=at,
                opening=_next_opening(tx, policy),
                state=ChangeState.OPEN,
            ),
        )
    elif known.state is not ChangeState.OPEN:
        reopen(tx, known, at)
    found = current_change(tx, policy)
    assert found is not None  # noqa: S101 - written in this transaction
    return found


def _next_opening(tx: Tx, policy: str) -> int:
    last = select(func.max(changes.c.opening)).where(changes.c.policy == policy)
    return (tx.execute(last).scalar_one() or 0) + 1


def close_change(tx: Tx, change_id: int, state: ChangeState) -> None:
    """Note that a change is in force, or what stopped it."""
    seals.write(tx, changes.update().where(changes.c.id == change_id).values(state=state))


def current_change(tx: Tx, policy: str) -> Change | None:
    """The policy's open change, or None."""
    row = tx.execute(
        select(changes)
        .where(changes.c.policy == policy, changes.c.state == ChangeState.OPEN)
        .order_by(changes.c.id.desc())
        .limit(1)
    ).one_or_none()
    return _change(row) if row else None


def latest_change(tx: Tx, policy: str) -> Change | None:
    """The policy's open change, else the one opened last, else None."""
    row = tx.execute(
        select(changes)
        .where(changes.c.policy == policy)
        .order_by((changes.c.state != ChangeState.OPEN), changes.c.opening.desc())
        .limit(1)
    ).one_or_none()
    return _change(row) if row else None


def completed(tx: Tx, policy: str) -> tuple[Change, ...]:
    """The policy's changes that took effect as they were announced, the last one last."""
    rows = tx.execute(
        select(changes)
        .where(changes.c.policy == policy, changes.c.state == ChangeState.IN_FORCE)
        .order_by(changes.c.opening)
    )
    return tuple(map(_change, rows))


def in_force(tx: Tx, policy: str) -> Version | None:
    """The version that binds: the one whose change took effect last, else the first ever seen.

    What the live source shows meanwhile is no other version in force: an edit of the page that
    nobody announced neither loosens the promise nor makes anybody told.
    """
    last = completed(tx, policy)
    return (
        texts.load_version(tx, last[-1].to_version) if last else texts.find_version(tx, policy, 1)
    )


def between(tx: Tx, from_version: int, to_version: int) -> Change | None:
    """The change from one version to another, whatever became of it."""
    row = tx.execute(
        select(changes).where(
            changes.c.from_version == from_version, changes.c.to_version == to_version
        )
    ).one_or_none()
    return _change(row) if row else None


def load_change(tx: Tx, change_id: int) -> Change:
    """The change with this id."""
    row = tx.execute(select(changes).where(changes.c.id == change_id)).one()
    return _change(row)


def reopen(tx: Tx, change: Change, at: datetime) -> None:
    """Take up a change that was stopped or replaced."""
    seals.write(
        tx,
        changes.update()
        .where(changes.c.id == change.id)
        .values(state=ChangeState.OPEN, opened_at=at, opening=_next_opening(tx, change.policy)),
    )


def series(tx: Tx, change: Change) -> tuple[int, ...]:
    """The changes that people know as this one: all texts tried since the version in force.

    Changes from before the policy's last completed one are another story, even where the same
    text has come back into force.
    """
    completed = select(func.max(changes.c.opening)).where(
        changes.c.policy == change.policy,
        changes.c.state == ChangeState.IN_FORCE,
        changes.c.id != change.id,
    )
    last = tx.execute(completed).scalar_one()
    rows = tx.execute(
        select(changes.c.id, changes.c.opening).where(
            changes.c.policy == change.policy, changes.c.from_version == change.from_version
        )
    )
    return tuple(
        row.id for row in rows if row.id == change.id or last is None or row.opening > last
    )


def add_ruling(tx: Tx, change_id: int, ruling: Ruling) -> None:
    """Record a ruling; later ones on the same subject overrule earlier ones."""
    seals.write(
        tx,
        rulings.insert().values(
            change_id=change_id,
            subject=ruling.subject,
            value=ruling.value,
            who=ruling.who,
            at=ruling.at,
            why=ruling.why,
        ),
    )


def rulings_on(tx: Tx, change_id: int) -> tuple[Ruling, ...]:
    """Every ruling on a change, oldest first."""
    rows = tx.execute(
        select(rulings).where(rulings.c.change_id == change_id).order_by(rulings.c.id)
    )
    return tuple(
        Ruling(RulingSubject(row.subject), row.value, row.who, row.at, row.why) for row in rows
    )


def _change(row: Row[tuple[object, ...]]) -> Change:
    return Change(
        id=row.id,
        policy=row.policy,
        from_version=row.from_version,
        to_version=row.to_version,
        opened_at=row.opened_at,
        opening=row.opening,
        state=ChangeState(row.state),
    )
