"""The append-only, hash-chained account of who did what: one chain for the house, one a worker.

Every entry carries the hash of the one before it, so that a later edit of any entry, or of the
rows whose digest it holds, is found by :func:`verify` (guarantee G6).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text

from notifier.ledger import seals
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.database import Tx
from notifier.ledger.driver import Statement
from notifier.ledger.schema import journal

MAIN = "main"
DAEMON = "notifier"
"""Who did it, when nobody did it by hand."""

_GENESIS = "0" * 64
_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the account; ``facts`` is canonical JSON."""

    chain: str
    number: int
    at: datetime
    who: str
    verb: str
    subject: str
    facts: str
    hash: str


@dataclass(frozen=True, slots=True)
class Link:
    """The end of a chain: where the next entry goes."""

    number: int = 0
    hash: str = _GENESIS


def append(
    tx: Tx,
    *,
    at: datetime,
    who: str,
    verb: str,
    subject: str,
    facts: dict[str, Any],
    chain: str = MAIN,
    last: Link | None = None,
) -> JournalEntry:
    """Add an entry to the end of a chain; one of the main chain seals what was written before it.

    Args:
        last: the chain's end, where the caller is the only one to write to it; else it is looked
            up under a lock.
        who: a person's name, or :data:`DAEMON`.
        verb: the product's verb: ``check``, ``approve``, ``hold``, ``hand over``.
        subject: what it was done to: ``privacy``, ``plan 3``.
        facts: plain data; no addresses.
    """
    if last is None:
        last = locked_end(tx, chain)
    sealed = seals.take(tx) if chain == MAIN else {}
    written = canonical({**facts, "rows": sealed} if sealed else facts)
    linked = _link(last.hash, at, who, verb, subject, written)
    entry = JournalEntry(chain, last.number + 1, at, who, verb, subject, written, linked)
    _ADD(
        tx,
        chain=chain,
        number=entry.number,
        at=at,
        who=who,
        verb=verb,
        subject=subject,
        facts=written,
        previous=last.hash,
        hash=linked,
    )
    return entry


_ADD = Statement(
    "INSERT INTO journal (chain, number, at, who, verb, subject, facts, previous, hash) "
    "VALUES (:chain, :number, :at, :who, :verb, :subject, :facts, :previous, :hash)"
)


def locked_end(tx: Tx, chain: str) -> Link:
    """The last entry of a chain, which nobody else adds to until the transaction ends."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(hashtext(:chain))"), {"chain": chain})
    return end_of(tx, chain)


def end_of(tx: Tx, chain: str) -> Link:
    """The last entry of a chain."""
    last = tx.execute(
        select(journal.c.number, journal.c.hash)
        .where(journal.c.chain == chain)
        .order_by(journal.c.number.desc())
        .limit(1)
    ).one_or_none()
    return Link(last.number, last.hash) if last else Link()


def _link(previous: str, at: datetime, who: str, verb: str, subject: str, facts: str) -> str:
    return sha256(f"{previous}\x1f{at.isoformat()}\x1f{who}\x1f{verb}\x1f{subject}\x1f{facts}")


def all_entries(tx: Tx) -> Iterator[JournalEntry]:
    """Every chain from its beginning, the main chain first; streamed."""
    rows = tx.execute(
        select(journal)
        .order_by((journal.c.chain != MAIN), journal.c.chain, journal.c.number)
        .execution_options(yield_per=_AT_A_TIME)
    )
    for row in rows:
        yield _entry(row)


def last(tx: Tx, *, verb: str, subject: str) -> JournalEntry | None:
    """The newest entry of the main chain with this verb and subject, or None."""
    row = tx.execute(
        select(journal)
        .where(journal.c.chain == MAIN, journal.c.verb == verb, journal.c.subject == subject)
        .order_by(journal.c.number.desc())
        .limit(1)
    ).one_or_none()
    return _entry(row) if row is not None else None


def facts_of_main(tx: Tx, *verbs: str) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """When what was recorded in the main chain, by any verb or by some; streamed.

    What is no JSON any more is passed over: :func:`verify` tells of it.
    """
    told = select(journal.c.at, journal.c.facts).where(journal.c.chain == MAIN)
    told = told.where(journal.c.verb.in_(verbs)) if verbs else told
    rows = tx.execute(told.order_by(journal.c.number).execution_options(yield_per=_AT_A_TIME))
    for row in rows:
        with suppress(ValueError):
            yield row.at, json.loads(row.facts)


def head(tx: Tx) -> str:
    """The newest hash of the main chain; whoever keeps it elsewhere can prove the whole chain."""
    return end_of(tx, MAIN).hash


def verify(tx: Tx) -> list[str]:
    """Recompute every chain; returns what does not fit, in words, or nothing when all is well."""
    wrong: list[str] = []
    rows = tx.execute(
        select(journal)
        .order_by(journal.c.chain, journal.c.number)
        .execution_options(yield_per=_AT_A_TIME)
    )
    ends: dict[str, Link] = {}
    for row in rows:
        if row.previous != ends.get(row.chain, Link()).hash:
            wrong.append(_missing(row.chain, row.number))
        wrong += _follow(ends, _entry(row))
    return wrong


def verify_entries(entries: Iterable[JournalEntry]) -> Iterator[str]:
    """Recompute exported chains, each in its order; yields what does not fit, in words."""
    ends: dict[str, Link] = {}
    for entry in entries:
        yield from _follow(ends, entry)


def restored(lines: Iterable[dict[str, Any]]) -> Iterator[JournalEntry]:
    """Entries as they were exported.

    Raises:
        ValueError, LookupError, TypeError: they are no entries.
    """
    for line in lines:
        yield JournalEntry(**{**line, "at": datetime.fromisoformat(line["at"])})


def _follow(ends: dict[str, Link], entry: JournalEntry) -> Iterator[str]:
    last = ends.get(entry.chain, Link())
    if entry.number != last.number + 1:
        yield _missing(entry.chain, entry.number)
    told = (entry.at, entry.who, entry.verb, entry.subject, entry.facts)
    if _link(last.hash, *told) != entry.hash:
        yield f"chain {entry.chain}, entry {entry.number}: was changed after it was written"
    ends[entry.chain] = Link(entry.number, entry.hash)


def _missing(chain: str, number: int) -> str:
    return f"chain {chain}: an entry before number {number} is missing"


def _entry(row: Row[Any]) -> JournalEntry:
    return JournalEntry(
        row.chain, row.number, row.at, row.who, row.verb, row.subject, row.facts, row.hash
    )
