"""What two versions' dates, and today's, say together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from notifier.model.reading import EffectiveDate, Finding, Severity
from notifier.model.text import Quote


def compare_dates(
    old: EffectiveDate, new: EffectiveDate, *, text_changed: bool, today: dt.date
) -> tuple[Finding, ...]:
    """Return the alarms that need two versions or a calendar.

    Args:
        old: the date of the version in force.
        new: the date of the version that replaces it.
        text_changed: whether anything beside the date changed between them.
        today: the date, in the policy's zone, on which the new version was first seen.
    """
    return tuple(_alarms(old, new, text_changed=text_changed, today=today))


def _alarms(
    old: EffectiveDate, new: EffectiveDate, *, text_changed: bool, today: dt.date
) -> Iterator[Finding]:
    both = tuple(dict.fromkeys(quote for quote in (old.quote, new.quote) if quote))
    same = _said(old) == _said(new)
    if text_changed and same and _said(new) is not None:
        yield Finding(
            "date.unchanged",
            Severity.QUESTION,
            "The text changed and its date did not.",
            both,
            "have the date updated, or say from which day the change applies: `notifier ruling add "
            "effective_date` with the day",
        )
    if not text_changed and not same:
        yield Finding(
            "date.moved",
            Severity.WARNING,
            f"The date changed {_from_to(old, new)} and the text did not.",
            both,
            "make sure that the date was meant to move: whoever was told another one is set right",
        )
    if new.date is None:
        return
    if new.date < today:
        yield Finding(
            "date.past",
            Severity.QUESTION,
            f"The text was first seen on {today:%-d %B %Y}, after the date it states "
            f"({new.date:%-d %B %Y}): nobody can be told before it.",
            _one(new.quote),
            "move the effective date, or send late: `notifier ruling add send_late yes`",
        )
    if old.date and new.date < old.date:
        yield Finding(
            "date.before_predecessor",
            Severity.QUESTION,
            f"The new text is dated {new.date:%-d %B %Y}, before the version in force "
            f"({old.date:%-d %B %Y}).",
            both,
            "check that the right text was staged, and correct its date",
        )


def _said(effective: EffectiveDate) -> object:
    return effective.date or effective.month or effective.readings or None


def _one(quote: Quote | None) -> tuple[Quote, ...]:
    return (quote,) if quote else ()


def _from_to(old: EffectiveDate, new: EffectiveDate) -> str:
    def words(effective: EffectiveDate) -> str:
        if effective.date:
            return f"{effective.date:%-d %B %Y}"
        return effective.month or effective.status.value.replace("_", " ")

    return f"from {words(old)} to {words(new)}"
