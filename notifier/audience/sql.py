"""An audience as a query against any database that SQLAlchemy knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from notifier.audience.audience import Columns, positions, recipient
from notifier.errors import AudienceError
from notifier.model.people import Recipient

_FETCH = 2_000


@dataclass(frozen=True, slots=True)
class SqlAudience:
    """One person a row of ``query``; rows are streamed, never held."""

    url: str = field(repr=False)
    query: str
    columns: Columns = field(default_factory=Columns)

    def rows(self) -> Iterator[Recipient]:
        """Every row in order; see :meth:`Audience.rows`."""
        try:
            engine = create_engine(self.url)
            with engine.connect().execution_options(yield_per=_FETCH) as connection:
                result = connection.execute(text(self.query))
                places = positions(list(result.keys()), self.columns, "The audience query")
                for row in result:
                    yield recipient(
                        {name: _text(row[position]) for name, position in places.items()}
                    )
        except SQLAlchemyError as error:
            raise AudienceError(
                f"The audience query failed: {type(error).__name__}.",
                remedy="run the query by hand with the same database user",
            ) from error

    def digest(self) -> str:
        """Over every row, since a query's text does not tell whom it finds today."""
        digest = hashlib.sha256(self.query.encode())
        for person in self.rows():
            digest.update(repr(person).encode())
        return digest.hexdigest()

    def describe(self) -> str:
        """The query; never the URL, which may hold a password."""
        return f"query {self.query!r}"


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
