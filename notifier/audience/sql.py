"""An audience as a query against any database that SQLAlchemy knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from notifier.audience.audience import Columns, picker, recipients
from notifier.errors import AudienceError
from notifier.model.people import KEPT, Recipient

_FETCH = 2_000


@dataclass(frozen=True, slots=True)
class SqlAudience:
    """One person a row of ``query``; rows are streamed by a cursor of the server, never held.

    Attributes:
        must: which of the columns may not be missing, beside the address.
    """

    url: str = field(repr=False)
    query: str
    columns: Columns = field(default_factory=Columns)
    must: frozenset[str] = frozenset()

    def rows(self) -> Iterator[Recipient]:
        """Every row in order; see :meth:`Audience.rows`."""
        try:
            with self._engine().connect().execution_options(yield_per=_FETCH) as connection:
                result = connection.execute(text(self.query))
                names = list(result.keys())
                pick = picker(names, self.columns, "The audience query", self.must)
                yield from recipients([*map(_text, pick((*row, "")))] for row in result)
        except ModuleNotFoundError as error:
            raise AudienceError(
                f"The audience's database needs the Python package {error.name}.",
                remedy="install it beside notifier, or export the people as CSV",
            ) from error
        except SQLAlchemyError as error:
            raise AudienceError(
                f"The audience query failed: {type(error).__name__}.",
                remedy="run the query by hand with the same database user",
            ) from error

    def _engine(self) -> Engine:
        try:
            return create_engine(self.url, poolclass=NullPool, hide_parameters=True)
        except (ArgumentError, ValueError) as error:
            raise AudienceError(
                "The URL of the audience's database cannot be understood.",
                remedy='write "postgresql+psycopg://user@host/name" as sql_url under [audience]',
            ) from error

    def digest(self) -> str:
        """Over every row, since a query's text does not tell whom it finds today."""
        digest = hashlib.sha256(self.query.encode())
        for person in self.rows():
            digest.update((_KEPT_WORDS % person.kept).encode())
        return digest.hexdigest()

    def describe(self) -> str:
        """The query; never the URL, which may hold a password."""
        return f"query {self.query!r}"


_KEPT_WORDS = f"Recipient({', '.join(f'{name}=%r' for name in KEPT)})"
"""A person as digests have always been made of them; ledgers hold those."""


def _text(value: object) -> str:
    return "" if value is None else str(value)
