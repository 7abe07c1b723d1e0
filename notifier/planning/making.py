"""From a request to a plan: settle the questions, split the audience, schedule, explain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from notifier.model.plan import Plan, PlannedNotice, PlanRequest, RulingSubject
from notifier.model.reading import Finding, Severity
from notifier.model.redline import Materiality
from notifier.planning.courses import Course, courses_for
from notifier.planning.coverage import coverage_findings, unreachable
from notifier.planning.duties import duties_for, overdue
from notifier.planning.effective import Start, start_of
from notifier.planning.notices import forecast, joining, reminding, telling
from notifier.planning.owed import Owed, is_material, owed_for
from notifier.planning.rulings import as_yes, ruled
from notifier.planning.schedule import Slot, earliest_honest_date, lead_at, slots_for
from notifier.planning.weakening import weakened
from notifier.planning.words import day_words, instant_words, people_words, period_words, span_words


def make_plan(request: PlanRequest, *, now: datetime) -> Plan:
    """Plan the notices for one change, backwards from its effective date.

    Pure: the same request and the same ``now`` give the same plan. A plan that cannot keep the
    promise, or that a question stops, carries a ``refusal`` and no notices; it is never an
    exception.

    Args:
        now: aware instant; nothing is planned before it.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware instant")
    start, findings = start_of(request)
    material, about_material = _material(request)
    owed, about_owed = owed_for(request, material=material)
    late, about_late = ruled(request.rulings, RulingSubject.SEND_LATE, as_yes)
    findings += about_material + about_owed + about_late
    honest_day = earliest_honest_date(
        start or Start(now.date()),
        owed,
        request.groups,
        request.rules,
        now=now,
        after=request.in_force_date,
    )
    proposed = start is None
    start = start or Start(honest_day or now.date())
    courses = courses_for(start, owed, request.groups, request.rules)
    slots = slots_for(courses, request.rules, now) if owed else ()
    duties, about_duties = duties_for(request, start, courses)
    findings += about_duties + overdue(duties, now) + coverage_findings(courses)
    findings += _unmet_leads(slots, request, now)
    refusal = _refusal(findings, slots, now=now, late=bool(late))
    notices: Sequence[PlannedNotice] = ()
    if not refusal:
        notices, about_notices = _notices(slots, request, now)
        findings += about_notices
    if refusal and honest_day:
        refusal += f" The earliest honest effective date is {day_words(honest_day)}."
    return Plan(
        effective_date=start.day,
        effective_at=min(course.effective_at for course in courses),
        deadline_at=min(course.deadline_at for course in courses),
        target_at=min((s.target_at for s in slots), default=courses[0].deadline_at),
        notice_days=_notice_days(courses),
        strictest=_strictest(courses, owed, request),
        duties=duties,
        notices=tuple(sorted(notices, key=lambda n: (n.due_at, n.key))),
        findings=_once(findings),
        groups=request.groups,
        late=bool(late) and not refusal and not all(slot.honest for slot in slots),
        refusal=refusal,
        earliest_honest_date=honest_day,
        proposed=proposed,
        version=request.version,
        unreachable=unreachable(courses),
    )


def _material(request: PlanRequest) -> tuple[bool, tuple[Finding, ...]]:
    """Whether the change is planned as material, and why."""
    findings = weakened(request.promise, request.new_promise)
    decided, about = ruled(request.rulings, RulingSubject.MATERIALITY, Materiality)
    if decided is not None or about:
        return is_material(decided), findings + about
    if request.materiality is None:
        unclassified = Finding(
            "plan.unclassified",
            Severity.WARNING,
            "Nobody has classified this change; it is planned as material, the stricter reading.",
            remedy="Record a ruling on materiality: material or editorial.",
        )
        return True, (*findings, unclassified)
    return is_material(request.materiality) or bool(findings), findings


def _refusal(
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


def _notices(
    slots: Sequence[Slot], request: PlanRequest, now: datetime
) -> tuple[list[PlannedNotice], tuple[Finding, ...]]:
    rules = request.rules
    drafts = telling(slots, rules, now)
    reminders, about_reminders = reminding(drafts, rules, now)
    joiners = joining(drafts) if rules.tell_joiners else []
    notices, about_forecast = forecast([*drafts, *reminders, *joiners], rules, now)
    wanted = [n for n in notices if n.count or n.addressees.joiners]
    return wanted, about_reminders + about_forecast


def _unmet_leads(slots: Sequence[Slot], request: PlanRequest, now: datetime) -> tuple[Finding, ...]:
    """The configured lead is a choice: missing it is told, and breaks nothing."""
    leads = request.rules.lead_times[:1]
    missed = [s for s in slots for lead in leads if s.honest and lead_at(s.course, lead) < now]
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


def _notice_days(courses: Sequence[Course]) -> int:
    periods = [course.decided_by.period for course in courses if course.decided_by]
    return max((period.days if period else 1 for period in periods), default=0)


def _strictest(courses: Sequence[Course], owed: Sequence[Owed], request: PlanRequest) -> str:
    """Which of promise, floor and configured lead won, and against what."""
    first = min(courses, key=lambda course: (course.deadline_at, course.name))
    if first.decided_by is None:
        return "Nothing obliges to tell anybody of this change."
    winner = first.decided_by
    others = [f"{o.by} ({period_words(o.period)})" for o in owed if o is not winner]
    over = f", stricter than {' and '.join(others)}" if others else ""
    words = (
        f"{winner.by} sets the deadline: {period_words(winner.period)}{over}; everybody must be "
        f"told before {instant_words(first.deadline_at)}."
    )
    if request.rules.lead_times:
        lead = request.rules.lead_times[0]
        at = lead_at(first, lead)
        earlier = "earlier, so it" if at < first.deadline_at else "not earlier, so the deadline"
        words += f" The configured lead of {span_words(lead)} is {earlier} decides when to start."
    return words[0].upper() + words[1:]


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))
