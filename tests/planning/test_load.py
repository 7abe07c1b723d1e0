"""The load of each day adds up to the plan."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from notifier.model.plan import Channel
from notifier.model.request import SendingHours
from notifier.planning import load_curve, make_plan
from tests.planning.requests import NOW, request


@given(
    rate=st.sampled_from((0.05, 1.0, 50.0)),
    quota=st.sampled_from((None, 4_000)),
    hours=st.sampled_from((None, SendingHours())),
)
def test_every_mail_is_on_some_day_and_no_hour_beats_the_rate(rate, quota, hours):
    asked = request()
    asked = replace(asked, rules=replace(asked.rules, rate=1.0, sending_hours=hours))
    plan = make_plan(asked, now=NOW)
    mails = sum(n.count for n in plan.notices if n.channel is Channel.EMAIL)
    curve = load_curve(plan, rate, daily_quota=quota)
    whole = rate >= 1.0 or hours is None
    if whole:
        assert abs(sum(day.messages for day in curve) - mails) <= len(curve)
    for day in curve:
        assert day.peak <= rate * 3600 + 1
        assert day.messages >= day.peak
