"""The states of deliveries, followed again from what the chains hold: attempts, outcomes, events.

A state is kept so that it can be asked for quickly; it must be what the record leads to. Streamed,
whatever the number of deliveries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, select

from notifier.delivery import (
    CALLED_OFF,
    MOST_COPIES,
    TOLD,
    TWICE_UNANSWERED,
    Answered,
    EventKind,
    Outcome,
    State,
    could_be,
)
from notifier.ledger import calling_off, copies, suppressions
from notifier.ledger.codec import sha256
from notifier.ledger.database import Tx
from notifier.ledger.plans import PlanState
from notifier.ledger.schema import (
    attempts,
    deliveries,
    events,
    notices,
    outcomes,
    plans,
    recipients,
    renderings,
)
from notifier.model.plan import Channel

_AT_A_TIME = 2_000
_STANDING = (PlanState.DRAFT, PlanState.REFUSED, PlanState.APPROVED)
_TELLING = (EventKind.ACCEPTED, EventKind.DELIVERED, EventKind.COMPLAINED)
_SEEN = (EventKind.SHOWN, EventKind.ACKNOWLEDGED)


def verify(tx: Tx) -> Iterator[str]:
    """Follow every delivery's record again; yields where a row says something else."""
    known = _Known.of(tx)
    counted: Counter[int] = Counter()
    told = _Told(tx)
    lines: Iterable[Row[Any]] = tx.execute(_DELIVERIES)
    for _, of_one in groupby(lines, key=attrgetter("id")):
        rows = list(of_one)
        delivery = rows[0]
        counted[delivery.notice_id] += 1
        wrong = _Followed(known, rows, told.about(delivery.id)).wrong()
        if wrong:
            notice = known.notices[delivery.notice_id]
            yield (
                f"plan {notice.plan_id}, notice {notice.position + 1}, delivery {delivery.id}: "
                f"{wrong}"
            )
    for notice in known.notices.values():
        if notice.expanded_at is not None and counted[notice.id] != notice.people:
            yield (
                f"plan {notice.plan_id}, notice {notice.position + 1}: has {counted[notice.id]} "
                f"deliveries where {notice.people} were begun"
            )


_DELIVERIES = (
    select(
        deliveries.c.id,
        deliveries.c.notice_id,
        deliveries.c.state,
        deliveries.c.attempts,
        deliveries.c.unknowns,
        deliveries.c.late,
        deliveries.c.reason,
        recipients.c.key,
        recipients.c.locale,
        recipients.c.in_app_id,
        recipients.c.problem,
        recipients.c.address_key,
        attempts.c.id.label("attempt"),
        attempts.c.content_sha256,
        attempts.c.copy,
        outcomes.c.outcome,
        outcomes.c.at,
        outcomes.c.detail,
    )
    .join(recipients, recipients.c.id == deliveries.c.recipient_id)
    .outerjoin(attempts, attempts.c.delivery_id == deliveries.c.id)
    .outerjoin(outcomes, outcomes.c.attempt_id == attempts.c.id)
    .order_by(deliveries.c.id, attempts.c.id)
    .execution_options(yield_per=_AT_A_TIME)
)


class _Told:
    """Events in the order of their deliveries, one delivery after another."""

    def __init__(self, tx: Tx) -> None:
        ordered = select(events).order_by(events.c.delivery_id, events.c.id)
        rows = tx.execute(ordered.execution_options(yield_per=_AT_A_TIME))
        self._groups = groupby(rows, key=attrgetter("delivery_id"))
        self._next = next(self._groups, None)

    def about(self, delivery: int) -> list[Row[Any]]:
        """Those about a delivery; asked for in rising order."""
        if self._next is None or self._next[0] != delivery:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What deliveries are followed by; small beside them."""

    notices: dict[int, Row[Any]]
    messages: dict[tuple[int, str], str]
    endings: dict[int, tuple[str, bool]]
    suppressed: frozenset[str] = field(repr=False)
    unanswered: dict[str, int] = field(repr=False)

    @classmethod
    def of(cls, tx: Tx) -> _Known:
        ended = tx.execute(select(plans.c.id).where(plans.c.state.not_in(_STANDING))).scalars()
        return cls(
            notices={row.id: row for row in tx.execute(select(notices).order_by(notices.c.id))},
            messages={(r.notice_id, r.locale): r.sha256 for r in tx.execute(select(renderings))},
            endings={plan: calling_off.ending_of(tx, plan) for plan in ended.all()},
            suppressed=suppressions.ever(tx),
            unanswered=copies.unanswered_by_key(tx),
        )


class _Followed:
    """One delivery's record, followed again."""

    def __init__(self, known: _Known, rows: list[Row[Any]], told: list[Row[Any]]) -> None:
        self._known, self._told = known, told
        self._delivery = rows[0]
        self._attempts = [row for row in rows if row.attempt is not None]
        self._notice = known.notices[self._delivery.notice_id]
        self._by_mail = self._notice.channel == Channel.EMAIL
        self._earlier = self._attempts[0].copy - 1 if self._attempts else self._delivery.unknowns

    def wrong(self) -> str:
        """What the row says that its record does not lead to, or empty."""
        delivery = self._delivery
        if (delivery.state, delivery.reason) not in self._possible():
            return f"is {delivery.state}, which its attempts and events do not lead to"
        if delivery.late not in self._possibly_late():
            return "is in time or late where its record says otherwise"
        if not self._counts_right():
            return "counts other attempts than were made"
        message = self._known.messages.get((self._notice.id, delivery.locale))
        if any(row.content_sha256 != message for row in self._attempts):
            return "was handed over with another message than its notice has"
        if any(event.early and delivery.state != State.SENDING for event in self._told):
            return "has an event that was never applied"
        return ""

    def _counts_right(self) -> bool:
        unknowns = sum(row.outcome == Outcome.UNKNOWN for row in self._attempts)
        elsewhere = self._known.unanswered.get(self._delivery.key, 0) - unknowns
        return (
            0 <= self._earlier <= elsewhere
            and self._delivery.unknowns == self._earlier + unknowns
            and int(self._delivery.attempts) <= len(self._attempts)
        )

    def _possible(self) -> frozenset[tuple[str, str]]:
        found = _led_to(self._answered(), self._earlier) if self._by_mail else self._in_product()
        ends = self._called_off(found) | self._skipped(found)
        if self._notice.called_off_at is not None:
            _, also_offered = self._known.endings[self._notice.plan_id]
            ended = {s for s in CALLED_OFF if also_offered or s is not State.OFFERED}
            found = frozenset((state, reason) for state, reason in found if state not in ended)
        return found | ends

    def _answered(self) -> tuple[Answered, ...]:
        return tuple(
            Answered(
                Outcome(row.outcome) if row.outcome else None,
                "" if row.outcome == Outcome.ACCEPTED else row.detail or "",
                tuple(
                    (EventKind(event.kind), "" if event.kind in _TELLING else event.detail)
                    for event in self._told
                    if event.attempt_id == row.attempt
                ),
            )
            for row in self._attempts
        )

    def _in_product(self) -> frozenset[tuple[str, str]]:
        seen = {event.kind for event in self._told}
        if EventKind.ACKNOWLEDGED in seen:
            return frozenset({(State.ACKNOWLEDGED, "")})
        if EventKind.SHOWN in seen:
            return frozenset({(State.SHOWN, "")})
        return frozenset({(State.PENDING, ""), (State.OFFERED, "")})

    def _called_off(self, found: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
        ending = self._known.endings.get(self._notice.plan_id)
        if ending is None:
            return set()
        why, also_offered = ending
        return {
            (CALLED_OFF[State(s)], calling_off.in_doubt(why) if s == State.UNKNOWN else why)
            for s, _ in found
            if s in CALLED_OFF and (also_offered or s != State.OFFERED)
        }

    def _skipped(self, found: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
        """Skipped for a reason that the frozen person, a bounce or earlier copies bear out."""
        person, reason = self._delivery, self._delivery.reason
        if not any(state == State.PENDING for state, _ in found):
            return set()
        if not self._by_mail:
            without = "no account in the product"
            return {(State.SKIPPED, without)} if person.in_app_id == "" else set()
        bounced = reason.startswith("suppressed: ") and sha256(person.address_key) in (
            self._known.suppressed
        )
        copies_had = self._known.unanswered.get(person.key, 0)
        twice = reason == TWICE_UNANSWERED and copies_had >= MOST_COPIES
        borne_out = bounced or twice or (person.problem and reason == person.problem)
        return {(State.SKIPPED, reason)} if borne_out else set()

    def _possibly_late(self) -> set[bool]:
        before: datetime = self._notice.before
        at = [row.at for row in self._attempts if row.outcome == Outcome.ACCEPTED]
        if not at:
            telling = _TELLING if self._by_mail else _SEEN
            at = [event.at for event in self._told if event.kind in telling]
        late = {moment >= before for moment in at[:1]}
        was_told = self._delivery.state in TOLD
        return late if was_told else {*late, False}


@lru_cache(maxsize=4_096)
def _led_to(answered: tuple[Answered, ...], earlier: int) -> frozenset[tuple[str, str]]:
    """Most deliveries of a notice have the very same record."""
    return frozenset(could_be(answered, unknowns=earlier))
