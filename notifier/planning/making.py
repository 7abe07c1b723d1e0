"""From a request to a plan: settle the questions, split the audience, schedule, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from notifier.model.plan import Plan, PlannedNotice, PlanRequest, RulingSubject
from notifier.model.reading import Finding, Severity
from notifier.model.redline import Materiality
from notifier.planning.courses import Cohort, Course, Splitter
from notifier.planning.coverage import coverage_findings, unreachable
from notifier.planning.duties import duties_for, overdue
from notifier.planning.effective import Start, start_of
from notifier.planning.instants import utc
from notifier.planning.merging import merged, share_people
from notifier.planning.notices import (
    forecast,
    joining,
    missed,
    no_reminders,
    reminding,
    telling,
)
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
    everybody = Cohort(request.groups)
    return compose(request, (everybody,), everybody, now=now)


def compose(
    request: PlanRequest,
    cohorts: Sequence[Cohort],
    everybody: Cohort,
    *,
    now: datetime,
) -> Plan:
    """Plan for an audience whose people may have been told different things already.

    Args:
        cohorts: those who still get a notice.
        everybody: all who would have to be told of another date.
    """
    now = utc(now)
    start, about_start = start_of(request)
    material, about_material = _material(request)
    owed, about_owed = owed_for(request, material=material)
    late, about_late = ruled(request.rulings, RulingSubject.SEND_LATE, as_yes)
    splitter = Splitter(start or Start(now.date()), owed, request.rules)
    honest_day = earliest_honest_date(splitter, everybody, now=now, after=request.in_force_date)
    if start is None:
        splitter = replace(splitter, start=Start(honest_day or now.date()))
    courses = merged(splitter.courses((Cohort(request.groups),)), request.rules, now)
    acting = merged(splitter.courses(cohorts), request.rules, now)
    slots = slots_for(acting, request.rules, now) if owed else ()
    duties, about_duties = duties_for(request, splitter.start, courses)
    findings = about_start + about_material + about_owed + about_late
    findings += about_duties + overdue(duties, now) + coverage_findings(courses)
    findings += _relaxed(courses, request) + _unmet_leads(slots, request, now)
    refusal = _refusal(findings, slots, now=now, late=bool(late))
    notices: Sequence[PlannedNotice] = ()
    if not refusal:
        notices, about_notices = _notices(courses, slots, request, now)
        findings += about_notices
    if refusal and honest_day:
        refusal += f" The earliest honest effective date is {day_words(honest_day)}."
    deadline_at = min(course.deadline_at for course in courses)
    return Plan(
        effective_date=splitter.start.day,
        effective_at=min(course.effective_at for course in courses),
        deadline_at=deadline_at,
        target_at=min((slot.target_at for slot in slots), default=deadline_at),
        notice_days=_notice_days(courses),
        strictest=_strictest(courses, slots, owed, request),
        duties=duties,
        notices=tuple(sorted(notices, key=lambda notice: (notice.due_at, notice.key))),
        findings=tuple(dict.fromkeys(findings)),
        groups=request.groups,
        late=not refusal and not all(slot.honest for slot in slots),
        refusal=refusal,
        earliest_honest_date=honest_day,
        proposed=start is None,
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
    courses: Sequence[Course], slots: Sequence[Slot], request: PlanRequest, now: datetime
) -> tuple[list[PlannedNotice], tuple[Finding, ...]]:
    rules, version = request.rules, request.version
    drafts = telling(slots, rules, version=version, now=now)
    told, _ = forecast(drafts, rules, now)
    if missed(told, rules):
        drafts = telling([slot.at_once(now) for slot in slots], rules, version=version, now=now)
        told, _ = forecast(drafts, rules, now)
    ahead = [course for course in courses if _is_ahead(course, slots)]
    reminders, about_reminders = reminding(ahead, told, rules, version=version)
    joiners = joining(ahead, version=version, now=now) if rules.tell_joiners else []
    notices, about_forecast = forecast([*drafts, *reminders, *joiners], rules, now)
    if missed(notices, rules):
        notices, about_forecast = forecast([*drafts, *joiners], rules, now)
        about_reminders = (no_reminders(),)
    wanted = [n for n in notices if n.count or n.addressees.joiners]
    return wanted, about_reminders + about_forecast


def _is_ahead(course: Course, slots: Sequence[Slot]) -> bool:
    """Nobody in its place is told late, so that reminders and joiners' notices are true."""
    return all(
        slot.honest for slot in slots if share_people(slot.course.addressees, course.addressees)
    )


def _relaxed(courses: Sequence[Course], request: PlanRequest) -> tuple[Finding, ...]:
    """Where the date begins in each recipient's own zone, that is said."""
    if not request.rules.recipient_zones:
        return ()
    people = sum(course.people for course in courses if course.zone)
    words = (
        f"For {people_words(people)} the day begins in their own time zone, as the configuration "
        "says; for all others in the policy's."
    )
    return (Finding("plan.recipient_zones", Severity.NOTE, words),)


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


def _strictest(
    courses: Sequence[Course], slots: Sequence[Slot], owed: Sequence[Owed], request: PlanRequest
) -> str:
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
    for slot in (slot for slot in slots if slot.honest and request.rules.lead_times):
        lead = request.rules.lead_times[0]
        wins = lead_at(slot.course, lead) < slot.target_at
        rest = "so it decides when to start" if wins else "so it does not decide when to start"
        order = "earlier" if wins else "later"
        words += (
            f" The configured lead of {span_words(lead)} is {order} than the last moment that "
            f"leaves time for sending ({instant_words(slot.target_at)}), {rest}."
        )
        break
    return words[0].upper() + words[1:]
