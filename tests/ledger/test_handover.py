"""No attempt and no outcome can be edited, added or removed unseen."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text, update

from notifier.delivery import Outcome
from notifier.ledger import handover, journal
from notifier.ledger.schema import attempts, outcomes
from tests.ledger.samples import NOW, advance, approved, ended, people, seconds


@pytest.fixture
def sent(ledger):
    """Two groups of attempts with outcomes, one attempt still open."""
    sample = approved(ledger, people(5))
    hand_over = sample.enlist()
    first = advance(sample, hand_over, limit=2)
    results = [
        ended(first[0], at=seconds(1), provider_id="Q1", detail="250 ok"),
        ended(first[1], Outcome.REFUSED, at=seconds(1), detail="550 no such user"),
    ]
    second = advance(sample, hand_over, results, limit=3, at=seconds(1))
    with hand_over.group(seconds(2)) as group:
        group.close([ended(claim, at=seconds(2)) for claim in second[:2]])
    return ledger


def test_what_was_recorded_fits(sent):
    with sent.begin() as tx:
        assert journal.verify(tx) == []
        assert list(handover.verify(tx)) == []


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (attempts, {"content_sha256": "0" * 64}),
        (attempts, {"at": seconds(-3600)}),
        (attempts, {"copy": 2}),
        (attempts, {"delivery_id": 5}),
        (outcomes, {"outcome": "accepted", "detail": "250 ok"}),
        (outcomes, {"provider_id": "another"}),
        (outcomes, {"at": seconds(-3600)}),
    ],
    ids=lambda value: str(getattr(value, "name", value)),
)
def test_an_edited_row_is_found(sent, table, values):
    key = table.c.id if table is attempts else table.c.attempt_id
    with sent.begin() as tx:
        second = tx.execute(select(key).order_by(key).limit(1).offset(1)).scalar_one()
        tx.execute(update(table).where(key == second).values(values))
        assert len(list(handover.verify(tx))) == 1


def test_a_removed_outcome_is_found(sent):
    with sent.begin() as tx:
        last = tx.execute(select(outcomes.c.attempt_id).order_by(outcomes.c.attempt_id)).scalars()
        tx.execute(delete(outcomes).where(outcomes.c.attempt_id == list(last)[-1]))
        assert list(handover.verify(tx))


def test_a_removed_attempt_is_found(sent):
    with sent.begin() as tx:
        open_attempt = tx.execute(
            select(attempts.c.id)
            .outerjoin(outcomes, outcomes.c.attempt_id == attempts.c.id)
            .where(outcomes.c.attempt_id.is_(None))
        ).scalar_one()
        tx.execute(delete(attempts).where(attempts.c.id == open_attempt))
        assert list(handover.verify(tx))


def test_an_invented_attempt_is_found(sent):
    with sent.begin() as tx:
        row = tx.execute(select(attempts).limit(1)).one()
        tx.execute(
            insert(attempts).values(
                id=9_999,
                delivery_id=row.delivery_id,
                worker_id=row.worker_id,
                copy=1,
                content_sha256=row.content_sha256,
                at=NOW,
                entry=77,
            )
        )
        assert list(handover.verify(tx))


def test_a_removed_chain_is_found(sent):
    with sent.begin() as tx:
        tx.execute(text("DELETE FROM journal WHERE chain <> 'main'"))
        assert list(handover.verify(tx))
