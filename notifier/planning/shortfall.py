"""In which parts one promise gives people less than another."""

from __future__ import annotations

from collections.abc import Iterator

from notifier.model.plan import CHANNEL_OF, Channel
from notifier.model.reading import (
    ChannelsMode,
    Obligation,
    Promise,
    PromisedChannel,
    Trigger,
)
from notifier.planning.owed import to_people
from notifier.planning.periods import promised_period

_FIRMNESS = (Obligation.NONE, Obligation.MAY, Obligation.ENDEAVOUR, Obligation.WILL)
_SCOPE = (Trigger.MATERIAL, Trigger.MIXED, Trigger.ANY)


def shortfalls(promise: Promise, other: Promise) -> Iterator[str]:
    """The parts of a promise, by their names in it, of which the other gives people less.

    Where the other promises to tell nobody, that is all there is to say.
    """
    if _FIRMNESS.index(other.obligation) < _FIRMNESS.index(promise.obligation):
        yield "obligation"
        if other.obligation is Obligation.NONE:
            return
    if _SCOPE.index(other.trigger) < _SCOPE.index(promise.trigger):
        yield "trigger"
    yield from _in_time(promise, other)
    gone = lacking(promise, other)
    if gone:
        yield "channels"
    if _needed(other) < _needed(promise) - len(gone):
        yield "mode"
    if promise.promises_to_update_date and not other.promises_to_update_date:
        yield "promises_to_update_date"


def _in_time(promise: Promise, other: Promise) -> Iterator[str]:
    period, left = promised_period(promise), promised_period(other)
    if period and (left is None or left.days < period.days):
        yield "period"
    if promise.prior and not other.prior and left is None:
        yield "prior"
    if promise.objection_days and (other.objection_days or 0) < promise.objection_days:
        yield "objection_days"
    if other.effective_when_posted and not promise.effective_when_posted:
        yield "effective_when_posted"


def lacking(promise: Promise, other: Promise) -> tuple[PromisedChannel, ...]:
    """The promise's ways to a person that the other leaves out, where those left are not enough.

    Where the promise leaves the way open, any way will do.
    """
    promised, left = to_people(promise.channels), to_people(other.channels)
    if left and PromisedChannel.DIRECT_UNSPECIFIED in promised:
        return ()
    named = {_way(channel) for channel in left}
    missing = tuple(channel for channel in promised if _way(channel) not in named)
    return missing if len(promised) - len(missing) < _needed(promise) else ()


def _needed(promise: Promise) -> int:
    """How many of its ways to a person a promise asks for; none where a page alone would do."""
    named = len(to_people(promise.channels))
    if promise.mode is ChannelsMode.ALL:
        return named
    pages = len(promise.channels) - named
    return min(max(max(promise.at_least, 1) - pages, 0), named)


def _way(channel: PromisedChannel) -> Channel | PromisedChannel:
    """A notice in the product is a prominent one; a mail is a durable medium."""
    return CHANNEL_OF.get(channel, channel)
