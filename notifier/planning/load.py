"""How much would be handed over when, as the plan stands."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import groupby

from notifier.model.forecast import DayLoad
from notifier.model.plan import Channel, Plan, Window
from notifier.planning.forecast import Load, Stretch, stretches
from notifier.planning.windows import HORIZON

_HOUR = 3600


def load_curve(plan: Plan, rate: float, *, daily_quota: int | None = None) -> tuple[DayLoad, ...]:
    """The mail of every UTC day on which any is handed over.

    Args:
        plan: joiners' notices are left out: nobody knows how many will join.
        rate: messages a second, without any reserve.
        daily_quota: messages in any 24 hours.
    """
    loads = [
        Load(
            notice.key,
            notice.count,
            notice.due_at,
            notice.before,
            notice.windows or (Window(notice.due_at, notice.due_at + HORIZON),),
        )
        for notice in plan.notices
        if notice.channel is Channel.EMAIL and not notice.addressees.joiners
    ]
    hours: dict[int, float] = defaultdict(float)
    for stretch in stretches(loads, rate, daily_quota):
        for hour, messages in _by_hour(stretch).items():
            hours[hour] += messages
    days = groupby(sorted(hours), key=lambda hour: _day(hour).date())
    curve = []
    for day, within in days:
        amounts = [hours[hour] for hour in within]
        curve.append(DayLoad(day, round(sum(amounts)), round(max(amounts))))
    return tuple(curve)


def _by_hour(stretch: Stretch) -> dict[int, float]:
    """A stretch shared out over the clock hours it touches."""
    span = stretch.ends - stretch.begins
    first, last = int(stretch.begins // _HOUR), int(stretch.ends // _HOUR)
    if not span or first == last:
        return {first: stretch.messages}
    shares = {}
    for hour in range(first, last + 1):
        within = min(stretch.ends, (hour + 1) * _HOUR) - max(stretch.begins, hour * _HOUR)
        shares[hour] = stretch.messages * within / span
    return shares


def _day(hour: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
