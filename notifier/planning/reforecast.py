"""The forecast made again while sending, or after a standstill, at the configured rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil

from notifier.model.forecast import Forecast, NoticeForecast
from notifier.model.plan import Channel, NoticeKind, Plan, PlannedNotice, Window
from notifier.model.request import OtherMail
from notifier.planning.forecast import Finish, Load, loads_beside, run
from notifier.planning.instants import utc
from notifier.planning.windows import HORIZON


def reforecast(
    plan: Plan,
    remaining: Mapping[str, int],
    rate: float,
    now: datetime,
    *,
    daily_quota: int | None = None,
    beside: Sequence[OtherMail] = (),
) -> Forecast:
    """When what remains would be handed over, and how many would be too late (G5).

    What is in time goes out, the most urgent first. What is not must be held and alarmed: its
    number is in ``late``, and nothing may be handed over at or after a notice's ``before``.
    Notices that are ruled late, and withdrawals, have no time left to miss: they are forecast,
    but do not make the plan late.

    Args:
        plan: the approved plan.
        remaining: deliveries still to be handed over, by key of their notice.
        rate: messages a second, without any reserve; zero where sending stands still.
        now: aware instant.
        daily_quota: messages in any 24 hours.
        beside: mail of other plans that shares the rate and the quota.
    """
    now = utc(now)
    open_notices = [notice for notice in plan.notices if remaining.get(notice.key)]
    loads = loads_beside(beside, now + HORIZON) + [
        _load(notice, remaining[notice.key], now)
        for notice in open_notices
        if notice.channel is Channel.EMAIL
    ]
    finishes = run(loads, rate, daily_quota) if rate > 0 else {}
    forecasts = tuple(
        _judge(notice, remaining[notice.key], finishes.get(notice.key), now)
        for notice in open_notices
    )
    return Forecast(
        ends_at=max((forecast.ends_at for forecast in forecasts), default=now),
        in_time=all(
            forecast.in_time or not _can_miss(notice)
            for notice, forecast in zip(open_notices, forecasts, strict=True)
        ),
        notices=forecasts,
    )


def _can_miss(notice: PlannedNotice) -> bool:
    return notice.kind not in {NoticeKind.LATE, NoticeKind.WITHDRAWAL}


def _load(notice: PlannedNotice, messages: int, now: datetime) -> Load:
    start_at = max(now, notice.due_at)
    always = (Window(start_at, now + HORIZON),)
    return Load(notice.key, messages, start_at, notice.before, notice.windows or always)


def _judge(
    notice: PlannedNotice, messages: int, finish: Finish | None, now: datetime
) -> NoticeForecast:
    start_at = max(now, notice.due_at)
    if notice.channel is Channel.IN_APP:
        return NoticeForecast(notice.key, start_at, messages if start_at >= notice.before else 0)
    if finish is None:
        return NoticeForecast(notice.key, now + HORIZON, messages)
    ends_at = finish.ends_at or now + HORIZON
    late = 0 if ends_at < notice.before else ceil(messages - finish.in_time)
    return NoticeForecast(notice.key, ends_at, late)
