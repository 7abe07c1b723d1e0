"""A plan as points in time, for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterator

from notifier.model.forecast import PointKind, TimelinePoint
from notifier.model.plan import DutyKind, Plan, PlannedNotice
from notifier.planning.words import people_words

_DUTIES = {
    DutyKind.TELL: "telling people",
    DutyKind.POST: "posting the new text",
    DutyKind.UPDATE_DATE: "updating the date on the page",
    DutyKind.PUBLISH: "announcing it in the places the policy names",
    DutyKind.KEEP_OLD_VERSION: "keeping the old version within reach",
}


def timeline(plan: Plan) -> tuple[TimelinePoint, ...]:
    """Every instant of a plan that a terminal, a page or a calendar would show, in order."""
    return tuple(sorted(_points(plan), key=lambda point: (point.at, point.kind, point.label)))


def _points(plan: Plan) -> Iterator[TimelinePoint]:
    yield TimelinePoint(plan.target_at, "the last moment to begin sending", PointKind.TARGET)
    yield TimelinePoint(
        plan.deadline_at, "the deadline: everybody is to be told before", PointKind.DEADLINE
    )
    yield TimelinePoint(plan.effective_at, "takes effect", PointKind.EFFECTIVE)
    for duty in plan.duties:
        words = _DUTIES[duty.kind]
        if duty.not_before:
            yield TimelinePoint(duty.not_before, f"{words}: not before", PointKind.DUTY)
        why = f". {duty.because}" if duty.kind is DutyKind.TELL else ""
        yield TimelinePoint(duty.before, f"{words}: to be done before{why}", PointKind.DUTY)
    for notice in plan.notices:
        yield from _of_notice(notice)


def _of_notice(notice: PlannedNotice) -> Iterator[TimelinePoint]:
    channel = notice.channel.value.replace("_", "-")
    name = f"{notice.kind.value} by {channel}"
    whom = "people who join" if notice.addressees.joiners else people_words(notice.count)
    yield TimelinePoint(notice.due_at, f"{name} to {whom}", PointKind.DUE, notice.key)
    if notice.finish_at > notice.due_at and not notice.addressees.joiners:
        yield TimelinePoint(notice.finish_at, f"{name} ends", PointKind.FINISH, notice.key)
