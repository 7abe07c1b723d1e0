"""Requests that tests start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from notifier.model.plan import Group
from notifier.model.reading import (
    ChannelsMode,
    DateKind,
    DateStatus,
    EffectiveDate,
    Obligation,
    Promise,
    PromisedChannel,
)
from notifier.model.request import PlanRequest, Rules, Ruling, RulingSubject
from notifier.model.text import Quote

NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
DAY = date(2025, 12, 1)

CUSTOMER = Promise(
    clause=Quote("We will let you know via email and/or a prominent notice on our Service", 12),
    channels=(
        PromisedChannel.EMAIL,
        PromisedChannel.PROMINENT_NOTICE,
        PromisedChannel.POSTING,
    ),
    mode=ChannelsMode.ANY_OF,
    at_least=1,
    obligation=Obligation.WILL,
    prior=True,
    effective_when_posted=True,
    promises_to_update_date=True,
)
"""The customer's own clause, as it reads."""


def stated(day: date = DAY, **more: object) -> EffectiveDate:
    base = EffectiveDate(DateStatus.STATED, day, kind=DateKind.EFFECTIVE, governs=True)
    return replace(base, **more)


def request(day: date = DAY, promise: Promise = CUSTOMER, **more: object) -> PlanRequest:
    base = PlanRequest(
        title="Privacy Policy",
        effective=stated(day),
        promise=promise,
        new_promise=promise,
        in_force_date=date(2024, 1, 1),
        groups=(
            Group("en", 9_000),
            Group("de", 900, can_email=False),
            Group("fr", 90, can_in_app=False),
        ),
        rules=Rules(),
        version="v2",
    )
    return replace(base, **more)


def ruling(subject: RulingSubject, value: str, *, at: datetime = NOW) -> Ruling:
    return Ruling(subject, value, "L. Egal", at, "decided in the meeting")
