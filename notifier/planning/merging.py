"""Zones that keep the same time until the change takes effect are planned as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from notifier.model.plan import Addressees
from notifier.model.request import Rules
from notifier.planning.courses import Course
from notifier.planning.schedule import mail_windows


def merged(courses: Sequence[Course], rules: Rules, now: datetime) -> tuple[Course, ...]:
    """The same courses, those with equal dates and sending hours joined into one.

    An audience of three hundred zones has some forty different clocks; every notice is rendered
    and approved once for each.
    """
    alike: dict[tuple[object, ...], list[Course]] = defaultdict(list)
    for course in courses:
        hours = mail_windows(course, rules, now, course.effective_at)
        who = replace(course.addressees, zones=())
        dates = (course.deadline_at, course.effective_at, course.start.day)
        alike[course.cohort.label, course.cohort.kind, who, dates, hours].append(course)
    joined = (_join(same) for same in alike.values())
    return tuple(sorted(joined, key=lambda course: (course.deadline_at, course.name)))


def _join(courses: Sequence[Course]) -> Course:
    """One course, named after the first of its zones."""
    zones = {zone for course in courses for zone in course.addressees.zones}
    return replace(
        courses[0],
        addressees=replace(courses[0].addressees, zones=tuple(sorted(zones))),
        groups=tuple(group for course in courses for group in course.groups),
    )


def share_people(one: Addressees, other: Addressees) -> bool:
    """Whether two notices may be for the same people, their standing apart."""
    zones = not one.zones or not other.zones or set(one.zones) & set(other.zones)
    segments = (one.segments, one.except_segments) == (other.segments, other.except_segments)
    return segments and bool(zones)
