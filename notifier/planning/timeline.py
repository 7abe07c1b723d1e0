"""A plan as points in time, for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterator

from notifier.model.forecast import PointKind, TimelinePoint
from notifier.model.plan import DutyKind, Plan, PlannedNotice
from notifier.planning.words import people_words


def timeline(plan: Plan) -> tuple[TimelinePoint, ...]:
    """Every instant of a plan that a terminal, a page or a calendar would show, in order."""
    return tuple(sorted(_points(plan), key=lambda point: (point.at, point.kind, point.label)))


def _points(plan: Plan) -> Iterator[TimelinePoint]:
    yield TimelinePoint(plan.target_at, "sending must have started", PointKind.TARGET)
    yield TimelinePoint(plan.deadline_at, "everybody must be told before here", PointKind.DEADLINE)
    yield TimelinePoint(plan.effective_at, "takes effect", PointKind.EFFECTIVE)
    for duty in plan.duties:
        name = duty.kind.value.replace("_", " ")
        if duty.not_before:
            yield TimelinePoint(duty.not_before, f"{name}: from here", PointKind.DUTY)
        why = f" ({duty.because})" if duty.kind is DutyKind.TELL else ""
        yield TimelinePoint(duty.before, f"{name}: before here{why}", PointKind.DUTY)
    for notice in plan.notices:
        yield from _of_notice(notice)


def _of_notice(notice: PlannedNotice) -> Iterator[TimelinePoint]:
    channel = notice.channel.value.replace("_", "-")
    name = f"{notice.kind.value} by {channel}"
    whom = "people who join" if notice.addressees.joiners else people_words(notice.count)
    yield TimelinePoint(notice.due_at, f"{name} to {whom}", PointKind.DUE, notice.key)
    if notice.finish_at > notice.due_at and not notice.addressees.joiners:
        yield TimelinePoint(notice.finish_at, f"{name} ends", PointKind.FINISH, notice.key)
