"""A plan in words: why it is refused, which rule won, what the configuration asked in vain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from notifier.model.reading import Finding, Severity
from notifier.model.request import PlanRequest
from notifier.planning.courses import Course
from notifier.planning.instants import zone_named
from notifier.planning.schedule import Slot, lead_at
from notifier.planning.words import instant_words, people_words, period_words, span_words


def refusal_of(
    findings: Sequence[Finding], slots: Sequence[Slot], *, now: datetime, late: bool
) -> str:
    """Why there can be no plan, in words; empty when there can."""
    questions = [f.message for f in findings if f.severity is Severity.QUESTION]
    if questions:
        return "Legal has to decide first: " + " ".join(questions)
    missed = [slot for slot in slots if not slot.honest]
    if not missed or late:
        return ""
    people = sum(slot.course.people for slot in missed)
    first = min(missed, key=lambda slot: slot.course.deadline_at)
    deadline = instant_words(first.course.deadline_at)
    if now >= first.course.deadline_at:
        return f"Too late: {people_words(people)} had to be told before {deadline}."
    return (
        f"Too late: {people_words(people)} must be told before {deadline}, and to send to them and "
        f"cover bounces, sending had to start by {instant_words(first.target_at)}."
    )


def relaxed(courses: Sequence[Course], request: PlanRequest) -> tuple[Finding, ...]:
    """Where the date begins in each recipient's own zone, that is said."""
    people = sum(
        group.count
        for course in courses
        for group in course.groups
        if course.start.at is None and zone_named(group.zone)
    )
    if not request.rules.recipient_zones or not people:
        return ()
    words = (
        f"For {people_words(people)} the day begins in their own time zone, as the configuration "
        "says; for all others in the policy's."
    )
    return (Finding("plan.recipient_zones", Severity.NOTE, words),)


def unmet_leads(slots: Sequence[Slot], request: PlanRequest, now: datetime) -> tuple[Finding, ...]:
    """The configured lead is a choice: missing it is told, and breaks nothing."""
    leads = request.rules.lead_times[:1]
    waiting = [slot for slot in slots if slot.honest and not slot.course.makes_amends]
    missed = [s for s in waiting for lead in leads if lead_at(s.course, lead) < now]
    if not missed:
        return ()
    people = sum(slot.course.people for slot in missed)
    return (
        Finding(
            "plan.lead_missed",
            Severity.WARNING,
            f"The configured lead of {span_words(leads[0])} has passed for {people_words(people)}; "
            "they are told as soon as possible, in time for the promise.",
        ),
    )


def strictest_of(
    courses: Sequence[Course], slots: Sequence[Slot], request: PlanRequest, now: datetime
) -> str:
    """Which of promise, floor and configured lead won, and against what."""
    first = min(courses, key=lambda course: (course.deadline_at, course.name))
    if first.decided_by is None:
        nobody = "Nothing obliges to tell anybody of this change."
        return nobody + " Who was told otherwise before is set right all the same." * bool(slots)
    winner = first.decided_by
    others = [f"{o.by} ({period_words(o.period)})" for o in first.owed if o is not winner]
    over = f", at least as strict as {' and '.join(others)}" if others else ""
    words = f"{winner.by} sets it: {period_words(winner.period)}{over}."
    for slot in (slot for slot in slots if slot.honest and request.rules.lead_times):
        lead = request.rules.lead_times[0]
        if lead_at(slot.course, lead) < now:
            break
        wins = lead_at(slot.course, lead) < slot.target_at
        rest = "so it decides when to start" if wins else "so it does not decide when to start"
        order = "earlier" if wins else "later"
        words += (
            f" The configured lead of {span_words(lead)} is {order} than the last moment that "
            f"leaves time for sending ({instant_words(slot.target_at)}), {rest}."
        )
        break
    return words[0].upper() + words[1:]
