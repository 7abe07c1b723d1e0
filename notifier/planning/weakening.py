"""Does the new version promise less than the version in force?"""

from __future__ import annotations

from collections.abc import Iterator

from notifier.model.reading import (
    ChannelsMode,
    Finding,
    Obligation,
    Promise,
    PromisedChannel,
    Severity,
    Trigger,
)
from notifier.model.text import Quote
from notifier.planning.words import period_words

FIRMNESS = (Obligation.NONE, Obligation.MAY, Obligation.ENDEAVOUR, Obligation.WILL)
SCOPE = (Trigger.MATERIAL, Trigger.MIXED, Trigger.ANY)
PERSONAL = frozenset(
    {
        PromisedChannel.EMAIL,
        PromisedChannel.IN_APP,
        PromisedChannel.PROMINENT_NOTICE,
        PromisedChannel.DURABLE_MEDIUM,
        PromisedChannel.DIRECT_UNSPECIFIED,
    }
)

_Loss = tuple[str, str]
"""What is lost, and the part of the promise whose words show it."""


def weakened(old: Promise, new: Promise) -> tuple[Finding, ...]:
    """How the new promise falls short of the old one, with the words of both.

    The new text cannot shorten the notice of its own change; but from its effective date on
    people are promised less, which is a material change by itself (WP260 rev.01 no. 29-31: how
    readers are told of changes is part of what they must be told).
    """
    losses = list(_losses(old, new))
    if not losses:
        return ()
    quotes = (_words(promise, part) for _, part in losses for promise in (old, new))
    return (
        Finding(
            "promise.weakened",
            Severity.WARNING,
            "The new version promises less than the one in force: "
            f"{'; '.join(what for what, _ in losses)}. This is a material change by itself, and "
            "the promise in force governs how it is announced.",
            tuple(dict.fromkeys(quote for quote in quotes if quote)),
            "tell people of the weaker promise too, or keep the old one",
        ),
    )


def _losses(old: Promise, new: Promise) -> Iterator[_Loss]:
    if new.clause is None and old.clause is not None:
        yield "the clause about changes has been removed", "clause"
        return
    if new.obligation is Obligation.NONE and old.obligation is not Obligation.NONE:
        yield "it no longer promises to tell anybody", "obligation"
        return
    if FIRMNESS.index(new.obligation) < FIRMNESS.index(old.obligation):
        yield f"“{old.obligation.value}” became “{new.obligation.value}”", "obligation"
    if SCOPE.index(new.trigger) < SCOPE.index(old.trigger):
        yield (
            f"it speaks of {new.trigger.value} changes where it spoke of {old.trigger.value}",
            "trigger",
        )
    yield from _shorter(old, new)
    yield from _fewer(old, new)
    if new.effective_when_posted and not old.effective_when_posted:
        yield "changes become effective when posted", "effective_when_posted"
    if old.promises_to_update_date and not new.promises_to_update_date:
        yield "it no longer promises to update the date", "promises_to_update_date"


def _shorter(old: Promise, new: Promise) -> Iterator[_Loss]:
    if old.period and (not new.period or new.period.days < old.period.days):
        now = period_words(new.period) if new.period else "not stated"
        yield f"the notice period was {period_words(old.period)} and is now {now}", "period"
    if old.prior and not new.prior and not new.period:
        yield "notice before a change takes effect is gone", "prior"
    if old.objection_days and (new.objection_days or 0) < old.objection_days:
        yield "the time to object has become shorter", "objection_days"


def _fewer(old: Promise, new: Promise) -> Iterator[_Loss]:
    gone = [channel for channel in old.channels if channel not in new.channels]
    if PromisedChannel.DIRECT_UNSPECIFIED in new.channels:
        gone = [channel for channel in gone if channel not in PERSONAL]
    if gone:
        yield "no longer by " + ", ".join(c.value.replace("_", " ") for c in gone), "channels"
    one_is_enough = new.mode is ChannelsMode.ANY_OF and len(new.channels) > 1
    if old.mode is ChannelsMode.ALL and one_is_enough:
        yield "any one channel is enough where all were promised", "mode"
    elif new.at_least < old.at_least and not gone:
        yield (
            f"{new.at_least} of the channels are enough where {old.at_least} were promised",
            "mode",
        )


def _words(promise: Promise, part: str) -> Quote | None:
    return promise.quotes.get(part) or promise.clause
