"""Domains that take only so much: kept to by all, in nobody else's way, and planned with."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from notifier.channels.outbox import Outbox
from notifier.delivery import State
from notifier.ledger.domains import mails_left
from notifier.ledger.schema import attempts, deliveries, recipients
from notifier.pipeline.domains import rate_left, steady_rate
from tests.ledger.samples import NOW, approved, person
from tests.pipeline.samples import message, pipeline, send

SLACK = 0.3
"""Seconds' worth that may be on top: see notifier.ledger.paces."""


def at(domain: str, numbers: range) -> list:
    return [person(number, address=f"p{number}@{domain}") for number in numbers]


def prepare(ledger, clock, tmp_path, who, **email):
    sample = approved(ledger, who, message=message())
    return sample, pipeline(ledger, Outbox(tmp_path / "out"), clock, **email)


def handed_over(ledger) -> list[str]:
    """Domains in the order in which attempts were opened."""
    with ledger.begin() as tx:
        rows = tx.execute(
            select(recipients.c.address)
            .select_from(
                attempts.join(deliveries, deliveries.c.id == attempts.c.delivery_id).join(
                    recipients, recipients.c.id == deliveries.c.recipient_id
                )
            )
            .order_by(attempts.c.id)
        )
        return [address.partition("@")[2] for (address,) in rows]


def test_a_domain_that_is_full_is_in_nobodys_way(ledger, clock, tmp_path):
    who = [*at("slow.example", range(30)), *at("quick.example", range(30, 60))]
    _, sending = prepare(ledger, clock, tmp_path, who, domain_rates={"Slow.Example": 100})
    assert send(sending).states == {State.ACCEPTED: 60}
    order = handed_over(ledger)
    first = order[: order.index("quick.example") + order.count("quick.example")]
    assert first.count("slow.example") <= 100 * (0.1 + SLACK) + 1
    assert order[-1] == "slow.example"


def test_its_rate_is_kept(ledger, tmp_path):
    rate, began = 40, time.monotonic()
    clock = lambda: NOW + timedelta(seconds=time.monotonic() - began)  # noqa: E731
    who = at("slow.example", range(20))
    _, sending = prepare(ledger, clock, tmp_path, who, domain_rates={"slow.example": rate})
    assert send(sending).states == {State.ACCEPTED: 20}
    with ledger.begin() as tx:
        moments = tx.execute(select(attempts.c.at)).scalars().all()
    for first in moments:
        for seconds in (0.1, 0.2, 0.4):
            within = [m for m in moments if first <= m < first + timedelta(seconds=seconds)]
            assert len(within) <= rate * (seconds + SLACK) + 1


@pytest.mark.parametrize(
    ("limits", "rate"),
    [({}, 50), ({"big.example": 100}, 50), ({"big.example": 30}, 40), ({"none.example": 1}, 50)],
)
def test_planning_counts_with_what_each_domain_takes(ledger, clock, tmp_path, limits, rate):
    """Of 40 people 30 are at one domain: at 30 a second there, 40 a second leave in all."""
    who = [*at("big.example", range(30)), *at("small.example", range(30, 40))]
    sample, sending = prepare(ledger, clock, tmp_path, who, rate=50, domain_rates=limits)
    with ledger.begin() as tx:
        email = sending.config.email
        assert steady_rate(tx, email, sample.stored.audience_id) == rate
        assert rate_left(tx, email, sample.stored.audience_id, sample.stored.id) == rate


def test_towards_the_end_the_slow_ones_are_left(ledger, clock, tmp_path):
    who = [*at("slow.example", range(10)), *at("quick.example", range(10, 40))]
    sample, sending = prepare(
        ledger, clock, tmp_path, who, rate=50, domain_rates={"slow.example": 5}
    )
    with ledger.begin() as tx:
        quick = select(recipients.c.id).where(recipients.c.address.like("%@quick.example"))
        tx.execute(
            deliveries.update()
            .where(deliveries.c.recipient_id.in_(quick))
            .values(state=State.ACCEPTED)
        )
        assert mails_left(tx, sample.stored.id, ["slow.example"]) == (10, {"slow.example": 10})
        email = sending.config.email
        assert steady_rate(tx, email, sample.stored.audience_id) == 20
        assert rate_left(tx, email, sample.stored.audience_id, sample.stored.id) == 5
