"""Deliveries and attempts: claimed with an intent, and closed with an outcome.

An attempt is committed before the first byte leaves, its outcome after; whoever calls
:func:`claim` and :func:`record` in one transaction commits in groups.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    func,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from notifier.delivery import CANARY, Outcome, State, Verdict, judge
from notifier.ledger.bulk import insert_rows
from notifier.ledger.codec import restore
from notifier.ledger.database import Tx
from notifier.ledger.domains import domain_of
from notifier.ledger.driver import Statement
from notifier.ledger.plans import Manifest, StoredNotice
from notifier.ledger.schema import (
    attempts,
    deliveries,
    notices,
    outcomes,
    plans,
    recipients,
    renderings,
)
from notifier.ledger.workers import Worker

_DUE = (State.PENDING, State.UNKNOWN)


class Claim(NamedTuple):
    """One delivery taken to be handed over now, with the attempt recorded for it.

    Attributes:
        attempts, unknowns: so far, the open attempt counted in the first.
    """

    plan_digest: str
    attempt: int
    delivery: int
    recipient: int
    address: str
    name: str
    locale: str
    attempts: int
    unknowns: int

    @property
    def copy(self) -> int:
        """2 where an earlier attempt may have reached the person, else 1."""
        return self.unknowns + 1


class Ending(NamedTuple):
    """What an attempt ended as.

    Attributes:
        late: it was accepted at or after the notice's deadline.
        blameless: the failure was the server's or the sender's, not the recipient's.
    """

    claim: Claim
    outcome: Outcome
    at: datetime
    detail: str = ""
    provider_id: str = ""
    late: bool = False
    blameless: bool = False


@lru_cache(maxsize=8)
def _take(full: int) -> Statement:
    """Find what is due, but for so many domains."""
    elsewhere = "".join(f"AND address_key NOT LIKE :full{number} " for number in range(full))
    return Statement(
        "SELECT deliveries.id, recipient_id, address, name, locale, attempts + 1, unknowns "  # noqa: S608
        "FROM deliveries JOIN recipients ON recipients.id = recipient_id "
        "WHERE notice_id = :notice AND deliveries.id > :after "
        f"AND state IN ('{State.PENDING}', '{State.UNKNOWN}') AND due_at <= :now "
        f"{elsewhere}ORDER BY deliveries.id LIMIT :limit",
        locking="FOR UPDATE OF deliveries SKIP LOCKED",
    )


_BY_ATTEMPT = attrgetter("attempt")
_BEGIN = Statement(
    f"UPDATE deliveries SET state = '{State.SENDING}', attempts = attempts + 1, changed_at = :now "  # noqa: S608
    "WHERE id IN :begun"
)


def claim(
    tx: Tx,
    notice: StoredNotice,
    worker: Worker,
    *,
    entry: int,
    plan_digest: str,
    contents: Mapping[str, str],
    limit: int,
    now: datetime,
    after: int = 0,
    room: Mapping[str, int],
) -> list[Claim]:
    """Take up to ``limit`` due deliveries of a mail notice and open an attempt for each, in order.

    Args:
        entry: number of the worker's journal entry that will tell of it.
        contents: SHA-256 of the approved message by locale; recorded with the attempt.
        after: where to begin: a delivery's number, only so that those done are not looked
            through again.
        room: how many may go to a domain, where not all may.
    """
    full = {f"full{n}": f"%@{domain}" for n, domain in enumerate(full_of(room))}
    found = _take(len(full))(tx, notice=notice.id, after=after, now=now, limit=limit, **full)
    rows = _fitting(found.fetchall(), room) if room else found.fetchall()
    if not rows:
        return []
    begun = [row[0] for row in rows]
    _BEGIN(tx, now=now, begun=begun)
    opened = insert_rows(
        tx,
        attempts,
        {
            "delivery_id": begun,
            "copy": [row[-1] + 1 for row in rows],
            "content_sha256": [contents[row[4]] for row in rows],
        },
        {"worker_id": worker.id, "at": now, "entry": entry},
        returning="delivery_id, id",
    )
    numbers = dict(opened)
    claims = [Claim(plan_digest, numbers[row[0]], *row) for row in rows]
    return sorted(claims, key=_BY_ATTEMPT)


def _fitting(rows: Iterable[Sequence[Any]], room: Mapping[str, int]) -> list[Sequence[Any]]:
    left, fitting = dict(room), []
    for row in rows:
        domain = domain_of(row[2])
        if domain in left:
            if left[domain] <= 0:
                continue
            left[domain] -= 1
        fitting.append(row)
    return fitting


def full_of(room: Mapping[str, int]) -> list[str]:
    """The domains to which nothing more may go just now."""
    return [domain for domain, mails in room.items() if mails <= 0]


def attempts_since(tx: Tx, at: datetime) -> int:
    """How many attempts were opened after an instant, of whatever plan."""
    opened = select(func.count()).select_from(attempts).where(attempts.c.at > at)
    return int(tx.execute(opened).scalar_one())


def last_attempt(tx: Tx) -> int:
    """The number of the attempt opened last, 0 before the first; numbers only grow."""
    return int(_LAST_ATTEMPT(tx).fetchone()[0] or 0)


_LAST_ATTEMPT = Statement("SELECT max(id) FROM attempts")


def record(tx: Tx, endings: Sequence[Ending], worker: Worker, entry: int) -> Counter[State]:
    """Close attempts with their outcomes and move their deliveries on.

    Only while the attempts' worker is known to live, or by whoever gave it up: an attempt has one
    outcome.

    Returns:
        How many deliveries came to which state.
    """
    states: Counter[State] = Counter()
    if not endings:
        return states
    insert_rows(
        tx,
        outcomes,
        {
            "attempt_id": [e.claim.attempt for e in endings],
            "outcome": [e.outcome for e in endings],
            "at": [e.at for e in endings],
            "provider_id": [e.provider_id for e in endings],
            "detail": [e.detail for e in endings],
        },
        {"worker_id": worker.id, "entry": entry},
    )
    for alike in _by_kind(endings):
        verdict = _judge(alike[-1])
        _move(tx, verdict, alike)
        states[verdict.state] += len(alike)
    return states


_Kind = tuple[object, ...]


def _by_kind(endings: Sequence[Ending]) -> Iterable[list[Ending]]:
    """Endings that move their deliveries alike: most of a group, most of the time.

    Deliveries that were accepted one after the other have changed when the last of them was: each
    outcome has its own instant.
    """
    kinds: defaultdict[_Kind, list[Ending]] = defaultdict(list)
    for ending in endings:
        kinds[_kind(ending)].append(ending)
    return kinds.values()


def _kind(ending: Ending) -> _Kind:
    claim, outcome, at, detail, _, late, blameless = ending
    if outcome is Outcome.ACCEPTED:
        return late, blameless
    return outcome, at, detail, blameless, claim.attempts, claim.unknowns


_MOVE = Statement(
    "UPDATE deliveries SET state = :state, due_at = :due_at, reason = :reason, late = :late, "  # noqa: S608
    "changed_at = :at, attempts = attempts - :uncounted, unknowns = unknowns + :unknown "
    f"WHERE id IN :moved AND state = '{State.SENDING}'"
)


def _move(tx: Tx, verdict: Verdict, alike: Sequence[Ending]) -> None:
    last = alike[-1]
    _MOVE(
        tx,
        state=verdict.state,
        due_at=verdict.due_at,
        reason=verdict.reason,
        late=last.late and verdict.state is State.ACCEPTED,
        at=last.at,
        uncounted=int(last.blameless),
        unknown=int(last.outcome is Outcome.UNKNOWN),
        moved=[ending.claim.delivery for ending in alike],
    )


def _unknowns(ending: Ending) -> int:
    return ending.claim.unknowns + (ending.outcome is Outcome.UNKNOWN)


def _judge(ending: Ending) -> Verdict:
    return judge(
        ending.outcome,
        attempts=ending.claim.attempts,
        unknowns=_unknowns(ending),
        at=ending.at,
        why=ending.detail,
        blameless=ending.blameless,
    )


def left_open(tx: Tx, worker_id: int) -> list[tuple[Claim, datetime, Manifest]]:
    """A worker's attempts without an outcome, with the notice's deadline and what was approved."""
    rows = tx.execute(
        select(
            attempts.c.id.label("attempt"),
            deliveries,
            recipients.c.address,
            recipients.c.name,
            recipients.c.locale,
            notices.c.before,
            plans.c.digest,
            plans.c.manifest,
        )
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .join(recipients, recipients.c.id == deliveries.c.recipient_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(plans, plans.c.id == notices.c.plan_id)
        .outerjoin(outcomes, outcomes.c.attempt_id == attempts.c.id)
        .where(attempts.c.worker_id == worker_id, outcomes.c.attempt_id.is_(None))
        .order_by(attempts.c.id)
    )
    return [
        (
            Claim(
                plan_digest=row.digest,
                attempt=row.attempt,
                delivery=row.id,
                recipient=row.recipient_id,
                address=row.address,
                name=row.name,
                locale=row.locale,
                attempts=row.attempts,
                unknowns=row.unknowns,
            ),
            row.before,
            restore(Manifest, row.manifest),
        )
        for row in rows
    ]


def without_message(tx: Tx, notice_id: int) -> tuple[str, int] | None:
    """A locale in which a notice has no message, and how many wait to be told in it; or None."""
    lacking = (
        select(recipients.c.locale, func.count())
        .select_from(deliveries.join(recipients, recipients.c.id == deliveries.c.recipient_id))
        .outerjoin(
            renderings,
            (renderings.c.notice_id == deliveries.c.notice_id)
            & (renderings.c.locale == recipients.c.locale),
        )
        .where(
            deliveries.c.notice_id == notice_id,
            deliveries.c.state.in_(_DUE),
            renderings.c.locale.is_(None),
        )
        .group_by(recipients.c.locale)
        .order_by(recipients.c.locale)
        .limit(1)
    )
    row = tx.execute(lacking).one_or_none()
    return (row[0], row[1]) if row else None


def due(tx: Tx, notice_id: int, now: datetime) -> int:
    """How many deliveries of a notice could be handed over now."""
    return _count(
        tx,
        deliveries.c.notice_id == notice_id,
        deliveries.c.state.in_(_DUE),
        deliveries.c.due_at <= now,
    )


_UNANSWERED = Statement(
    "SELECT count(*) FROM notices "  # noqa: S608
    "JOIN deliveries ON notice_id = notices.id AND deliveries.unknowns > 0 "
    "JOIN attempts ON delivery_id = deliveries.id "
    "JOIN outcomes ON attempt_id = attempts.id "
    f"WHERE plan_id = :plan AND outcome = '{Outcome.UNKNOWN}' AND outcomes.at > "
    "coalesce((SELECT max(lifted_at) FROM holds WHERE plan_id = :plan), :long_ago)"
)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def unanswered(tx: Tx, plan_id: int) -> int:
    """How many hand-overs of a plan ended unknown since a person last said to go on."""
    return int(_UNANSWERED(tx, plan=plan_id, long_ago=_LONG_AGO).fetchone()[0])


_FIRST = Statement(
    "SELECT state, attempts FROM deliveries WHERE notice_id = :notice "  # noqa: S608
    f"ORDER BY recipient_id LIMIT {CANARY[-1]}"
)


def first_of(tx: Tx, notice_id: int) -> list[tuple[State, int]]:
    """State and number of attempts of a notice's first deliveries, as many as a canary needs."""
    return [(State(row[0]), row[1]) for row in _FIRST(tx, notice=notice_id).fetchall()]


def _count(tx: Tx, *where: ColumnElement[bool]) -> int:
    return int(tx.execute(select(func.count()).select_from(deliveries).where(*where)).scalar_one())
