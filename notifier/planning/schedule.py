"""When each course must begin to be told, and whether that is still possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from notifier.model.plan import Channel, Window
from notifier.model.request import Rules
from notifier.planning.courses import Cohort, Course, Splitter
from notifier.planning.forecast import SPARE, Load, loads_beside, run
from notifier.planning.instants import EARLIEST, first_instant
from notifier.planning.windows import HORIZON, windows_between

FARTHEST = 4500
"""Days ahead within which an honest date is looked for; beyond any believable notice period."""


PRECISION = 60
"""Seconds to which a start is searched where sending hours or a quota interrupt the sending."""


@dataclass(frozen=True, slots=True)
class Casting:
    """By which channel a course is told.

    Attributes:
        without: told by it only where they cannot be reached by that other channel.
    """

    channel: Channel
    count: int
    without: Channel | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A course and its time.

    Attributes:
        target_at: when sending must have started; never before ``now`` in a slot that is honest.
        honest: started now, it would be finished before the deadline with all allowances.
    """

    course: Course
    castings: tuple[Casting, ...]
    target_at: datetime
    honest: bool

    def at_once(self, now: datetime) -> Slot:
        """The same, beginning now: where a quota lets a later start of one delay another."""
        return replace(self, target_at=now)


def castings_for(course: Course) -> tuple[Casting, ...]:
    """The channels that tell a course: every one its rules name, each to all it can reach.

    "Email and/or a notice in the product" is used as the built-in fallback: both are planned.
    Where any direct message will do, the product is for those without a usable address. Who was
    told by one channel gets the other where both are owed to them.
    """
    left = course.cohort.addressees.not_by
    if left is not None:
        needed = any(rule.needs_all and left in rule.named for rule in course.owed)
        return (Casting(left, course.count(left)),) if needed else ()
    direct = any(rule.direct for rule in course.owed)
    named = {channel for rule in course.owed for channel in rule.named}
    castings = []
    if direct or Channel.EMAIL in named:
        castings.append(Casting(Channel.EMAIL, course.count(Channel.EMAIL)))
    if Channel.IN_APP in named:
        castings.append(Casting(Channel.IN_APP, course.count(Channel.IN_APP)))
    elif direct:
        rest = course.count(Channel.IN_APP, without=Channel.EMAIL)
        castings.append(Casting(Channel.IN_APP, rest, without=Channel.EMAIL))
    return tuple(castings)


def mail_windows(
    course: Course, rules: Rules, start: datetime, end: datetime
) -> tuple[Window, ...]:
    """When mail may be handed over to a course: in its own zone, else the policy's, else UTC."""
    policy_zone = UTC if course.start.zone is EARLIEST else course.start.zone
    zone = course.zone or policy_zone
    return windows_between(rules.sending_hours, zone, rules.holidays, start, end)


def last_moment(deadline: datetime, rules: Rules) -> datetime:
    """When sending must have ended: bounces can still be covered, and it is not the deadline."""
    return deadline - max(rules.bounce_allowance, timedelta(seconds=1))


def slots_for(courses: Sequence[Course], rules: Rules, now: datetime) -> tuple[Slot, ...]:
    """Give every course its target, the most urgent deadline first.

    ``target = deadline - audience / rate x 2 - bounce allowance``, where handing over may stand
    still outside the sending hours and all courses with an earlier deadline go first. Amends are
    honest until the change takes effect: no promise to keep stands in their way.
    """
    slots: list[Slot] = []
    courses = [course for course in courses if castings_for(course)]
    for deadline in sorted({course.deadline_at for course in courses}):
        honest = _fits(courses, deadline, rules, now)
        target = _latest_start(courses, deadline, rules)
        for course in courses:
            if course.deadline_at == deadline:
                fine = honest or (course.makes_amends and now < deadline)
                begin = max(target, now) if fine else target
                slots.append(Slot(course, castings_for(course), begin, fine))
    return tuple(slots)


def _rivals(courses: Sequence[Course], deadline: datetime, rules: Rules) -> list[Course]:
    """The courses that can delay those with a deadline: by their turn, or by using the quota."""
    if rules.daily_quota:
        return list(courses)
    return [course for course in courses if course.deadline_at <= deadline]


def _fits(courses: Sequence[Course], deadline: datetime, rules: Rules, start: datetime) -> bool:
    """Whether all mail that is due by a deadline would be sent in time if all of it began now."""
    end = last_moment(deadline, rules)
    if start > end:
        return False
    rivals = _rivals(courses, deadline, rules)
    beside = [o for o in rules.beside if rules.daily_quota or o.before <= deadline]
    loads = loads_beside(beside, end, spare=SPARE) + [
        Load(
            course.name,
            _mails(course) * SPARE,
            start,
            course.deadline_at,
            mail_windows(course, rules, start, end),
        )
        for course in rivals
    ]
    finishes = run(loads, rules.rate, rules.daily_quota)
    ends = [finishes[c.name].ends_at for c in rivals if c.deadline_at == deadline]
    return all(at is not None and at <= end for at in ends)


def _mails(course: Course) -> int:
    return sum(c.count for c in castings_for(course) if c.channel is Channel.EMAIL)


def _latest_start(courses: Sequence[Course], deadline: datetime, rules: Rules) -> datetime:
    """The last start that still ends in time, to the second, or earlier by less than a minute.

    It is the horizon when there is none. No sending is quicker than the bare rate allows, so
    the search begins there.
    """
    end = last_moment(deadline, rules)

    def fits(seconds: int) -> bool:
        return _fits(courses, deadline, rules, end - timedelta(seconds=seconds))

    farthest = int(HORIZON.total_seconds())
    mails = sum(_mails(course) for course in courses if course.deadline_at <= deadline)
    quickest = int(mails * SPARE / rules.rate)
    early, late = quickest - 1, quickest
    while late < farthest and not fits(late):
        early, late = late, max(2 * late, 1)
    if late >= farthest:
        return end - HORIZON
    exact = not (rules.sending_hours or rules.daily_quota or rules.beside)
    while late - early > (1 if exact else PRECISION):
        middle = (early + late) // 2
        if fits(middle):
            late = middle
        else:
            early = middle
    return _opening(courses, rules, end - timedelta(seconds=late), end)


def _opening(courses: Sequence[Course], rules: Rules, start: datetime, end: datetime) -> datetime:
    """The first instant from ``start`` at which any mail may be handed over."""
    mailed = (course for course in courses if _mails(course))
    openings = (mail_windows(course, rules, start, end) for course in mailed)
    return min((windows[0].opens_at for windows in openings if windows), default=start)


def earliest_honest_date(
    splitter: Splitter, everybody: Cohort, *, now: datetime, after: date | None
) -> date | None:
    """The first effective date that could be kept if sending began now; None beyond ten years.

    Segments with a date of their own are left out: the policy's date does not help them.

    Args:
        after: the date of the version in force; an honest date is later.
    """
    own = {dated.segment for dated in splitter.rules.segment_dates}
    general = replace(everybody, groups=tuple(g for g in everybody.groups if g.segment not in own))

    def courses_on(day: date) -> tuple[Course, ...]:
        start = replace(splitter.start, day=day, at=None, posted_at=None)
        return replace(splitter, start=start).courses((general,))

    ready = _ready_at(courses_on(now.date()), splitter.rules, now)
    if ready is None:
        return None
    first = max(now.date(), after) if after else now.date()
    early, late = 0, FARTHEST
    while late - early > 1:
        middle = (early + late) // 2
        day = first + timedelta(days=middle)
        deadline = min(course.deadline_at for course in courses_on(day))
        if last_moment(deadline, splitter.rules) >= ready:
            late = middle
        else:
            early = middle
    if late == FARTHEST:
        return None
    while late > 1 and _honest(courses_on(first + timedelta(days=late - 1)), splitter.rules, now):
        late -= 1
    return first + timedelta(days=late)


def _honest(courses: Sequence[Course], rules: Rules, now: datetime) -> bool:
    """Started now, everybody would be told in time, those with a later deadline after the rest."""
    return all(_fits(courses, course.deadline_at, rules, now) for course in courses)


def _ready_at(courses: Sequence[Course], rules: Rules, now: datetime) -> datetime | None:
    """When the last mail would be handed over if sending began now; None beyond the horizon.

    Mail of other plans goes first: whose deadline is the earlier depends on the date looked for.
    """
    first = min((course.deadline_at for course in courses), default=now)
    beside = loads_beside(rules.beside, now + HORIZON, spare=SPARE)
    loads = [replace(load, before=min(load.before, first)) for load in beside] + [
        Load(
            course.name,
            _mails(course) * SPARE,
            now,
            course.deadline_at,
            mail_windows(course, rules, now, now + HORIZON),
        )
        for course in courses
    ]
    finishes = run(loads, rules.rate, rules.daily_quota)
    ends = [finishes[course.name].ends_at for course in courses]
    known = [at for at in ends if at is not None]
    return max(known, default=now) if len(known) == len(ends) else None


def lead_at(course: Course, lead: timedelta) -> datetime:
    """The scheduled instant of a lead time: whole days by the calendar, the rest by the clock."""
    if course.start.at or lead % timedelta(days=1):
        return course.effective_at - lead
    return first_instant(course.start.day - lead, course.start.zone)
