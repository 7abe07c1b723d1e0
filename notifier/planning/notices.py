"""The notices of a plan: what is offered to whom, when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from notifier.model.plan import Channel, NoticeKind, PlannedNotice, Wording
from notifier.model.request import Rules
from notifier.planning.courses import Course
from notifier.planning.drafts import NoticeDraft
from notifier.planning.schedule import (
    Casting,
    Slot,
    last_moment,
    lead_at,
    mail_windows,
)
from notifier.planning.words import instant_words, people_words, span_words


def telling(
    slots: Sequence[Slot], rules: Rules, *, version: str, now: datetime
) -> list[NoticeDraft]:
    """The notices that keep the promise, set it right, or are ruled to go out late."""
    drafts = []
    for slot in slots:
        start_at, reason = _start(slot, rules, now)
        for casting in slot.castings:
            notice = _first(slot, casting, start_at, rules, reason)
            tells = slot.course.telling(version)
            drafts.append(NoticeDraft(replace(notice, tells=tells), slot.course))
    return drafts


def _start(slot: Slot, rules: Rules, now: datetime) -> tuple[datetime, str]:
    """When a course begins to be told, and why then.

    It is the first lead time, or the target where that is earlier; now, when both have passed.
    A correction never waits: until it arrives its readers believe what is no longer true. All
    channels begin together, when the mail may; at once, where it may only after the deadline.
    """
    start_at, reason = _moment(slot, rules, now)
    mailed = any(c.channel is Channel.EMAIL and c.count for c in slot.castings)
    if mailed and rules.sending_hours and slot.honest:
        windows = mail_windows(slot.course, rules, start_at, slot.course.deadline_at)
        if windows:
            return windows[0].opens_at, f"{reason}, within the sending hours"
        return start_at, f"{reason}; mail waits for the sending hours"
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
        true_until=None if Wording.ALREADY_IN_FORCE in wording else course.effective_at,
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
