"""One group commit of a sending worker: outcomes of what finished and intents of what is next.

Each commit adds one entry to the worker's own journal chain, with a digest over exactly the
attempts and outcomes recorded in it, so that no row can be changed or dropped unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from notifier.delivery import Verdict
from notifier.ledger import journal
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.database import Tx
from notifier.ledger.deliveries import Claim, Ending, claim, record
from notifier.ledger.plans import StoredNotice
from notifier.ledger.schema import attempts, outcomes
from notifier.ledger.schema import journal as journal_table
from notifier.ledger.workers import Worker

_CHAIN = "worker {}"


class HandOver:
    """The commits of one worker, in order."""

    def __init__(self, worker: Worker) -> None:
        """Start a chain; a worker is enlisted once and never resumed."""
        self.worker = worker
        self._entry = 1

    def close(self, tx: Tx, endings: Sequence[Ending], at: datetime) -> list[Verdict]:
        """Record outcomes only."""
        verdicts = record(tx, endings, self.worker, self._entry)
        self._account(tx, [], endings, at)
        return verdicts

    def advance(
        self,
        tx: Tx,
        endings: Sequence[Ending],
        notice: StoredNotice,
        *,
        plan_digest: str,
        contents: Mapping[str, str],
        limit: int,
        at: datetime,
    ) -> tuple[list[Verdict], list[Claim]]:
        """Record outcomes, then open up to ``limit`` attempts of a mail notice."""
        verdicts = record(tx, endings, self.worker, self._entry)
        claims = claim(
            tx,
            notice,
            self.worker,
            entry=self._entry,
            plan_digest=plan_digest,
            contents=contents,
            limit=limit,
            now=at,
        )
        self._account(tx, claims, endings, at)
        return verdicts, claims

    def _account(
        self, tx: Tx, claims: Sequence[Claim], endings: Sequence[Ending], at: datetime
    ) -> None:
        if not claims and not endings:
            return
        journal.append(
            tx,
            chain=_CHAIN.format(self.worker.id),
            at=at,
            who=f"worker {self.worker.id}",
            verb="hand over",
            subject=f"{len(claims)} opened, {len(endings)} closed",
            facts=_facts(tx, self.worker.id, self._entry),
        )
        self._entry += 1


def verify(tx: Tx) -> Iterator[str]:
    """Compare every hand-over entry with the rows it tells of; yields what does not fit."""
    entries = tx.execute(
        select(journal_table.c.chain, journal_table.c.number, journal_table.c.facts)
        .where(journal_table.c.verb == "hand over")
        .order_by(journal_table.c.chain, journal_table.c.number)
    ).all()
    for row in entries:
        worker_id = int(row.chain.rpartition(" ")[2])
        if canonical(_facts(tx, worker_id, row.number)) != row.facts:
            yield f"{row.chain}, entry {row.number}: its attempts or outcomes were changed"
    told = len(entries)
    rows = tx.execute(
        select(func.count()).select_from(
            select(attempts.c.worker_id, attempts.c.entry)
            .union(select(outcomes.c.worker_id, outcomes.c.entry))
            .subquery()
        )
    ).scalar_one()
    if rows > told:
        yield f"{rows - told} groups of attempts are in no journal entry"


def _facts(tx: Tx, worker_id: int, entry: int) -> dict[str, object]:
    opened = tx.execute(
        select(
            attempts.c.id,
            attempts.c.delivery_id,
            attempts.c.copy,
            attempts.c.content_sha256,
            attempts.c.at,
        )
        .where(attempts.c.worker_id == worker_id, attempts.c.entry == entry)
        .order_by(attempts.c.id)
    ).all()
    closed = tx.execute(
        select(
            outcomes.c.attempt_id,
            outcomes.c.outcome,
            outcomes.c.at,
            outcomes.c.provider_id,
            outcomes.c.detail,
        )
        .where(outcomes.c.worker_id == worker_id, outcomes.c.entry == entry)
        .order_by(outcomes.c.attempt_id)
    ).all()
    return {
        "opened": len(opened),
        "closed": len(closed),
        "rows": sha256(canonical([[list(row) for row in opened], [list(row) for row in closed]])),
    }
