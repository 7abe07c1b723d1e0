"""What the rows of an audience say: how many, why some cannot be mailed, what nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from notifier.model.people import Recipient

_VALUES, _ROWS = 10, 5
"""How many unknown values are named, and how many rows of each."""


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A locale or zone that rows give and nobody knows; they are read as if they gave none.

    Attributes:
        field: ``locale`` or ``zone``.
        value: as given; empty for all that came after the first few others.
        rows: how many rows give it.
        first: the first of them, counted from 1 without the header.
    """

    field: str
    value: str
    rows: int
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AudienceReport:
    """What became of the rows.

    Attributes:
        rows: rows read; people: recipients kept.
        merged: rows left out because another row has the same address and nothing else to
            tell a second person by.
        problems: why people cannot be mailed, with their number.
        across_segments: of the other rows with an address, how many stand in another segment than
            the first.
        unknown: what rows give as locale or zone that nobody knows.
    """

    rows: int
    people: int
    merged: int
    problems: dict[str, int]
    across_segments: int = 0
    unknown: tuple[UnknownValue, ...] = ()


@dataclass(slots=True)
class Counts:
    """What the rows of an audience say, as they are read.

    Attributes:
        problems: why some cannot be mailed.
        unknown: which rows give what nobody knows: how many, and the first of them.
    """

    rows: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    unknown: dict[tuple[str, str], tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def add(self, people: Sequence[Recipient]) -> None:
        """Count the next rows."""
        for number, person in enumerate(people, start=self.rows + 1):
            if person.problem:
                self.problems[person.problem.partition(":")[0]] += 1
            for what in person.unknown:
                self._add_unknown(what, number)
        self.rows += len(people)

    def _add_unknown(self, what: tuple[str, str], row: int) -> None:
        if what not in self.unknown and sum(what[0] == f for f, _ in self.unknown) >= _VALUES:
            what = what[0], ""
        count, first = self.unknown.get(what, (0, ()))
        self.unknown[what] = count + 1, (*first, row)[:_ROWS]

    def unknown_values(self) -> tuple[UnknownValue, ...]:
        """In the order in which they were met."""
        return tuple(UnknownValue(*what, *found) for what, found in self.unknown.items())
