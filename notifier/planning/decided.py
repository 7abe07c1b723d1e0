"""What legal decided about the promise, held against what the text in force says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from notifier.model.plan import CHANNEL_OF, Channel
from notifier.model.reading import (
    ChannelsMode,
    Finding,
    NoticePeriod,
    Promise,
    PromisedChannel,
    Severity,
)
from notifier.model.request import PlanRequest, RulingSubject
from notifier.model.text import Quote
from notifier.planning.owed import to_people
from notifier.planning.periods import promised_period
from notifier.planning.rulings import as_channels, as_days, latest, ruled
from notifier.planning.weakening import FIRMNESS, SCOPE
from notifier.planning.words import channel_words, period_words, ruling_words

_Less = tuple[str, str]
"""What is less, and the part of the promise whose words show it."""


def decided(request: PlanRequest) -> tuple[Finding, ...]:
    """Who decided what about the promise, and where people are owed less by it than by the text."""
    return (*_stated(request), *_ruled(request))


def _stated(request: PlanRequest) -> Iterator[Finding]:
    stated = request.stated
    if stated is None:
        return
    yield Finding(
        "plan.stated_promise",
        Severity.NOTE,
        f"The configuration overrules the text, as {stated.who} states: {stated.says}. "
        f"The reason given: {stated.why}",
        (stated.read.clause,) if stated.read.clause else (),
    )
    yield from _warned(
        f"What {stated.who} states in the configuration", stated.read, request.promise
    )


def _ruled(request: PlanRequest) -> Iterator[Finding]:
    text, rulings = request.text_promise, request.rulings
    days, _ = ruled(rulings, RulingSubject.NOTICE_PERIOD, as_days)
    by_period = latest(rulings, RulingSubject.NOTICE_PERIOD)
    if days is not None and by_period:
        shorter = replace(text, period=NoticePeriod(days), effective_delay_days=None)
        yield from _warned(_capital(ruling_words(by_period)), text, shorter)
    channels, _ = ruled(rulings, RulingSubject.CHANNELS, as_channels)
    by_channels = latest(rulings, RulingSubject.CHANNELS)
    if channels is None or not by_channels:
        return
    if not to_people(channels):
        yield Finding(
            "plan.no_message",
            Severity.WARNING,
            f"By {ruling_words(by_channels)} changes are announced by {channel_words(channels)} "
            "only: no message goes to anybody.",
            (text.clause,) if text.clause else (),
            "To tell people, record a ruling on channels again, for example email,in_app.",
        )
    else:
        fewer = replace(text, channels=channels)
        yield from _warned(_capital(ruling_words(by_channels)), text, fewer)


def _warned(what: str, text: Promise, decision: Promise) -> Iterator[Finding]:
    """The warning that a decision gives people less than the text, with the text's words."""
    less = list(_less(text, decision))
    if less:
        quotes: list[Quote | None] = [text.quotes.get(part) or text.clause for _, part in less]
        yield Finding(
            "plan.promises_less",
            Severity.WARNING,
            f"{what} gives people less than the text in force promises: "
            f"{'; '.join(words for words, _ in less)}.",
            tuple(dict.fromkeys(quote for quote in quotes if quote)),
            "Make sure that the text can be read so, or decide anew.",
        )


def _less(text: Promise, decision: Promise) -> Iterator[_Less]:
    if FIRMNESS.index(decision.obligation) < FIRMNESS.index(text.obligation):
        yield (
            f"“{decision.obligation.value}” where the text says “{text.obligation.value}”",
            "obligation",
        )
    if SCOPE.index(decision.trigger) < SCOPE.index(text.trigger):
        yield (
            f"{decision.trigger.value} changes where the text says {text.trigger.value}",
            "trigger",
        )
    period, promised = promised_period(decision), promised_period(text)
    if promised and (period is None or period.days < promised.days):
        yield f"{period_words(period)} where the text says {period_words(promised)}", "period"
    elif text.prior and not decision.prior and period is None:
        yield "no notice before a change takes effect", "prior"
    missing = _missing(text, decision)
    if missing:
        yield f"not by {channel_words(missing)}", "channels"
    if text.promises_to_update_date and not decision.promises_to_update_date:
        yield "the date need not be updated", "promises_to_update_date"


def _missing(text: Promise, decision: Promise) -> tuple[PromisedChannel, ...]:
    """The text's ways to a person that a decision leaves out, where those left are not enough."""
    promised = to_people(text.channels)
    named = {_way(channel) for channel in decision.channels}
    missing = tuple(channel for channel in promised if _way(channel) not in named)
    left = len(promised) - len(missing)
    needed = len(promised) if text.mode is ChannelsMode.ALL else max(text.at_least, 1)
    alone = PromisedChannel.DIRECT_UNSPECIFIED in promised and to_people(decision.channels)
    return () if alone or left >= min(needed, len(promised)) else missing


def _way(channel: PromisedChannel) -> Channel | PromisedChannel:
    """A notice in the product is a prominent one; a mail is a durable medium."""
    return CHANNEL_OF.get(channel, channel)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
