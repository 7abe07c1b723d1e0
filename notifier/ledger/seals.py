"""Rows of the house's own tables in the chain: what a verb wrote is sealed by its journal entry.

Whatever is written through :func:`write` is noted, and the next entry of the main chain carries a
digest of each of those rows as it then is. A row that was edited, added or removed by anybody else
differs from what the chain says last of it (guarantee G6).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Row, Select, Table, Update, select

from notifier.ledger.codec import sha256
from notifier.ledger.database import Tx, unsealed
from notifier.ledger.schema import (
    approvals,
    audiences,
    changes,
    holds,
    notices,
    plans,
    readings,
    rulings,
    snapshots,
    versions,
)

SEALED = (
    snapshots,
    readings,
    versions,
    changes,
    rulings,
    audiences,
    plans,
    approvals,
    holds,
    notices,
)
_BESIDE = {audiences.c.compared}
"""Kept to save work; nothing is proven by it."""

_TABLES = {table.name: table for table in SEALED}
_AT_A_TIME = 100


def write(tx: Tx, statement: Insert | Update) -> list[int]:
    """Write rows of a sealed table and note them for the next entry; returns their ids."""
    table = statement.table
    assert isinstance(table, Table)  # noqa: S101 - all of ours are
    ids = [int(found) for found in tx.execute(statement.returning(table.c.id)).scalars()]
    unsealed(tx).update((table.name, found) for found in ids)
    return ids


def pending(tx: Tx) -> bool:
    """Whether anything was written that no entry has sealed yet."""
    return bool(unsealed(tx))


def take(tx: Tx) -> dict[str, dict[str, str]]:
    """Digests of the rows written since the last entry, by table and id."""
    written: dict[str, dict[str, str]] = {}
    for name, table in _TABLES.items():
        ids = sorted(found for of_table, found in unsealed(tx) if of_table == name)
        if ids:
            rows = tx.execute(_rows(table).where(table.c.id.in_(ids)))
            written[name] = {str(row.id): digest(row) for row in rows}
    unsealed(tx).clear()
    return written


def digest(row: Row[Any] | Iterable[object]) -> str:
    """Hex SHA-256 over every value of a row, the same from both databases."""
    return sha256(json.dumps([_plain(value) for value in row], ensure_ascii=False))


def verify(tx: Tx, entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Compare every row with what the chain says last of it; yields what does not fit.

    Args:
        entries: the facts of the main chain, from its beginning.
    """
    told: dict[str, dict[str, str]] = defaultdict(dict)
    for facts in entries:
        for name, rows in facts.get("rows", {}).items():
            told[name].update(rows)
    for table in SEALED:
        yield from _compare(tx, table, told[table.name])


def _compare(tx: Tx, table: Table, told: Mapping[str, str]) -> Iterator[str]:
    left = dict(told)
    for row in tx.execute(_rows(table).execution_options(yield_per=_AT_A_TIME)):
        known = left.pop(str(row.id), None)
        if known is None:
            yield f"{table.name}, row {row.id}: is in no journal entry"
        elif known != digest(row):
            yield f"{table.name}, row {row.id}: was changed after it was recorded"
    yield from (f"{table.name}, row {missing}: is missing" for missing in left)


def _rows(table: Table) -> Select[Any]:
    sealed = [column for column in table.columns if column not in _BESIDE]
    return select(*sealed).order_by(table.c.id)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return sha256(value) if isinstance(value, bytes) else value
