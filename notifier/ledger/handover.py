"""The commits of a sending worker: outcomes of what finished and intents of what is next.

Each commit adds one entry to the worker's own journal chain, with a digest over exactly the
attempts and outcomes recorded in it, so that no row can be changed or dropped unseen. The main
chain in turn keeps the end of every worker's chain once the worker has ended.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import CompoundSelect, func, select, tuple_, union

from notifier.delivery import State
from notifier.ledger import journal, workers
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.database import Ledger, Tx
from notifier.ledger.deliveries import Claim, Ending, claim, full_of, record
from notifier.ledger.journal import Link
from notifier.ledger.plans import StoredNotice
from notifier.ledger.schema import attempts, deliveries, outcomes
from notifier.ledger.schema import journal as journal_table
from notifier.ledger.schema import notices as notices_table
from notifier.ledger.workers import Worker

_CHAIN = "worker {}"
_ANCHORING = ("send", "recover")
"""Verbs of the main chain whose facts name the end of a worker's chain, as ``chain``."""

_STREAMED = {"yield_per": 2_000}
_BEAT = timedelta(seconds=10)
"""How often a worker that commits all the time says that it lives."""
_LOOK_BACK = timedelta(minutes=1)
"""How long a worker looks only forward in a notice, before it asks again what became due."""


@dataclass(slots=True)
class _Place:
    """Up to which delivery a notice has been claimed since a moment.

    Attributes:
        only: the domains that were full when nothing else was left; None while that is not so.
    """

    after: int
    since: datetime
    only: frozenset[str] | None = None


@dataclass(slots=True)
class CommitGroup:
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

    def close(self, endings: Sequence[Ending]) -> Counter[State]:
        """Record outcomes; how many deliveries came to which state."""
        self._closed += endings
        return record(self.tx, endings, self.worker, self.entry)

    def open(
        self,
        notice: StoredNotice,
        *,
        plan_digest: str,
        contents: Mapping[str, str],
        limit: int,
        room: Mapping[str, int],
    ) -> list[Claim]:
        """Open up to ``limit`` attempts of a mail notice, and so many at a domain with limits."""
        place = self._places.get(notice.id)
        if place is None or self.at - place.since > _LOOK_BACK:
            place = self._places[notice.id] = _Place(0, self.at)
        full = frozenset(full_of(room))
        if place.only is not None and place.only <= full:
            return []
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
                room=room,
            )
            if claims or not place.after:
                break
            place.after = 0
        if claims:
            place.after = max(opened.delivery for opened in claims)
        elif full:
            place.only = full
        self._opened += claims
        self._contents, self._notice = contents, notice.id
        return claims

    def seal(self, last: Link) -> Link:
        """Put what was recorded into the worker's chain; its new end."""
        if not self._opened and not self._closed:
            return last
        at = _written(self.at)
        opened = [
            (
                c.attempt,
                c.delivery,
                self._notice,
                c.recipient,
                c.copy,
                self._contents[c.locale],
                at,
            )
            for c in self._opened
        ]
        closed = [
            (e.claim.attempt, e.outcome, _written(e.at), e.provider_id, e.detail)
            for e in sorted(self._closed, key=lambda ending: ending.claim.attempt)
        ]
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
        self._line = ledger.line()
        self._end = Link()
        self._seen_at = datetime.min.replace(tzinfo=UTC)
        self._places: dict[int, _Place] = {}

    @contextmanager
    def group(self, at: datetime) -> Iterator[CommitGroup]:
        """One commit; everything recorded in the block stands together once it is left.

        Raises:
            LedgerError: nothing was recorded, or it cannot be known (see :meth:`catch_up`).
        """
        with self._line.begin() as tx:
            beats = not timedelta(0) <= at - self._seen_at < _BEAT
            alive = workers.beat(tx, self.worker, at) if beats else workers.stands(tx, self.worker)
            group = CommitGroup(tx, self.worker, at, self._end.number + 1, alive, self._places)
            yield group
            end = group.seal(self._end)
        self._end = end
        self._seen_at = at if beats else self._seen_at

    def catch_up(self) -> bool:
        """Whether the last group was recorded after all, though its commit seemed to fail."""
        with self._line.begin() as tx:
            end = journal.end_of(tx, _CHAIN.format(self.worker.id))
        recorded = end.number > self._end.number
        self._end = end
        return recorded

    def close(self) -> None:
        """No more commits."""
        self._line.close()


def anchor(tx: Tx, worker_id: int) -> dict[str, object]:
    """The end of a worker's chain, for the ``chain`` of an entry in the main chain."""
    end = journal.end_of(tx, _CHAIN.format(worker_id))
    return {"worker": worker_id, "entries": end.number, "end": end.hash}


def verify(tx: Tx) -> Iterator[str]:
    """Compare every hand-over entry with the rows it tells of; yields what does not fit."""
    rows = merge(_entries(tx), _opened(tx), _closed(tx), key=_PLACE)
    for (worker, number), group in groupby(rows, key=_GROUP):
        kinds: tuple[list[Any], list[Any], list[Any]] = [], [], []
        for row in group:
            kinds[row[2]].append(row[3])
        told, opened, closed = kinds
        if not told:
            yield f"worker {worker}, group {number}: attempts that no journal entry tells of"
        elif told != [canonical(_facts(opened, closed))]:
            yield f"worker {worker}, entry {number}: its attempts or outcomes were changed"
    yield from _verify_anchors(tx)


def texts(tx: Tx, plan_ids: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Worker, entry, and the text an entry holds the hash of, for the hand-overs of some plans.

    The text is a JSON array of what was opened (attempt, delivery, notice, recipient, copy, SHA-256
    of the message, instant) and of what was closed (attempt, outcome, instant, the provider's id,
    the answer). What others handed over in the same entry is in it too.
    """
    notice = select(notices_table.c.id).where(notices_table.c.plan_id.in_(plan_ids))
    theirs = attempts.join(deliveries, deliveries.c.id == attempts.c.delivery_id)
    opened = select(attempts.c.worker_id, attempts.c.entry).select_from(theirs)
    closed = select(outcomes.c.worker_id, outcomes.c.entry).select_from(
        theirs.join(outcomes, outcomes.c.attempt_id == attempts.c.id)
    )
    of_plans = deliveries.c.notice_id.in_(notice)
    about = union(opened.where(of_plans), closed.where(of_plans))
    for (worker, number), group in groupby(
        merge(_opened(tx, about), _closed(tx, about), key=_PLACE), key=_GROUP
    ):
        rows: tuple[list[Any], list[Any]] = [], []
        for row in group:
            rows[row[2] - 1].append(row[3])
        yield worker, number, _write_rows(rows)


_PLACE, _GROUP = itemgetter(0, 1, 2), itemgetter(0, 1)
_Placed = Iterator[tuple[int, int, int, Any]]
"""Worker, number of its entry, what it is (entry, attempt, outcome), and what it says."""


def _entries(tx: Tx) -> _Placed:
    entry = journal_table.c
    in_order = func.length(entry.chain), entry.chain, entry.number
    rows = select(entry.chain, entry.number, entry.facts).where(entry.verb == "hand over")
    for chain, number, facts in tx.execute(rows.order_by(*in_order).execution_options(**_STREAMED)):
        yield int(chain.rpartition(" ")[2]), number, 0, facts


def _opened(tx: Tx, about: CompoundSelect[Any] | None = None) -> _Placed:
    a, d = attempts.c, deliveries.c
    said_of_it = (a.id, a.delivery_id, d.notice_id, d.recipient_id, a.copy, a.content_sha256, a.at)
    rows = select(a.worker_id, a.entry, *said_of_it).join(deliveries, d.id == a.delivery_id)
    if about is not None:
        rows = rows.where(tuple_(a.worker_id, a.entry).in_(about))
    in_order = rows.order_by(a.worker_id, a.entry, a.id)
    for worker, entry, *said in tx.execute(in_order.execution_options(**_STREAMED)):
        yield worker, entry, 1, said


def _closed(tx: Tx, about: CompoundSelect[Any] | None = None) -> _Placed:
    o = outcomes.c
    rows = select(o.worker_id, o.entry, o.attempt_id, o.outcome, o.at, o.provider_id, o.detail)
    if about is not None:
        rows = rows.where(tuple_(o.worker_id, o.entry).in_(about))
    in_order = rows.order_by(o.worker_id, o.entry, o.attempt_id)
    for worker, entry, *said in tx.execute(in_order.execution_options(**_STREAMED)):
        yield worker, entry, 2, said


def _verify_anchors(tx: Tx) -> Iterator[str]:
    for _, told in journal.facts_of_main(tx, *_ANCHORING):
        kept = told["chain"]
        found = select(journal_table.c.hash).where(
            journal_table.c.chain == _CHAIN.format(kept["worker"]),
            journal_table.c.number == kept["entries"],
        )
        if kept["entries"] and tx.execute(found).scalar_one_or_none() != kept["end"]:
            yield f"worker {kept['worker']}: its chain is not the one that the main chain names"


def _facts(
    opened: Sequence[Sequence[object]], closed: Sequence[Sequence[object]]
) -> dict[str, object]:
    rows = _write_rows([opened, closed])
    return {"opened": len(opened), "closed": len(closed), "rows": sha256(rows)}


@lru_cache(maxsize=64)
def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


_write_rows = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, check_circular=False, default=_written
).encode
