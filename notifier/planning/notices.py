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
from notifier.planning.schedule import Casting, Slot, lead_at, mail_windows
from notifier.planning.windows import HORIZON
from notifier.planning.words import instant_words, people_words, span_words


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice before the forecast, with the course it is for."""

    notice: PlannedNotice
    course: Course


def telling(slots: Sequence[Slot], rules: Rules, now: datetime) -> list[Draft]:
    """The first notices: those that keep the promise, or are ruled to go out late."""
    return [
        Draft(_first(slot, casting, _start(slot, rules, now), rules), slot.course)
        for slot in slots
        for casting in slot.castings
    ]


def _start(slot: Slot, rules: Rules, now: datetime) -> datetime:
    """The first lead time, or the target where that is earlier; now when both have passed."""
    if not slot.honest:
        return now
    leads = [lead_at(slot.course, lead) for lead in rules.lead_times[:1]]
    return max(now, min([slot.target_at, *leads]))


def _first(slot: Slot, casting: Casting, start_at: datetime, rules: Rules) -> PlannedNotice:
    course = slot.course
    due_at = start_at
    if casting.channel is Channel.IN_APP and slot.honest:
        latest = max(start_at, course.deadline_at - rules.bounce_allowance)
        due_at = min(start_at + rules.in_app_offset, latest)
    kind = NoticeKind.INITIAL if slot.honest else NoticeKind.LATE
    return PlannedNotice(
        kind=kind,
        channel=casting.channel,
        due_at=due_at,
        before=course.deadline_at if slot.honest else min(course.deadline_at, due_at),
        finish_at=due_at,
        count=casting.count,
        why=_why(slot, casting, start_at, rules),
        key=f"{kind.value}-{casting.channel.value}{course.name}",
        addressees=replace(course.addressees, without=casting.without),
        wording=() if slot.honest else (_late_wording(course, start_at),),
    )


def _late_wording(course: Course, at: datetime) -> Wording:
    return Wording.ALREADY_IN_FORCE if at >= course.effective_at else Wording.SHORT_NOTICE


def _why(slot: Slot, casting: Casting, start_at: datetime, rules: Rules) -> str:
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
    if start_at < slot.target_at:
        lead = span_words(rules.lead_times[0]) if rules.lead_times else ""
        scheduled = bool(rules.lead_times) and start_at == lead_at(course, rules.lead_times[0])
        reason = f"the configured lead of {lead}" if scheduled else "as soon as possible"
    else:
        reason = "the last moment that leaves time for sending and for covering bounces"
    return f"{goes} It starts on {instant_words(start_at)}: {reason}."


def reminding(
    drafts: Sequence[Draft], rules: Rules, now: datetime
) -> tuple[list[Draft], tuple[Finding, ...]]:
    """Reminders by the further lead times, to those who have not acknowledged."""
    reminders, findings = [], []
    for draft in drafts:
        if draft.notice.kind is not NoticeKind.INITIAL or draft.notice.addressees.joiners:
            continue
        for number, lead in enumerate(rules.lead_times[1:], start=1):
            due_at = lead_at(draft.course, lead)
            if max(now, draft.notice.finish_at) < due_at < draft.course.effective_at:
                reminders.append(Draft(_reminder(draft, number, lead, due_at), draft.course))
            else:
                reason = f"{span_words(lead)} ahead, the first notice is still being sent"
                findings.append(_no_reminder(_reminder_key(draft, number), reason))
    return reminders, tuple(findings)


def _reminder(draft: Draft, number: int, lead: timedelta, due_at: datetime) -> PlannedNotice:
    first = draft.notice
    return replace(
        first,
        kind=NoticeKind.REMINDER,
        due_at=due_at,
        before=draft.course.effective_at,
        finish_at=due_at,
        key=_reminder_key(draft, number),
        addressees=replace(first.addressees, standing=Standing.UNACKNOWLEDGED),
        why=f"Reminds those who have not acknowledged, {span_words(lead)} before it takes effect, "
        "as the configured lead times say. At most "
        f"{people_words(first.count)}; the promise does not depend on it.",
        windows=(),
    )


def _reminder_key(draft: Draft, number: int) -> str:
    return f"reminder-{number}-{draft.notice.channel.value}{draft.course.name}"


def _no_reminder(key: str, reason: str) -> Finding:
    return Finding("plan.no_reminder", Severity.NOTE, f"{key} is left out: {reason}.")


def joining(drafts: Sequence[Draft]) -> list[Draft]:
    """The notices for people who join during the notice window, once per segment and channel."""
    found: dict[str, Draft] = {}
    for draft in drafts:
        first = draft.notice
        if first.kind is not NoticeKind.INITIAL:
            continue
        segment = draft.course.name.split("@")[0]
        key = f"joiners-{first.channel.value}{segment}"
        earlier = found[key].notice.due_at if key in found else first.due_at
        notice = replace(
            first,
            key=key,
            due_at=min(earlier, first.due_at),
            before=draft.course.effective_at,
            finish_at=draft.course.effective_at,
            count=0,
            addressees=replace(first.addressees, joiners=True, zones=()),
            why="People who join before it takes effect are told on joining: they agree to a "
            "text that is about to change.",
        )
        found[key] = Draft(notice, draft.course)
    return list(found.values())


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


def _in_hours(draft: Draft, rules: Rules, now: datetime) -> PlannedNotice:
    """The notice with its sending hours; a first opening later than ``due_at`` moves that."""
    notice = draft.notice
    free = notice.channel is not Channel.EMAIL or notice.addressees.joiners
    if free or rules.sending_hours is None:
        return notice
    end = now + HORIZON if notice.kind is NoticeKind.LATE else notice.before
    windows = mail_windows(draft.course, rules, notice.due_at, end)
    due_at = windows[0].opens_at if windows else notice.due_at
    return replace(notice, windows=windows, due_at=due_at)
