from __future__ import annotations

import hashlib
import tracemalloc

import pytest
from sqlalchemy import create_engine, text

from notifier.audience import Columns, SqlAudience
from notifier.errors import AudienceError
from tests.audience.contract import AudienceContract

QUERY = "SELECT * FROM customers ORDER BY place"


class TestSqlAudience(AudienceContract):
    @pytest.fixture
    def put(self, ledger_url):
        """Any database will do; the ledger's are at hand."""

        def insert(names, rows, columns: Columns | None = None) -> SqlAudience:
            engine = create_engine(ledger_url)
            with engine.begin() as connection:
                connection.execute(text("DROP TABLE IF EXISTS customers"))
                fields = ", ".join(f'"{name}" TEXT' for name in names)
                connection.execute(text(f"CREATE TABLE customers (place INTEGER, {fields})"))
                places = ", ".join(f":v{n}" for n in range(len(names)))
                connection.execute(
                    text(f"INSERT INTO customers VALUES (:place, {places})"),
                    [
                        {"place": place, **{f"v{n}": value for n, value in enumerate(row)}}
                        for place, row in enumerate(rows)
                    ],
                )
            engine.dispose()
            fields = ", ".join(f'"{name}"' for name in names)
            query = f"SELECT {fields} FROM customers ORDER BY place"
            return SqlAudience(ledger_url, query, columns or Columns())

        return insert


def test_numbers_and_nulls_are_read_as_text(sqlite_url):
    audience = SqlAudience(sqlite_url, "SELECT 'a@b.example' AS email, 17 AS id, NULL AS name")
    (person,) = audience.rows()
    assert (person.key, person.name) == ("17", "")


def test_rows_are_streamed_and_not_held(ledger_url):
    """A hundred thousand rows of a kilobyte take a few megabytes, by a cursor of the server."""
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "SELECT 'p' || i || '@example.org' AS email, '{x}' || i AS segment FROM n"
    ).format(x="x" * 1000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in SqlAudience(ledger_url, endless).rows()) == 100_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_database_that_is_not_there():
    with pytest.raises(AudienceError, match="query failed"):
        list(SqlAudience("sqlite:////nowhere/at/all.db", "SELECT 1 AS email").rows())


@pytest.mark.parametrize("url", ["nonsense", "what://x"])
def test_what_is_no_address_of_a_database(url):
    with pytest.raises(AudienceError, match="cannot be understood"):
        list(SqlAudience(url, "SELECT 1 AS email").rows())


def test_a_driver_that_is_not_installed():
    with pytest.raises(AudienceError, match="oracledb") as failed:
        list(SqlAudience("oracle://x", "SELECT 1 AS email").rows())
    assert "install" in failed.value.remedy


def test_a_query_that_is_none_tells_no_secrets(postgres_ledger_url):
    audience = SqlAudience(postgres_ledger_url, "SELECT secret FROM nowhere")
    with pytest.raises(AudienceError, match="query failed") as failed:
        list(audience.rows())
    assert "secret" not in str(failed.value)
    assert postgres_ledger_url not in repr(audience)


def test_the_digest_stays_what_it_was(sqlite_url):
    """Ledgers hold it: a new release that counts otherwise would freeze everybody anew."""
    query = "SELECT 'a@b.example' AS email, '1' AS id"
    person = (
        "Recipient(key='1', address='a@b.example', name='', locale='', zone='', in_app_id='', "
        "segment='', problem='')"
    )
    expected = hashlib.sha256((query + person).encode()).hexdigest()
    assert SqlAudience(sqlite_url, query).digest() == expected
