"""A plan as points in time, for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from notifier.model.forecast import TimelineKind, TimelinePoint
from notifier.model.plan import DutyKind, Plan, PlannedNotice
from notifier.planning.words import readers_words

_MAY = {
    DutyKind.POST: "the new text may be posted from now on",
    DutyKind.UPDATE_DATE: "the date on the page may be updated from now on",
    DutyKind.KEEP_OLD_VERSION: "the old version must be kept within reach from now on",
}
_MUST = {
    DutyKind.TELL: "people must be told by now",
    DutyKind.POST: "the new text must be posted by now",
    DutyKind.UPDATE_DATE: "the date on the page must be updated by now",
    DutyKind.PUBLISH: "the places that the policy names must carry it by now",
    DutyKind.KEEP_OLD_VERSION: "the old version must be seen within reach by now",
}


def timeline(plan: Plan) -> tuple[TimelinePoint, ...]:
    """Every instant of a plan that a terminal, a page or a calendar would show, in order.

    Where the date is a proposal, every one of them says so: a calendar shows each alone.
    """
    points = sorted(_points(plan), key=lambda point: (point.at, point.kind, point.label))
    if not plan.proposed:
        return tuple(points)
    return tuple(replace(point, label=f"(proposed) {point.label}") for point in points)


def _points(plan: Plan) -> Iterator[TimelinePoint]:
    yield TimelinePoint(plan.target_at, "the last moment to begin sending", TimelineKind.TARGET)
    yield TimelinePoint(
        plan.deadline_at, "the deadline: everybody is to be told before", TimelineKind.DEADLINE
    )
    yield TimelinePoint(plan.effective_at, "takes effect", TimelineKind.EFFECTIVE)
    for duty in plan.duties:
        if duty.not_before:
            yield TimelinePoint(duty.not_before, _MAY[duty.kind], TimelineKind.DUTY)
        why = f". {duty.because}" if duty.kind is DutyKind.TELL else ""
        yield TimelinePoint(duty.before, _MUST[duty.kind] + why, TimelineKind.DUTY)
    for notice in plan.notices:
        yield from _of_notice(notice)


def _of_notice(notice: PlannedNotice) -> Iterator[TimelinePoint]:
    joins = notice.addressees.joiners
    whom = "begins" if joins else f"to {readers_words(notice)}"
    yield TimelinePoint(notice.due_at, f"{notice.label} {whom}", TimelineKind.DUE, notice.key)
    if notice.finish_at > notice.due_at and not joins:
        yield TimelinePoint(
            notice.finish_at, f"{notice.label} ends", TimelineKind.FINISH, notice.key
        )
