"""Does the new version promise less than the version in force?"""

from __future__ import annotations

from collections.abc import Callable

from notifier.model.reading import Finding, Obligation, Promise, Severity
from notifier.model.text import Quote
from notifier.planning.periods import promised_period
from notifier.planning.shortfall import lacking, shortfalls
from notifier.planning.words import channel_words, period_words


def weakened(old: Promise, new: Promise) -> tuple[Finding, ...]:
    """How the new promise falls short of the old one, with the words of both.

    The new text cannot shorten the notice of its own change; but from its effective date on
    people are promised less, which is a material change by itself (WP260 rev.01 no. 29-31: how
    readers are told of changes is part of what they must be told).
    """
    removed = old.clause is not None and new.clause is None
    lost = ["clause"] if removed else list(shortfalls(old, new))
    if not lost:
        return ()
    said = "; ".join(_SAID[part](old, new) for part in lost)
    quotes = (_words(promise, part) for part in lost for promise in (old, new))
    return (
        Finding(
            "promise.weakened",
            Severity.WARNING,
            f"The new version promises less than the one in force: {said}. This is a material "
            "change by itself, and the promise in force governs how it is announced.",
            tuple(dict.fromkeys(quote for quote in quotes if quote)),
            "tell people of the weaker promise too, or keep the old one",
        ),
    )


def _words(promise: Promise, part: str) -> Quote | None:
    return promise.quotes.get(part) or promise.clause


def _firmness(old: Promise, new: Promise) -> str:
    if new.obligation is Obligation.NONE:
        return "it no longer promises to tell anybody"
    return f"“{old.obligation.value}” became “{new.obligation.value}”"


def _scope(old: Promise, new: Promise) -> str:
    return f"it speaks of {new.trigger.value} changes where it spoke of {old.trigger.value}"


def _period(old: Promise, new: Promise) -> str:
    left = promised_period(new)
    now = period_words(left) if left else "not stated"
    return f"the notice period was {period_words(promised_period(old))} and is now {now}"


_SAID: dict[str, Callable[[Promise, Promise], str]] = {
    "clause": lambda *_: "the clause about changes has been removed",
    "obligation": _firmness,
    "trigger": _scope,
    "period": _period,
    "prior": lambda *_: "notice before a change takes effect is gone",
    "objection_days": lambda *_: "the time to object has become shorter",
    "effective_when_posted": lambda *_: "changes become effective when posted",
    "channels": lambda old, new: f"no longer by {channel_words(lacking(old, new))}",
    "mode": lambda *_: "fewer of the channels are enough than were promised",
    "promises_to_update_date": lambda *_: "it no longer promises to update the date",
}
"""How the loss of a part is said."""
