"""What is owed to people: how long before, by which channels, and by whose rule."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from notifier.model.plan import CHANNEL_OF, Channel, Group
from notifier.model.reading import (
    MOST_DAYS,
    ChannelsMode,
    ClockStart,
    Finding,
    NoticePeriod,
    Obligation,
    PeriodUnit,
    Promise,
    PromisedChannel,
    Severity,
    Trigger,
)
from notifier.model.redline import Materiality
from notifier.model.request import Floor, PlanRequest, RulingSubject
from notifier.model.text import Quote
from notifier.planning.effective import Start
from notifier.planning.instants import first_instant
from notifier.planning.periods import last_day_to_tell, promised_period
from notifier.planning.rulings import as_channels, as_days, latest, ruled
from notifier.planning.words import channel_words, period_words, ruling_words


@dataclass(frozen=True, slots=True)
class Owed:
    """One rule that obliges to tell.

    Attributes:
        by: whose rule, in words: ``the promise``, ``the floor p2b``.
        period: None when only "before" is owed.
        clear: neither the day of telling nor the effective day counts.
        channels: the promised channels that reach a person, in the clause's order.
        segments: empty means everybody.
    """

    by: str
    because: str
    period: NoticePeriod | None = None
    clear: bool = False
    channels: tuple[PromisedChannel, ...] = ()
    mode: ChannelsMode = ChannelsMode.ANY_OF
    at_least: int = 1
    segments: tuple[str, ...] = ()
    quote: Quote | None = None

    @property
    def direct(self) -> bool:
        """Any direct message will do."""
        return PromisedChannel.DIRECT_UNSPECIFIED in self.channels

    @property
    def named(self) -> frozenset[Channel]:
        """The channels of notifier that the rule names."""
        return frozenset(CHANNEL_OF[c] for c in self.channels if c in CHANNEL_OF)

    @property
    def needs_all(self) -> bool:
        """Whether one of several channels is not enough."""
        together = self.mode is ChannelsMode.ALL or self.at_least >= len(self.named)
        return len(self.named) > 1 and together

    def reached_by(self, group: Group) -> tuple[Channel, ...]:
        """By which of its channels these people can be reached."""
        usable = frozenset(Channel) if self.direct else self.named
        return tuple(channel for channel in Channel if channel in usable and group.can(channel))

    def covers(self, group: Group) -> bool:
        """Whether these people can be told as owed."""
        reached = self.reached_by(group)
        if self.mode is ChannelsMode.ALL:
            return bool(reached) and self.named <= set(reached)
        return len(reached) >= min(max(self.at_least, 1), max(len(self.named), 1))

    def deadline(
        self, start: Start, holidays: AbstractSet[date], deemed_receipt: timedelta
    ) -> datetime:
        """The instant before which handing over keeps it.

        ``N`` days before the day ``D`` means handed over on the local date ``D - N`` or earlier,
        so before the first instant of ``D - N + 1``: ``(D - N) 10:00 UTC`` where no zone is
        given. Plain "before" means before ``D`` begins, or before its stated hour. Hours count
        from the effective instant. Counting from receipt takes off the deemed receipt.
        """
        at = start.effective_at
        if self.period and self.period.unit is PeriodUnit.HOURS:
            at -= timedelta(hours=self.period.number)
        elif self.period:
            effective = start.day - timedelta(days=1) if self.clear else start.day
            last = last_day_to_tell(self.period, effective, holidays)
            at = min(at, first_instant(last + timedelta(days=1), start.zone))
        if self.period and self.period.starts_at is ClockStart.RECEIPT:
            at -= deemed_receipt
        return at


def owed_for(
    request: PlanRequest, *, material: bool
) -> tuple[tuple[Owed, ...], tuple[Finding, ...]]:
    """Every rule that obliges to tell people of this change: the promise, then the floors."""
    promised, findings = _promised(request, material=material)
    floors = tuple(
        _floor(floor) for floor in request.rules.floors if material or floor.trigger is Trigger.ANY
    )
    return (*promised, *floors), findings


def _promised(
    request: PlanRequest, *, material: bool
) -> tuple[tuple[Owed, ...], tuple[Finding, ...]]:
    promise = request.promise
    period, about_period = _period(request)
    channels, about_channels = ruled(request.rulings, RulingSubject.CHANNELS, as_channels)
    findings = about_period + about_channels
    by_ruling = latest(request.rulings, RulingSubject.CHANNELS) if channels is not None else None
    personal = to_people(promise.channels if channels is None else channels)
    if not by_ruling:
        findings += _firmness(request, personal, material=material)
    if not personal or (not by_ruling and promise.obligation is Obligation.NONE):
        return (), findings
    if not by_ruling and promise.trigger is Trigger.MATERIAL and not material:
        return (), findings
    by, because, in_the_text = _whose(request, period)
    if by_ruling:
        because += f" By {ruling_words(by_ruling)}: by {channel_words(personal)}."
    quote = promise.quotes.get("period") or promise.quotes.get("channels") or promise.clause
    owed = Owed(
        by=by,
        because=because,
        period=period,
        channels=personal,
        mode=ChannelsMode.ALL if promise.mode is ChannelsMode.ALL else ChannelsMode.ANY_OF,
        at_least=max(promise.at_least, 1),
        quote=quote if in_the_text else None,
    )
    return (owed,), findings


def _whose(request: PlanRequest, period: NoticePeriod | None) -> tuple[str, str, bool]:
    """Who says how long before people are told, in two words and in a sentence; is it the text?"""
    ruling = latest(request.rulings, RulingSubject.NOTICE_PERIOD)
    if ruling is None and not _is_promise(request.promise):
        ruling = latest(request.rulings, RulingSubject.CHANNELS)
    if ruling is not None:
        words = ruling_words(ruling)
        return words, f"By {words}: people are told {_lead(period)}.", False
    stated = request.stated
    if stated and (period != promised_period(stated.read) or not _is_promise(stated.read)):
        because = f"By what {stated.who} states in the configuration: people are told "
        return "the configuration", f"{because}{_lead(period)}.", False
    because = f"The version in force promises to tell people {_lead(period)}."
    return "the promise", because, True


def _is_promise(promise: Promise) -> bool:
    """Whether it promises a message to people, by these words alone."""
    return promise.obligation is not Obligation.NONE and bool(to_people(promise.channels))


def to_people(channels: tuple[PromisedChannel, ...]) -> tuple[PromisedChannel, ...]:
    """The promised channels that reach a person, in the clause's order."""
    direct = PromisedChannel.DIRECT_UNSPECIFIED
    return tuple(channel for channel in channels if channel in CHANNEL_OF or channel is direct)


def _lead(period: NoticePeriod | None) -> str:
    words = period_words(period)
    return words if period is None else f"{words} before it takes effect"


def _period(request: PlanRequest) -> tuple[NoticePeriod | None, tuple[Finding, ...]]:
    """The promised notice period: the ruled one, else the longer of lead and delay."""
    days, findings = ruled(request.rulings, RulingSubject.NOTICE_PERIOD, as_days)
    if days is not None:
        return NoticePeriod(days), findings
    period = promised_period(request.promise)
    if period and not 0 <= period.days <= MOST_DAYS:
        question = Finding(
            "plan.period_unbelievable",
            Severity.QUESTION,
            f"The clause reads as a notice period of {period_words(period)}.",
            (request.promise.quotes["period"],) if "period" in request.promise.quotes else (),
            "`notifier ruling add notice_period` with the number of days",
        )
        return None, (*findings, question)
    return period, findings


def _firmness(
    request: PlanRequest, personal: tuple[PromisedChannel, ...], *, material: bool
) -> tuple[Finding, ...]:
    """What should be known about a promise that is soft, silent or does not cover this change."""
    promise = request.promise
    quotes = (promise.clause,) if promise.clause else ()
    remedy = "to tell people all the same: `notifier ruling add channels email,in_app`"
    if promise.obligation is Obligation.NONE or not personal:
        words = (
            "The version in force promises no message to anybody about changes; no notices are "
            "planned for it."
        )
        return (Finding("plan.no_promise", Severity.WARNING, words, quotes, remedy),)
    if promise.trigger is Trigger.MATERIAL and not material:
        ruling = latest(request.rulings, RulingSubject.MATERIALITY)
        reason = (
            f"by {ruling_words(ruling)} this is none"
            if ruling
            else "nothing differs in this one but the text's own date and the shapes of signs"
        )
        words = f"The promise covers material changes only, and {reason}; it asks for no notice."
        return (Finding("plan.not_material", Severity.NOTE, words, quotes, remedy),)
    if promise.obligation is not Obligation.WILL:
        words = (
            f"The promise is soft (“{promise.obligation.value}”); it is planned as if it were "
            "firm, the stricter reading."
        )
        return (Finding("plan.soft_promise", Severity.WARNING, words, quotes),)
    return ()


def _floor(floor: Floor) -> Owed:
    counted = ", neither day counted" if floor.clear else ""
    return Owed(
        by=f"the floor {floor.name}",
        because=f"{floor.source} asks for {period_words(floor.period)}{counted}.",
        period=floor.period,
        clear=floor.clear,
        channels=floor.channels or (PromisedChannel.DIRECT_UNSPECIFIED,),
        mode=ChannelsMode.ALL if floor.channels else ChannelsMode.ANY_OF,
        segments=floor.segments,
    )


def is_material(materiality: Materiality | None) -> bool:
    """Whether the change is planned as material: it is, until somebody says editorial."""
    return materiality in {None, Materiality.MATERIAL}
