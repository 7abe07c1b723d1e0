"""What is to be done for one change, by when, and whether that can be done honestly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from notifier.model.reading import (
    ChannelsMode,
    Finding,
    PromisedChannel,
    Severity,
)
from notifier.model.text import Quote


class NoticeKind(StrEnum):
    """What a notice is for; one folder of templates each."""

    INITIAL = "initial"
    REMINDER = "reminder"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    LATE = "late"


PUNCTUAL = frozenset({NoticeKind.INITIAL, NoticeKind.REMINDER})
"""Notices that are held when their time has passed; the others still have to arrive."""


class Channel(StrEnum):
    """A way notifier itself can tell a person."""

    EMAIL = "email"
    IN_APP = "in_app"


CHANNEL_OF = {
    PromisedChannel.EMAIL: Channel.EMAIL,
    PromisedChannel.DURABLE_MEDIUM: Channel.EMAIL,
    PromisedChannel.IN_APP: Channel.IN_APP,
    PromisedChannel.PROMINENT_NOTICE: Channel.IN_APP,
}
"""By which channel notifier keeps a promised one. A mail is a durable medium (CJEU C-49/11,
C-375/15: the reader can store it unchanged); a notice in the product is prominent."""


class DutyKind(StrEnum):
    """One thing the promise obliges."""

    TELL = "tell"
    POST = "post"
    UPDATE_DATE = "update_date"
    KEEP_OLD_VERSION = "keep_old_version"
    PUBLISH = "publish"
    """Put it in the change log, blog or forum that the clause names."""


class Standing(StrEnum):
    """Whom a notice is for, by what they have been told of this change so far."""

    ANYONE = "anyone"
    UNTOLD = "untold"
    """Told of no text and no date of this change."""
    TOLD = "told"
    """Last told exactly what ``Addressees.told`` says."""
    UNACKNOWLEDGED = "unacknowledged"
    """Was told what the plan tells, by it or before, and has not acknowledged it."""
    MISSED = "missed"
    """Was not told what the plan tells, neither by it nor before: who that is, time will show."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What somebody was last told: which text, and from when it applies.

    Attributes:
        effective_date: None when the last word was that the change is paused or withdrawn.
        version: content hash of the text.
        withdrawn: the last word was that the change will not happen.
    """

    effective_date: date | None
    version: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who of the frozen audience a notice is for; the ledger turns it into people.

    Every condition must hold. The channel's own condition (a usable address, an in-app id) is
    understood.

    Attributes:
        told: with standing ``told``: their last telling is exactly this one.
        not_by: with standing ``told``: only people whom this channel has not told it.
        zones: recipient zones as given in the audience, ``""`` for none; empty means all.
        segments: segments as given in the audience, ``""`` for none; empty means all.
        except_segments: segments that have a notice of their own.
        without: only people who cannot be reached by this channel.
        joiners: people who join after the audience was frozen and before the notice's ``before``,
            each told on joining. Such a notice is never for the frozen audience.
    """

    standing: Standing = Standing.ANYONE
    told: Telling | None = None
    not_by: Channel | None = None
    zones: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    except_segments: tuple[str, ...] = ()
    without: Channel | None = None
    joiners: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """One act that the promise, a floor or the configuration obliges.

    Attributes:
        before: the instant before which it must be done.
        not_before: the instant before which doing it breaks another duty; None when early is fine.
        channels, mode, at_least: for ``tell``: by which promised channels, and how they combine.
        because: which rule asks for it, in a sentence: the promise, a floor, the configuration.
        quote: the promise's words, when it is the promise.
        addressees: for ``tell``: to whom it is owed.
    """

    kind: DutyKind
    before: datetime
    because: str
    channels: tuple[PromisedChannel, ...] = ()
    mode: ChannelsMode = ChannelsMode.NONE
    at_least: int = 0
    quote: Quote | None = None
    not_before: datetime | None = None
    addressees: Addressees = Addressees()

    @property
    def every_channel(self) -> frozenset[Channel]:
        """The channels of notifier that must all have told a person; empty where one will do."""
        named = frozenset(CHANNEL_OF[c] for c in self.channels if c in CHANNEL_OF)
        together = self.mode is ChannelsMode.ALL or self.at_least >= len(named)
        return named if len(named) > 1 and together else frozenset()


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

    def can(self, channel: Channel) -> bool:
        """Whether these people can be reached by ``channel``."""
        return self.can_email if channel is Channel.EMAIL else self.can_in_app


@dataclass(frozen=True, slots=True)
class Told:
    """How many people of a group were last told the same thing; the ledger counts them.

    Attributes:
        not_by: the channel that has not told it to them, where every channel is asked about.
    """

    telling: Telling
    group: Group
    not_by: Channel | None = None


class Wording(StrEnum):
    """What a notice's words must say, or must not."""

    SHORT_NOTICE = "short_notice"
    """Too late for the promise though not yet in force: never claim the promised notice."""
    ALREADY_IN_FORCE = "already_in_force"
    """It has taken effect: never say "before" or "will"."""
    DATE_MOVED = "date_moved"
    TEXT_CHANGED = "text_changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"
    CUMULATIVE = "cumulative"
    """Covers every change since the version in force, in one notice."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span in which a notice may be handed over: from ``opens_at``, before ``closes_at``."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """One notice of a plan: a kind, a channel, a time, and for whom.

    Attributes:
        key: stable name within the plan, ``initial-email``, ``reminder-2-email@Asia/Tokyo``.
        due_at: not handed over before this instant.
        before: handing over at or after this instant is late. A ``late`` notice has a ``before``
            that has passed: it can never count as in time.
        finish_at: when the forecast ends, with half the rate to spare.
        why: the rule that put it there, in a sentence.
        addressees: who gets it.
        windows: the only spans in which it may be handed over; empty means at any time.
        wording: what its words must say, or must not.
        tells: what its readers have been told once they have it.
        promised_before: of a reminder: before when its readers had to be told. Whoever first
            learns of the change from it, at that instant or later, was told late.
        true_until: the instant from which on its words are no longer true: they speak of a change
            to come. None where they stay true.
    """

    kind: NoticeKind
    channel: Channel
    due_at: datetime
    before: datetime
    finish_at: datetime
    count: int
    why: str
    key: str = ""
    addressees: Addressees = Addressees()
    windows: tuple[Window, ...] = ()
    wording: tuple[Wording, ...] = ()
    tells: Telling | None = None
    promised_before: datetime | None = None
    true_until: datetime | None = None

    @property
    def label(self) -> str:
        """What it is, in two words: ``initial email``; ``joiners in-app``."""
        what = "joiners" if self.addressees.joiners else self.kind.value
        what = "untold" if self.addressees.standing is Standing.MISSED else what
        what = "pause" if Wording.PAUSED in self.wording else what
        return f"{what} {self.channel.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The notices for one change, with the deadline and the forecast; printing it sends nothing.

    Where segments or zones have dates of their own, the plan's instants are the earliest of them
    and each notice carries its own.

    Attributes:
        effective_date: the calendar date; effective_at: the first instant at which it has begun
            for anybody the plan covers; last_effective_at: at which it has for everybody, where
            that is another one.
        proposed: the text and the rulings give no usable date; the dates shown are a proposal, the
            earliest honest one. Always with a ``refusal``.
        deadline_at: the last instant before which handing over keeps the promise.
        target_at: when sending should start at the latest.
        strictest: which of promise, floor and configuration set the notice period, in words.
        version: content hash of the text it tells people of.
        late: legal ruled to send although it is too late; the notices it concerns are of kind
            ``late``.
        refusal: why there is no plan that keeps the promise, else empty; never approved.
        earliest_honest_date: the first effective date that could be kept if approved now.
    """

    effective_date: date
    effective_at: datetime
    deadline_at: datetime
    target_at: datetime
    strictest: str
    duties: tuple[Duty, ...] = ()
    notices: tuple[PlannedNotice, ...] = ()
    findings: tuple[Finding, ...] = ()
    groups: tuple[Group, ...] = ()
    late: bool = False
    refusal: str = ""
    earliest_honest_date: date | None = None
    proposed: bool = False
    version: str = ""
    last_effective_at: datetime | None = None
    unreachable: int = 0
    """People no promised channel reaches: exceptions, listed in the findings."""
    stops: bool = False
    """It tells that the change is paused or withdrawn, and nothing else."""

    @property
    def people(self) -> int:
        """Everybody the plan must tell."""
        return sum(group.count for group in self.groups)

    @property
    def in_force_at(self) -> datetime:
        """The first instant at which the change has taken effect for everybody."""
        return self.last_effective_at or self.effective_at

    def readers(self, locale: str, channel: Channel) -> int:
        """How many people of a locale can be reached by a channel."""
        return sum(g.count for g in self.groups if g.locale == locale and g.can(channel))

    @property
    def joiners_until(self) -> datetime | None:
        """Until when people who join are told on joining; None when they are not."""
        return max((n.before for n in self.notices if n.addressees.joiners), default=None)

    @property
    def tells_people(self) -> bool:
        """Whether anybody is owed a message, or gets one."""
        return bool(self.notices) or any(duty.kind is DutyKind.TELL for duty in self.duties)

    @property
    def joint_duties(self) -> tuple[Duty, ...]:
        """The duties to tell that one channel alone does not keep."""
        return tuple(d for d in self.duties if d.kind is DutyKind.TELL and d.every_channel)

    @property
    def tellings(self) -> tuple[Telling, ...]:
        """Everything its readers may have been told once it is carried out."""
        own = [notice.tells for notice in self.notices if notice.tells]
        if not self.stops:
            own.append(Telling(self.effective_date, self.version))
        return tuple(dict.fromkeys(own))

    @property
    def questions(self) -> tuple[Finding, ...]:
        """What legal has to decide before there can be a plan."""
        return tuple(f for f in self.findings if f.severity is Severity.QUESTION)

    def notice(self, key: str) -> PlannedNotice | None:
        """The notice named ``key``, if the plan has it."""
        return next((notice for notice in self.notices if notice.key == key), None)
