"""Opening the ledger, and the one way to write to it: a transaction."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from notifier.errors import LedgerError

Tx = Connection
"""An open transaction; every function of the ledger takes one, so that callers decide what is
recorded together."""

_Explained = Callable[[], AbstractContextManager[None]]

_BUSY_SECONDS = 30
_RETRY_SECONDS = 0.02
_STATEMENTS = 512
"""Prepared statements that SQLite keeps: the hot ones exist once for every number of rows."""
_UNSEALED = "unsealed"
_DEFERRED = "deferred"


def unsealed(tx: Tx) -> set[tuple[str, int]]:
    """Table and id of the rows written in this transaction that no journal entry tells of yet."""
    noted: set[tuple[str, int]] = tx.info.setdefault(_UNSEALED, set())
    return noted


class LedgerUnavailable(LedgerError):
    """The ledger cannot be reached or written just now; the same may well succeed later."""


REVISION = "0001"
"""The newest migration."""


class Ledger:
    """The record, in one SQLite file or one PostgreSQL database."""

    def __init__(self, url: str) -> None:
        """Open the database; nothing is created or migrated yet.

        Args:
            url: ``sqlite:///path`` or ``postgresql+psycopg://...``.

        Raises:
            LedgerError: the URL is not one of these.
        """
        try:
            self._engine = _engine(url)
        except (ArgumentError, NoSuchModuleError, ValueError) as error:
            raise LedgerError(
                "The ledger's URL cannot be understood.",
                remedy='write "sqlite:///notifier.db" or "postgresql+psycopg://user@host/name" '
                "under [ledger]",
            ) from error
        self.dialect = self._engine.dialect.name

    @contextmanager
    def begin(self, *, at_once: bool = True) -> Iterator[Tx]:
        """A transaction: all of it is recorded, or nothing.

        Args:
            at_once: SQLite, which lets one write at a time, keeps the others waiting from the
                start; else from the first write, before which nothing of the ledger may be read.

        Raises:
            LedgerError: the database cannot be reached, is busy, full or read-only.
        """
        options: dict[str, Any] = {_DEFERRED: not at_once}
        with (
            self._explained(),
            self._engine.connect() as connection,
            connection.execution_options(**options).begin(),
        ):
            unsealed(connection).clear()
            yield connection

    def line(self) -> LedgerLine:
        """A connection of one's own, for one transaction after another."""
        return LedgerLine(self._engine, self._explained)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """One view of the whole ledger for as long as the block lasts; keeps nobody from writing.

        Raises:
            LedgerError: the database cannot be reached.
        """
        with self._explained(), self._engine.connect() as connection:
            options: dict[str, Any] = {_DEFERRED: True}
            if self.dialect == "postgresql":
                options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with connection.execution_options(**options).begin():
                yield connection

    def migrate(self) -> None:
        """Bring the schema to this release's; safe to call at every start.

        Raises:
            LedgerError: a newer release has written this ledger, or it cannot be written.
        """
        with self._explained(), self._engine.begin() as connection:
            known = inspect(connection).has_table("alembic_version")
            stated = text("SELECT version_num FROM alembic_version")
            revision = connection.execute(stated).scalar_one_or_none() if known else None
            if revision != REVISION:
                from notifier.ledger.migrations import upgrade  # noqa: PLC0415 - see there

                upgrade(connection, revision)

    def is_there(self) -> bool:
        """Whether somebody has begun this ledger; asking does not begin it.

        Raises:
            LedgerError: the database cannot be read.
        """
        file = self._engine.url.database
        if self._engine.dialect.name == "sqlite" and not Path(file or "").is_file():
            return False
        with self._explained(), self._engine.connect() as connection:
            return inspect(connection).has_table("alembic_version")

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        driver = self._engine.dialect.loaded_dbapi
        try:
            yield
        except DBAPIError as error:
            raise _explain(error.orig or error, driver) from error
        except driver.Error as error:
            raise _explain(error, driver) from error


class LedgerLine:
    """A connection kept from one transaction to the next, by whoever commits hundreds a second."""

    def __init__(self, engine: Engine, explained: _Explained) -> None:
        self._engine = engine
        self._explained = explained
        self._connection: Connection | None = None

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A transaction: all of it is recorded, or nothing; what broke is not used again.

        Raises:
            LedgerError: the database cannot be reached, is busy, full or read-only.
        """
        with self._explained():
            connection = self._connection or self._engine.connect()
            self._connection = None
            try:
                with connection.begin():
                    unsealed(connection).clear()
                    yield connection
            except BaseException:
                connection.close()
                raise
            self._connection = connection

    def close(self) -> None:
        """Let go of it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            connect_args={"timeout": _BUSY_SECONDS, "cached_statements": _STATEMENTS},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True
        )
    raise ArgumentError(parsed.drivername)


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None
    _keep_a_log(connection)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Write-ahead logging; SQLite itself does not wait where others open a new file as well."""
    give_up_at = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= give_up_at:
                raise
            threading.Event().wait(_RETRY_SECONDS)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock first: what read before loses it to a concurrent writer half-way."""
    deferred = connection.get_execution_options().get(_DEFERRED)
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if deferred else "BEGIN IMMEDIATE")


_TROUBLES: tuple[tuple[tuple[str, ...], type[LedgerError], str, str], ...] = (
    (
        ("locked", "busy"),
        LedgerUnavailable,
        f"The ledger is in use by another process and did not come free in {_BUSY_SECONDS} s.",
        "see which notifier process holds it; nothing was recorded by this one",
    ),
    (
        ("full", "no space", "disk i/o"),
        LedgerUnavailable,
        "The ledger cannot be written: {words}.",
        "free space on its disk; nothing was half recorded, and sending goes on where it stopped",
    ),
    (
        ("readonly database",),
        LedgerError,
        (
            "The ledger cannot be opened: {words}. Even to be read its folder must be writable, "
            "because SQLite keeps a log beside the file; to record something, the file as well."
        ),
        (
            "to read only, copy the file, with its -wal and -shm where there are such, into a "
            "folder of your own, and name the copy: NOTIFIER_LEDGER__URL=sqlite:///copy.db; an "
            "export of `notifier evidence` needs no ledger: notifier verify FOLDER"
        ),
    ),
    (
        ("read-only", "unable to open"),
        LedgerError,
        "The ledger cannot be opened for writing: {words}.",
        "check the path under [ledger] and who owns the file and its folder",
    ),
    (
        ("not a database", "image is malformed"),
        LedgerError,
        "The file that [ledger] url names is no ledger, or a damaged one.",
        "correct the path; a damaged ledger is put back from its last backup",
    ),
)
"""Words of a driver, and what they mean: the error, what happened, what to do next."""


def _explain(error: BaseException, driver: Any) -> LedgerError:
    words = (str(error).splitlines() or [type(error).__name__])[0]
    for signs, kind, message, remedy in _TROUBLES:
        if any(sign in words.lower() for sign in signs):
            return kind(message.replace("{words}", words), remedy=remedy)
    if isinstance(error, (driver.OperationalError, OperationalError)):
        return LedgerUnavailable(
            f"The ledger's database cannot be reached: {words}.",
            remedy="check that it runs and that [ledger] url is right",
        )
    return LedgerError(f"The ledger refused a record: {type(error).__name__}: {words}.")
