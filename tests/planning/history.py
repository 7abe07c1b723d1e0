"""Histories of one change: people, a clock, a small ledger, and what must hold after each step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from notifier.model.plan import (
    Addressees,
    Channel,
    Group,
    NoticeKind,
    PlannedNotice,
    Standing,
    Telling,
    Told,
)
from notifier.model.reading import NoticePeriod, Trigger
from notifier.model.request import Rules, RulingSubject, SendingHours
from notifier.planning import make_plan, pause, reforecast, revise, withdraw
from tests.planning.requests import CUSTOMER, request, ruling

BEGIN = datetime(2025, 10, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = Rules(
    rate=1 / 3600,
    bounce_allowance=timedelta(hours=6),
    lead_times=(timedelta(days=6), timedelta(days=2)),
)
EDITORIAL = (ruling(RulingSubject.MATERIALITY, "editorial"),)
PUNCTUAL = {NoticeKind.INITIAL, NoticeKind.REMINDER}
SETS_RIGHT = {NoticeKind.CORRECTION, NoticeKind.WITHDRAWAL}


@dataclass(eq=False)
class Person:
    """Somebody to be told; ``looks`` is whether they ever see a notice in the product."""

    email: bool
    product: bool
    looks: bool
    told: dict[Channel, Telling] = field(default_factory=dict)
    last: Telling | None = None
    acknowledged: bool = False

    @property
    def group(self):
        return Group("en", 1, can_email=self.email, can_in_app=self.product)


@dataclass(eq=False)
class Delivery:
    person: Person
    notice: PlannedNotice
    state: str = "pending"


def is_for(addressees: Addressees, person: Person) -> bool:
    """What a ledger's WHERE clause says."""
    standing = {
        Standing.ANYONE: True,
        Standing.UNTOLD: person.last is None,
        Standing.TOLD: person.last is not None and person.last == addressees.told,
        Standing.UNACKNOWLEDGED: not person.acknowledged,
    }[addressees.standing]
    reachable = addressees.without is None or not person.group.can(addressees.without)
    return standing and reachable and not addressees.joiners


class History(RuleBasedStateMachine):
    """Changes, moves, pauses, withdrawals, joiners, bounces and downtime, in any order."""

    people: list[Person]

    @initialize(
        kinds=st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=6),
        days=st.integers(-1, 25),
        period=st.none() | st.integers(1, 8),
        hours=st.none() | st.just(SendingHours(time(12), time(18), weekdays=(0, 3))),
    )
    def start(self, kinds, days, period, hours):
        self.people = [Person(*kind) for kind in kinds]
        self.now = BEGIN
        self.day = (BEGIN + timedelta(days=days)).date()
        self.number = 1
        self.days = period or 1
        self.rules = replace(RULES, sending_hours=hours)
        period = period and NoticePeriod(period)
        self.promise = replace(CUSTOMER, period=period, trigger=Trigger.MATERIAL)
        self.rulings = ()
        self.editorial = False
        self.stopped = ""
        self.deliveries = []
        self.plan = self.told_by = make_plan(self.request(), now=self.now)
        self.open_plan()

    # -- the change and its plan

    def request(self):
        counts = Counter(person.group for person in self.people)
        groups = tuple(replace(group, count=number) for group, number in counts.items())
        return request(
            self.day,
            self.promise,
            groups=groups,
            rules=self.rules,
            version=f"v{self.number}",
            rulings=(*self.rulings, *(EDITORIAL if self.editorial else ())),
        )

    def facts(self):
        counts = Counter((p.last, p.group) for p in self.people if p.last is not None)
        return tuple(Told(last, replace(g, count=number)) for (last, g), number in counts.items())

    def replan(self):
        self.stopped = ""
        self.plan = revise(self.told_by, self.request(), told=self.facts(), now=self.now)
        self.open_plan()

    def stop(self, how):
        return how(self.told_by, told=self.facts(), request=self.request(), now=self.now)

    def open_plan(self):
        """Freeze: one delivery for each notice and person; what was pending is void."""
        note(f"{self.now} {self.day} v{self.number} {[n.key for n in self.plan.notices]}")
        self.deliveries = [
            Delivery(person, notice)
            for notice in self.plan.notices
            if notice.kind is not NoticeKind.REMINDER
            for person in self.people
            if is_for(notice.addressees, person) and person.group.can(notice.channel)
        ]
        self.check_counts()
        self.disturbed = False
        self.listed = {
            person
            for person in self.people
            if not person.email and not person.product and self.plan.unreachable
        }

    def check_counts(self):
        """A plan's numbers are the ledger's."""
        for notice in self.plan.notices:
            if notice.kind is not NoticeKind.REMINDER and not notice.addressees.joiners:
                mine = sum(d.notice is notice for d in self.deliveries)
                assert mine == notice.count, (notice.key, mine, notice.count)

    # -- what can happen

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours):
        for _ in range(hours):
            self.hand_over()
            self.now += HOUR

    @rule(hours=st.integers(1, 150))
    def daemon_is_down(self, hours):
        self.now += hours * HOUR
        self.disturbed = True
        left = Counter(d.notice.key for d in self.deliveries if d.state == "pending")
        forecast = reforecast(self.plan, left, RULES.rate, self.now)
        missed = {
            notice.key
            for notice in self.plan.notices
            if notice.kind in PUNCTUAL and left[notice.key] and self.now >= notice.before
        }
        assert missed <= {f.key for f in forecast.notices if not f.in_time}

    @rule()
    def text_changes(self):
        self.number += 1
        self.editorial = False
        self.replan()

    @rule(days=st.integers(-10, 20))
    def date_moves(self, days):
        self.day += timedelta(days=days)
        self.replan()

    @rule()
    def date_moves_to_the_earliest_honest_one(self):
        self.replan()
        if self.plan.refusal:
            self.day = self.plan.earliest_honest_date
            self.replan()
            assert not self.plan.refusal

    @rule()
    def legal_rules_to_send_late(self):
        self.rulings = (ruling(RulingSubject.SEND_LATE, "yes"),)
        self.replan()
        assert not self.plan.refusal

    @rule()
    def legal_rules_it_editorial(self):
        """Nobody is owed a notice; who was told otherwise is set right before it takes effect."""
        self.editorial = True
        self.replan()

    @rule()
    def change_is_paused(self):
        self.stopped = self.stopped or "paused"
        if self.stopped == "paused":
            self.plan = self.stop(pause)
            self.open_plan()

    @rule()
    def change_is_withdrawn(self):
        self.stopped = "withdrawn"
        self.plan = self.stop(withdraw)
        self.open_plan()

    @rule(kind=st.tuples(st.booleans(), st.booleans(), st.booleans()))
    def somebody_joins(self, kind):
        person = Person(*kind)
        self.people.append(person)
        self.listed.add(person)
        for notice in self.plan.notices:
            open_now = notice.due_at <= self.now < notice.before
            if notice.addressees.joiners and open_now and person.group.can(notice.channel):
                self.tell(Delivery(person, notice))

    @precondition(lambda self: any(Channel.EMAIL in p.told for p in self.people))
    @rule(data=st.data())
    def a_mail_bounces(self, data):
        person = data.draw(st.sampled_from([p for p in self.people if Channel.EMAIL in p.told]))
        del person.told[Channel.EMAIL]
        person.email = False
        self.listed.add(person)
        person.last = person.told.get(Channel.IN_APP)
        for delivery in self.deliveries:
            if delivery.person is person and delivery.notice.channel is Channel.EMAIL:
                delivery.state = "bounced"

    @precondition(lambda self: any(p.last for p in self.people))
    @rule(data=st.data())
    def somebody_acknowledges(self, data):
        data.draw(st.sampled_from([p for p in self.people if p.last])).acknowledged = True

    # -- the sender

    def hand_over(self):
        """One mail an hour, the most urgent first; the product shows at once."""
        pending = [
            d for d in self.deliveries if d.state == "pending" and d.notice.due_at <= self.now
        ]
        for delivery in pending:
            if delivery.notice.kind in PUNCTUAL and self.now >= delivery.notice.before:
                assert self.disturbed, f"{delivery.notice.key} missed without a standstill"
                delivery.state = "held"
            elif delivery.notice.channel is Channel.IN_APP:
                self.tell(delivery)
        mails = [d for d in pending if d.state == "pending" and self.may_be_mailed(d.notice)]
        if mails:
            self.tell(min(mails, key=lambda d: (d.notice.before, d.notice.due_at, d.notice.key)))

    def may_be_mailed(self, notice):
        windows = notice.windows
        open_now = not windows or any(w.opens_at <= self.now < w.closes_at for w in windows)
        return notice.channel is Channel.EMAIL and open_now

    def tell(self, delivery):
        notice, person = delivery.notice, delivery.person
        in_time = self.now < notice.before
        delivery.state = "in time" if in_time else "late"
        if notice.channel is Channel.IN_APP and not person.looks:
            delivery.state = "offered"
            return
        self.told_by = self.plan
        person.told[notice.channel] = person.last = notice.tells
        person.acknowledged = False
        if notice.kind is NoticeKind.LATE:
            assert not in_time
        if in_time and notice.kind is not NoticeKind.WITHDRAWAL and not notice.addressees.joiners:
            self.check_calendar(notice.tells.effective_date)

    def check_calendar(self, day: date):
        """The reference: on the easternmost clock it is still the promised number of days."""
        east = (self.now + timedelta(hours=14)).date()
        assert (day - east).days >= (1 if self.editorial else self.days)

    # -- what must always hold

    def truth(self):
        """What everybody should have been told last."""
        if self.stopped:
            return None
        return Telling(self.day, f"v{self.number}")

    @invariant()
    def nobody_is_forgotten_in_silence(self):
        if self.stopped or self.plan.refusal:
            return
        has = {delivery.person for delivery in self.deliveries}
        for person in self.people:
            if self.editorial and person.last is None:
                continue
            assert person.last == self.truth() or person in has or person in self.listed

    @invariant()
    def nobody_is_left_with_what_is_no_longer_true(self):
        outdated = [p for p in self.people if p.last and not self.holds(p.last)]
        if self.plan.refusal:
            told_otherwise = "plan.told_otherwise" in {f.code for f in self.plan.findings}
            assert told_otherwise or not outdated or self.bounced_back(outdated)
            return
        has = {d.person for d in self.deliveries if d.notice.kind in SETS_RIGHT}
        for person in outdated:
            assert person in has or person in self.listed or self.bounced_back([person])

    def holds(self, last):
        if self.stopped == "paused":
            return last.effective_date is None
        if self.stopped:
            return last.withdrawn
        return last == self.truth()

    def bounced_back(self, people):
        """A bounced correction leaves what the product showed before: the mail is the exception."""
        bounced = {d.person for d in self.deliveries if d.state == "bounced"}
        return all(person in bounced or not person.email for person in people)

    @invariant()
    def corrections_reach_exactly_the_told(self):
        for delivery in self.deliveries:
            told = delivery.notice.addressees.told
            if delivery.notice.kind in SETS_RIGHT:
                assert told is not None
                assert told != delivery.notice.tells
                assert self.words_hold_when_it_goes(delivery.notice)
            else:
                assert told is None

    def words_hold_when_it_goes(self, notice):
        return notice.true_until is None or notice.due_at < notice.true_until

    @invariant()
    def no_notice_is_planned_into_the_past_or_past_its_deadline(self):
        for notice in self.plan.notices:
            if notice.kind is NoticeKind.LATE:
                assert notice.before <= notice.due_at
            if notice.kind in PUNCTUAL:
                assert notice.due_at < notice.before
