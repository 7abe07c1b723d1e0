"""Audiences, frozen and counted before the first hand-over (guarantee G1)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Row, delete, exists, func, select, update

from notifier.errors import AudienceError
from notifier.ledger import journal, seals
from notifier.ledger.bulk import know_sizes, load_rows
from notifier.ledger.codec import canonical, restore
from notifier.ledger.database import Ledger, Tx
from notifier.ledger.schema import audiences, recipients
from notifier.model.people import Recipient
from notifier.model.plan import Group

_BATCH = 5_000

SAME_ADDRESS = "another account has the same address and gets the mail"


@dataclass(frozen=True, slots=True)
class AudienceReport:
    """What became of the rows.

    Attributes:
        rows: rows read; people: recipients kept.
        merged: rows left out because an earlier row has the same address and nothing else to
            tell a second person by.
        problems: why people cannot be mailed, with their number.
    """

    rows: int
    people: int
    merged: int
    problems: dict[str, int]


@dataclass(frozen=True, slots=True)
class FrozenAudience:
    """An audience that no longer changes."""

    id: int
    digest: str
    definition: str
    people: int
    report: AudienceReport


def find_frozen(tx: Tx, digest: str) -> FrozenAudience | None:
    """The frozen audience with this digest, or None."""
    row = tx.execute(
        select(audiences).where(audiences.c.digest == digest, audiences.c.frozen_at.is_not(None))
    ).one_or_none()
    return _frozen(row) if row else None


def load_frozen(tx: Tx, audience_id: int) -> FrozenAudience:
    """The frozen audience with this id."""
    return _frozen(tx.execute(select(audiences).where(audiences.c.id == audience_id)).one())


def _frozen(row: Row[tuple[object, ...]]) -> FrozenAudience:
    report = restore(AudienceReport, row.report)
    return FrozenAudience(row.id, row.digest, row.definition, row.people, report)


def report_of(tx: Tx, audience_id: int) -> AudienceReport:
    """What became of the rows of a frozen audience."""
    row = tx.execute(select(audiences.c.report).where(audiences.c.id == audience_id)).one()
    return restore(AudienceReport, row.report)


def freeze(
    ledger: Ledger,
    people: Iterable[Recipient],
    *,
    digest: str,
    definition: str,
    at: datetime,
    progress: Callable[[int], None],
) -> FrozenAudience:
    """Write an audience into the ledger in batches, then count it; a broken-off try is redone.

    Args:
        progress: called with the number of rows written so far.

    Raises:
        AudienceError: it has no rows.
    """
    audience_id = _start(ledger, digest, definition)
    rows, problems = 0, Counter[str]()
    for batch in _batches(people):
        with ledger.begin() as tx:
            write_people(tx, audience_id, batch)
        problems.update(person.problem.partition(":")[0] for person in batch if person.problem)
        rows += len(batch)
        progress(rows)
    if not rows:
        raise AudienceError(
            f"The audience ({definition}) has no rows.",
            remedy="nobody would be told; give it the people the policy is for",
        )
    with ledger.begin() as tx:
        know_sizes(tx, recipients)
        merged, problems[SAME_ADDRESS] = _merge_duplicates(tx, audience_id)
        report = AudienceReport(
            rows=rows,
            people=rows - merged,
            merged=merged,
            problems=dict(sorted((+problems).items())),
        )
        seals.write(
            tx,
            update(audiences)
            .where(audiences.c.id == audience_id)
            .values(
                people=report.people,
                report=canonical(report),
                people_sha256=people_digest(tx, audience_id),
                frozen_at=at,
            ),
        )
        journal.append(
            tx,
            at=at,
            who="notifier",
            verb="freeze",
            subject=f"audience {audience_id}",
            facts={"digest": digest, "people": report.people, "merged": merged},
        )
    return FrozenAudience(audience_id, digest, definition, report.people, report)


def people_digest(tx: Tx, audience_id: int) -> str:
    """Hex SHA-256 over every recipient of an audience, by number; streamed."""
    people = (
        select(recipients).where(recipients.c.audience_id == audience_id).order_by(recipients.c.id)
    )
    digest = hashlib.sha256()
    for rows in tx.execute(people.execution_options(yield_per=_BATCH)).partitions():
        digest.update(json.dumps([tuple(row) for row in rows], ensure_ascii=False).encode())
    return digest.hexdigest()


def verify(tx: Tx) -> Iterator[str]:
    """Compare the people of every frozen audience with those that were frozen."""
    frozen = select(audiences.c.id, audiences.c.people_sha256).where(
        audiences.c.frozen_at.is_not(None)
    )
    for row in tx.execute(frozen.order_by(audiences.c.id)).all():
        if people_digest(tx, row.id) != row.people_sha256:
            yield f"audience {row.id}: its recipients are not those that were frozen"


def groups(tx: Tx, audience_id: int) -> tuple[Group, ...]:
    """The audience counted by what planning asks: locale, zone, segment, reachability."""
    can_email = (recipients.c.problem == "").label("can_email")
    can_in_app = (recipients.c.in_app_id != "").label("can_in_app")
    columns = (recipients.c.locale, recipients.c.zone, recipients.c.segment, can_email, can_in_app)
    rows = tx.execute(
        select(*columns, func.count().label("people"))
        .where(recipients.c.audience_id == audience_id)
        .group_by(*columns)
        .order_by(*columns)
    )
    return tuple(
        Group(
            locale=row.locale,
            count=row.people,
            zone=row.zone,
            segment=row.segment,
            can_email=bool(row.can_email),
            can_in_app=bool(row.can_in_app),
        )
        for row in rows
    )


def sample(tx: Tx, audience_id: int, locale: str, *, mail: bool) -> Recipient | None:
    """The first person of a locale who can be reached, or None.

    Args:
        mail: by mail, else in the product.
    """
    reachable = recipients.c.problem == "" if mail else recipients.c.in_app_id != ""
    where = (recipients.c.audience_id == audience_id, recipients.c.locale == locale, reachable)
    row = tx.execute(
        select(recipients).where(*where).order_by(recipients.c.id).limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Recipient(
        key=row.key,
        address=row.address,
        name=row.name,
        locale=row.locale,
        zone=row.zone,
        in_app_id=row.in_app_id,
        segment=row.segment,
        problem=row.problem,
    )


def _start(ledger: Ledger, digest: str, definition: str) -> int:
    with ledger.begin() as tx:
        unfinished = select(audiences.c.id).where(audiences.c.digest == digest)
        tx.execute(delete(recipients).where(recipients.c.audience_id.in_(unfinished)))
        tx.execute(delete(audiences).where(audiences.c.digest == digest))
        return int(
            tx.execute(
                audiences.insert()
                .values(
                    digest=digest, definition=definition, people=0, report="{}", people_sha256=""
                )
                .returning(audiences.c.id)
            ).scalar_one()
        )


def _batches(people: Iterable[Recipient]) -> Iterator[list[Recipient]]:
    source = iter(people)
    while batch := list(islice(source, _BATCH)):
        yield batch


def write_people(tx: Tx, audience_id: int, people: Sequence[Recipient]) -> None:
    """Add people to an audience in their order."""
    columns = (*Recipient._fields, "address_key", "audience_id")
    rows = [(*one, "" if one.problem else one.address.lower(), audience_id) for one in people]
    load_rows(tx, recipients, columns, rows)


def _merge_duplicates(tx: Tx, audience_id: int) -> tuple[int, int]:
    """One mail per address: later rows with it are merged, or kept for the product only.

    A later row with an in-app id of its own is another account: its owner gets the mail once and
    sees the notice in both accounts.

    Returns:
        How many rows were merged, and how many were kept.
    """
    earlier = recipients.alias("earlier")
    same_address = (
        earlier.c.audience_id == audience_id,
        earlier.c.address_key == recipients.c.address_key,
        earlier.c.id < recipients.c.id,
    )
    marked = tx.execute(
        update(recipients)
        .where(
            recipients.c.audience_id == audience_id,
            recipients.c.address_key != "",
            exists().where(*same_address),
        )
        .values(problem=SAME_ADDRESS)
    ).rowcount
    same_account = exists().where(*same_address, earlier.c.in_app_id == recipients.c.in_app_id)
    merged = tx.execute(
        delete(recipients).where(
            recipients.c.audience_id == audience_id,
            recipients.c.problem == SAME_ADDRESS,
            (recipients.c.in_app_id == "") | same_account,
        )
    ).rowcount
    return int(merged), int(marked - merged)
