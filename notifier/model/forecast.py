"""A plan while it is carried out: the forecast made again, and its points in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class NoticeForecast:
    """When one notice would be finished, and how many people that leaves too late."""

    key: str
    ends_at: datetime
    late: int

    @property
    def in_time(self) -> bool:
        """Everybody still to be told would be told before the notice's ``before``."""
        return self.late == 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a plan's remaining mail would be handed over at the configured rate.

    Attributes:
        ends_at: when the last one is handed over; ``now`` when nothing remains.
        in_time: each notice ends before its ``before``.
    """

    ends_at: datetime
    in_time: bool
    notices: tuple[NoticeForecast, ...] = ()


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What would be handed over on one UTC day.

    Attributes:
        peak: messages in the busiest clock hour of the day.
    """

    day: date
    messages: int
    peak: int


class TimelineKind(StrEnum):
    """What happens at a point of a time line."""

    DUE = "due"
    FINISH = "finish"
    TARGET = "target"
    DEADLINE = "deadline"
    EFFECTIVE = "effective"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """One instant of a plan, to be drawn.

    Attributes:
        notice: key of the notice it belongs to, or empty.
    """

    at: datetime
    label: str
    kind: TimelineKind
    notice: str = ""
