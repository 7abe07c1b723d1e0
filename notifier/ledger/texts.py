"""Snapshots, their readings, and the versions they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select

from notifier.ledger import seals
from notifier.ledger.codec import canonical, restore
from notifier.ledger.database import Tx
from notifier.ledger.schema import readings, snapshots, versions
from notifier.model.reading import Reading
from notifier.model.text import Snapshot


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a policy, as it reads today.

    Attributes:
        number: 1-based within the policy.
        live_at: when it was last put on the live source; None while it is only staged.
        live_number: the how-manieth text the live source showed; clocks may go back.
        reading: by the newest reader that has read its snapshot.
    """

    id: int
    policy: str
    number: int
    snapshot_id: int
    first_seen_at: datetime
    live_at: datetime | None
    live_number: int | None
    origin: str
    reading: Reading

    @property
    def name(self) -> str:
        """As people refer to it: ``privacy v3``."""
        return f"{self.policy} v{self.number}"


def record_snapshot(tx: Tx, policy: str, snapshot: Snapshot, at: datetime) -> int:
    """The id of this snapshot; bytes seen before are not stored twice."""
    known = tx.execute(
        select(snapshots.c.id).where(
            snapshots.c.policy == policy, snapshots.c.sha256 == snapshot.sha256
        )
    ).scalar_one_or_none()
    if known is not None:
        return int(known)
    (snapshot_id,) = seals.write(
        tx,
        snapshots.insert().values(
            policy=policy,
            sha256=snapshot.sha256,
            name=snapshot.name,
            origin=snapshot.origin,
            content=snapshot.content,
            fetched_at=at,
        ),
    )
    return snapshot_id


def load_snapshot(tx: Tx, snapshot_id: int) -> Snapshot:
    """The snapshot exactly as the source returned it."""
    row = tx.execute(select(snapshots).where(snapshots.c.id == snapshot_id)).one()
    return Snapshot(row.content, row.name, row.origin)


def record_reading(tx: Tx, snapshot_id: int, reading: Reading, at: datetime) -> None:
    """Keep what this reader understood; one reading per reader and snapshot."""
    known = tx.execute(
        select(readings.c.id).where(
            readings.c.snapshot_id == snapshot_id, readings.c.reader == reading.reader
        )
    ).scalar_one_or_none()
    if known is None:
        seals.write(
            tx,
            readings.insert().values(
                snapshot_id=snapshot_id,
                reader=reading.reader,
                reading=canonical(reading),
                read_at=at,
            ),
        )


def add_version(tx: Tx, policy: str, snapshot_id: int, at: datetime) -> Version:
    """A new version of the policy, numbered after the last."""
    last = tx.execute(
        select(func.coalesce(func.max(versions.c.number), 0)).where(versions.c.policy == policy)
    ).scalar_one()
    number = int(last) + 1
    seals.write(
        tx,
        versions.insert().values(
            policy=policy, number=number, snapshot_id=snapshot_id, first_seen_at=at
        ),
    )
    found = find_version(tx, policy, number)
    assert found is not None  # noqa: S101 - written in this transaction
    return found


def mark_live(tx: Tx, version: Version, at: datetime) -> None:
    """The live source shows this version."""
    last = select(func.max(versions.c.live_number)).where(versions.c.policy == version.policy)
    seals.write(
        tx,
        versions.update()
        .where(versions.c.id == version.id)
        .values(live_at=at, live_number=(tx.execute(last).scalar_one() or 0) + 1),
    )


def shown_last(tx: Tx, policy: str) -> Version | None:
    """The version that the live source showed last, announced or not."""
    shown = (version for version in all_versions(tx, policy) if version.live_number)
    return max(shown, key=lambda version: version.live_number or 0, default=None)


def find_version(tx: Tx, policy: str, number: int) -> Version | None:
    """The version with this number, or None."""
    row = tx.execute(
        _SELECT.where(versions.c.policy == policy, versions.c.number == number)
    ).one_or_none()
    return _version(row) if row else None


def load_version(tx: Tx, version_id: int) -> Version:
    """The version with this id."""
    return _version(tx.execute(_SELECT.where(versions.c.id == version_id)).one())


def with_text(tx: Tx, policy: str, content_hash: str) -> Version | None:
    """The newest version of a policy whose text has this hash, or None."""
    found = (v for v in all_versions(tx, policy) if v.reading.document.content_hash == content_hash)
    return max(found, key=lambda version: version.number, default=None)


def all_versions(tx: Tx, policy: str) -> list[Version]:
    """Every version, oldest first."""
    rows = tx.execute(_SELECT.where(versions.c.policy == policy).order_by(versions.c.number))
    return [_version(row) for row in rows]


_newest = (
    select(readings.c.snapshot_id, func.max(readings.c.reader).label("reader"))
    .group_by(readings.c.snapshot_id)
    .subquery()
)

_SELECT = (
    select(versions, snapshots.c.origin, readings.c.reading)
    .join(snapshots, snapshots.c.id == versions.c.snapshot_id)
    .join(_newest, _newest.c.snapshot_id == versions.c.snapshot_id)
    .join(
        readings,
        (readings.c.snapshot_id == _newest.c.snapshot_id) & (readings.c.reader == _newest.c.reader),
    )
)


def _version(row: Row[tuple[object, ...]]) -> Version:
    return Version(
        id=row.id,
        policy=row.policy,
        number=row.number,
        snapshot_id=row.snapshot_id,
        first_seen_at=row.first_seen_at,
        live_at=row.live_at,
        live_number=row.live_number,
        origin=row.origin,
        reading=restore(Reading, row.reading),
    )
