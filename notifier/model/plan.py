"""What is to be done for one change, by when, and whether that can be done honestly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from notifier.model.reading import ChannelsMode, Finding, PromisedChannel
from notifier.model.text import Quote


class NoticeKind(StrEnum):
    """What a notice is for; one folder of templates each."""

    INITIAL = "initial"
    REMINDER = "reminder"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    LATE = "late"


class Channel(StrEnum):
    """A way notifier itself can tell a person."""

    EMAIL = "email"
    IN_APP = "in_app"


class DutyKind(StrEnum):
    """One thing the promise obliges."""

    TELL = "tell"
    POST = "post"
    UPDATE_DATE = "update_date"
    KEEP_OLD_VERSION = "keep_old_version"


@dataclass(frozen=True, slots=True)
class Duty:
    """One act that the promise, a floor or the configuration obliges.

    Attributes:
        channels, mode, at_least: for ``tell``: by which promised channels, and how they combine.
        before: the instant before which it must be done.
        because: which rule asks for it, in a sentence: the promise, a floor, the configuration.
        quote: the promise's words, when it is the promise.
    """

    kind: DutyKind
    before: datetime
    because: str
    channels: tuple[PromisedChannel, ...] = ()
    mode: ChannelsMode = ChannelsMode.NONE
    at_least: int = 0
    quote: Quote | None = None


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
class Group:
    """People of a frozen audience who are planned for alike.

    Attributes:
        can_email: they have a usable address; can_in_app: they have an in-app id.
        zone: IANA name or empty; segment: as named in the audience, or empty.
        count: how many they are.
    """

    locale: str
    count: int
    zone: str = ""
    segment: str = ""
    can_email: bool = True
    can_in_app: bool = True


@dataclass(frozen=True, slots=True)
class Floor:
    """A minimum notice period set by law or by the company.

    Attributes:
        source: the law, for example ``Regulation (EU) 2019/1150 art. 3(2)``.
    """

    name: str
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The company's choices that planning obeys.

    Attributes:
        zone: the policy's IANA time zone; None plans for the earliest place on Earth (UTC+14).
        lead_times: how long before the effective date notices are scheduled, longest first; the
            first keeps the promise, the others remind.
        rate: messages handed over per second, measured or configured.
        bounce_allowance: time kept free before the deadline to cover bounces by in-app notices.
    """

    zone: str | None = None
    lead_times: tuple[timedelta, ...] = (timedelta(days=30), timedelta(days=7))
    floors: tuple[Floor, ...] = ()
    rate: float = 50.0
    bounce_allowance: timedelta = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """One notice of a plan: a kind, a channel, a time, and for how many.

    Attributes:
        due_at: not handed over before this instant.
        before: handing over at or after this instant is late.
        finish_at: when the forecast ends.
        why: the rule that put it there, in a sentence.
    """

    kind: NoticeKind
    channel: Channel
    due_at: datetime
    before: datetime
    finish_at: datetime
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The notices for one change, with the deadline and the forecast; printing it sends nothing.

    Attributes:
        effective_date: the calendar date; effective_at: the first instant at which it has begun
            for anybody the plan covers.
        deadline_at: the last instant before which handing over keeps the promise.
        target_at: when sending should start at the latest.
        strictest: which of promise, floor and configuration set the notice period, in words.
        notice_days: that period in days.
        late: legal ruled to send although it is too late; every notice is of kind ``late``.
        refusal: why the promise cannot be kept, else empty; such a plan is never approved.
        earliest_honest_date: the first effective date that could be kept if approved now.
    """

    effective_date: date
    effective_at: datetime
    deadline_at: datetime
    target_at: datetime
    notice_days: int
    strictest: str
    duties: tuple[Duty, ...] = ()
    notices: tuple[PlannedNotice, ...] = ()
    findings: tuple[Finding, ...] = ()
    groups: tuple[Group, ...] = ()
    late: bool = False
    refusal: str = ""
    earliest_honest_date: date | None = None

    @property
    def people(self) -> int:
        """Everybody the plan must tell."""
        return sum(group.count for group in self.groups)
