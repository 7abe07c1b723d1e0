"""Every act that keeps the promise, with the span in which it has to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifier.model.plan import Duty, DutyKind
from notifier.model.reading import ClockStart, Finding, Promise, PromisedChannel, Severity
from notifier.model.request import PlanRequest, Rules, RulingSubject
from notifier.planning.courses import Course
from notifier.planning.effective import Start
from notifier.planning.instants import EARLIEST, LATEST, first_instant
from notifier.planning.rulings import as_yes, ruled
from notifier.planning.words import instant_words

FLIP_SPAN = timedelta(hours=1)
"""How long putting the new text in place may take where the day begins at one known instant."""

PUBLISHED = frozenset({PromisedChannel.BLOG_OR_FORUM, PromisedChannel.CHANGE_LOG})


def duties_for(
    request: PlanRequest, start: Start, courses: Sequence[Course], amends: Sequence[Course]
) -> tuple[tuple[Duty, ...], tuple[Finding, ...]]:
    """All duties of a change, and what was decided where the clause contradicts itself.

    Args:
        courses: everybody, by what is owed to them.
        amends: those who are only set right.
    """
    waits, findings = _waits(request)
    return (
        *_tell((*courses, *amends), request.rules),
        *_page(request.promise, start, courses, waits=waits),
    ), findings


def _tell(courses: Sequence[Course], rules: Rules) -> tuple[Duty, ...]:
    return tuple(
        Duty(
            kind=DutyKind.TELL,
            before=rule.deadline(course.start, rules.holidays, rules.deemed_receipt),
            because=rule.because,
            channels=rule.channels,
            mode=rule.mode,
            at_least=rule.at_least,
            quote=rule.quote,
            addressees=course.addressees,
        )
        for course in courses
        for rule in course.owed
    )


def _waits(request: PlanRequest) -> tuple[bool, tuple[Finding, ...]]:
    """Whether posting must wait for the effective instant: the clause says "when posted".

    A clause that promises notice before the change takes effect and lets it take effect on
    posting contradicts itself. The stricter reading keeps both sentences: people are told first,
    and the text is posted when it takes effect.
    """
    if not request.promise.effective_when_posted:
        return False, ()
    when_posted, findings = ruled(request.rulings, RulingSubject.EFFECTIVE_WHEN_POSTED, as_yes)
    if when_posted is not None:
        return when_posted, findings
    quote = request.promise.quotes.get("effective_when_posted") or request.promise.clause
    contradiction = Finding(
        "plan.told_first",
        Severity.WARNING,
        "Changes are “effective when posted”, so the new text must not be on the page before "
        "everybody has been told: it is planned to be told first and posted on the effective date.",
        (quote,) if quote else (),
        "to decide otherwise: `notifier ruling add effective_when_posted`, yes or no",
    )
    return True, (*findings, contradiction)


def _page(
    promise: Promise, start: Start, courses: Sequence[Course], *, waits: bool
) -> tuple[Duty, ...]:
    """Post, update the date, publish, keep the old version."""
    from_posting = promise.period and promise.period.starts_at is ClockStart.POSTING
    deadline = min(course.deadline_at for course in courses)
    not_before = start.effective_at if waits and not from_posting else None
    before = _flip_by(start) if not_before else start.effective_at
    if from_posting:
        before = deadline
    posting = (
        "The policy is effective when posted: posted when it takes effect, not before."
        if not_before
        else "The new text has to stand on the page when it takes effect."
    )
    if from_posting:
        posting = "The promised notice period counts from posting."
    duties = [Duty(DutyKind.POST, before, posting, quote=promise.clause, not_before=not_before)]
    if promise.promises_to_update_date:
        because = "The version in force promises to update the date at the top of the page."
        quote = promise.quotes.get("promises_to_update_date") or promise.clause
        duties.append(
            Duty(DutyKind.UPDATE_DATE, before, because, quote=quote, not_before=not_before)
        )
    if published := tuple(c for c in promise.channels if c in PUBLISHED):
        because = "The version in force names these places for announcing changes."
        duties.append(Duty(DutyKind.PUBLISH, deadline, because, published, quote=promise.clause))
    keep = "The old version stays reachable, so that people can compare and the record can be read."
    duties.append(
        Duty(DutyKind.KEEP_OLD_VERSION, _flip_by(start), keep, not_before=start.effective_at)
    )
    return tuple(duties)


def _flip_by(start: Start) -> datetime:
    """When the new text must be in place: the day has begun everywhere, or the hour has passed."""
    if start.zone is EARLIEST and not start.at:
        return max(first_instant(start.day, LATEST), start.effective_at + FLIP_SPAN)
    return start.effective_at + FLIP_SPAN


def overdue(duties: Sequence[Duty], now: datetime) -> tuple[Finding, ...]:
    """Duties whose time has passed already; telling is judged by the schedule."""
    return tuple(
        Finding(
            "plan.duty_overdue",
            Severity.WARNING,
            f"“{duty.kind.value.replace('_', ' ')}” was due before {instant_words(duty.before)}.",
            remedy="if it was done in time, keep the proof of it beside the evidence; if not, the "
            "promise is broken",
        )
        for duty in duties
        if duty.kind is not DutyKind.TELL and duty.before <= now
    )
