"""Notices the promise does not depend on: reminders, and those for people who join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from notifier.model.plan import NoticeKind, PlannedNotice, Standing
from notifier.model.reading import Finding, Severity
from notifier.model.request import Rules
from notifier.planning.courses import Course
from notifier.planning.drafts import NoticeDraft, no_reminder
from notifier.planning.merging import share_people
from notifier.planning.schedule import (
    Casting,
    castings_for,
    lead_at,
)
from notifier.planning.words import people_words, span_words


def reminding(
    courses: Sequence[Course],
    told: Sequence[PlannedNotice],
    rules: Rules,
    *,
    version: str,
    now: datetime,
) -> tuple[list[NoticeDraft], tuple[Finding, ...]]:
    """Reminders by the further lead times, to those who were told and have not acknowledged.

    Who is still untold by then gets the words of a first notice at the same time: a reminder would
    speak of what never reached them. Where this plan tells nobody of a course, an earlier one has.

    Args:
        courses: everybody, told or untold.
        told: the notices that tell them, with their forecast.
        now: aware instant; what was due before it is left out.
    """
    drafts, findings = [], []
    for course in courses:
        ends = [n.finish_at for n in told if share_people(n.addressees, course.addressees)]
        for number, lead in enumerate(rules.lead_times[1:], start=1):
            due_at = lead_at(course, lead)
            for casting in castings_for(course):
                notice = _reminder(course, casting, number, lead)
                notice = replace(notice, tells=course.telling(version))
                if due_at > max(ends, default=now) and due_at < course.effective_at:
                    drafts.append(NoticeDraft(notice, course))
                    if casting.count:
                        drafts.append(NoticeDraft(_for_the_untold(notice), course))
                else:
                    findings.append(
                        no_reminder(notice.key, "people are told only shortly before it, or later")
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
        promised_before=course.deadline_at,
        true_until=course.effective_at,
    )


def _for_the_untold(reminder: PlannedNotice) -> PlannedNotice:
    return replace(
        reminder,
        count=0,
        why="To whoever has not been told by then, because a mail came back or nobody looked: the "
        "words of a first notice, in place of the reminder.",
        key=reminder.key.replace("reminder-", "untold-", 1),
        addressees=replace(reminder.addressees, standing=Standing.MISSED),
    )


def joining(courses: Sequence[Course], *, version: str, now: datetime) -> list[NoticeDraft]:
    """The notices for people who join during the notice window, once per segment and channel.

    They may be of any time zone: the window lasts until it has taken effect in the last.
    """
    drafts: dict[str, NoticeDraft] = {}
    for course in sorted(courses, key=lambda course: course.effective_at, reverse=True):
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
                true_until=course.effective_at,
            )
            if now < course.effective_at:
                drafts.setdefault(key, NoticeDraft(notice, course))
    return list(drafts.values())


def no_reminders() -> Finding:
    """Reminders would use up the daily quota that the first notices need."""
    words = "Reminders are left out: they would use the daily quota that the first notices need."
    return Finding("plan.no_reminder", Severity.NOTE, words)
