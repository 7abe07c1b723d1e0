"""What a sender says to its database hundreds of times a second, in the database's own words.

SQLAlchemy takes ten times as long to put such a statement as SQLite to carry it out. The
statements are written once for both databases, with ``:name`` where a value goes and ``IN :name``
where a list of numbers does; other values are plain data, words of our enums, or aware instants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol, cast

from notifier.ledger.database import Tx

_PLACE = re.compile(r"(?<!:):(\w+)")
_LIST = re.compile(r"IN :(\w+)")


class Answer(Protocol):
    """A cursor of either driver."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """Every row left."""


class Statement:
    """One statement; driver errors are explained where the transaction was begun."""

    def __init__(self, sql: str, *, locking: str = "") -> None:
        """Take the words, and how PostgreSQL is to lock what it finds."""
        self._sqlite = _LIST.sub(r"IN (SELECT value FROM json_each(:\1))", sql)
        listed = _LIST.sub(r"= ANY(:\1::bigint[])", f"{sql} {locking}")
        self._postgresql = _PLACE.sub(r"%(\1)s", listed)

    def __call__(self, tx: Tx, **values: object) -> Answer:
        """Carry it out in this transaction."""
        plain = plainly(tx)
        told = {name: plain(value) for name, value in values.items()}
        return say(tx, self._sqlite if tx.dialect.name == "sqlite" else self._postgresql, told)


def say(tx: Tx, sql: str, values: Mapping[str, object] | Sequence[object]) -> Answer:
    """Put a statement to the driver of this transaction's database."""
    connection: Any = tx.connection.driver_connection
    return cast("Answer", connection.execute(sql, values))


def plainly(tx: Tx) -> Callable[[object], object]:
    """How this database's driver is given a value."""
    return _for_sqlite if tx.dialect.name == "sqlite" else _for_postgresql


def column(tx: Tx, values: Sequence[object]) -> Sequence[object]:
    """The values of one column, all of one type, as the driver is given them."""
    if not values or type(values[0]) in (int, str):
        return values
    plain = plainly(tx)
    told = {value: plain(value) for value in set(values)}
    return [told[value] for value in values]


def _for_sqlite(value: object) -> object:
    """A word of ours as the plain text it is: the driver looks long for what else it could be."""
    if isinstance(value, datetime):
        return text_of(value)
    return str(value) if isinstance(value, (list, str)) else value


def _for_postgresql(value: object) -> object:
    """A word of ours as the plain text it is: psycopg would write the member's name.

    Numbers go as one text, which takes a tenth of the time of a list.
    """
    if isinstance(value, list):
        return f"{{{str(value)[1:-1]}}}"
    return str(value) if isinstance(value, str) else value


@lru_cache(maxsize=64)
def text_of(at: datetime) -> str:
    """An instant as SQLite keeps it: UTC as text that sorts by time."""
    if at.tzinfo is None:
        raise ValueError("a naive time cannot be recorded")
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def instant(value: datetime | str) -> datetime:
    """An instant as either driver gives it back."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)
