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


def weakened(old: Promise, new: Promise) -> tuple[Finding, ...]:
    """How the new promise falls short of the old one.

    The new text cannot shorten the notice of its own change; but from its effective date on
    people are promised less, which is a material change by itself (WP260 rev.01 no. 29-31: how
    readers are told of changes is part of what they must be told).
    """
    if new == old or old.obligation is Obligation.NONE:
        return ()
    words = "; ".join(_losses(old, new))
    if not words:
        return ()
    quotes: tuple[Quote, ...] = tuple(p.clause for p in (old, new) if p.clause)
    return (
        Finding(
            "plan.promise_weakened",
            Severity.WARNING,
            f"The new version promises less than the one in force: {words}.",
            quotes,
            "This change is announced as the version in force promises; tell people of the "
            "weaker promise too, or keep the old one.",
        ),
    )


def _losses(old: Promise, new: Promise) -> Iterator[str]:
    if new.obligation is Obligation.NONE:
        yield "it no longer promises to tell anybody"
        return
    if FIRMNESS.index(new.obligation) < FIRMNESS.index(old.obligation):
        yield f"“{old.obligation.value}” became “{new.obligation.value}”"
    if SCOPE.index(new.trigger) < SCOPE.index(old.trigger):
        yield f"it speaks of {new.trigger.value} changes where it spoke of {old.trigger.value}"
    yield from _shorter(old, new)
    yield from _fewer(old, new)
    if new.effective_when_posted and not old.effective_when_posted:
        yield "changes become effective when posted"
    if old.promises_to_update_date and not new.promises_to_update_date:
        yield "it no longer promises to update the date"


def _shorter(old: Promise, new: Promise) -> Iterator[str]:
    if old.period and (not new.period or new.period.days < old.period.days):
        yield f"{period_words(old.period)} of notice became {period_words(new.period)}"
    elif old.prior and not new.prior and not new.period:
        yield "notice before a change takes effect is gone"


def _fewer(old: Promise, new: Promise) -> Iterator[str]:
    gone = [channel for channel in old.channels if channel not in new.channels]
    if PromisedChannel.DIRECT_UNSPECIFIED in new.channels:
        gone = [channel for channel in gone if channel not in PERSONAL]
    if gone:
        yield "no longer by " + ", ".join(c.value.replace("_", " ") for c in gone)
    if old.mode is ChannelsMode.ALL and new.mode is ChannelsMode.ANY_OF:
        yield "any one channel is enough where all were promised"
    elif new.at_least < old.at_least and not gone:
        yield f"{new.at_least} of the channels are enough where {old.at_least} were promised"
