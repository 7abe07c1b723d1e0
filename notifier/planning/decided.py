"""What legal decided about the promise, held against what the text in force says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from notifier.model.reading import Finding, NoticePeriod, Promise, Severity
from notifier.model.request import PlanRequest, RulingSubject
from notifier.model.text import Quote
from notifier.planning.owed import to_people
from notifier.planning.periods import promised_period
from notifier.planning.rulings import as_channels, as_days, latest, ruled
from notifier.planning.shortfall import lacking, shortfalls
from notifier.planning.words import channel_words, period_words, ruling_words


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
            "to tell people: `notifier ruling add channels email,in_app`",
        )
    else:
        fewer = replace(text, channels=channels)
        yield from _warned(_capital(ruling_words(by_channels)), text, fewer)


def _warned(what: str, text: Promise, decision: Promise) -> Iterator[Finding]:
    """The warning that a decision gives people less than the text, with the text's words."""
    less = list(shortfalls(text, decision))
    if less:
        quotes: list[Quote | None] = [text.quotes.get(part) or text.clause for part in less]
        yield Finding(
            "plan.promises_less",
            Severity.WARNING,
            f"{what} gives people less than the text in force promises: "
            f"{'; '.join(_SAID[part](text, decision) for part in less)}.",
            tuple(dict.fromkeys(quote for quote in quotes if quote)),
            "make sure that the text can be read so, or decide anew",
        )


_SAID: dict[str, Callable[[Promise, Promise], str]] = {
    "obligation": lambda text, decision: (
        f"“{decision.obligation.value}” where the text says “{text.obligation.value}”"
    ),
    "trigger": lambda text, decision: (
        f"{decision.trigger.value} changes where the text says {text.trigger.value}"
    ),
    "period": lambda text, decision: (
        f"{period_words(promised_period(decision))} where the text says "
        f"{period_words(promised_period(text))}"
    ),
    "prior": lambda *_: "no notice before a change takes effect",
    "objection_days": lambda *_: "less time to object",
    "effective_when_posted": lambda *_: "changes become effective when posted",
    "channels": lambda text, decision: f"not by {channel_words(lacking(text, decision))}",
    "mode": lambda *_: "fewer of the channels are enough than in the text",
    "promises_to_update_date": lambda *_: "the date need not be updated",
}
"""How it is said what a decision gives less of."""


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
