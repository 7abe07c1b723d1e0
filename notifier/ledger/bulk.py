"""Many rows in one statement, given column by column: the way of everything written by the million.

Values that all rows share are converted and sent once. SQLite takes the rows one after another
(``executemany``), PostgreSQL takes whole columns as arrays (``unnest``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

import psycopg
from sqlalchemy import Dialect, Table
from sqlalchemy.exc import DBAPIError

from notifier.ledger.database import Tx


def insert_rows(
    tx: Tx, table: Table, each: Mapping[str, Sequence[object]], shared: Mapping[str, object]
) -> None:
    """Insert rows whose columns are ``each`` (one value a row) and ``shared`` (one for all)."""
    rows = len(next(iter(each.values())))
    if tx.dialect.name == "postgresql":
        statement = _postgres_insert(table, tuple(each), tuple(shared))
        tx.exec_driver_sql(statement, _arrays(tx.dialect, table, each, shared))
    elif rows:
        statement = _sqlite_insert(table, (*each, *shared))
        tx.exec_driver_sql(statement, _rows(tx.dialect, table, each, shared, rows))


def load_rows(tx: Tx, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Insert rows of values that the database takes as they are; on PostgreSQL by COPY."""
    if tx.dialect.name == "postgresql":
        _copy(tx, f"COPY {table.name} ({', '.join(columns)}) FROM STDIN", rows)
    elif rows:
        tx.exec_driver_sql(_sqlite_insert(table, tuple(columns)), rows)


def _copy(tx: Tx, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """What SQLAlchemy has no words for; a failure is told in its own all the same."""
    connection: psycopg.Connection = tx.connection.driver_connection  # type: ignore[assignment]
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def update_rows(
    tx: Tx,
    table: Table,
    each: Mapping[str, Sequence[object]],
    shared: Mapping[str, object],
    *,
    only: str = "",
) -> int:
    """Update rows by ``id``, which must come last in ``each``; returns how many were.

    Args:
        only: a condition on the table's own columns that a row must still meet.
    """
    rows = len(each["id"])
    if tx.dialect.name == "postgresql":
        statement = _postgres_update(table, tuple(each), tuple(shared), only)
        return tx.exec_driver_sql(statement, _arrays(tx.dialect, table, each, shared)).rowcount
    if not rows:
        return 0
    statement = _sqlite_update(table, (*shared, *each), only)
    ordered = {**shared, **each}
    values = _rows(tx.dialect, table, each, shared, rows, tuple(ordered))
    return tx.exec_driver_sql(statement, values).rowcount


def know_sizes(tx: Tx, table: Table) -> None:
    """Let PostgreSQL see what was just written in bulk; its own look comes a minute too late."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(f"ANALYZE {table.name}")


@lru_cache
def _sqlite_insert(table: Table, columns: tuple[str, ...]) -> str:
    places = ", ".join("?" for _ in columns)
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608


@lru_cache
def _sqlite_update(table: Table, columns: tuple[str, ...], only: str) -> str:
    changes = ", ".join(f"{column} = ?" for column in columns[:-1])
    condition = f" AND {only}" if only else ""
    return f"UPDATE {table.name} SET {changes} WHERE id = ?{condition}"  # noqa: S608


@lru_cache
def _postgres_insert(table: Table, each: tuple[str, ...], shared: tuple[str, ...]) -> str:
    columns = ", ".join((*each, *shared))
    values = ", ".join((*each, *(f"%({name})s::{_type(table, name)}" for name in shared)))
    return f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {_unnest(table, each)}"  # noqa: S608


@lru_cache
def _postgres_update(
    table: Table, each: tuple[str, ...], shared: tuple[str, ...], only: str
) -> str:
    changes = [f"{name} = rows.{name}" for name in each if name != "id"]
    changes += [f"{name} = %({name})s::{_type(table, name)}" for name in shared]
    condition = f" AND {table.name}.{only}" if only else ""
    return (
        f"UPDATE {table.name} SET {', '.join(changes)} FROM {_unnest(table, each)} "  # noqa: S608
        f"WHERE {table.name}.id = rows.id{condition}"
    )


def _unnest(table: Table, each: tuple[str, ...]) -> str:
    arrays = ", ".join(f"%({name})s::{_type(table, name)}[]" for name in each)
    return f"unnest({arrays}) AS rows ({', '.join(each)})"


@lru_cache
def _type(table: Table, name: str) -> str:
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only where it is the database

    return str(table.c[name].type.compile(postgresql.dialect()))  # type: ignore[no-untyped-call]


def _arrays(
    dialect: Dialect,
    table: Table,
    each: Mapping[str, Sequence[object]],
    shared: Mapping[str, object],
) -> dict[str, object]:
    converted: dict[str, object] = {
        name: [_plain(value) for value in _converted(dialect, table, name, values)]
        for name, values in each.items()
    }
    for name, value in shared.items():
        converted[name] = _plain(next(iter(_converted(dialect, table, name, (value,)))))
    return converted


def _rows(
    dialect: Dialect,
    table: Table,
    each: Mapping[str, Sequence[object]],
    shared: Mapping[str, object],
    rows: int,
    order: tuple[str, ...] = (),
) -> list[tuple[object, ...]]:
    columns: dict[str, Any] = {
        name: _converted(dialect, table, name, values) for name, values in each.items()
    }
    for name, value in shared.items():
        columns[name] = repeat(next(iter(_converted(dialect, table, name, (value,)))), rows)
    return list(zip(*(columns[name] for name in order or columns), strict=True))


def _converted(
    dialect: Dialect, table: Table, name: str, values: Sequence[Any]
) -> Sequence[object]:
    convert = _converter(dialect, table, name)
    return values if convert is None else [convert(value) for value in values]


@lru_cache
def _converter(dialect: Dialect, table: Table, name: str) -> Any:
    return table.c[name].type.bind_processor(dialect)


def _plain(value: object) -> object:
    """A word of ours as the plain text it is: psycopg would write the member's name."""
    return str(value) if isinstance(value, str) else value
