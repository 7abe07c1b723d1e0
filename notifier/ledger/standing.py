"""Where a plan stands: who was told, by what, who is left, who never can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    except_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    union,
)

from notifier.delivery import OPEN, TOLD, EventKind, Outcome, State
from notifier.ledger import additions, tellings
from notifier.ledger.database import Tx
from notifier.ledger.plans import PlanState, StoredPlan, load_plan
from notifier.ledger.schema import (
    attempts,
    deliveries,
    events,
    notices,
    outcomes,
    recipients,
)
from notifier.ledger.tellings import keys_last_told
from notifier.model.plan import PUNCTUAL, Channel

_ENDED = {PlanState.VOID, PlanState.COMPLETE, PlanState.COMPLETE_WITH_EXCEPTIONS}
_UNREACHED = (State.BOUNCED, State.FAILED, State.UNRESOLVED)
_PROOFS = (EventKind.ACCEPTED, EventKind.DELIVERED, EventKind.SHOWN, EventKind.ACKNOWLEDGED)


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
class Standing:
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


def standing(tx: Tx, plan: StoredPlan, at: datetime) -> Standing:
    """Count a plan's people and deliveries.

    Args:
        at: aware instant; from the effective instant on, and once the plan is closed or void, a
            notice nobody has looked at is no hope any more.
    """
    account = _Account(tx, plan, at)
    everybody = account.everybody()
    in_time, at_all = account.told(in_time=True), account.told(in_time=False)
    people, told = _people(tx, everybody), _people(tx, in_time)
    late = _people(tx, at_all) - told
    waiting = _people(tx, _without(account.still_coming(), at_all))
    offered = _people(tx, _without(account.offered(), at_all))
    return Standing(
        people=people,
        told=told,
        by_email=_people(tx, account.reached(Channel.EMAIL, in_time=True)),
        by_product=_people(tx, account.reached(Channel.IN_APP, in_time=True)),
        late=late,
        waiting=waiting,
        offered=offered,
        untold=people - told - late - waiting,
        notices=tuple(_by_notice(tx, plan.id)),
        joined=_joined(tx, plan, at),
    )


def _joined(tx: Tx, plan: StoredPlan, at: datetime) -> Joined:
    among = [addition.id for addition in additions.additions(tx, plan)]
    if not among:
        return Joined()
    everybody = select(recipients.c.id).where(recipients.c.audience_id.in_(among))
    own = _of(plan.id)
    told = everybody.where(recipients.c.id.in_(own.where(deliveries.c.state.in_(TOLD))))
    hoped = own.where(deliveries.c.state.in_((*OPEN, State.OFFERED)))
    coming = _any_of(everybody.where(recipients.c.id.in_(hoped)), _without(everybody, own))
    over = plan.state in _ENDED or at >= plan.plan.effective_at
    people, told_ = _people(tx, everybody), _people(tx, told)
    waiting = 0 if over else _people(tx, _without(coming, told))
    return Joined(people, told_, waiting, people - told_ - waiting)


class _Account:
    """Who belongs to a plan and who has been told by it, as selections of recipients."""

    def __init__(self, tx: Tx, plan: StoredPlan, at: datetime) -> None:
        self._tx, self._plan, self._at = tx, plan, at
        self._earlier = tellings.plans_of_series(tx, plan.change_id, before_plan=plan.id)
        if tellings.last_told_by(tx, plan.change_id, before_plan=plan.id) is None:
            self._earlier = []
        self._ended = plan.state in _ENDED
        self._over = self._ended or at >= plan.plan.effective_at

    def everybody(self) -> Select[tuple[int]]:
        """The frozen audience; where a change stops, who was told of it, on joining or before."""
        audience = self._plan.audience_id
        if not self._plan.plan.stops:
            return select(recipients.c.id).where(recipients.c.audience_id == audience)
        among = additions.family(self._tx, audience)
        frozen = select(recipients.c.id).where(recipients.c.audience_id.in_(among))
        believed = {n.addressees.told for n in self._plan.plan.notices if n.addressees.told}
        return frozen.where(recipients.c.key.in_(keys_last_told(self._earlier, believed)))

    def reached(self, channel: Channel | None, *, in_time: bool) -> Select[tuple[int]]:
        """Who was told by a channel, or by any: by this plan, or before it of the same."""
        where: list[ColumnElement[bool]] = [deliveries.c.state.in_(TOLD)]
        where += [notices.c.channel == channel] if channel else []
        own = _of(self._plan.id).where(*where, *(self._in_time([self._plan]) if in_time else ()))
        here = self.everybody().where(recipients.c.id.in_(own))
        if not self._earlier:
            return here
        same = keys_last_told(self._earlier, tellings.tellings_of(self._plan))
        before = (
            select(recipients.c.key)
            .join(deliveries, deliveries.c.recipient_id == recipients.c.id)
            .join(notices, notices.c.id == deliveries.c.notice_id)
            .where(notices.c.plan_id.in_(self._earlier), *where)
        )
        if in_time:
            earlier = [load_plan(self._tx, plan_id) for plan_id in self._earlier]
            before = before.where(*self._in_time(earlier))
        already = self.everybody().where(recipients.c.key.in_(same), recipients.c.key.in_(before))
        return _any_of(here, already)

    def _in_time(self, plans: Iterable[StoredPlan]) -> Iterator[ColumnElement[bool]]:
        """What makes a delivery one in time; a reminder after the deadline is a late first word."""
        yield deliveries.c.late.is_(False)
        for plan in plans:
            for position, notice in enumerate(plan.plan.notices):
                promised = notice.promised_before
                if promised and promised <= self._at:
                    here = and_(notices.c.plan_id == plan.id, notices.c.position == position)
                    early = notice.due_at < promised
                    yield or_(not_(here), _heard_before(promised) if early else false())

    def told(self, *, in_time: bool) -> Select[tuple[int]]:
        """Who was told as their promise asks: by one channel, or by every one it names."""
        enough = self.reached(None, in_time=in_time)
        for duty in self._plan.plan.joint_duties:
            by_all = [
                recipients.c.id.in_(self.reached(channel, in_time=in_time))
                for channel in sorted(duty.every_channel)
            ]
            theirs = tellings.in_place(duty.addressees)
            enough = _any_of(enough.where(not_(theirs)), enough.where(theirs, *by_all))
        return enough

    def offered(self) -> Select[tuple[int]]:
        """For whom a notice stands in the product, not seen yet, that may still be seen in time."""
        if self._over:
            return self.everybody().where(false())
        unseen = _of(self._plan.id).where(deliveries.c.state == State.OFFERED)
        return self.everybody().where(recipients.c.id.in_(unseen))

    def still_coming(self) -> Select[tuple[int]]:
        """For whom a delivery is open, or a notice that can reach them is yet to begin."""
        if self._ended:
            return self.everybody().where(false())
        plan = self._plan.plan
        alive = or_(notices.c.kind.not_in(PUNCTUAL), notices.c.before > self._at)
        open_ones = _of(self._plan.id).where(alive, deliveries.c.state.in_(OPEN))
        everybody = self.everybody()
        ways = [everybody.where(recipients.c.id.in_(open_ones)), self.offered()]
        joiners = [n for n, notice in enumerate(plan.notices) if notice.addressees.joiners]
        to_begin = select(notices.c.channel).where(
            notices.c.plan_id == self._plan.id,
            notices.c.position.not_in(joiners),
            notices.c.expanded_at.is_(None),
            alive,
        )
        channels = set(self._tx.execute(to_begin).scalars())
        if Channel.EMAIL in channels:
            refused = _of(self._plan.id).where(deliveries.c.state.in_(_UNREACHED))
            ways.append(_without(everybody.where(recipients.c.problem == ""), refused))
        if Channel.IN_APP in channels:
            ways.append(everybody.where(recipients.c.in_app_id != ""))
        return _any_of(*ways)


def _any_of(*who: Select[tuple[int]]) -> Select[tuple[int]]:
    """Whoever is in one of several selections.

    Sets, not OR and NOT IN: of a million ids PostgreSQL makes no hash for those, and looks through
    all of them for every one.
    """
    return select(recipients.c.id).where(recipients.c.id.in_(union(*who)))


def _without(who: Select[tuple[int]], others: Select[tuple[int]]) -> Select[tuple[int]]:
    """Whoever is in one selection and not in another."""
    return select(recipients.c.id).where(recipients.c.id.in_(except_(who, others)))


def _heard_before(at: datetime) -> ColumnElement[bool]:
    """Whether a delivery was handed over, or seen, before an instant."""
    accepted = (
        select(attempts.c.id)
        .join(outcomes, outcomes.c.attempt_id == attempts.c.id)
        .where(
            attempts.c.delivery_id == deliveries.c.id,
            outcomes.c.outcome == Outcome.ACCEPTED,
            outcomes.c.at < at,
        )
    )
    proven = select(events.c.id).where(
        events.c.delivery_id == deliveries.c.id, events.c.kind.in_(_PROOFS), events.c.at < at
    )
    return or_(accepted.exists(), proven.exists())


def _of(plan_id: int) -> Select[tuple[int]]:
    return (
        select(deliveries.c.recipient_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(notices.c.plan_id == plan_id)
    )


def _people(tx: Tx, who: Select[tuple[int]]) -> int:
    found = who.subquery()
    return int(tx.execute(select(func.count()).select_from(found)).scalar_one())


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


def is_finished(tx: Tx, plan_id: int) -> bool:
    """Whether every notice has been expanded and no delivery is open any more."""
    unexpanded = exists().where(notices.c.plan_id == plan_id, notices.c.expanded_at.is_(None))
    under_way = exists().where(
        and_(
            notices.c.plan_id == plan_id,
            notices.c.id == deliveries.c.notice_id,
            deliveries.c.state.in_(OPEN),
        )
    )
    return not tx.execute(select(unexpanded | under_way)).scalar_one()
