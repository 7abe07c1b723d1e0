"""Opening, migrating and writing the ledger, with others writing at the same time."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import insert, select, text, update

from notifier.errors import LedgerError
from notifier.ledger import Ledger
from notifier.ledger.database import REVISION
from notifier.ledger.schema import audiences
from tests.ledger.samples import NOW

EMPTY = {
    "digest": "n",
    "definition": "",
    "people": 0,
    "report": "{}",
    "people_sha256": "",
    "frozen_at": NOW,
}
"""An audience without people."""


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_sqlite_is_durable_and_strict(sqlite_url, pragma, value):
    ledger = Ledger(sqlite_url)
    with ledger.begin() as tx:
        assert tx.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
    ledger.close()


def test_concurrent_read_then_write_on_sqlite_loses_nothing(sqlite_url):
    """A transaction that reads and then writes must not act on what another is changing."""
    ledger = Ledger(sqlite_url)
    with ledger.begin() as tx:
        tx.execute(insert(audiences).values(**EMPTY))

    def add(times: int) -> None:
        own = Ledger(sqlite_url)
        for _ in range(times):
            with own.begin() as tx:
                count = tx.execute(select(audiences.c.people)).scalar_one()
                tx.execute(update(audiences).values(people=count + 1))
        own.close()

    threads = [threading.Thread(target=add, args=(25,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ledger.begin() as tx:
        assert tx.execute(select(audiences.c.people)).scalar_one() == 100
    ledger.close()


def test_a_transaction_is_recorded_whole_or_not_at_all(ledger):
    def half_way() -> None:
        with ledger.begin() as tx:
            tx.execute(insert(audiences).values(**EMPTY))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    with ledger.begin() as tx:
        assert tx.execute(select(audiences)).all() == []


def test_two_that_migrate_at_once_both_succeed(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    troubles = []

    def migrate() -> None:
        try:
            ledger = Ledger(url)
            ledger.migrate()
            ledger.close()
        except Exception as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=migrate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []


def test_a_newer_ledger_is_left_alone(ledger_url):
    ledger = Ledger(ledger_url)
    with ledger.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer release"):
        ledger.migrate()
    ledger.close()


@pytest.mark.parametrize("url", ["mysql://x", "nonsense", ""])
def test_other_databases_are_refused_by_name(url):
    with pytest.raises(LedgerError, match="URL"):
        Ledger(url)


def test_a_folder_that_is_not_there_is_explained(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'missing' / 'ledger.db'}")
    with pytest.raises(LedgerError, match="cannot be opened"):
        ledger.migrate()


def test_a_ledger_that_may_only_be_read_is_explained(tmp_path):
    Ledger(f"sqlite:///{tmp_path}/notifier.db").migrate()
    ledger = Ledger(f"sqlite:///file:{tmp_path}/notifier.db?mode=ro&uri=true")
    with (
        pytest.raises(LedgerError, match="its folder must be writable") as refused,
        ledger.begin() as tx,
    ):
        tx.execute(insert(audiences).values(EMPTY))
    assert "copy the file" in refused.value.remedy


def test_a_server_that_is_not_there_is_explained(tmp_path):
    ledger = Ledger(f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    with pytest.raises(LedgerError, match="cannot be reached"), ledger.begin():
        pass


def test_a_ledger_that_is_up_to_date_is_known_as_such(ledger):
    """Its revision is the newest migration's: nothing is loaded that only migrating needs."""
    with ledger.begin() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == REVISION
