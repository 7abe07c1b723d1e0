"""Every person's whole history in one change: what was tried, what came of it, what came back.

All plans of the change that were approved count, those that are void by now as well: somebody may
have been told by them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, Select, and_, exists, or_, select

from notifier.delivery import PROOFS, TOLD, EventKind, Outcome, State
from notifier.ledger import tellings
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredPlan, load_plan
from notifier.ledger.schema import (
    approvals,
    attempts,
    audiences,
    contents,
    deliveries,
    events,
    notices,
    outcomes,
    plans,
    recipients,
    renderings,
)
from notifier.model.plan import Channel, NoticeKind

_AT_A_TIME = 2_000
NOTHING_BEGUN = "no notice to this person had begun"


@dataclass(frozen=True, slots=True)
class Proof:
    """One attempt, or a delivery without any, in the history of one person.

    Instants are aware UTC; None, or an empty text, where there was nothing.

    Attributes:
        recipient: the person's number in the list of the audience.
        joined: number of the addition they joined with; 0 for the audience frozen at first.
        approved_by: who approved the plan, though its approval be void by now.
        notice: its place in the plan, from 1.
        before: the instant before which being told keeps the promise; a reminder may come after it.
        told: whether this delivery told the person, as things stand.
        told_at: by when it had.
        late: told, but at or after ``before``, and not only reminded of it.
        content_sha256: the approved message it was made of, or that was shown.
        answer: what the mail server or provider said at the hand-over.
        feedback: what came back later, in words.
        sealed_in: the journal chain and entry that hold the hand-over's digest.
    """

    recipient: int
    key: str
    address: str
    name: str
    in_app_id: str
    locale: str
    joined: int
    plan: int
    plan_state: str
    approved_by: str
    approved_at: datetime | None
    notice: int | None
    kind: str
    channel: str
    before: datetime | None
    delivery: int | None
    state: str
    told: bool
    told_at: datetime | None
    late: bool
    reason: str
    attempt: int | None
    copy: int | None
    attempted_at: datetime | None
    content_sha256: str
    outcome: str
    outcome_at: datetime | None
    provider_id: str
    answer: str
    delivered_at: datetime | None
    bounced_at: datetime | None
    complained_at: datetime | None
    shown_at: datetime | None
    acknowledged_at: datetime | None
    feedback: str
    sealed_in: str


def plans_with_proof(tx: Tx, current: StoredPlan) -> list[StoredPlan]:
    """The plans of a change that were ever approved, and its current one, oldest first."""
    approved = exists().where(approvals.c.plan_id == plans.c.id)
    among = tellings.plans_of_series(tx, current.change_id)
    wanted = select(plans.c.id).where(
        plans.c.id.in_(among), or_(approved, plans.c.id == current.id)
    )
    found = tx.execute(wanted.order_by(plans.c.id)).scalars().all()
    return [load_plan(tx, plan) for plan in found]


def keys_of(tx: Tx, among: Sequence[StoredPlan], person: str) -> list[str]:
    """Whom somebody means who names a key, else an address, else an id in the product.

    More than one where people share it: one's id in the product may be another's key, and two
    accounts may have one address.
    """
    mine = select(recipients.c.key).distinct()
    mine = mine.where(recipients.c.audience_id.in_(_audiences(among)))
    address = or_(recipients.c.address_key == person.lower(), recipients.c.address == person)
    for named in (recipients.c.key == person, address, recipients.c.in_app_id == person):
        if found := list(tx.execute(mine.where(named)).scalars()):
            return found
    return []


def proofs(tx: Tx, among: Sequence[StoredPlan], *, key: str = "") -> Iterator[Proof]:
    """Every person's deliveries and attempts under some plans, person by person; streamed.

    Args:
        key: only the person with this key.
    """
    facts = _Facts(tx, among)
    rows = tx.execute(_select(among, key)).partitions()
    told = (line for part in rows for line in facts.lines(tx, list(part)))
    for _, lines in groupby(told, key=attrgetter("key")):
        theirs = list(lines)
        begun = [line for line in theirs if line.delivery is not None]
        yield from _judged(begun) if begun else theirs[:1]


def _judged(theirs: list[Proof]) -> Iterator[Proof]:
    """One person's lines; a reminder of what they were told in time is not late."""
    in_time = {line.channel for line in theirs if line.told and not line.late}
    for line in theirs:
        reminds = line.kind == NoticeKind.REMINDER and line.channel in in_time
        yield replace(line, late=False) if reminds and line.late else line


def approved_contents(tx: Tx, among: Sequence[StoredPlan]) -> Iterator[tuple[str, bytes]]:
    """The approved bytes of some plans, by SHA-256."""
    wanted = {digest for plan in among for digest in plan.manifest.messages.values()}
    for digest in sorted(wanted):
        found = tx.execute(
            select(contents.c.content).where(contents.c.sha256 == digest)
        ).scalar_one_or_none()
        if found is not None:
            yield digest, found


def audiences_of(tx: Tx, among: Sequence[StoredPlan]) -> list[int]:
    """The audiences that some plans are for, with their additions."""
    return list(tx.execute(_audiences(among).order_by(audiences.c.id)).scalars())


def _audiences(among: Sequence[StoredPlan]) -> Select[int]:
    frozen = [plan.audience_id for plan in among]
    return select(audiences.c.id).where(
        or_(audiences.c.id.in_(frozen), audiences.c.extends.in_(frozen))
    )


def _select(among: Sequence[StoredPlan], key: str) -> Any:
    plan_ids = [plan.id for plan in among]
    of_plans = deliveries.join(
        notices, and_(notices.c.id == deliveries.c.notice_id, notices.c.plan_id.in_(plan_ids))
    )
    tried = of_plans.outerjoin(attempts, attempts.c.delivery_id == deliveries.c.id).outerjoin(
        outcomes, outcomes.c.attempt_id == attempts.c.id
    )
    query = (
        select(
            recipients.c.id.label("recipient"),
            recipients.c.key,
            recipients.c.address,
            recipients.c.name,
            recipients.c.in_app_id,
            recipients.c.locale,
            audiences.c.number.label("joined"),
            deliveries.c.id.label("delivery"),
            deliveries.c.notice_id,
            deliveries.c.state,
            deliveries.c.late,
            deliveries.c.reason,
            attempts.c.id.label("attempt"),
            attempts.c.copy,
            attempts.c.at.label("attempted_at"),
            attempts.c.content_sha256,
            attempts.c.worker_id,
            attempts.c.entry,
            outcomes.c.outcome,
            outcomes.c.at.label("outcome_at"),
            outcomes.c.provider_id,
            outcomes.c.detail,
        )
        .select_from(
            recipients.join(audiences, audiences.c.id == recipients.c.audience_id).outerjoin(
                tried, deliveries.c.recipient_id == recipients.c.id
            )
        )
        .where(recipients.c.audience_id.in_(_audiences(among)))
        .order_by(recipients.c.key, deliveries.c.id, attempts.c.id)
        .execution_options(yield_per=_AT_A_TIME)
    )
    return query.where(recipients.c.key == key) if key else query


class _Facts:
    """What the lines of many people have in common."""

    def __init__(self, tx: Tx, among: Sequence[StoredPlan]) -> None:
        self._plans = {plan.id: plan for plan in among}
        ids = list(self._plans)
        of_plans = select(notices).where(notices.c.plan_id.in_(ids))
        self._notices = {row.id: row for row in tx.execute(of_plans)}
        signed = select(approvals).where(approvals.c.plan_id.in_(ids)).order_by(approvals.c.id)
        self._approvals = {row.plan_id: row for row in tx.execute(signed)}
        shown = select(renderings).where(renderings.c.notice_id.in_(list(self._notices)))
        self._shown = {(row.notice_id, row.locale): row.sha256 for row in tx.execute(shown)}

    def lines(self, tx: Tx, rows: Sequence[Row[Any]]) -> Iterator[Proof]:
        """The rows with what came back about them."""
        came_back = defaultdict[int, list[Row[Any]]](list)
        wanted = list({row.delivery for row in rows if row.delivery is not None})
        about = select(events).where(events.c.delivery_id.in_(wanted)).order_by(events.c.id)
        for event in tx.execute(about) if wanted else ():
            came_back[event.delivery_id].append(event)
        accepted = self._accepted(tx, rows)
        for row in rows:
            told = came_back[row.delivery] if row.delivery else []
            heard = [event.at for event in told if event.kind in PROOFS]
            heard += [accepted[row.delivery]] if row.delivery in accepted else []
            yield self._line(row, told, min(heard, default=None))

    @staticmethod
    def _accepted(tx: Tx, rows: Sequence[Row[Any]]) -> dict[int, datetime]:
        """When deliveries were accepted; one that was tried often is asked for by itself."""
        found = {r.delivery: r.outcome_at for r in rows if r.outcome == Outcome.ACCEPTED}
        others = {r.delivery for r in rows if r.attempt and r.outcome != Outcome.ACCEPTED}
        if others:
            answered = attempts.join(outcomes, outcomes.c.attempt_id == attempts.c.id)
            took = select(attempts.c.delivery_id, outcomes.c.at).select_from(answered)
            took = took.where(outcomes.c.outcome == Outcome.ACCEPTED)
            found |= dict(
                tuple(r) for r in tx.execute(took.where(attempts.c.delivery_id.in_(others)))
            )
        return found

    def _line(self, row: Row[Any], told: Sequence[Row[Any]], heard: datetime | None) -> Proof:
        notice = self._notices.get(row.notice_id)
        plan = self._plans[notice.plan_id] if notice else max(self._plans.values(), key=_number)
        signed = self._approvals.get(plan.id)
        promised = plan.plan.notices[notice.position].promised_before if notice else None
        is_told = row.state in TOLD
        missed = promised is not None and (heard is None or heard >= promised)
        mine = [event for event in told if event.attempt_id in {None, row.attempt}]
        return Proof(
            recipient=row.recipient,
            key=row.key,
            address=row.address,
            name=row.name,
            in_app_id=row.in_app_id,
            locale=row.locale,
            joined=row.joined,
            plan=plan.id,
            plan_state=plan.state,
            approved_by=signed.who if signed else "",
            approved_at=signed.at if signed else None,
            notice=notice.position + 1 if notice else None,
            kind=notice.kind if notice else "",
            channel=notice.channel if notice else "",
            before=(promised or notice.before) if notice else None,
            delivery=row.delivery,
            state=row.state or "",
            told=is_told,
            told_at=heard if is_told else None,
            late=is_told and (bool(row.late) or missed),
            reason=row.reason or ("" if notice else NOTHING_BEGUN),
            attempt=row.attempt,
            copy=row.copy,
            attempted_at=row.attempted_at,
            content_sha256=row.content_sha256 or self._content(row, notice),
            outcome=row.outcome or "",
            outcome_at=row.outcome_at,
            provider_id=row.provider_id or "",
            answer=row.detail or "",
            delivered_at=_first(mine, EventKind.DELIVERED),
            bounced_at=_first(
                mine, EventKind.BOUNCED, EventKind.BOUNCED_FOR_GOOD, EventKind.REJECTED
            ),
            complained_at=_first(mine, EventKind.COMPLAINED),
            shown_at=_first(mine, EventKind.SHOWN),
            acknowledged_at=_first(mine, EventKind.ACKNOWLEDGED),
            feedback="; ".join(event.detail for event in mine if event.detail),
            sealed_in=f"worker {row.worker_id}, entry {row.entry}" if row.attempt else "",
        )

    def _content(self, row: Row[Any], notice: Row[Any] | None) -> str:
        offered = row.state in {State.OFFERED, State.SHOWN, State.ACKNOWLEDGED, State.WITHDRAWN}
        if notice is None or notice.channel != Channel.IN_APP or not offered:
            return ""
        return str(self._shown[notice.id, row.locale])


def _number(plan: StoredPlan) -> int:
    return plan.id


def _first(told: Sequence[Row[Any]], *kinds: EventKind) -> datetime | None:
    return min((event.at for event in told if event.kind in kinds), default=None) if told else None
