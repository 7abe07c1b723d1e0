"""The commits of a sending worker: outcomes of what finished and intents of what is next.

Each commit adds one entry to the worker's own journal chain, with a digest over exactly the
attempts and outcomes recorded in it, so that no row can be changed or dropped unseen. The main
chain in turn keeps the end of every worker's chain once the worker has ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from notifier.delivery import Verdict
from notifier.ledger import journal, workers
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.database import Ledger, Tx
from notifier.ledger.deliveries import Claim, Ending, claim, record
from notifier.ledger.journal import Link
from notifier.ledger.plans import StoredNotice
from notifier.ledger.schema import attempts, deliveries, outcomes
from notifier.ledger.schema import journal as journal_table
from notifier.ledger.workers import Worker

_CHAIN = "worker {}"
_ANCHORING = ("send", "recover")
"""Verbs of the main chain whose facts name the end of a worker's chain, as ``chain``."""

_LOOK_BACK = timedelta(minutes=1)
"""How long a worker looks only forward in a notice, before it asks again what became due."""


@dataclass(slots=True)
class _Place:
    """Up to which delivery a notice has been claimed since a moment."""

    after: int
    since: datetime


@dataclass(slots=True)
class Group:
    """One commit of a worker, while its transaction is open.

    Attributes:
        alive: False once the worker was given up: then it records no outcome and opens nothing.
    """

    tx: Tx
    worker: Worker
    at: datetime
    entry: int
    alive: bool
    _places: dict[int, _Place]
    _opened: list[Claim] = field(default_factory=list)
    _contents: Mapping[str, str] = field(default_factory=dict)
    _notice: int = 0
    _closed: list[Ending] = field(default_factory=list)

    def close(self, endings: Sequence[Ending]) -> list[Verdict]:
        """Record outcomes."""
        self._closed += endings
        return record(self.tx, endings, self.worker, self.entry)

    def open(
        self,
        notice: StoredNotice,
        *,
        plan_digest: str,
        contents: Mapping[str, str],
        limit: int,
    ) -> list[Claim]:
        """Open up to ``limit`` attempts of a mail notice."""
        place = self._places.get(notice.id)
        if place is None or self.at - place.since > _LOOK_BACK:
            place = self._places[notice.id] = _Place(0, self.at)
        while True:
            claims = claim(
                self.tx,
                notice,
                self.worker,
                entry=self.entry,
                plan_digest=plan_digest,
                contents=contents,
                limit=limit,
                now=self.at,
                after=place.after,
            )
            if claims or not place.after:
                break
            place.after = 0
        if claims:
            place.after = claims[-1].delivery
        self._opened += claims
        self._contents, self._notice = contents, notice.id
        return claims

    def seal(self, last: Link) -> Link:
        """Put what was recorded into the worker's chain; its new end."""
        if not self._opened and not self._closed:
            return last
        at = self.at.isoformat()
        opened = [
            [
                c.attempt,
                c.delivery,
                self._notice,
                c.recipient,
                c.copy,
                self._contents[c.locale],
                at,
            ]
            for c in self._opened
        ]
        closed = sorted(
            [e.claim.attempt, str(e.outcome), e.at.isoformat(), e.provider_id, e.detail]
            for e in self._closed
        )
        entry = journal.append(
            self.tx,
            chain=_CHAIN.format(self.worker.id),
            at=self.at,
            who=f"worker {self.worker.id}",
            verb="hand over",
            subject=f"{len(opened)} opened, {len(closed)} closed",
            facts=_facts(opened, closed),
            last=last,
        )
        return Link(entry.number, entry.hash)


class HandOver:
    """The commits of one worker, in order."""

    def __init__(self, ledger: Ledger, worker: Worker) -> None:
        """Start a chain; a worker is enlisted once and never resumed."""
        self.worker = worker
        self._ledger = ledger
        self._end = Link()
        self._places: dict[int, _Place] = {}

    @contextmanager
    def group(self, at: datetime) -> Iterator[Group]:
        """One commit; everything recorded in the block stands together once it is left.

        Raises:
            LedgerError: nothing was recorded, or it cannot be known (see :meth:`catch_up`).
        """
        with self._ledger.begin() as tx:
            alive = workers.beat(tx, self.worker, at)
            group = Group(tx, self.worker, at, self._end.number + 1, alive, self._places)
            yield group
            end = group.seal(self._end)
        self._end = end

    def catch_up(self) -> bool:
        """Whether the last group was recorded after all, though its commit seemed to fail."""
        with self._ledger.begin() as tx:
            end = journal.end_of(tx, _CHAIN.format(self.worker.id))
        recorded = end.number > self._end.number
        self._end = end
        return recorded


def anchor(tx: Tx, worker_id: int) -> dict[str, object]:
    """The end of a worker's chain, for the ``chain`` of an entry in the main chain."""
    end = journal.end_of(tx, _CHAIN.format(worker_id))
    return {"worker": worker_id, "entries": end.number, "end": end.hash}


def verify(tx: Tx) -> Iterator[str]:
    """Compare every hand-over entry with the rows it tells of; yields what does not fit."""
    entries = tx.execute(
        select(journal_table.c.chain, journal_table.c.number, journal_table.c.facts)
        .where(journal_table.c.verb == "hand over")
        .order_by(journal_table.c.chain, journal_table.c.number)
    ).all()
    for row in entries:
        worker_id = int(row.chain.rpartition(" ")[2])
        if canonical(_recorded(tx, worker_id, row.number)) != row.facts:
            yield f"{row.chain}, entry {row.number}: its attempts or outcomes were changed"
    rows = tx.execute(
        select(func.count()).select_from(
            select(attempts.c.worker_id, attempts.c.entry)
            .union(select(outcomes.c.worker_id, outcomes.c.entry))
            .subquery()
        )
    ).scalar_one()
    if rows > len(entries):
        yield f"{rows - len(entries)} groups of attempts are in no journal entry"
    yield from _verify_anchors(tx)


def _verify_anchors(tx: Tx) -> Iterator[str]:
    for _, told in journal.facts_of_main(tx, *_ANCHORING):
        kept = told["chain"]
        found = select(journal_table.c.hash).where(
            journal_table.c.chain == _CHAIN.format(kept["worker"]),
            journal_table.c.number == kept["entries"],
        )
        if kept["entries"] and tx.execute(found).scalar_one_or_none() != kept["end"]:
            yield f"worker {kept['worker']}: its chain is not the one that the main chain names"


def _recorded(tx: Tx, worker_id: int, entry: int) -> dict[str, object]:
    opened = tx.execute(
        select(
            attempts.c.id,
            attempts.c.delivery_id,
            deliveries.c.notice_id,
            deliveries.c.recipient_id,
            attempts.c.copy,
            attempts.c.content_sha256,
            attempts.c.at,
        )
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .where(attempts.c.worker_id == worker_id, attempts.c.entry == entry)
        .order_by(attempts.c.id)
    )
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
    )
    return _facts(
        [[*row[:-1], row.at.isoformat()] for row in opened],
        [[*row[:2], row.at.isoformat(), *row[3:]] for row in closed],
    )


def _facts(opened: list[list[object]], closed: list[list[object]]) -> dict[str, object]:
    rows = json.dumps([opened, closed], separators=(",", ":"), ensure_ascii=False)
    return {"opened": len(opened), "closed": len(closed), "rows": sha256(rows)}
