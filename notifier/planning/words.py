"""Numbers and times in the words a lawyer reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from notifier.model.plan import Plan, PlannedNotice, Standing
from notifier.model.reading import NoticePeriod, PromisedChannel
from notifier.model.request import Ruling

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def day_words(day: date) -> str:
    """``1 December 2025``."""
    return f"{day.day} {day:%B %Y}"


def instant_words(at: datetime) -> str:
    """``1 December 2025, 10:00 UTC``; ``at`` is in UTC."""
    return f"{day_words(at.date())}, {at:%H:%M} UTC"


def people_words(count: int) -> str:
    """``1 person``, ``12,400 people``."""
    return "1 person" if count == 1 else f"{count:,} people"


def readers_words(notice: PlannedNotice) -> str:
    """Whom a notice is for: ``312 people``, or who they will be."""
    if notice.addressees.joiners:
        return "people who join"
    if notice.addressees.standing is Standing.MISSED:
        return "people not told by then"
    return people_words(notice.count)


def span_words(span: timedelta) -> str:
    """A length of time in its two largest units, rounded up to the minute."""
    seconds = -int(-span.total_seconds() // MINUTE) * MINUTE
    counts = {
        "day": seconds // DAY,
        "hour": seconds % DAY // HOUR,
        "minute": seconds % HOUR // MINUTE if seconds < DAY else 0,
    }
    parts = [f"{n} {unit}{'s' if n > 1 else ''}" for unit, n in counts.items() if n]
    return " ".join(parts) or "no time"


def period_words(period: NoticePeriod | None) -> str:
    """``30 days``; ``before it takes effect`` when no number is promised."""
    if period is None:
        return "before it takes effect"
    unit = period.unit.value.replace("_", " ")
    if period.number == 1:
        unit = unit.removesuffix("s")
    return f"{period.number} {unit}"


def channel_words(channels: Iterable[PromisedChannel]) -> str:
    """``email, prominent notice``."""
    return ", ".join(channel.value.replace("_", " ") for channel in channels)


def ruling_words(ruling: Ruling) -> str:
    """``the ruling of Ana Lima of 1 December 2025``."""
    return f"the ruling of {ruling.who} of {day_words(ruling.at.date())}"


PROPOSED = (
    "Nobody has decided this date: it is a proposal, the earliest that can be kept, and all times "
    "follow from it. Put a date into the text, or say it: `notifier ruling add effective_date` "
    "with the day."
)
"""What is said of the date of a plan that legal has yet to give one."""


def instead_of_mail(plan: Plan, *, in_product: bool) -> str:
    """How people are told whom no mail of a plan reaches, in two or three words."""
    if not plan.notices:
        return "no mail"
    return "in the product" if in_product else "not at all"
