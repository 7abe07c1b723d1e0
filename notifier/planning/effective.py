"""From when the new version applies: the day, the zone it begins in, the instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo

from notifier.model.reading import DateStatus, EffectiveDate, Finding, Severity
from notifier.model.request import PlanRequest, RulingSubject
from notifier.planning.instants import EARLIEST, first_instant, instant_at, zone_stated
from notifier.planning.rulings import BELIEVABLE_YEARS, as_date, as_yes, as_zone, ruled
from notifier.planning.words import day_words, instant_words


@dataclass(frozen=True, slots=True)
class Start:
    """When a version begins to apply.

    Attributes:
        at: hour of the day where the text states one.
        posted_at: the clause says "effective when posted" and it was: it applies since then.
    """

    day: date
    zone: tzinfo = EARLIEST
    at: time | None = None
    posted_at: datetime | None = None

    @property
    def effective_at(self) -> datetime:
        """The first instant at which the version applies to anybody."""
        stated = (
            instant_at(self.day, self.at, self.zone)
            if self.at
            else first_instant(self.day, self.zone)
        )
        return min(stated, self.posted_at) if self.posted_at else stated


def start_of(request: PlanRequest) -> tuple[Start | None, tuple[Finding, ...]]:
    """When the change takes effect, or the question that has to be answered first."""
    day, findings = _day(request)
    _, about_zone = _zone(request)
    findings += about_zone
    if day is None:
        return None, findings
    posted_at, about_posting = _posted(request)
    start = replace(start_on(request, day), posted_at=posted_at)
    return start, findings + about_posting


def start_on(request: PlanRequest, day: date) -> Start:
    """When it takes effect on this day: in the zone, and at the hour, that are given for it."""
    zone, _ = _zone(request)
    return Start(day, zone, request.effective.at if day == request.effective.date else None)


def _day(request: PlanRequest) -> tuple[date | None, tuple[Finding, ...]]:
    day, findings = ruled(request.rulings, RulingSubject.EFFECTIVE_DATE, as_date)
    effective = request.effective
    if day is not None and effective.date and effective.date != day:
        findings += (_differs(effective, effective.date, day),)
    if day is not None or findings:
        return day, findings
    if effective.date and effective.date.year not in BELIEVABLE_YEARS:
        return None, (_question(effective, f"The text is dated {effective.date.isoformat()}."),)
    if effective.status is not DateStatus.STATED or effective.date is None:
        return None, (_question(effective, _unstated(effective)),)
    if not effective.governs:
        words = (
            f"The text says {day_words(effective.date)}, but not that it takes effect on that day."
        )
        return effective.date, (_question(effective, words),)
    if request.in_force_date and effective.date <= request.in_force_date:
        words = (
            f"The new text is dated {day_words(effective.date)}, not later than the version in "
            f"force ({day_words(request.in_force_date)})."
        )
        return effective.date, (_question(effective, words),)
    return effective.date, ()


def _differs(effective: EffectiveDate, stated: date, ruled: date) -> Finding:
    return Finding(
        "plan.date_differs",
        Severity.WARNING,
        f"The text says {day_words(stated)}, the ruling {day_words(ruled)}: the messages tell the "
        "ruled date, and show and link to a text that states another.",
        (effective.quote,) if effective.quote else (),
        "correct the date in the text, and check it again",
    )


def _unstated(effective: EffectiveDate) -> str:
    match effective.status:
        case DateStatus.AMBIGUOUS:
            options = " or ".join(day_words(day) for day in effective.readings)
            return f"The effective date can be read as {options or 'more than one day'}."
        case DateStatus.MONTH_ONLY:
            return f"The text gives only a month ({effective.month}), not a day."
        case DateStatus.PLACEHOLDER:
            return "Where the effective date should stand there is a placeholder."
        case _:
            return "The text does not say from when it applies."


def _question(effective: EffectiveDate, words: str) -> Finding:
    return Finding(
        "plan.effective_date",
        Severity.QUESTION,
        words,
        (effective.quote,) if effective.quote else (),
        "correct the date in the text, or `notifier ruling add effective_date` with the day",
    )


def _zone(request: PlanRequest) -> tuple[tzinfo, tuple[Finding, ...]]:
    """The zone the date begins in: a ruling, else the text, else the configuration, else UTC+14."""
    name, findings = ruled(request.rulings, RulingSubject.TIME_ZONE, as_zone)
    by = "a ruling"
    if name is None and request.effective.zone:
        name, by = request.effective.zone, "the text"
    if name is None and request.rules.zone:
        name, by = request.rules.zone, "the configuration"
    if name is None:
        return EARLIEST, findings
    zone = zone_stated(name)
    if zone is None:
        unknown = Finding(
            "plan.zone_unknown",
            Severity.WARNING,
            f"The time zone “{name}”, given by {by}, is not known or names several; the day is "
            "planned to begin at UTC+14, the earliest place on Earth.",
            remedy="`notifier ruling add time_zone Europe/Berlin`, or another",
        )
        return EARLIEST, (*findings, unknown)
    relaxed = Finding(
        "plan.zone",
        Severity.NOTE,
        f"The day begins in {name}, as {by} says; readers farther east see it begin earlier.",
    )
    return zone, (*findings, relaxed)


def _posted(request: PlanRequest) -> tuple[datetime | None, tuple[Finding, ...]]:
    """Since when the text applies because it is already posted, on the stricter reading."""
    if not request.posted_at or not request.promise.effective_when_posted:
        return None, ()
    when_posted, findings = ruled(request.rulings, RulingSubject.EFFECTIVE_WHEN_POSTED, as_yes)
    if when_posted is False:
        return None, findings
    posted = Finding(
        "plan.posted_early",
        Severity.WARNING,
        "The new text is on the page already, and the policy says that changes are effective when "
        f"posted: it is taken to apply since {instant_words(request.posted_at)}.",
        remedy="take the new text off the page until its effective date, or `notifier ruling add "
        "effective_when_posted no`",
    )
    return request.posted_at, (*findings, posted)


def starting(start: Start, day: date) -> Start:
    """The same start on another day; a stated hour belongs to the stated day only."""
    return start if day == start.day else replace(start, day=day, at=None)
