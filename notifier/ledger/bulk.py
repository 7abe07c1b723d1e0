"""Many rows in one statement, given column by column: the way of everything written by the million.

Values that all rows share are sent once. SQLite takes up to 64 rows as one list of values,
PostgreSQL all of them as JSON: psycopg writes an array six times as slowly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Table

from notifier.ledger.database import Tx
from notifier.ledger.driver import column, plainly, say

_ROWS = 64
"""Rows of one statement on SQLite, which keeps a prepared statement for every number of rows."""


def insert_rows(
    tx: Tx,
    table: Table,
    each: Mapping[str, Sequence[object]],
    shared: Mapping[str, object],
    returning: str = "",
) -> list[Any]:
    """Insert rows whose columns are ``each`` (one value a row) and ``shared`` (one for all).

    Values are plain data, members of an enum of ours, or aware instants.

    Args:
        returning: columns that are wanted back of every row, in no order.
    """
    back = f" RETURNING {returning}" if returning else ""
    plain = plainly(tx)
    for_all = {name: plain(value) for name, value in shared.items()}
    if tx.dialect.name == "postgresql":
        statement = _postgres_insert(table, tuple(each), tuple(shared)) + back
        named = [dict(zip(each, row, strict=True)) for row in zip(*each.values(), strict=True)]
        answer = say(tx, statement, {"rows": _written(named), **for_all})
        return answer.fetchall() if returning else []
    told: list[Any] = []
    columns = [column(tx, values) for values in each.values()]
    rows = list(zip(*columns, strict=True))
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        statement = _sqlite_insert(table, tuple(each), tuple(shared), len(some)) + back
        told += say(tx, statement, (*for_all.values(), *chain.from_iterable(some))).fetchall()
    return told


def load_rows(
    tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows of numbers and text, given row by row; on PostgreSQL by COPY."""
    connection: Any = tx.connection.driver_connection
    if tx.dialect.name != "postgresql":
        connection.executemany(_sqlite_insert(table, tuple(columns), (), 1), rows)
        return
    statement = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def know_sizes(tx: Tx, table: Table) -> None:
    """Let PostgreSQL see what was just written in bulk; its own look comes a minute too late."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(f"ANALYZE {table.name}")


def join_whole_sets(tx: Tx) -> None:
    """Keep PostgreSQL, in this transaction, from comparing all with all where it guesses few."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL enable_nestloop = off")


@lru_cache(maxsize=4 * _ROWS)
def _sqlite_insert(table: Table, each: tuple[str, ...], shared: tuple[str, ...], rows: int) -> str:
    columns = ", ".join((*shared, *each))
    for_all = [f"?{number + 1}" for number in range(len(shared))]
    row = f"({', '.join((*for_all, *('?' for _ in each)))})"
    first = [f"?{len(shared) + number + 1}" for number in range(len(each))]
    values = ", ".join([f"({', '.join((*for_all, *first))})", *[row] * (rows - 1)])
    return f"INSERT INTO {table.name} ({columns}) VALUES {values}"  # noqa: S608


@lru_cache
def _postgres_insert(table: Table, each: tuple[str, ...], shared: tuple[str, ...]) -> str:
    columns = ", ".join((*each, *shared))
    values = ", ".join((*each, *(f"%({name})s::{_type(table, name)}" for name in shared)))
    typed = ", ".join(f"{name} {_type(table, name)}" for name in each)
    rows = f"json_to_recordset(%(rows)s::json) AS rows ({typed})"
    return f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {rows}"  # noqa: S608


_written = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, check_circular=False, default=datetime.isoformat
).encode


def _type(table: Table, name: str) -> str:
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only where it is the database

    return str(table.c[name].type.compile(postgresql.dialect()))  # type: ignore[no-untyped-call]
