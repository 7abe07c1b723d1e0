"""What planning decides on: the rules of a company, the rulings of legal, and the question."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from notifier.model.plan import Group, Window
from notifier.model.reading import (
    MOST_DAYS,
    ChannelsMode,
    EffectiveDate,
    Finding,
    NoticePeriod,
    Promise,
    PromisedChannel,
    Trigger,
)
from notifier.model.redline import Materiality


class RulingSubject(StrEnum):
    """What a ruling decides."""

    EFFECTIVE_DATE = "effective_date"
    MATERIALITY = "materiality"
    CHANNELS = "channels"
    NOTICE_PERIOD = "notice_period"
    EFFECTIVE_WHEN_POSTED = "effective_when_posted"
    SEND_LATE = "send_late"
    TIME_ZONE = "time_zone"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Legal's recorded decision on a contradiction or a doubt.

    Attributes:
        value: the decision as text: an ISO date for ``effective_date``, ``material`` or
            ``editorial``, channels joined by commas, a number of days, ``yes``/``no``, a zone.
        who, why: a name and a reason, both required.
    """

    subject: RulingSubject
    value: str
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What legal states about the promise in the configuration; it overrules the text.

    Attributes:
        says: what is stated, by the keys of the configuration: ``lead_time_days 30``.
        read: the promise as the text says it.
    """

    who: str
    why: str
    says: str
    read: Promise


@dataclass(frozen=True, slots=True)
class Floor:
    """A minimum notice period set by law or by the company.

    Attributes:
        source: the law, for example ``Regulation (EU) 2019/1150 art. 3(2)``.
        clear: neither the day of telling nor the effective day counts, as in
            Regulation (EEC, Euratom) 1182/71 art. 3(1).
        trigger: ``material`` when editorial changes are exempt.
        channels: where the law also names the form: all of these are owed.
        segments: the audience segments it protects; empty means everybody.
    """

    name: str
    period: NoticePeriod
    source: str
    clear: bool = False
    trigger: Trigger = Trigger.ANY
    channels: tuple[PromisedChannel, ...] = ()
    segments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.period.days <= MOST_DAYS:
            raise ValueError(f"the floor {self.name} must be between a day and ten years")


@dataclass(frozen=True, slots=True)
class SendingHours:
    """When mail may be handed over, in the recipient's own time (else the policy's, else UTC).

    Attributes:
        opens, closes: local times of one day, ``opens`` before ``closes``.
        weekdays: Monday is 0.
        on_holidays: whether ``Rules.holidays`` are sending days too.
    """

    opens: time = time(8)
    closes: time = time(20)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    on_holidays: bool = True

    def __post_init__(self) -> None:
        if self.opens >= self.closes or not set(self.weekdays) & set(range(7)):
            raise ValueError("sending hours must open before they close, on at least one weekday")


@dataclass(frozen=True, slots=True)
class SegmentDate:
    """The effective date for one segment, where it is not the policy's own."""

    segment: str
    date: dt.date


@dataclass(frozen=True, slots=True)
class OtherMail:
    """Mail that is handed over at the same rate, and counts against the same quota.

    Attributes:
        due_at: when the first may be handed over.
        before: the earlier, the sooner its turn when several are due.
        windows: the spans in which it may be; empty means always.
        is_over: it was handed over already, and only the quota still counts it.
    """

    key: str
    messages: int
    due_at: datetime
    before: datetime
    windows: tuple[Window, ...] = ()
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The company's choices that planning obeys.

    Attributes:
        zone: the policy's IANA time zone; None plans for the earliest place on Earth (UTC+14).
        recipient_zones: let the date begin in each recipient's own zone; a relaxation, reported.
        lead_times: how long before the effective date notices are scheduled, longest first; the
            first keeps the promise, the others remind.
        rate: messages handed over per second, as configured.
        daily_quota: messages in any 24 hours, None when unlimited.
        bounce_allowance: time kept free before the deadline to cover bounces by in-app notices.
        in_app_offset: how long after the mail the in-app notice is offered.
        deemed_receipt: how long after handing over a notice counts as received, used when the
            promise counts from receipt.
        holidays: days that are no business days.
        segment_dates: segments with an effective date of their own.
        beside: mail of other plans that shares the rate and the quota.
    """

    zone: str | None = None
    lead_times: tuple[timedelta, ...] = (timedelta(days=30), timedelta(days=7))
    floors: tuple[Floor, ...] = ()
    rate: float = 50.0
    bounce_allowance: timedelta = timedelta(hours=72)
    daily_quota: int | None = None
    recipient_zones: bool = False
    in_app_offset: timedelta = timedelta(0)
    deemed_receipt: timedelta = timedelta(hours=24)
    sending_hours: SendingHours | None = None
    holidays: frozenset[date] = frozenset()
    segment_dates: tuple[SegmentDate, ...] = ()
    beside: tuple[OtherMail, ...] = ()

    def __post_init__(self) -> None:
        if self.rate <= 0 or (self.daily_quota is not None and self.daily_quota <= 0):
            raise ValueError("the sending rate and the daily quota must be more than zero")


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """Everything planning decides on; nothing else is looked at.

    Attributes:
        title: the policy's title, as people know it.
        effective: what the new version says about its own effective date.
        promise: the promise of the version **in force**, which binds this change; with what
            legal states about it.
        stated: who states what about it, None where the text alone counts.
        new_promise: the promise of the new version; weakening it is reported.
        in_force_date: the effective date of the version in force, None when unknown.
        materiality: what is certain without a ruling: a suggestion of material, or a proof that
            nothing of the words changed; None when only legal can say.
        groups: the frozen audience, counted.
        version: content hash of the new text.
        posted_at: when the new text was first seen on the live page, None when it is not live.
        questions: what reading left open about the promise that binds, and the new text's date.
    """

    title: str
    effective: EffectiveDate
    promise: Promise
    new_promise: Promise
    in_force_date: date | None = None
    materiality: Materiality | None = None
    rulings: tuple[Ruling, ...] = ()
    groups: tuple[Group, ...] = ()
    rules: Rules = Rules()
    version: str = ""
    posted_at: datetime | None = None
    stated: Stated | None = None
    questions: tuple[Finding, ...] = ()

    @property
    def may_need_both(self) -> bool:
        """Whether the promise, or a floor, may ask for more than one channel for each person."""
        joint = self.promise.mode is ChannelsMode.ALL or self.promise.at_least > 1
        return joint or any(len(floor.channels) > 1 for floor in self.rules.floors)

    @property
    def text_promise(self) -> Promise:
        """The promise as the text in force says it."""
        return self.stated.read if self.stated else self.promise
