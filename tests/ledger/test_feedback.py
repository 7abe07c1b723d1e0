"""Events come late, early, twice and out of order; none lowers a state."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import delete, select, update

from notifier.delivery import EventKind, Outcome, State
from notifier.ledger import feedback, journal
from notifier.ledger.feedback import Event
from notifier.ledger.schema import deliveries, events, suppressions
from notifier.model.plan import Channel
from tests.ledger.samples import (
    DEADLINE,
    NOW,
    advance,
    approved,
    ended,
    people,
    person,
    planned,
    seconds,
)


def event(claim, kind: EventKind, origin: str = "", at=NOW, detail: str = "") -> Event:
    return Event(origin or f"{kind} {claim.attempt}", kind, claim.attempt, at, detail)


def tell(sample, *told: Event, at=NOW) -> list[Event]:
    with sample.ledger.begin() as tx:
        return feedback.record(tx, told, at)


def delivery(sample, claim):
    with sample.ledger.begin() as tx:
        return tx.execute(select(deliveries).where(deliveries.c.id == claim.delivery)).one()


@pytest.fixture
def sent(ledger):
    """One person, one attempt under way."""
    sample = approved(ledger, people(1))
    hand_over = sample.enlist()
    (claim,) = advance(sample, hand_over)
    return sample, hand_over, claim


@pytest.mark.parametrize(
    ("outcome", "kind", "state"),
    [
        (Outcome.ACCEPTED, EventKind.DELIVERED, State.DELIVERED),
        (Outcome.ACCEPTED, EventKind.BOUNCED, State.BOUNCED),
        (Outcome.ACCEPTED, EventKind.BOUNCED_FOR_GOOD, State.BOUNCED),
        (Outcome.ACCEPTED, EventKind.REJECTED, State.BOUNCED),
        (Outcome.ACCEPTED, EventKind.COMPLAINED, State.COMPLAINED),
        (Outcome.ACCEPTED, EventKind.DELAYED, State.ACCEPTED),
        (Outcome.UNKNOWN, EventKind.ACCEPTED, State.ACCEPTED),
        (Outcome.UNKNOWN, EventKind.DELIVERED, State.DELIVERED),
        (Outcome.UNKNOWN, EventKind.BOUNCED, State.BOUNCED),
        (Outcome.UNKNOWN, EventKind.COMPLAINED, State.COMPLAINED),
        (Outcome.UNKNOWN, EventKind.DELAYED, State.UNKNOWN),
        (Outcome.REFUSED, EventKind.DELIVERED, State.FAILED),
        (Outcome.NOT_SENT, EventKind.DELIVERED, State.PENDING),
    ],
)
@pytest.mark.parametrize("early", [False, True], ids=["late", "early"])
def test_where_an_event_leads(sent, outcome, kind, state, early):
    sample, hand_over, claim = sent
    told = event(claim, kind)
    if early:
        tell(sample, told)
        assert delivery(sample, claim).state == State.SENDING
    with hand_over.group(seconds(1)) as group:
        group.close([ended(claim, outcome)])
        assert feedback.match_early(group.tx, seconds(1)) == early
        assert feedback.match_early(group.tx, seconds(1)) == 0
    if not early:
        tell(sample, told)
    assert delivery(sample, claim).state == state


@pytest.mark.parametrize(
    "order",
    list(permutations([EventKind.DELAYED, EventKind.DELIVERED, EventKind.BOUNCED])),
    ids=str,
)
def test_a_bounce_wins_whenever_it_comes(sent, order):
    sample, hand_over, claim = sent
    advance(sample, hand_over, [ended(claim)])
    for kind in order:
        tell(sample, event(claim, kind))
    assert delivery(sample, claim).state == State.BOUNCED


def test_an_event_told_twice_is_one_event(sent):
    sample, hand_over, claim = sent
    advance(sample, hand_over, [ended(claim)])
    told = event(claim, EventKind.DELIVERED, "sns-1")
    tell(sample, told, told)
    tell(sample, told)
    with sample.ledger.begin() as tx:
        assert len(tx.execute(select(events)).all()) == 1


def test_what_is_not_ours_is_given_back(sent):
    sample, _, claim = sent
    stranger = Event("sns-9", EventKind.BOUNCED_FOR_GOOD, 999_999, NOW)
    assert tell(sample, stranger, event(claim, EventKind.DELAYED)) == [stranger]
    with sample.ledger.begin() as tx:
        assert tx.execute(select(suppressions)).all() == []


def test_told_by_evidence_after_the_deadline_is_late(sent):
    sample, hand_over, claim = sent
    advance(sample, hand_over, [ended(claim, Outcome.UNKNOWN)])
    tell(sample, event(claim, EventKind.DELIVERED, at=DEADLINE))
    assert delivery(sample, claim).late


def test_delivered_after_the_deadline_what_was_accepted_before_is_in_time(sent):
    sample, hand_over, claim = sent
    advance(sample, hand_over, [ended(claim)])
    tell(sample, event(claim, EventKind.DELIVERED, at=DEADLINE))
    assert not delivery(sample, claim).late


def test_a_hard_bounce_suppresses_the_address_and_skips_what_was_to_come(ledger):
    again = planned(due_at=seconds(60))
    sample = approved(
        ledger,
        [person(1, address="Ann@Example.org"), person(2)],
        [planned(), again, planned(channel=Channel.IN_APP)],
    )
    hand_over = sample.enlist()
    first, _ = advance(sample, hand_over)
    advance(sample, hand_over, [ended(first)], limit=0)
    tell(sample, event(first, EventKind.BOUNCED_FOR_GOOD, detail="550 no such user"))
    with ledger.begin() as tx:
        (row,) = tx.execute(select(suppressions)).all()
        states = tx.execute(
            select(deliveries.c.state, deliveries.c.reason)
            .where(deliveries.c.recipient_id == first.recipient)
            .order_by(deliveries.c.notice_id)
        ).all()
    assert (row.address_key, row.reason) == (
        "ann@example.org",
        "bounced for good: 550 no such user",
    )
    assert [tuple(state) for state in states] == [
        (State.BOUNCED, "550 no such user"),
        (State.SKIPPED, "suppressed: bounced for good: 550 no such user"),
        (State.PENDING, ""),
    ]


def test_a_suppressed_address_is_skipped_from_the_start(ledger):
    with ledger.begin() as tx:
        tx.execute(
            suppressions.insert().values(address_key="p2@example.org", reason="gone", at=NOW)
        )
    sample = approved(ledger, people(3))
    with ledger.begin() as tx:
        found = tx.execute(select(deliveries.c.state, deliveries.c.reason)).all()
    assert [tuple(row) for row in found] == [
        (State.PENDING, ""),
        (State.SKIPPED, "suppressed: gone"),
        (State.PENDING, ""),
    ]
    assert len(advance(sample, sample.enlist())) == 2


def test_an_edited_or_removed_event_is_found(sent):
    sample, hand_over, claim = sent
    advance(sample, hand_over, [ended(claim)])
    tell(sample, event(claim, EventKind.DELIVERED))
    tell(sample, event(claim, EventKind.BOUNCED))
    with sample.ledger.begin() as tx:
        assert [*journal.verify(tx), *feedback.verify(tx)] == []
        tx.execute(update(events).where(events.c.kind == "bounced").values(kind="delayed"))
        assert len(list(feedback.verify(tx))) == 1
        tx.execute(delete(events))
        assert len(list(feedback.verify(tx))) == 2
