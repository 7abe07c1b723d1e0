"""The account cannot be edited unseen."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from notifier.ledger import journal
from notifier.ledger.schema import journal as table
from tests.ledger.samples import NOW, seconds


@pytest.fixture
def told(ledger):
    """Three entries of the house and two of a worker."""
    with ledger.begin() as tx:
        for number, verb in enumerate(("check", "plan", "approve")):
            journal.append(
                tx,
                at=seconds(number),
                who="L. Egal",
                verb=verb,
                subject="plan 1",
                facts={"n": number},
            )
        for number in range(2):
            journal.append(
                tx,
                chain="worker 1",
                at=seconds(number),
                who="worker 1",
                verb="hand over",
                subject="",
                facts={},
            )
    return ledger


def test_entries_come_back_in_order_and_fit(told):
    with told.begin() as tx:
        entries = list(journal.all_entries(tx))
        assert [(e.chain, e.number) for e in entries] == [
            ("main", 1),
            ("main", 2),
            ("main", 3),
            ("worker 1", 1),
            ("worker 1", 2),
        ]
        assert journal.verify(tx) == []
        assert journal.head(tx) == entries[2].hash


@pytest.mark.parametrize("column", ["at", "who", "verb", "subject", "facts", "hash"])
def test_an_edited_entry_is_found(told, column):
    with told.begin() as tx:
        changed = seconds(99) if column == "at" else "something else"
        tx.execute(
            update(table)
            .where(table.c.chain == "main", table.c.number == 2)
            .values({column: changed})
        )
        assert any("entry 2" in wrong for wrong in journal.verify(tx))


def test_an_entry_edited_with_its_hash_breaks_the_next(told):
    with told.begin() as tx:
        before, entry, _ = list(journal.all_entries(tx))[:3]
        forged = journal._link(
            before.hash, entry.at, "Mallory", entry.verb, entry.subject, entry.facts
        )
        tx.execute(
            update(table)
            .where(table.c.chain == "main", table.c.number == 2)
            .values(who="Mallory", hash=forged)
        )
        assert journal.verify(tx)


@pytest.mark.parametrize("number", [1, 2])
def test_a_removed_entry_is_found(told, number):
    with told.begin() as tx:
        tx.execute(delete(table).where(table.c.chain == "main", table.c.number == number))
        assert any("missing" in wrong for wrong in journal.verify(tx))


def test_a_removed_last_entry_changes_the_head(told):
    with told.begin() as tx:
        kept_elsewhere = journal.head(tx)
        tx.execute(delete(table).where(table.c.chain == "main", table.c.number == 3))
        assert journal.head(tx) != kept_elsewhere


def test_the_head_of_an_empty_ledger_is_zeros(ledger):
    with ledger.begin() as tx:
        assert journal.head(tx) == "0" * 64


def test_instants_are_told_in_utc(ledger):
    with ledger.begin() as tx:
        entry = journal.append(tx, at=NOW, who="x", verb="check", subject="s", facts={"at": NOW})
        assert next(journal.all_entries(tx)) == entry
        assert journal.verify(tx) == []
