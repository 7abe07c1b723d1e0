"""What a length of time in a clause counts: notice, delay after posting, or the user's own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.model.reading import ClockStart, NoticePeriod
from notifier.reading.promises.durations import Duration
from notifier.reading.promises.looking import Look

Timed = tuple[Duration, NoticePeriod]


@dataclass(frozen=True, slots=True)
class Times:
    """The lengths of time of one statement, by what they are.

    Attributes:
        period: notice before the change takes effect.
        delay: from posting, sending or receipt to effect.
        objection: the reader's own time to object, which is no notice period.
    """

    period: Timed | None = None
    delay: Timed | None = None
    objection: Duration | None = None


def times(look: Look, durations: Sequence[Duration]) -> Times:
    """Sort the lengths of time that stand in the piece; what is none of these is left out."""
    period = delay = objection = None
    for duration in durations:
        inside = _Inside(look, duration)
        if inside.of("notice_period"):
            period = period or (duration, NoticePeriod(duration.number, duration.unit))
        elif inside.of("objection"):
            objection = objection or duration
        elif inside.of("user_time"):
            continue
        elif inside.of("delay") and look.first("effective"):
            delay = delay or (
                duration,
                NoticePeriod(duration.number, duration.unit, _clock(inside)),
            )
    return Times(period, delay, objection)


@dataclass(frozen=True, slots=True)
class _Inside:
    look: Look
    duration: Duration

    def of(self, name: str) -> bool:
        return any(start <= self.duration.start < end for start, end in self.look.all(name))


def _clock(inside: _Inside) -> ClockStart:
    if inside.of("delay_from_receipt"):
        return ClockStart.RECEIPT
    if inside.of("delay_from_notice"):
        return ClockStart.DISPATCH
    return ClockStart.POSTING
