"""The append-only, hash-chained account of who did what: one chain for the house, one a worker.

Every entry carries the hash of the one before it, so that a later edit of any entry, or of the
rows whose digest it holds, is found by :func:`verify` (guarantee G6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from notifier.ledger.codec import canonical, sha256
from notifier.ledger.database import Tx
from notifier.ledger.driver import Statement
from notifier.ledger.schema import journal

MAIN = "main"
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
    facts: Any,
    chain: str = MAIN,
    last: Link | None = None,
) -> JournalEntry:
    """Add an entry to the end of a chain.

    Args:
        last: the chain's end, where the caller is the only one to write to it; else it is looked
            up under a lock.
        who: a person's name, or ``notifier`` for the daemon.
        verb: the product's verb: ``check``, ``approve``, ``hold``, ``hand over``.
        subject: what it was done to: ``privacy``, ``plan 3``.
        facts: plain data; no addresses.
    """
    if last is None:
        last = locked_end(tx, chain)
    written = canonical(facts)
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
        yield JournalEntry(
            row.chain, row.number, row.at, row.who, row.verb, row.subject, row.facts, row.hash
        )


def last(tx: Tx, *, verb: str, subject: str) -> JournalEntry | None:
    """The newest entry of the main chain with this verb and subject, or None."""
    row = tx.execute(
        select(journal)
        .where(journal.c.chain == MAIN, journal.c.verb == verb, journal.c.subject == subject)
        .order_by(journal.c.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return JournalEntry(
        row.chain, row.number, row.at, row.who, row.verb, row.subject, row.facts, row.hash
    )


def head(tx: Tx) -> str:
    """The newest hash of the main chain; whoever keeps it elsewhere can prove the whole chain."""
    return end_of(tx, MAIN).hash


def verify(tx: Tx) -> list[str]:
    """Recompute every chain; returns what does not fit, in words, or nothing when all is well."""
    wrong = []
    expected: dict[str, tuple[int, str]] = {}
    rows = tx.execute(
        select(journal)
        .order_by(journal.c.chain, journal.c.number)
        .execution_options(yield_per=_AT_A_TIME)
    )
    for row in rows:
        number, previous = expected.get(row.chain, (0, _GENESIS))
        computed = _link(row.previous, row.at, row.who, row.verb, row.subject, row.facts)
        if row.number != number + 1 or row.previous != previous:
            wrong.append(f"chain {row.chain}: an entry before number {row.number} is missing")
        if computed != row.hash:
            wrong.append(f"chain {row.chain}, entry {row.number}: was changed after it was written")
        expected[row.chain] = (row.number, row.hash)
    return wrong
