"""Deliveries and attempts: expanded, claimed with an intent, and closed with an outcome.

An attempt is committed before the first byte leaves, its outcome after; whoever calls
:func:`claim` and :func:`record` in one transaction commits in groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    and_,
    case,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from notifier.delivery import CANARY, Outcome, State, Verdict, judge
from notifier.ledger import journal, seals
from notifier.ledger.bulk import insert_rows, know_sizes
from notifier.ledger.codec import restore
from notifier.ledger.database import Tx
from notifier.ledger.driver import Statement
from notifier.ledger.plans import Manifest, StoredNotice, StoredPlan
from notifier.ledger.schema import (
    attempts,
    deliveries,
    notices,
    outcomes,
    plans,
    recipients,
    suppressions,
)
from notifier.ledger.tellings import conditions, people_of
from notifier.ledger.workers import Worker
from notifier.model.plan import Channel

_OFFER_BATCH = 20_000
_EXPAND_BATCH = 200_000
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


def expand(tx: Tx, stored: StoredPlan, notice: StoredNotice, at: datetime) -> bool:
    """Write deliveries for the next recipients a notice is for; False when all are written.

    Who cannot be reached on the channel gets a delivery as well, *skipped* with the reason, so
    that the states always add up to the audience (guarantee G1). A notice is expanded in steps,
    each a transaction, so that a hold or another process never waits long; one that broke off
    goes on where it stopped; one for people who join is never all written.
    """
    locked = select(notices.c.expanded_at).where(notices.c.id == notice.id).with_for_update()
    if tx.execute(locked).scalar_one() is not None:
        return False
    whom = stored.plan.notices[notice.position].addressees
    among = people_of(tx, stored, whom)
    last = _last_written(tx, notice, among)
    whose = tuple(conditions(tx, notice.plan_id, whom))
    while (step := _step(tx, among, last)) is not None:
        people = _as_deliveries(notice, at).where(_between(among, last, step), *whose)
        written = insert(deliveries).from_select(_COLUMNS, people.order_by(recipients.c.id))
        if tx.execute(written, execution_options={"preserve_rowcount": True}).rowcount > 0:
            return True
        last = step
    if not whom.joiners:
        know_sizes(tx, deliveries)
        _begun(tx, notice, at)
    return False


def _begun(tx: Tx, notice: StoredNotice, at: datetime) -> None:
    """Everybody a notice is for is written: how many they are goes on the record."""
    people = _count(tx, deliveries.c.notice_id == notice.id)
    begun = update(notices).where(notices.c.id == notice.id)
    seals.write(tx, begun.values(expanded_at=at, people=people))
    journal.append(
        tx,
        at=at,
        who="notifier",
        verb="begin",
        subject=f"plan {notice.plan_id}",
        facts={"notice": notice.position + 1, "people": people},
    )


def unwritten(tx: Tx, stored: StoredPlan, notice: StoredNotice, now: datetime) -> int:
    """How many people of a notice can be reached by it and have no delivery yet."""
    whom = stored.plan.notices[notice.position].addressees
    among = people_of(tx, stored, whom)
    people = _as_deliveries(notice, now).where(
        _between(among, _last_written(tx, notice, among)),
        *conditions(tx, notice.plan_id, whom),
        _unreachable(notice.channel) == "",
    )
    return int(tx.execute(select(func.count()).select_from(people.subquery())).scalar_one())


_COLUMNS = ["notice_id", "recipient_id", "state", "due_at", "reason", "changed_at"]


def _last_written(tx: Tx, notice: StoredNotice, among: Sequence[int]) -> int:
    """The last of some audiences' people who has a delivery, else the one before the first."""
    written = select(func.max(deliveries.c.recipient_id)).where(deliveries.c.notice_id == notice.id)
    first = select(func.min(recipients.c.id) - 1).where(recipients.c.audience_id.in_(among))
    return int(tx.execute(written).scalar_one() or tx.execute(first).scalar_one() or 0)


def _step(tx: Tx, among: Sequence[int], after: int) -> int | None:
    """The last of the next people to look at; None when there are no more."""
    some = (
        select(recipients.c.id)
        .where(_between(among, after))
        .order_by(recipients.c.id)
        .limit(_EXPAND_BATCH)
    )
    end: int | None = tx.execute(select(func.max(some.subquery().c.id))).scalar_one()
    return end


def _between(among: Sequence[int], after: int, end: int | None = None) -> ColumnElement[bool]:
    """People of some audiences by number, read in their own order.

    ``+ 0`` keeps SQLite from going by audience and sorting all of it for every step.
    """
    mine = and_((recipients.c.audience_id + 0).in_(among), recipients.c.id > after)
    return mine if end is None else and_(mine, recipients.c.id <= end)


def _as_deliveries(notice: StoredNotice, at: datetime) -> Select[Any]:
    unreachable = _unreachable(notice.channel)
    return select(
        literal(notice.id),
        recipients.c.id,
        case((unreachable == "", State.PENDING.value), else_=State.SKIPPED.value),
        literal(at, deliveries.c.due_at.type),
        unreachable,
        literal(at, deliveries.c.changed_at.type),
    ).select_from(
        recipients.outerjoin(
            suppressions,
            and_(
                suppressions.c.address_key == recipients.c.address_key,
                recipients.c.address_key != "",
            ),
        )
    )


def _unreachable(channel: Channel) -> ColumnElement[str]:
    """Why a recipient cannot be reached on a channel, or empty."""
    if channel is Channel.IN_APP:
        return case((recipients.c.in_app_id == "", "no account in the product"), else_="")
    return case(
        (recipients.c.problem != "", recipients.c.problem),
        (suppressions.c.reason.is_not(None), "suppressed: " + suppressions.c.reason),
        else_="",
    )


_TAKE = Statement(
    "SELECT deliveries.id, recipient_id, address, name, locale, attempts + 1, unknowns "  # noqa: S608
    "FROM deliveries JOIN recipients ON recipients.id = recipient_id "
    "WHERE notice_id = :notice AND deliveries.id > :after "
    f"AND state IN ('{State.PENDING}', '{State.UNKNOWN}') AND due_at <= :now "
    "ORDER BY deliveries.id LIMIT :limit",
    locking="FOR UPDATE OF deliveries SKIP LOCKED",
)
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
) -> list[Claim]:
    """Take up to ``limit`` due deliveries of a mail notice and open an attempt for each.

    Args:
        entry: number of the worker's journal entry that will tell of it.
        contents: SHA-256 of the approved message by locale; recorded with the attempt.
        after: where to begin: a delivery's number, only so that those done are not looked
            through again.
    """
    rows = _TAKE(tx, notice=notice.id, after=after, now=now, limit=limit).fetchall()
    if not rows:
        return []
    numbers = _next_attempts(tx, len(rows))
    claims = [Claim(plan_digest, number, *row) for number, row in zip(numbers, rows, strict=True)]
    begun = [row[0] for row in rows]
    _BEGIN(tx, now=now, begun=begun)
    insert_rows(
        tx,
        attempts,
        {
            "id": numbers,
            "delivery_id": begun,
            "copy": [c.copy for c in claims],
            "content_sha256": [contents[c.locale] for c in claims],
        },
        {"worker_id": worker.id, "at": now, "entry": entry},
    )
    return claims


def attempts_since(tx: Tx, at: datetime) -> int:
    """How many attempts were opened after an instant, of whatever plan."""
    opened = select(func.count()).select_from(attempts).where(attempts.c.at > at)
    return int(tx.execute(opened).scalar_one())


def last_attempt(tx: Tx) -> int:
    """The number of the attempt opened last, 0 before the first; numbers only grow."""
    return int(_LAST_ATTEMPT(tx).fetchone()[0] or 0)


def _next_attempts(tx: Tx, count: int) -> list[int]:
    """Numbers for new attempts; on SQLite nobody else writes meanwhile."""
    if tx.dialect.name == "postgresql":
        return [row[0] for row in _DEAL_ATTEMPTS(tx, count=count).fetchall()]
    last = last_attempt(tx)
    return list(range(last + 1, last + 1 + count))


_LAST_ATTEMPT = Statement("SELECT max(id) FROM attempts")
_DEAL_ATTEMPTS = Statement(
    "SELECT nextval(pg_get_serial_sequence('attempts', 'id')) FROM generate_series(1, :count)"
)


def record(tx: Tx, endings: Sequence[Ending], worker: Worker, entry: int) -> list[Verdict]:
    """Close attempts with their outcomes and move their deliveries on.

    Only while the attempts' worker is known to live, or by whoever gave it up: an attempt has one
    outcome.
    """
    if not endings:
        return []
    verdicts: dict[_Kind, Verdict] = {}
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
    for kind, alike in _by_kind(endings).items():
        verdict = verdicts[kind] = _judge(alike[0])
        _move(tx, verdict, alike)
    return [verdicts[_kind(ending)] for ending in endings]


_Kind = tuple[object, ...]


def _by_kind(endings: Sequence[Ending]) -> dict[_Kind, list[Ending]]:
    """Endings that move their deliveries alike: most of a group, most of the time."""
    kinds: dict[_Kind, list[Ending]] = {}
    for ending in endings:
        kinds.setdefault(_kind(ending), []).append(ending)
    return kinds


def _kind(ending: Ending) -> _Kind:
    claim, outcome, at, detail, _, late, blameless = ending
    if outcome is Outcome.ACCEPTED:
        return at, late, blameless
    return outcome, at, detail, blameless, claim.attempts, claim.unknowns


_MOVE = Statement(
    "UPDATE deliveries SET state = :state, due_at = :due_at, reason = :reason, late = :late, "  # noqa: S608
    "changed_at = :at, attempts = attempts - :uncounted, unknowns = unknowns + :unknown "
    f"WHERE id IN :moved AND state = '{State.SENDING}'"
)


def _move(tx: Tx, verdict: Verdict, alike: Sequence[Ending]) -> None:
    first = alike[0]
    _MOVE(
        tx,
        state=verdict.state,
        due_at=verdict.due_at,
        reason=verdict.reason,
        late=first.late and verdict.state is State.ACCEPTED,
        at=first.at,
        uncounted=int(first.blameless),
        unknown=int(first.outcome is Outcome.UNKNOWN),
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


def offer(tx: Tx, notice: StoredNotice, at: datetime) -> int:
    """Show the next batch of an in-app notice in the product; 0 when all are offered.

    When the last were is on the record: by then it stood in everybody's product.
    """
    batch = (
        select(deliveries.c.id)
        .where(deliveries.c.notice_id == notice.id, deliveries.c.state == State.PENDING)
        .order_by(deliveries.c.id)
        .limit(_OFFER_BATCH)
        .with_for_update(skip_locked=True)
    )
    offered = tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(batch))
        .values(state=State.OFFERED, changed_at=at)
    )
    if offered.rowcount < _OFFER_BATCH:
        done = update(notices).where(notices.c.id == notice.id, notices.c.offered_at.is_(None))
        if seals.write(tx, done.values(offered_at=at)):
            journal.append(
                tx,
                at=at,
                who="notifier",
                verb="offer",
                subject=f"plan {notice.plan_id}",
                facts={"notice": notice.position + 1},
            )
    return int(offered.rowcount)


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
