"""Two promises side by side: has the new text weakened it?"""

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
from notifier.reading.promises.telling import FIRMNESS

_BREADTH = {Trigger.MATERIAL: 0, Trigger.MIXED: 1, Trigger.ANY: 2}

# For each way of weakening: the fields whose words show it.
_Weakening = tuple[str, str]


def compare_promises(old: Promise, new: Promise) -> tuple[Finding, ...]:
    """Every way in which ``new`` promises less than ``old``; each is a material change.

    The promise in ``old`` still governs how that change itself is announced.
    """
    if old.clause is None:
        return ()
    if new.clause is None:
        return (_finding("the clause about changes has been removed", (old.clause,)),)
    return tuple(
        _finding(what, tuple(q for q in (_words(old, field), _words(new, field)) if q))
        for what, field in _weakenings(old, new)
    )


def _weakenings(old: Promise, new: Promise) -> Iterator[_Weakening]:
    lost = [channel for channel in old.channels if channel not in new.channels]
    if lost:
        yield f"no longer promised: {', '.join(_name(c) for c in lost)}", "channels"
    if old.mode is ChannelsMode.ALL and new.mode is ChannelsMode.ANY_OF and len(new.channels) > 1:
        yield "one of the channels is now enough", "mode"
    elif new.at_least < old.at_least and not lost:
        yield f"{new.at_least} instead of {old.at_least} channels", "mode"
    if FIRMNESS[new.obligation] < FIRMNESS[old.obligation]:
        yield f"{old.obligation.value!r} has become {new.obligation.value!r}", "obligation"
    if _BREADTH[new.trigger] < _BREADTH[old.trigger] and new.obligation is not Obligation.NONE:
        yield "only material changes are announced now", "trigger"
    yield from _times(old, new)
    if old.promises_to_update_date and not new.promises_to_update_date:
        yield "the date is no longer promised to be updated", "promises_to_update_date"


def _times(old: Promise, new: Promise) -> Iterator[_Weakening]:
    if old.period and (new.period is None or new.period.days < old.period.days):
        now = f"{new.period.days} days" if new.period else "no number of days"
        yield f"the notice period was {old.period.days} days and is {now}", "period"
    if old.prior and not new.prior:
        yield "notice before the change takes effect is no longer promised", "prior"
    if new.effective_when_posted and not old.effective_when_posted:
        yield "changes now take effect when they are posted", "effective_when_posted"
    if old.objection_days and (new.objection_days or 0) < old.objection_days:
        yield "the time to object has become shorter", "objection_days"


def _finding(what: str, quotes: tuple[Quote, ...]) -> Finding:
    return Finding(
        "promise.weakened",
        Severity.WARNING,
        f"The new text promises less than the one in force: {what}. This is always a material "
        "change, and the promise in force governs how it is announced.",
        quotes,
        "announce it as material, and name it in the summary of the change",
    )


def _words(promise: Promise, field: str) -> Quote | None:
    return promise.quotes.get(field) or promise.clause


def _name(channel: PromisedChannel) -> str:
    return channel.value.replace("_", " ")
