"""Pausing or withdrawing a change: everybody who was told is told of it, and nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from notifier.model.plan import (
    Addressees,
    Duty,
    DutyKind,
    Group,
    NoticeKind,
    Plan,
    PlannedNotice,
    Standing,
    Telling,
    Told,
    Wording,
)
from notifier.model.reading import ChannelsMode, Finding, PromisedChannel, Severity
from notifier.model.request import PlanRequest
from notifier.planning.courses import Cohort, Course, Splitter
from notifier.planning.coverage import coverage_findings, unreachable
from notifier.planning.drafts import NoticeDraft, forecast
from notifier.planning.effective import start_on, starting
from notifier.planning.instants import utc
from notifier.planning.owed import Owed
from notifier.planning.schedule import Casting, castings_for
from notifier.planning.windows import HORIZON
from notifier.planning.words import day_words, instant_words, people_words

_OWED = "Who was told a date must learn that it no longer holds, before that day begins."


def pause(plan: Plan, *, told: Sequence[Told], request: PlanRequest, now: datetime) -> Plan:
    """Tell everybody who was told a date that it no longer holds and another will follow.

    Args:
        plan: the plan they were told by; it is void from here on. ``revise`` resumes it.
        told: how many people of which group were last told what.
        request: what the change was planned on: where its day begins, the sending rate and hours.
        now: aware instant.
    """
    dated = [fact for fact in told if fact.telling.effective_date is not None]
    return _stop(plan, dated, request, now, Wording.PAUSED)


def withdraw(plan: Plan, *, told: Sequence[Told], request: PlanRequest, now: datetime) -> Plan:
    """Tell everybody who was told of the change, or of its pause, that it will not happen.

    Args: as for ``pause``.
    """
    aware = [fact for fact in told if not fact.telling.withdrawn]
    return _stop(plan, aware, request, now, Wording.WITHDRAWN)


def _stop(
    plan: Plan, told: Sequence[Told], request: PlanRequest, now: datetime, wording: Wording
) -> Plan:
    now, rules, channels = utc(now), request.rules, _channels(plan)
    owed = (Owed("what they were told", _OWED, channels=channels),) if channels else ()
    splitter = Splitter(start_on(request, plan.effective_date), owed, rules)
    courses = splitter.courses(_cohorts(told, wording))
    drafts = [
        NoticeDraft(_notice(plan, course, casting, now), course)
        for course in courses
        for casting in castings_for(course)
        if casting.count
    ]
    forecasted, _ = forecast(drafts, rules, now)
    notices = [_apologising(notice) for notice in forecasted]
    days = [day for course in courses if (day := _believed_day(course)) is not None]
    deadline_at = min(days, default=plan.effective_at)
    return replace(
        plan,
        deadline_at=deadline_at,
        target_at=now,
        strictest=_OWED,
        notices=tuple(sorted(notices, key=lambda notice: (notice.due_at, notice.key))),
        findings=_findings(notices, courses),
        groups=tuple(fact.group for fact in told),
        duties=_duties(channels, deadline_at),
        late=False,
        refusal="",
        earliest_honest_date=None,
        proposed=False,
        unreachable=unreachable(courses),
        stops=True,
    )


def _channels(plan: Plan) -> tuple[PromisedChannel, ...]:
    """Every channel that some rule of the plan told them by: any of these will do."""
    duties = (duty for duty in plan.duties if duty.kind is DutyKind.TELL)
    return tuple(dict.fromkeys(channel for duty in duties for channel in duty.channels))


def _duties(channels: tuple[PromisedChannel, ...], before: datetime) -> tuple[Duty, ...]:
    """Telling is owed by whichever channel told them."""
    if not channels:
        return ()
    return (Duty(DutyKind.TELL, before, _OWED, channels, ChannelsMode.ANY_OF, at_least=1),)


def _cohorts(told: Sequence[Told], wording: Wording) -> Iterator[Cohort]:
    """One cohort for each thing that was told."""
    by_telling: dict[Telling, list[Group]] = defaultdict(list)
    for fact in told:
        by_telling[fact.telling].append(fact.group)
    ordered = sorted(by_telling, key=lambda t: (str(t.effective_date or ""), t.version))
    for number, telling in enumerate(ordered, start=1):
        yield Cohort(
            groups=tuple(by_telling[telling]),
            kind=NoticeKind.WITHDRAWAL,
            label=f"-{number}",
            addressees=Addressees(standing=Standing.TOLD, told=telling),
            wording=(wording,),
        )


def _notice(plan: Plan, course: Course, casting: Casting, now: datetime) -> PlannedNotice:
    cohort = course.cohort
    told = cohort.addressees.told
    date = told.effective_date if told else None
    paused = Wording.PAUSED in cohort.wording
    believed = f"had been told {day_words(date)}" if date else "had been told that it is paused"
    outcome = "the change is paused" if paused else "the change is withdrawn"
    return PlannedNotice(
        kind=NoticeKind.WITHDRAWAL,
        channel=casting.channel,
        due_at=now,
        before=_believed_day(course) or now + HORIZON,
        finish_at=now,
        count=casting.count,
        why=f"{people_words(casting.count)} {believed} and must learn that {outcome}, as soon "
        "as mail may go out; nobody else is told.",
        key=f"withdrawal{cohort.label}-{casting.channel.value}{course.place}",
        addressees=replace(course.addressees, without=casting.without),
        wording=cohort.wording,
        tells=Telling(None, told.version if told else plan.version, withdrawn=not paused),
    )


def _believed_day(course: Course) -> datetime | None:
    """When the day begins that they were told; None where the last word was that it is paused."""
    told = course.cohort.addressees.told
    date = told.effective_date if told else None
    return starting(course.start, date).effective_at if date else None


def _apologising(notice: PlannedNotice) -> PlannedNotice:
    """The same, with an apology where the first of them leaves only after that day has begun."""
    if notice.due_at < notice.before:
        return notice
    return replace(notice, wording=(*notice.wording, Wording.ALREADY_IN_FORCE))


def _findings(notices: Sequence[PlannedNotice], courses: Sequence[Course]) -> tuple[Finding, ...]:
    if not courses:
        nobody = "Nobody has been told of this change, so nobody is told that it stops."
        return (Finding("plan.nobody_told", Severity.NOTE, nobody),)
    return (*coverage_findings(courses), *_learning_late(notices))


def _learning_late(notices: Sequence[PlannedNotice]) -> Iterator[Finding]:
    late = [notice for notice in notices if notice.finish_at >= notice.before]
    if late:
        begins, ends = min(n.before for n in late), max(n.finish_at for n in late)
        yield Finding(
            "plan.learns_late",
            Severity.WARNING,
            f"Not everybody can learn of it before {instant_words(begins)}, when the day they were "
            f"told begins: sending ends about {instant_words(ends)}.",
            remedy="keep the old text on the page, and say there that the change is off",
        )
