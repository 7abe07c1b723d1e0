"""The migrations yield the schema, and the schema mirrors the product's states."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import create_engine, insert, inspect, select
from sqlalchemy.exc import IntegrityError, StatementError

from notifier.delivery import EventKind, Outcome, State
from notifier.ledger import Ledger
from notifier.ledger.changes import ChangeState
from notifier.ledger.plans import PlanState
from notifier.ledger.schema import attempts, deliveries, events, metadata, outcomes, workers
from notifier.model.plan import Channel, NoticeKind
from tests.databases import a_database
from tests.ledger.samples import NOW, approved, people


def described(url: str) -> dict[str, object]:
    """Everything a database says about its tables, in an order that does not matter."""
    engine = create_engine(url)
    inspector = inspect(engine)
    tables = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        tables[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"], c.get("autoincrement"))
                for c in inspector.get_columns(table)
            ],
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "checks": sorted(
                (c["name"], " ".join(c["sqltext"].split()))
                for c in inspector.get_check_constraints(table)
            ),
            "unique": sorted(
                (c["name"], c["column_names"]) for c in inspector.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (c["name"], c["constrained_columns"], c["referred_table"], c["referred_columns"])
                for c in inspector.get_foreign_keys(table)
            ),
            "indexes": sorted(
                (i["name"], i["column_names"], i["unique"], _condition(i))
                for i in inspector.get_indexes(table)
            ),
        }
    engine.dispose()
    return tables


def _condition(index: dict) -> str:
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where", "")))


@pytest.fixture
def created_url(ledger_url, request, tmp_path):
    """A database made from the metadata, without migrations."""
    if ledger_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'created.db'}"
    else:
        with a_database(request.getfixturevalue("postgres_url"), template="template0") as url:
            yield url


def test_migrations_yield_exactly_the_schema(ledger_url, created_url):
    engine = create_engine(created_url)
    metadata.create_all(engine)
    engine.dispose()
    migrated, created = described(ledger_url), described(created_url)
    assert migrated.keys() == created.keys() == metadata.tables.keys()
    for table in created:
        assert migrated[table] == created[table], table


def test_migrating_again_changes_nothing(ledger_url):
    before = described(ledger_url)
    ledger = Ledger(ledger_url)
    ledger.migrate()
    ledger.close()
    assert described(ledger_url) == before


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("deliveries", "state", State),
        ("outcomes", "outcome", Outcome),
        ("changes", "state", ChangeState),
        ("plans", "state", PlanState),
        ("events", "kind", EventKind),
        ("notices", "kind", NoticeKind),
        ("notices", "channel", Channel),
    ],
)
def test_checks_allow_exactly_the_words_of_the_code(ledger_url, table, column, words):
    checks = dict(described(ledger_url)[table]["checks"])
    allowed = set(re.findall(r"'([a-z_]+)'", checks[f"ck_{table}_{column}"]))
    assert allowed == {word.value for word in words}


def test_a_state_nobody_knows_is_refused(ledger):
    sample = approved(ledger, people(1))
    with pytest.raises(Exception, match=r"(?i)refused a record"), ledger.begin() as tx:
        tx.execute(
            deliveries.update().where(deliveries.c.notice_id == sample.mail.id).values(state="sent")
        )


def test_a_third_copy_is_refused(ledger):
    sample = approved(ledger, people(1))
    with pytest.raises(Exception, match=r"(?i)refused a record"), ledger.begin() as tx:
        tx.execute(
            deliveries.update().where(deliveries.c.notice_id == sample.mail.id).values(unknowns=3)
        )


def test_an_attempt_has_at_most_one_outcome(ledger):
    sample = approved(ledger, people(1))
    row = {"outcome": "accepted", "at": NOW, "provider_id": "", "detail": "", "entry": 1}
    with ledger.begin() as tx:
        worker = tx.execute(
            insert(workers)
            .values(host="h", process="1@1", started_at=NOW, seen_at=NOW)
            .returning(workers.c.id)
        ).scalar_one()
        delivery = tx.execute(
            select(deliveries.c.id).where(deliveries.c.notice_id == sample.mail.id)
        ).scalar_one()
        tx.execute(
            insert(attempts).values(
                id=1,
                delivery_id=delivery,
                worker_id=worker,
                copy=1,
                content_sha256="",
                at=NOW,
                entry=1,
            )
        )
        tx.execute(insert(outcomes).values(attempt_id=1, worker_id=worker, **row))
    with pytest.raises(Exception, match=r"(?i)refused a record"), ledger.begin() as tx:
        tx.execute(insert(outcomes).values(attempt_id=1, worker_id=worker, **row))


def test_naive_times_are_refused(ledger):
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive"), ledger.begin() as tx:
        tx.execute(insert(workers).values(host="h", process="p", started_at=naive, seen_at=naive))


def test_a_row_needs_what_it_points_to(ledger):
    with pytest.raises(Exception, match=r"(?i)refused a record") as refused, ledger.begin() as tx:
        tx.execute(
            insert(events).values(
                delivery_id=99,
                kind=EventKind.BOUNCED,
                at=NOW,
                recorded_at=NOW,
                origin="o",
                detail="",
            )
        )
    assert isinstance(refused.value.__cause__, IntegrityError)
