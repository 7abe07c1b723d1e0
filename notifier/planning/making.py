"""From a request to a plan: settle the questions, split the audience, schedule, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from notifier.model.plan import Plan, PlannedNotice, Standing
from notifier.model.reading import Finding, Severity
from notifier.model.request import PlanRequest, RulingSubject
from notifier.planning.courses import Cohort, Course, Splitter
from notifier.planning.coverage import coverage_findings, unreachable
from notifier.planning.decided import decided
from notifier.planning.drafts import forecast, missed
from notifier.planning.duties import duties_for, overdue
from notifier.planning.effective import Start, start_of
from notifier.planning.explaining import (
    refusal_of,
    relaxed,
    strictest_of,
    unmet_leads,
)
from notifier.planning.instants import utc
from notifier.planning.merging import merged, share_people
from notifier.planning.notices import telling
from notifier.planning.owed import is_material, owed_for
from notifier.planning.questions import unanswered
from notifier.planning.reminders import joining, no_reminders, reminding
from notifier.planning.rulings import as_materiality, as_yes, ruled
from notifier.planning.schedule import Slot, earliest_honest_date, slots_for
from notifier.planning.weakening import weakened
from notifier.planning.words import day_words


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
    slots = slots_for(acting, request.rules, now)
    amends = [course for course in acting if course.makes_amends]
    duties, about_duties = duties_for(request, splitter.start, courses, amends)
    findings = about_start + unanswered(request, about_start) + about_material
    findings += decided(request) + about_owed + about_late
    findings += about_duties + overdue(duties, now) + coverage_findings(courses)
    findings += relaxed(courses, request) + unmet_leads(slots, request, now)
    refusal = refusal_of(findings, slots, now=now, late=bool(late))
    notices: Sequence[PlannedNotice] = ()
    if not refusal:
        notices, about_notices = _notices(courses, slots, request, now)
        findings += about_notices
    if refusal and honest_day and (start is None or start.day < honest_day):
        refusal += f" The earliest honest effective date is {day_words(honest_day)}."
    deadline_at = min(course.deadline_at for course in courses)
    return Plan(
        effective_date=splitter.start.day,
        effective_at=min(course.effective_at for course in courses),
        deadline_at=deadline_at,
        target_at=min((slot.target_at for slot in slots), default=deadline_at),
        strictest=strictest_of(courses, slots, request, now),
        duties=duties,
        notices=tuple(sorted(notices, key=_place)),
        findings=tuple(dict.fromkeys(findings)),
        groups=request.groups,
        late=not refusal and not all(slot.honest for slot in slots),
        refusal=refusal,
        earliest_honest_date=honest_day,
        proposed=start is None,
        version=request.version,
        last_effective_at=max(course.effective_at for course in courses),
        unreachable=unreachable(courses),
    )


def _place(notice: PlannedNotice) -> tuple[bool, datetime, str]:
    """By time; what is for people yet to join comes last."""
    return notice.addressees.joiners, notice.due_at, notice.key


def _material(request: PlanRequest) -> tuple[bool, tuple[Finding, ...]]:
    """Whether the change is planned as material, and why."""
    findings = weakened(request.text_promise, request.new_promise)
    decision, about = ruled(request.rulings, RulingSubject.MATERIALITY, as_materiality)
    if decision is not None or about:
        return is_material(decision), findings + about
    if request.materiality is None:
        unclassified = Finding(
            "plan.unclassified",
            Severity.WARNING,
            "Nobody has classified this change; it is planned as material, the stricter reading. "
            "That we found no reason to call it material is a suggestion and decides nothing.",
            remedy="read the redline; `notifier ruling add materiality material`, or editorial",
        )
        return True, (*findings, unclassified)
    return is_material(request.materiality) or bool(findings), findings


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
    reminders, about_reminders = reminding(ahead, told, rules, version=version, now=now)
    joiners = joining(courses, version=version, now=now)
    notices, about_forecast = forecast([*drafts, *reminders, *joiners], rules, now)
    if missed(notices, rules):
        notices, about_forecast = forecast([*drafts, *joiners], rules, now)
        about_reminders = (no_reminders(),)
    untold = Standing.MISSED
    wanted = [
        n for n in notices if n.count or n.addressees.joiners or n.addressees.standing is untold
    ]
    return wanted, about_reminders + about_forecast


def _is_ahead(course: Course, slots: Sequence[Slot]) -> bool:
    """Nobody in its place is told late, so that a reminder of what was told earlier is true."""
    return all(
        slot.honest for slot in slots if share_people(slot.course.addressees, course.addressees)
    )
