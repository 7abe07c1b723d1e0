"""A million rows for a table with indexes: gathered aside first, then moved in one statement.

Rows come as fast as their source gives them; until the move nobody else is kept from writing.
An index entered row by row, in no order of its own, costs SQLite five times what one built in
one go does. PostgreSQL would keep readers out while it builds; there rows enter one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, Index, MetaData, Table, func, insert, literal, select
from sqlalchemy.schema import CreateTable, DropTable

from notifier.ledger.bulk import load_rows
from notifier.ledger.database import Tx

_WORTH_BUILDING = 4
"""Indexes are built anew unless the table has so many times the rows that come."""


class Gathered:
    """Rows that wait beside their table, in a transaction begun with ``at_once=False``."""

    def __init__(self, tx: Tx, table: Table, columns: Sequence[str]) -> None:
        """Wait for rows with values for these columns."""
        self._tx, self._table, self._columns = tx, table, columns
        self._aside = Table(
            f"gathered_{table.name}",
            MetaData(),
            *(Column(name, table.c[name].type, nullable=False) for name in columns),
            prefixes=["TEMPORARY"],
        )
        self._rows = 0
        tx.execute(CreateTable(self._aside))

    def add(self, rows: Sequence[tuple[object, ...]]) -> None:
        """Rows of numbers and text."""
        load_rows(self._tx, self._aside, self._columns, rows)
        self._rows += len(rows)

    def move(self, shared: Mapping[str, object]) -> None:
        """Put all of them into their table, in their order, with values that they share."""
        anew = self._indexes_worth_building()
        for index in anew:
            index.drop(self._tx)
        values = [literal(value, self._table.c[name].type) for name, value in shared.items()]
        self._tx.execute(
            insert(self._table).from_select(
                [*self._columns, *shared], select(*self._aside.columns, *values)
            )
        )
        for index in anew:
            index.create(self._tx)
        self._tx.execute(DropTable(self._aside))

    def _indexes_worth_building(self) -> list[Index]:
        if self._tx.dialect.name == "postgresql":
            return []
        last: int | None = self._tx.execute(select(func.max(self._table.c.id))).scalar_one()
        few = (last or 0) <= _WORTH_BUILDING * self._rows
        return sorted(self._table.indexes, key=lambda index: str(index.name)) if few else []
