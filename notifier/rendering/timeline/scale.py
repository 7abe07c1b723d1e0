"""Instants as places on a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.model.forecast import TimelineKind, TimelinePoint

_SHOWN = frozenset(TimelineKind) - {TimelineKind.DUTY}


@dataclass(frozen=True, slots=True)
class Scale:
    """A line from one instant to another.

    Attributes:
        length: of the line, in characters or units.
    """

    begins: datetime
    ends: datetime
    length: int

    def place(self, at: datetime) -> int:
        """How far along the line an instant is, from 0 to ``length - 1``."""
        share = (at - self.begins) / (self.ends - self.begins)
        return min(max(round(share * (self.length - 1)), 0), self.length - 1)

    def ticks(self, wanted: int = 5) -> list[datetime]:
        """Some first instants of UTC days, evenly apart."""
        days = max((self.ends - self.begins).days, 1)
        step = max(-(-days // wanted), 1)
        first = (self.begins + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        candidates = (first + timedelta(days=step * number) for number in range(wanted + 1))
        return [at for at in candidates if at <= self.ends]


def scale_of(points: tuple[TimelinePoint, ...], length: int) -> Scale:
    """A line that holds all points that are drawn, with a little room at both ends."""
    instants = [point.at for point in points if point.kind in _SHOWN]
    begins, ends = min(instants), max(instants)
    room = max((ends - begins) * 0.03, timedelta(hours=1))
    return Scale(begins - room, ends + room, length)
