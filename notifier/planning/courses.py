"""People with the same dates: the audience split by what may differ, never by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from notifier.model.plan import Addressees, Channel, Group, NoticeKind, Telling, Wording
from notifier.model.request import Rules
from notifier.planning.effective import Start, starting
from notifier.planning.instants import zone_named
from notifier.planning.owed import Owed

ANYBODY = Addressees()


@dataclass(frozen=True, slots=True)
class Cohort:
    """People of the audience with the same history: told nothing yet, or told the same.

    Attributes:
        kind: of the notice they get next.
        label: sets the cohort apart in keys of notices; empty where there is one of its kind.
        addressees: their standing; dates, zones and segments come with the course.
        amends: what is owed to them where no rule protects them: they were told otherwise.
    """

    groups: tuple[Group, ...]
    kind: NoticeKind = NoticeKind.INITIAL
    label: str = ""
    addressees: Addressees = ANYBODY
    wording: tuple[Wording, ...] = ()
    amends: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """The people of a cohort who share an effective instant, a deadline and sending hours.

    Attributes:
        place: sets the course apart in keys of notices: ``/segment@zone``, empty where neither
            does.
        zone: the zone of their sending hours; None when unknown.
        owed: the rules that protect them, else the amends due to them.
        deadline_at: the strictest of their deadlines.
        decided_by: the rule it comes from; None when nothing is owed to them.
    """

    cohort: Cohort
    place: str
    addressees: Addressees
    groups: tuple[Group, ...]
    start: Start
    zone: tzinfo | None
    owed: tuple[Owed, ...]
    deadline_at: datetime
    decided_by: Owed | None

    @property
    def name(self) -> str:
        """Different for every course of a plan."""
        return f"{self.cohort.kind.value}{self.cohort.label}{self.place}"

    @property
    def effective_at(self) -> datetime:
        """When the version begins to apply to them."""
        return self.start.effective_at

    @property
    def makes_amends(self) -> bool:
        """No rule obliges to tell them; they are told because they were told otherwise."""
        return bool(self.owed) and self.owed == self.cohort.amends

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

    def telling(self, version: str) -> Telling:
        """What they have been told once they have their notice."""
        return Telling(self.start.day, version)


@dataclass(frozen=True, slots=True)
class _Place:
    """What sets a course apart; None where it does not."""

    segment: str | None
    zone: str | None

    def __str__(self) -> str:
        """Different for different places: the name of a known zone holds no ``@``."""
        segment = "" if self.segment is None else f"/{self.segment}"
        return segment if self.zone is None else f"{segment}@{self.zone or 'no-zone'}"


@dataclass(frozen=True, slots=True)
class Splitter:
    """How this change splits an audience.

    Attributes:
        start: when it takes effect, where nothing else is said.
        owed: every rule that obliges to tell.
    """

    start: Start
    owed: tuple[Owed, ...]
    rules: Rules

    @property
    def own_segments(self) -> frozenset[str]:
        """The segments with a date or a floor of their own."""
        floors = {name for rule in self.owed for name in rule.segments}
        return frozenset(floors | {dated.segment for dated in self.rules.segment_dates})

    def courses(self, cohorts: Iterable[Cohort]) -> tuple[Course, ...]:
        """Split cohorts into courses, earliest deadline first; a cohort of nobody is one too."""
        found = [
            self._course(cohort, place, tuple(groups))
            for cohort in cohorts
            for place, groups in self._places(cohort.groups).items()
        ]
        return tuple(sorted(found, key=lambda course: (course.deadline_at, course.name)))

    def _places(self, groups: Iterable[Group]) -> dict[_Place, list[Group]]:
        own = self.own_segments
        by_zone = self.rules.recipient_zones or self.rules.sending_hours is not None
        split: dict[_Place, list[Group]] = defaultdict(list)
        for group in groups:
            zone = group.zone if zone_named(group.zone) else ""
            segment = group.segment if group.segment in own else None
            split[_Place(segment, zone if by_zone else None)].append(group)
        return split or {_Place(None, None): []}

    def start_for(self, segment: str | None, zone: tzinfo | None) -> Start:
        """When the change takes effect for a segment, in a recipient's zone."""
        dates = {dated.segment: dated.date for dated in self.rules.segment_dates}
        day = self.start.day if segment is None else dates.get(segment, self.start.day)
        start = starting(self.start, day)
        if self.rules.recipient_zones and zone and start.at is None:
            return replace(start, zone=zone)
        return start

    def _course(self, cohort: Cohort, place: _Place, groups: tuple[Group, ...]) -> Course:
        zone = zone_named(place.zone or "")
        start = self.start_for(place.segment, zone)
        rules = tuple(o for o in self.owed if not o.segments or place.segment in o.segments)
        owed = rules or cohort.amends
        deadline_at, decided_by = min(
            ((o.deadline(start, self.rules.holidays, self.rules.deemed_receipt), o) for o in owed),
            key=lambda pair: pair[0],
            default=(start.effective_at, None),
        )
        general = place.segment is None
        addressees = replace(
            cohort.addressees,
            zones=() if place.zone is None else tuple(sorted({g.zone for g in groups})),
            segments=() if place.segment is None else (place.segment,),
            except_segments=tuple(sorted(self.own_segments)) if general else (),
        )
        return Course(
            cohort, str(place), addressees, groups, start, zone, owed, deadline_at, decided_by
        )
