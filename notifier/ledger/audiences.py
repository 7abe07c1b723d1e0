"""Audiences, frozen and counted before the first hand-over (guarantee G1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.schema import CreateTableAs, DropTable

from notifier.errors import AudienceError, LedgerError
from notifier.ledger import journal, seals
from notifier.ledger.bulk import know_sizes, load_rows, read_rows
from notifier.ledger.codec import canonical, restore
from notifier.ledger.database import Ledger, Tx
from notifier.ledger.gathering import Gathered
from notifier.ledger.rows import AudienceReport, Counts
from notifier.ledger.schema import audiences, recipients
from notifier.model.people import KEPT, Recipient
from notifier.model.plan import Group

_BATCH = 5_000
_LISTED = [column for column in recipients.columns if column is not recipients.c.audience_id]

SAME_ADDRESS = "another account has the same address and gets the mail"


@dataclass(frozen=True, slots=True)
class FrozenAudience:
    """An audience that no longer changes."""

    id: int
    digest: str
    definition: str
    people: int
    report: AudienceReport


def find_frozen(tx: Tx, digest: str) -> FrozenAudience | None:
    """The newest frozen audience with this digest that nobody has joined since, or None.

    Once somebody has joined one, whoever is gone from the list again would pass for known.
    """
    addition = audiences.alias("addition")
    alike = select(audiences).where(
        audiences.c.digest == digest, ~exists().where(addition.c.extends == audiences.c.id)
    )
    row = tx.execute(alike.order_by(audiences.c.number.desc()).limit(1)).one_or_none()
    return _frozen(row) if row else None


def load_frozen(tx: Tx, audience_id: int) -> FrozenAudience:
    """The frozen audience with this id."""
    return _frozen(tx.execute(select(audiences).where(audiences.c.id == audience_id)).one())


def _frozen(row: Row[tuple[object, ...]]) -> FrozenAudience:
    report = restore(AudienceReport, row.report)
    return FrozenAudience(row.id, row.digest, row.definition, row.people, report)


def freeze(
    ledger: Ledger,
    people: Iterable[Recipient],
    *,
    digest: str,
    definition: str,
    at: datetime,
    progress: Callable[[int], None],
) -> FrozenAudience:
    """Write an audience into the ledger and count it; of a try that breaks off nothing is kept.

    Args:
        progress: called with the number of rows read so far.

    Returns:
        The audience, or the one with this digest that another process froze meanwhile.

    Raises:
        AudienceError: it has no rows, or several people have one key.
    """
    with ledger.begin() as tx:
        times = select(func.count()).where(audiences.c.digest == digest)
        number = int(tx.execute(times).scalar_one())
    try:
        with ledger.begin(at_once=False) as tx:
            gathered, counts = _gather(tx, people, progress)
            if not counts.rows:
                raise AudienceError(
                    f"The audience ({definition}) has no rows.",
                    remedy="nobody would be told; give it the people the policy is for",
                )
            audience_id = _begin(tx, digest, number, definition, at)
            gathered.move({"audience_id": audience_id})
            know_sizes(tx, recipients)
            merged, counts.problems[SAME_ADDRESS], across = _merge_duplicates(tx, audience_id)
            _refuse_shared_keys(tx, audience_id, definition)
            report = AudienceReport(
                rows=counts.rows,
                people=counts.rows - merged,
                merged=merged,
                problems=dict(sorted((+counts.problems).items())),
                across_segments=across,
                unknown=counts.unknown_values(),
            )
            _end(tx, audience_id, digest, report, at)
    except LedgerError:
        with ledger.begin() as tx:
            others = find_frozen(tx, digest)
        if others is None:
            raise
        return others
    return FrozenAudience(audience_id, digest, definition, report.people, report)


def _gather(
    tx: Tx, people: Iterable[Recipient], progress: Callable[[int], None]
) -> tuple[Gathered, Counts]:
    """Everybody, and what their rows say."""
    gathered, counts = Gathered(tx, recipients, _GIVEN), Counts()
    source = iter(people)
    while batch := list(islice(source, _BATCH)):
        gathered.add(_given(batch))
        counts.add(batch)
        progress(counts.rows)
    return gathered, counts


def _begin(tx: Tx, digest: str, number: int, definition: str, at: datetime) -> int:
    unknown = {"people": 0, "report": "{}", "people_sha256": ""}
    statement = insert(audiences).values(
        digest=digest, number=number, definition=definition, frozen_at=at, **unknown
    )
    return seals.write(tx, statement)[0]


def _end(tx: Tx, audience_id: int, digest: str, report: AudienceReport, at: datetime) -> None:
    people_sha256 = people_digest(tx, audience_id)
    known = {"people": report.people, "report": canonical(report), "people_sha256": people_sha256}
    seals.write(tx, update(audiences).where(audiences.c.id == audience_id).values(**known))
    journal.append(
        tx,
        at=at,
        who=journal.DAEMON,
        verb="freeze",
        subject=f"audience {audience_id}",
        facts={
            "digest": digest,
            "people": report.people,
            "merged": report.merged,
            "people_sha256": people_sha256,
        },
    )


def people_digest(tx: Tx, audience_id: int) -> str:
    """Hex SHA-256 of the list of an audience, see :func:`people_list`."""
    digest = hashlib.sha256()
    for lines in people_list(tx, audience_id):
        digest.update(lines.encode())
    return digest.hexdigest()


def people_list(tx: Tx, audience_id: int) -> Iterator[str]:
    """An audience as text, one person a line by number, fields separated by tabs; streamed.

    The last line says how many there are, so that no field can pass for lines of its own.
    Read by number, from the first to the last: SQLite would else sort what it finds by audience.
    """
    mine = recipients.c.audience_id == audience_id
    between = select(func.min(recipients.c.id), func.max(recipients.c.id)).where(mine)
    first, last = tx.execute(between).one()
    people = select(*(cast(column, Text) for column in _LISTED)).where(
        recipients.c.id.between(first, last), recipients.c.audience_id + 0 == audience_id
    )
    yield "\t".join(column.name for column in _LISTED)
    count = 0
    for rows in read_rows(tx, people.order_by(recipients.c.id)) if first else ():
        count += len(rows)
        yield "\n".join(["", *map("\t".join, rows)])
    yield f"\n{count} people\n"


def verify(tx: Tx) -> Iterator[str]:
    """Compare the people of every frozen audience with those that were frozen."""
    frozen = select(audiences.c.id, audiences.c.people_sha256)
    for row in tx.execute(frozen.order_by(audiences.c.id)).all():
        if people_digest(tx, row.id) != row.people_sha256:
            yield f"audience {row.id}: its recipients are not those that were frozen"


def groups(tx: Tx, audience_id: int) -> tuple[Group, ...]:
    """The audience counted by what planning asks: locale, zone, segment, reachability."""
    return grouped(tx, recipients.c.audience_id == audience_id)


def grouped(tx: Tx, *who: ColumnElement[bool]) -> tuple[Group, ...]:
    """The recipients of whom all this is true, counted likewise."""
    can_email = (recipients.c.problem == "").label("can_email")
    can_in_app = (recipients.c.in_app_id != "").label("can_in_app")
    columns = (recipients.c.locale, recipients.c.zone, recipients.c.segment, can_email, can_in_app)
    rows = tx.execute(
        select(*columns, func.count().label("people"))
        .where(*who)
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


def sample(tx: Tx, audience_id: int, locale: str) -> Recipient | None:
    """The first person of a locale who can be reached by mail, or None."""
    of_locale = (recipients.c.audience_id == audience_id, recipients.c.locale == locale)
    reached = select(recipients).where(*of_locale, recipients.c.problem == "")
    first = reached.order_by(recipients.c.id).limit(1)
    row = tx.execute(first).one_or_none()
    return _recipient(row) if row is not None else None


def person(tx: Tx, number: int) -> Recipient:
    """The recipient with this number."""
    return _recipient(tx.execute(select(recipients).where(recipients.c.id == number)).one())


def _recipient(row: Row[Any]) -> Recipient:
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


def write_people(tx: Tx, audience_id: int, people: Sequence[Recipient]) -> None:
    """Add people to an audience in their order."""
    rows = [(*row, audience_id) for row in _given(people)]
    load_rows(tx, recipients, (*_GIVEN, "audience_id"), rows)


_GIVEN = (*KEPT, "address_key")


def _given(people: Sequence[Recipient]) -> list[tuple[object, ...]]:
    return [(*one.kept, "" if one.problem else one.address.lower()) for one in people]


@contextmanager
def _sharing(tx: Tx, audience_id: int) -> Iterator[FromClause]:
    """Rows that share their address with others, set aside with each one's place among them.

    The first is the one with the least key, whatever the order of the rows: an export that comes
    in another order next time has the same people.
    """
    address, account = recipients.c.address_key, recipients.c.in_app_id
    mine = (recipients.c.audience_id == audience_id, address != "")
    several = select(address).where(*mine).group_by(address).having(func.count() > 1)
    in_order = (func.length(recipients.c.key), recipients.c.key, recipients.c.id)

    def place(*alike: ColumnElement[str]) -> ColumnElement[int]:
        return func.row_number().over(partition_by=alike, order_by=in_order)

    first = func.first_value(recipients.c.segment).over(partition_by=address, order_by=in_order)
    rows = select(
        recipients.c.id,
        (first != recipients.c.segment).label("elsewhere"),
        (place(address) > 1).label("later"),
        or_(account == "", place(address, account) > 1).label("no_account"),
    ).where(*mine, address.in_(several))
    aside = CreateTableAs(rows, "sharing", temporary=True)
    tx.execute(aside)
    yield aside.table
    tx.execute(DropTable(aside.table))


def _refuse_shared_keys(tx: Tx, audience_id: int, definition: str) -> None:
    """A key stands for one person, who has one address; several accounts may share both."""
    people = recipients.c.audience_id == audience_id
    shared = select(recipients.c.key).where(people).group_by(recipients.c.key)
    shared = shared.having(func.count() > 1)
    addresses = func.lower(recipients.c.address)
    several = (
        select(recipients.c.key)
        .where(people, recipients.c.key.in_(shared))
        .group_by(recipients.c.key)
        .having(func.min(addresses) != func.max(addresses))
        .subquery()
    )
    count = tx.execute(select(func.count()).select_from(several)).scalar_one()
    if count:
        stand = "key that stands" if count == 1 else "keys that stand"
        raise AudienceError(
            f"The audience ({definition}) has {count} {stand} for more than one person each, so "
            "that nobody could say which of them was told.",
            remedy="give everybody a key of their own, or name the column that holds one: "
            '[audience.columns] key = "..."',
        )


def _merge_duplicates(tx: Tx, audience_id: int) -> tuple[int, int, int]:
    """One mail per address: other rows with it are merged, or kept for the product only.

    One with an in-app id of its own is another account: its owner gets the mail once and sees the
    notice in both accounts.

    Returns:
        How many rows were merged, how many were kept, and how many of both stand in another
        segment than the first of their address.
    """
    with _sharing(tx, audience_id) as rows:
        elsewhere = select(func.count()).select_from(rows).where(rows.c.elsewhere)
        across = tx.execute(elsewhere).scalar_one()
        repeated = select(rows.c.id).where(rows.c.later, rows.c.no_account)
        merged = tx.execute(delete(recipients).where(recipients.c.id.in_(repeated))).rowcount
        others = select(rows.c.id).where(rows.c.later)
        known = update(recipients).where(recipients.c.id.in_(others))
        kept = tx.execute(known.values(problem=SAME_ADDRESS)).rowcount
    return int(merged), int(kept), int(across)
