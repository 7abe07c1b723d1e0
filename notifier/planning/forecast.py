"""How long handing over takes: one sending rate shared by everything that is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf

from notifier.model.plan import Window
from notifier.model.request import OtherMail

DAY = 86_400.0
NOISE = 1e-6
"""Less than this many seconds is the arithmetic's error, not time."""

SPARE = 2
"""Planning counts every message twice: a server's rate on a good day may halve."""


@dataclass(frozen=True, slots=True)
class Load:
    """Messages to hand over.

    Attributes:
        due_at: when the first may be handed over.
        before: the earlier, the sooner its turn when several are due.
        windows: the spans in which they may be; in order, not overlapping.
        beside: of another plan, approved before; it goes first where both are as urgent.
    """

    key: str
    messages: float
    due_at: datetime
    before: datetime
    windows: tuple[Window, ...]
    beside: bool = False


def loads_beside(beside: Sequence[OtherMail], end: datetime, *, spare: int = 1) -> list[Load]:
    """What shares the rate and the quota, until an instant.

    Args:
        spare: how many times what is still to come is counted.
    """
    return [
        Load(
            other.key,
            other.messages if other.is_over else other.messages * spare,
            other.due_at,
            other.before,
            other.windows or (Window(other.due_at, max(end, other.before)),),
            beside=True,
        )
        for other in beside
    ]


@dataclass(frozen=True, slots=True)
class Finish:
    """How far one load gets.

    Attributes:
        ends_at: when its last message is handed over; None when it never is within its windows.
        in_time: how many messages are handed over before its ``before``.
    """

    ends_at: datetime | None
    in_time: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which one load alone was handed over at the whole rate; seconds since the epoch."""

    key: str
    begins: float
    ends: float
    messages: float


def run(loads: Sequence[Load], rate: float, daily_quota: int | None = None) -> dict[str, Finish]:
    """Hand over every load at ``rate`` messages a second, the most urgent first; when each ends."""
    queues = _queues(loads)
    for _ in _hand_over(queues, rate, daily_quota):
        pass
    return {queue.key: Finish(_instant(queue.ends), queue.early) for queue in queues}


def stretches(
    loads: Sequence[Load], rate: float, daily_quota: int | None = None
) -> tuple[Stretch, ...]:
    """The same as :func:`run`, told as what was handed over when."""
    return tuple(_hand_over(_queues(loads), rate, daily_quota))


def _queues(loads: Sequence[Load]) -> list[_Queue]:
    order = sorted(loads, key=lambda load: (load.before, not load.beside, load.due_at, load.key))
    return [_Queue.of(load) for load in order]


def _hand_over(queues: Sequence[_Queue], rate: float, daily_quota: int | None) -> Iterator[Stretch]:
    """Empty the queues, stretch by stretch.

    Work is shared as a fluid: at each instant the whole rate goes to the load with the earliest
    ``before`` among those that are due and inside a window. A used-up daily quota closes
    everything for 24 hours, counted from the last message it allowed, so that no span of 24
    hours ever holds more than the quota; a day without a message frees it.
    """
    edges = sorted({edge for queue in queues for edge in queue.edges()})
    quota = float(daily_quota) if daily_quota else inf
    used, clock = 0.0, edges[0] if edges else 0.0
    last = clock
    waiting = [queue for queue in queues if queue.left]
    for edge in edges:
        while clock < edge:
            active = next((queue for queue in waiting if queue.is_open(clock)), None)
            if active is None:
                clock = edge
                break
            used = used if clock < last + DAY else 0.0
            amount = min(active.left, quota - used, (edge - clock) * rate)
            begins = clock
            clock = edge if amount == (edge - clock) * rate else clock + amount / rate
            active.hand_over(amount, clock)
            yield Stretch(active.key, begins, clock, amount)
            if not active.left:
                waiting.remove(active)
            used, last = used + amount, clock
            if used >= quota:
                clock, used = clock + DAY, 0.0


@dataclass(slots=True)
class _Queue:
    """A load while it is being handed over; instants as seconds since the epoch."""

    key: str
    left: float
    before: float
    spans: list[tuple[float, float]]
    ends: float | None
    early: float = 0.0
    span: int = 0

    @classmethod
    def of(cls, load: Load) -> _Queue:
        due = load.due_at.timestamp()
        spans = ((w.opens_at.timestamp(), w.closes_at.timestamp()) for w in load.windows)
        return cls(
            load.key,
            float(load.messages),
            load.before.timestamp(),
            [(max(opens, due), closes) for opens, closes in spans if closes > due],
            None if load.messages else due,
        )

    def edges(self) -> Iterator[float]:
        """The instants at which something about this load changes."""
        yield from (edge for span in self.spans for edge in span)
        yield self.before

    def is_open(self, clock: float) -> bool:
        """Whether it is inside a span; ``clock`` never runs backwards."""
        while self.span < len(self.spans) and self.spans[self.span][1] <= clock:
            self.span += 1
        return self.span < len(self.spans) and self.spans[self.span][0] <= clock

    def hand_over(self, amount: float, until: float) -> None:
        """Take out what has been handed over by ``until``."""
        self.left -= amount
        if not self.left:
            self.ends = until
        if until <= self.before:
            self.early += amount


def _instant(stamp: float | None) -> datetime | None:
    """The whole second at or after a time stamp: a forecast never rounds in its own favour."""
    if stamp is None:
        return None
    whole = int(stamp)
    return datetime.fromtimestamp(whole + (stamp - whole > NOISE), UTC)
