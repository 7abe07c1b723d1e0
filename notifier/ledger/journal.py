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


def append(
    tx: Tx, *, at: datetime, who: str, verb: str, subject: str, facts: Any, chain: str = MAIN
) -> JournalEntry:
    """Add an entry to the end of a chain.

    Args:
        who: a person's name, or ``notifier`` for the daemon.
        verb: the product's verb: ``check``, ``approve``, ``hold``, ``hand over``.
        subject: what it was done to: ``privacy``, ``plan 3``.
        facts: plain data; no addresses.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(hashtext(:chain))"), {"chain": chain})
    last = tx.execute(
        select(journal.c.number, journal.c.hash)
        .where(journal.c.chain == chain)
        .order_by(journal.c.number.desc())
        .limit(1)
    ).one_or_none()
    number, previous = (last.number + 1, last.hash) if last else (1, _GENESIS)
    written = canonical(facts)
    entry = JournalEntry(
        chain,
        number,
        at,
        who,
        verb,
        subject,
        written,
        _link(previous, at, who, verb, subject, written),
    )
    tx.execute(
        journal.insert().values(
            chain=chain,
            number=number,
            at=at,
            who=who,
            verb=verb,
            subject=subject,
            facts=written,
            previous=previous,
            hash=entry.hash,
        )
    )
    return entry


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
    last = select(journal.c.hash).where(journal.c.chain == MAIN)
    found = tx.execute(last.order_by(journal.c.number.desc()).limit(1)).scalar_one_or_none()
    return found or _GENESIS


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
