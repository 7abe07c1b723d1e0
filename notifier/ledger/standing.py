"""Where a plan stands: who was told, by what, who is left, who never can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from notifier.delivery import State
from notifier.ledger import additions, tellings
from notifier.ledger.database import Tx
from notifier.ledger.hearing import Fact, crowd
from notifier.ledger.plans import StoredPlan
from notifier.ledger.schema import deliveries, notices, recipients
from notifier.model.plan import PUNCTUAL, Channel


@dataclass(frozen=True, slots=True)
class NoticeStanding:
    """Deliveries of one notice by state.

    Attributes:
        late: those handed over too late.
        withheld: what is left of it is too late to go out.
    """

    position: int
    kind: str
    channel: Channel
    due_at: datetime
    expanded: bool
    states: dict[State, int]
    late: int
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """People who joined after the audience was frozen; told + waiting + untold.

    No deadline was promised to them: told on joining is told, and never late.
    """

    people: int = 0
    told: int = 0
    waiting: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """A plan's account; the numbers of people add up: told + late + waiting + untold.

    Attributes:
        people: the frozen audience; who joined since is counted apart.
        told: told in time; by_email and by_product overlap.
        late: told, but only at or after the deadline.
        waiting: not told yet, and something is still under way for them.
        offered: of the waiting, those for whom a notice stands in the product, not seen yet.
        untold: nothing more will happen by itself: the exceptions.
    """

    people: int
    told: int
    by_email: int
    by_product: int
    late: int
    waiting: int
    offered: int
    untold: int
    notices: tuple[NoticeStanding, ...]
    joined: Joined = Joined()


class PutOff(NamedTuple):
    """A mail that was handed over, did not leave, and is to be tried again.

    Attributes:
        key, name: whose it is.
        why: the mail system's words, or ours.
        due_at: when it is tried again; an instant that has passed means at the next round.
    """

    key: str
    name: str
    why: str
    due_at: datetime


def put_off(tx: Tx, plan_id: int, *, at_most: int) -> tuple[PutOff, ...]:
    """The first mails of a plan that wait to be tried again."""
    rows = tx.execute(
        select(recipients.c.key, recipients.c.name, deliveries.c.reason, deliveries.c.due_at)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(recipients, recipients.c.id == deliveries.c.recipient_id)
        .where(
            notices.c.plan_id == plan_id,
            deliveries.c.state == State.PENDING,
            deliveries.c.reason != "",
        )
        .order_by(deliveries.c.id)
        .limit(at_most)
    )
    return tuple(PutOff(*row) for row in rows)


def standing(tx: Tx, plan: StoredPlan, at: datetime) -> PlanStanding:
    """Count a plan's people and deliveries.

    Args:
        at: aware instant; from the effective instant on, and once the plan is closed or void, a
            notice nobody has looked at is no hope any more.
    """
    earlier = tellings.plans_of_series(tx, plan.change_id, before_plan=plan.id)
    everybody = crowd(tx, plan, _everybody(tx, plan, earlier), at, earlier=earlier)
    account = _Account(tx, plan, at)
    counted: Counter[str] = Counter()
    for facts, people in everybody:
        for name in account.of(facts):
            counted[name] += people
    people = sum(number for _, number in everybody)
    ended = counted["told"] + counted["late"] + counted["waiting"]
    owed = people if plan.plan.tells_people else ended
    return PlanStanding(
        people=people,
        told=counted["told"],
        by_email=counted["by_email"],
        by_product=counted["by_product"],
        late=counted["late"],
        waiting=counted["waiting"],
        offered=counted["offered"],
        untold=owed - ended,
        notices=tuple(_by_notice(tx, plan.id)),
        joined=_joined(tx, plan, at),
    )


def _everybody(tx: Tx, plan: StoredPlan, earlier: Sequence[int]) -> ColumnElement[bool]:
    """The frozen audience; where a change stops, who was told of it, on joining or before."""
    if not plan.plan.stops:
        return recipients.c.audience_id == plan.audience_id
    among = recipients.c.audience_id.in_(additions.family(tx, plan.audience_id))
    believed = {n.addressees.told for n in plan.plan.notices if n.addressees.told}
    return and_(among, tellings.Record(tx, earlier).last_told(believed))


class _Account:
    """What the facts of a person amount to under a plan."""

    def __init__(self, tx: Tx, plan: StoredPlan, at: datetime) -> None:
        self._duties = [duty.every_channel for duty in plan.plan.joint_duties]
        self._ended = plan.state.is_over
        self._over = self._ended or at >= plan.plan.in_force_at
        joiners = [n for n, notice in enumerate(plan.plan.notices) if notice.addressees.joiners]
        to_begin = select(notices.c.channel).where(
            notices.c.plan_id == plan.id,
            notices.c.position.not_in(joiners),
            notices.c.expanded_at.is_(None),
            or_(notices.c.kind.not_in(PUNCTUAL), notices.c.before > at),
        )
        self._to_begin = set(tx.execute(to_begin).scalars())

    def of(self, facts: int) -> Iterator[str]:
        """The fields of a :class:`PlanStanding` that whoever has these facts is counted in."""
        if facts & Fact.MAIL_IN_TIME:
            yield "by_email"
        if facts & Fact.PRODUCT_IN_TIME:
            yield "by_product"
        if self._is_told(facts, Fact.MAIL_IN_TIME, Fact.PRODUCT_IN_TIME):
            yield "told"
        elif self._is_told(facts, Fact.MAIL, Fact.PRODUCT):
            yield "late"
        elif self._is_waiting(facts):
            yield "waiting"
            if facts & Fact.OFFERED and not self._over:
                yield "offered"

    def _is_told(self, facts: int, mail: Fact, product: Fact) -> bool:
        """Whether they were told as their promise asks: by one channel, or by every one named."""
        by = {Channel.EMAIL: bool(facts & mail), Channel.IN_APP: bool(facts & product)}
        return any(by.values()) and all(
            all(by[channel] for channel in channels)
            for number, channels in enumerate(self._duties)
            if facts & Fact.owed(number)
        )

    def _is_waiting(self, facts: int) -> bool:
        """Whether what is still to come can tell them as their promise asks."""
        if self._ended:
            return False
        coming = {channel for channel in Channel if self._is_coming(facts, channel)}
        heard = {c for c, fact in _BY.items() if facts & fact}
        return bool(coming) and all(
            channels <= coming | heard
            for number, channels in enumerate(self._duties)
            if facts & Fact.owed(number)
        )

    def _is_coming(self, facts: int, channel: Channel) -> bool:
        """Whether a delivery is open, or a notice that can reach them is yet to begin."""
        begins = channel in self._to_begin
        if channel is Channel.EMAIL:
            reachable = facts & Fact.CAN_EMAIL and not facts & Fact.UNREACHED
            return bool(facts & Fact.MAIL_OPEN or (begins and reachable))
        stands = facts & Fact.OFFERED and not self._over
        return bool(facts & Fact.PRODUCT_OPEN or stands or (begins and facts & Fact.CAN_IN_APP))


_BY = {Channel.EMAIL: Fact.MAIL, Channel.IN_APP: Fact.PRODUCT}


def _joined(tx: Tx, plan: StoredPlan, at: datetime) -> Joined:
    among = [addition.id for addition in additions.additions(tx, plan)]
    if not among:
        return Joined()
    over = plan.state.is_over or at >= plan.plan.in_force_at
    people = told = waiting = 0
    for facts, number in crowd(tx, plan, recipients.c.audience_id.in_(among), at):
        people += number
        if facts & (Fact.MAIL | Fact.PRODUCT):
            told += number
        elif not over and (facts & (Fact.OPEN | Fact.OFFERED) or not facts & Fact.WRITTEN):
            waiting += number
    return Joined(people, told, waiting, people - told - waiting)


def _by_notice(tx: Tx, plan_id: int) -> Iterator[NoticeStanding]:
    rows = tx.execute(
        select(notices).where(notices.c.plan_id == plan_id).order_by(notices.c.position)
    ).all()
    for notice in rows:
        counted = tx.execute(
            select(deliveries.c.state, deliveries.c.late, func.count().label("people"))
            .where(deliveries.c.notice_id == notice.id)
            .group_by(deliveries.c.state, deliveries.c.late)
        ).all()
        states: dict[State, int] = {}
        for row in counted:
            states[State(row.state)] = states.get(State(row.state), 0) + row.people
        yield NoticeStanding(
            position=notice.position,
            kind=notice.kind,
            channel=Channel(notice.channel),
            due_at=notice.due_at,
            expanded=notice.expanded_at is not None,
            states=states,
            late=sum(row.people for row in counted if row.late),
            withheld=notice.withheld_at is not None,
        )
