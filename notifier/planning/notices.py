"""The notices of a plan: what is offered to whom, when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifier.model.plan import (
    Channel,
    NoticeKind,
    PlannedNotice,
    Rules,
    Standing,
    Window,
    Wording,
)
from notifier.model.reading import Finding, Severity
from notifier.planning.courses import Course
from notifier.planning.forecast import SPARE, Load, run
from notifier.planning.merging import share_people
from notifier.planning.schedule import (
    Casting,
    Slot,
    castings_for,
    last_moment,
    lead_at,
    mail_windows,
)
from notifier.planning.windows import HORIZON
from notifier.planning.words import instant_words, people_words, span_words

PUNCTUAL = frozenset({NoticeKind.INITIAL, NoticeKind.REMINDER})
"""Notices that are held when their time has passed; the others still have to arrive."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice before the forecast, with the course it is for."""

    notice: PlannedNotice
    course: Course


def telling(slots: Sequence[Slot], rules: Rules, *, version: str, now: datetime) -> list[Draft]:
    """The notices that keep the promise, set it right, or are ruled to go out late."""
    drafts = []
    for slot in slots:
        start_at, reason = _start(slot, rules, now)
        for casting in slot.castings:
            notice = _first(slot, casting, start_at, rules, reason)
            tells = slot.course.telling(version)
            drafts.append(Draft(replace(notice, tells=tells), slot.course))
    return drafts


def _start(slot: Slot, rules: Rules, now: datetime) -> tuple[datetime, str]:
    """When a course begins to be told, and why then.

    It is the first lead time, or the target where that is earlier; now, when both have passed.
    A correction never waits: until it arrives its readers believe what is no longer true. All
    channels begin together, when the mail may.
    """
    start_at, reason = _moment(slot, rules, now)
    mailed = any(c.channel is Channel.EMAIL and c.count for c in slot.castings)
    if mailed and rules.sending_hours and slot.honest:
        windows = mail_windows(slot.course, rules, start_at, slot.course.deadline_at)
        return windows[0].opens_at, f"{reason}, within the sending hours"
    return start_at, reason


def _moment(slot: Slot, rules: Rules, now: datetime) -> tuple[datetime, str]:
    if slot.course.cohort.kind is NoticeKind.CORRECTION:
        return now, "at once, because they have been told what is no longer true"
    if not slot.honest or slot.target_at <= now:
        return now, "as soon as possible"
    for lead in rules.lead_times[:1]:
        at = lead_at(slot.course, lead)
        if at < now:
            return now, f"as soon as possible, the configured lead of {span_words(lead)} has passed"
        if at <= slot.target_at:
            return at, f"the configured lead of {span_words(lead)}"
    return slot.target_at, "the last moment that leaves time for sending and for covering bounces"


def _first(
    slot: Slot, casting: Casting, start_at: datetime, rules: Rules, reason: str
) -> PlannedNotice:
    course = slot.course
    kind = course.cohort.kind
    wording = course.cohort.wording
    due_at = start_at
    if casting.channel is Channel.IN_APP and slot.honest:
        latest = max(start_at, last_moment(course.deadline_at, rules))
        due_at = min(start_at + rules.in_app_offset, latest)
    if not slot.honest:
        kind = NoticeKind.LATE if kind is NoticeKind.INITIAL else kind
        wording = (*wording, _late_wording(course, start_at))
    return PlannedNotice(
        kind=kind,
        channel=casting.channel,
        due_at=due_at,
        before=course.deadline_at if slot.honest else min(course.deadline_at, due_at),
        finish_at=due_at,
        count=casting.count,
        why=_why(slot, casting, start_at, reason),
        key=f"{kind.value}{course.cohort.label}-{casting.channel.value}{course.place}",
        addressees=replace(course.addressees, without=casting.without),
        wording=wording,
    )


def _late_wording(course: Course, at: datetime) -> Wording:
    return Wording.ALREADY_IN_FORCE if at >= course.effective_at else Wording.SHORT_NOTICE


def _why(slot: Slot, casting: Casting, start_at: datetime, reason: str) -> str:
    course = slot.course
    by = course.decided_by.because if course.decided_by else ""
    whom = {
        (Channel.EMAIL, None): "with a usable address",
        (Channel.IN_APP, None): "with an account in the product",
        (Channel.IN_APP, Channel.EMAIL): "who can be told in the product only",
    }[casting.channel, casting.without]
    goes = f"To {people_words(casting.count)} {whom}. {by}".strip()
    if not slot.honest:
        return (
            f"{goes} That deadline ({instant_words(course.deadline_at)}) cannot be kept; legal "
            "ruled to send late, and every one of these counts as late."
        )
    goes += f" They must be told before {instant_words(course.deadline_at)}."
    return f"{goes} It starts on {instant_words(start_at)}: {reason}."


def reminding(
    courses: Sequence[Course], told: Sequence[PlannedNotice], rules: Rules, *, version: str
) -> tuple[list[Draft], tuple[Finding, ...]]:
    """Reminders by the further lead times, to those who have not acknowledged.

    Args:
        courses: everybody, told or untold.
        told: the notices that tell them, with their forecast.
    """
    drafts, findings = [], []
    for course in courses:
        ends = [n.finish_at for n in told if share_people(n.addressees, course.addressees)]
        for number, lead in enumerate(rules.lead_times[1:], start=1):
            due_at = lead_at(course, lead)
            for casting in castings_for(course):
                notice = _reminder(course, casting, number, lead)
                notice = replace(notice, tells=course.telling(version))
                if due_at > max(ends, default=due_at) and due_at < course.effective_at:
                    drafts.append(Draft(notice, course))
                else:
                    findings.append(
                        _no_reminder(notice.key, "people are told only shortly before it, or later")
                    )
    return drafts, tuple(findings)


def _reminder(course: Course, casting: Casting, number: int, lead: timedelta) -> PlannedNotice:
    due_at = lead_at(course, lead)
    return PlannedNotice(
        kind=NoticeKind.REMINDER,
        channel=casting.channel,
        due_at=due_at,
        before=course.effective_at,
        finish_at=due_at,
        count=casting.count,
        why=f"Reminds those who have not acknowledged, {span_words(lead)} before it takes effect, "
        f"as the configured lead times say. At most {people_words(casting.count)}; the promise "
        "does not depend on it.",
        key=f"reminder-{number}-{casting.channel.value}{course.place}",
        addressees=replace(
            course.addressees, standing=Standing.UNACKNOWLEDGED, without=casting.without
        ),
    )


def _no_reminder(key: str, reason: str) -> Finding:
    return Finding("plan.no_reminder", Severity.NOTE, f"{key} is left out: {reason}.")


def joining(courses: Sequence[Course], *, version: str, now: datetime) -> list[Draft]:
    """The notices for people who join during the notice window, once per segment and channel."""
    drafts: dict[str, Draft] = {}
    for course in courses:
        segment = course.place.split("@")[0]
        for casting in castings_for(course):
            key = f"joiners-{casting.channel.value}{segment}"
            notice = PlannedNotice(
                kind=NoticeKind.INITIAL,
                channel=casting.channel,
                due_at=now,
                before=course.effective_at,
                finish_at=course.effective_at,
                count=0,
                why="People who join before it takes effect are told on joining: they agree to a "
                "text that is about to change.",
                key=key,
                addressees=replace(
                    course.addressees, zones=(), joiners=True, without=casting.without
                ),
                tells=course.telling(version),
            )
            if now < course.effective_at:
                drafts.setdefault(key, Draft(notice, course))
    return list(drafts.values())


def forecast(
    drafts: Sequence[Draft], rules: Rules, now: datetime
) -> tuple[list[PlannedNotice], tuple[Finding, ...]]:
    """Give every mail its windows and its end; leave out reminders that would come too late."""
    placed = [_in_hours(draft, rules, now) for draft in drafts]
    loads = [
        Load(
            notice.key,
            notice.count * SPARE,
            notice.due_at,
            notice.before,
            notice.windows or (Window(notice.due_at, now + HORIZON),),
        )
        for notice in placed
        if notice.channel is Channel.EMAIL and not notice.addressees.joiners
    ]
    finishes = run(loads, rules.rate, rules.daily_quota)
    findings, notices = [], []
    for notice in placed:
        ends_at = finishes[notice.key].ends_at if notice.key in finishes else notice.finish_at
        reminder = notice.kind is NoticeKind.REMINDER
        if reminder and (ends_at is None or ends_at >= notice.before):
            findings.append(_no_reminder(notice.key, "it would not be finished in time"))
        else:
            notices.append(replace(notice, finish_at=ends_at or now + HORIZON))
    return notices, tuple(findings)


def missed(notices: Sequence[PlannedNotice], rules: Rules) -> bool:
    """Whether a notice that keeps the promise would not be finished in time."""
    return any(
        notice.finish_at > last_moment(notice.before, rules)
        for notice in notices
        if notice.kind is NoticeKind.INITIAL and not notice.addressees.joiners
    )


def no_reminders() -> Finding:
    """Reminders would use up the daily quota that the first notices need."""
    words = "Reminders are left out: they would use the daily quota that the first notices need."
    return Finding("plan.no_reminder", Severity.NOTE, words)


def _in_hours(draft: Draft, rules: Rules, now: datetime) -> PlannedNotice:
    """The notice with its sending hours; a first opening later than ``due_at`` moves that."""
    notice = draft.notice
    free = notice.channel is not Channel.EMAIL or notice.addressees.joiners
    if free or rules.sending_hours is None:
        return notice
    end = notice.before if notice.kind in PUNCTUAL else now + HORIZON
    windows = mail_windows(draft.course, rules, notice.due_at, end)
    due_at = windows[0].opens_at if windows else notice.due_at
    return replace(notice, windows=windows, due_at=due_at)
