"""People with the same dates: the audience split by what may differ, never by person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from notifier.model.plan import Addressees, Channel, Group, Rules
from notifier.planning.effective import Start, starting
from notifier.planning.instants import zone_named
from notifier.planning.owed import Owed


@dataclass(frozen=True, slots=True)
class Course:
    """The people who share an effective instant, a deadline and sending hours.

    Attributes:
        name: sets the course apart in keys of notices: ``/segment@zone``, empty where neither does.
        zone: the zone of their sending hours; None when unknown.
        owed: the rules that protect them.
        deadline_at: the strictest of their deadlines.
        decided_by: the rule it comes from; None when nothing is owed to them.
    """

    name: str
    addressees: Addressees
    groups: tuple[Group, ...]
    start: Start
    zone: tzinfo | None
    owed: tuple[Owed, ...]
    deadline_at: datetime
    decided_by: Owed | None

    @property
    def effective_at(self) -> datetime:
        """When the version begins to apply to them."""
        return self.start.effective_at

    @property
    def people(self) -> int:
        """How many they are."""
        return sum(group.count for group in self.groups)

    def count(self, channel: Channel, *, without: Channel | None = None) -> int:
        """How many of them can be reached by a channel, and not by another."""
        return sum(
            group.count
            for group in self.groups
            if group.can(channel) and not (without and group.can(without))
        )


def courses_for(
    start: Start, owed: tuple[Owed, ...], groups: tuple[Group, ...], rules: Rules
) -> tuple[Course, ...]:
    """Split the audience into courses, in a stable order, earliest deadline first."""
    own = {name for rule in owed for name in rule.segments}
    own |= {dated.segment for dated in rules.segment_dates}
    by_zone = rules.recipient_zones or rules.sending_hours is not None
    split: dict[_Key, list[Group]] = defaultdict(list)
    for group in groups:
        zone = group.zone if zone_named(group.zone) else ""
        split[
            _Key(group.segment if group.segment in own else None, zone if by_zone else None)
        ].append(group)
    if not split:
        split[_Key(None, None)] = []
    courses = [_course(key, tuple(members), start, owed, rules) for key, members in split.items()]
    courses = [replace(course, addressees=_but(course.addressees, own)) for course in courses]
    return tuple(sorted(courses, key=lambda c: (c.deadline_at, c.name)))


def _but(addressees: Addressees, own: set[str]) -> Addressees:
    """The general course leaves out the segments that have one of their own."""
    return (
        addressees
        if addressees.segments
        else replace(addressees, except_segments=tuple(sorted(own)))
    )


@dataclass(frozen=True, slots=True)
class _Key:
    """What sets a course apart; None where it does not."""

    segment: str | None
    zone: str | None

    @property
    def name(self) -> str:
        """Different for different keys: a zone's name holds no ``@``."""
        segment = "" if self.segment is None else f"/{self.segment}"
        return segment if self.zone is None else f"{segment}@{self.zone or 'no-zone'}"


def _course(
    key: _Key, groups: tuple[Group, ...], start: Start, owed: tuple[Owed, ...], rules: Rules
) -> Course:
    dates = {dated.segment: dated.date for dated in rules.segment_dates}
    start = starting(
        start, dates.get(key.segment, start.day) if key.segment is not None else start.day
    )
    zone = zone_named(key.zone or "")
    if rules.recipient_zones and zone and start.at is None:
        start = replace(start, zone=zone)
    protecting = tuple(o for o in owed if not o.segments or key.segment in o.segments)
    deadlines = [(o.deadline(start, rules.holidays, rules.deemed_receipt), o) for o in protecting]
    deadline_at, decided_by = min(
        deadlines, key=lambda pair: pair[0], default=(start.effective_at, None)
    )
    addressees = Addressees(
        zones=() if key.zone is None else tuple(sorted({g.zone for g in groups})),
        segments=() if key.segment is None else (key.segment,),
    )
    return Course(key.name, addressees, groups, start, zone, protecting, deadline_at, decided_by)
