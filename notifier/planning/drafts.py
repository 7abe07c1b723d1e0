"""Notices before and after the forecast: when each ends, within which hours it goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notifier.model.plan import (
    PUNCTUAL,
    Channel,
    NoticeKind,
    PlannedNotice,
    Standing,
    Window,
    Wording,
)
from notifier.model.reading import Finding, Severity
from notifier.model.request import Rules
from notifier.planning.courses import Course
from notifier.planning.forecast import SPARE, Finish, Load, loads_beside, run
from notifier.planning.schedule import (
    last_moment,
    mail_windows,
)
from notifier.planning.windows import HORIZON


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A notice before the forecast, with the course it is for."""

    notice: PlannedNotice
    course: Course


def forecast(
    drafts: Sequence[NoticeDraft], rules: Rules, now: datetime
) -> tuple[list[PlannedNotice], tuple[Finding, ...]]:
    """Give every mail its windows and its end; leave out reminders that would come too late."""
    placed = [_in_hours(draft, rules, now) for draft in drafts]
    beside = loads_beside(rules.beside, now + HORIZON, spare=SPARE)
    loads = beside + [
        Load(
            notice.key,
            notice.count * SPARE,
            notice.due_at,
            notice.before,
            notice.windows or (Window(notice.due_at, notice.due_at + HORIZON),),
        )
        for notice in placed
        if notice.channel is Channel.EMAIL and not _is_open_ended(notice)
    ]
    finishes = run(loads, rules.rate, rules.daily_quota)
    findings, notices = list(_crowding(rules, beside, finishes)), []
    left_out: set[str] = set()
    for notice in placed:
        if notice.key.replace("untold-", "reminder-", 1) in left_out:
            continue
        known = finishes.get(notice.key)
        ends_at = known.ends_at if known else max(notice.finish_at, notice.due_at)
        reminder = notice.kind is NoticeKind.REMINDER
        if reminder and (ends_at is None or ends_at >= notice.before):
            left_out.add(notice.key)
            findings.append(no_reminder(notice.key, "it would not be finished in time"))
        else:
            notices.append(replace(notice, finish_at=ends_at or now + HORIZON))
    return notices, tuple(findings)


def _crowding(
    rules: Rules, beside: Sequence[Load], finishes: Mapping[str, Finish]
) -> Iterator[Finding]:
    """Whose mail would be in time without this plan, and is late with it (guarantee G5)."""
    alone = run(beside, rules.rate, rules.daily_quota)
    crowded = [
        load.key
        for load in beside
        if _is_late(load, finishes[load.key]) and not _is_late(load, alone[load.key])
    ]
    if crowded:
        yield Finding(
            "plan.crowds_out",
            Severity.WARNING,
            f"With this plan there is no time left to hand over {', '.join(crowded)} before it is "
            "too late: they share one sending rate and one daily quota.",
            remedy="raise the rate or the quota, or move one of the dates",
        )


def _is_late(load: Load, finish: Finish) -> bool:
    return finish.ends_at is None or finish.ends_at >= load.before


def _is_open_ended(notice: PlannedNotice) -> bool:
    """Whom it is for is not known yet; a forecast counts them elsewhere or not at all."""
    whom = notice.addressees
    return whom.joiners or whom.standing is Standing.MISSED


def _in_hours(draft: NoticeDraft, rules: Rules, now: datetime) -> PlannedNotice:
    """The notice with its sending hours; a first opening later than ``due_at`` moves that."""
    notice = draft.notice
    free = notice.channel is not Channel.EMAIL or notice.addressees.joiners
    if free or rules.sending_hours is None:
        return notice
    end = notice.before if notice.kind in PUNCTUAL else now + HORIZON
    windows = mail_windows(draft.course, rules, notice.due_at, end)
    due_at = windows[0].opens_at if windows else notice.due_at
    return _still_true(replace(notice, windows=windows, due_at=due_at))


def _still_true(notice: PlannedNotice) -> PlannedNotice:
    """The notice in words that hold when it goes out: the hours may open after the change began."""
    punctual = notice.kind in PUNCTUAL
    if punctual or notice.true_until is None or notice.due_at < notice.true_until:
        return notice
    said = (word for word in notice.wording if word is not Wording.SHORT_NOTICE)
    return replace(notice, wording=(*said, Wording.ALREADY_IN_FORCE), true_until=None)


def missed(notices: Sequence[PlannedNotice], rules: Rules) -> bool:
    """Whether a notice that keeps the promise would not be finished in time."""
    return any(
        notice.finish_at > last_moment(notice.before, rules)
        for notice in notices
        if notice.kind is NoticeKind.INITIAL and not notice.addressees.joiners
    )


def no_reminder(key: str, reason: str) -> Finding:
    """Say why a reminder that the lead times ask for is not planned."""
    return Finding("plan.no_reminder", Severity.NOTE, f"{key} is left out: {reason}.")
