"""Who must be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Recipient(NamedTuple):
    """A person as known when the audience was frozen.

    Attributes:
        key: stable identity in the company's own system; the normalised address where it has none.
        address: e-mail address as given; empty when there is none.
        name: how to greet; empty when unknown.
        locale: BCP 47 tag, or empty.
        zone: IANA zone name, or empty.
        in_app_id: the person's id in the product, or empty.
        segment: group named by the company, or empty.
        problem: why the address cannot be mailed, else empty. Such people are kept and covered
            in the product.
        unknown: what the row gave as locale or zone that nobody knows, each with which of the two
            it is: ``(("zone", "Berlin"),)``. It is reported when the audience is frozen, and not
            kept with the person.
    """

    key: str
    address: str = ""
    name: str = ""
    locale: str = ""
    zone: str = ""
    in_app_id: str = ""
    segment: str = ""
    problem: str = ""
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """What the ledger keeps of them: :data:`KEPT`."""
        return self[:-1]


KEPT = Recipient._fields[:-1]
"""The fields that the ledger keeps: all but what nobody knows."""


def called(name: str, key: str) -> str:
    """How legal finds somebody: ``Dirk (4)``, or what there is of the two."""
    return f"{name} ({key})" if name and key else name or key or "somebody without name and key"


class Unmailed(NamedTuple):
    """Somebody a plan is for whom no mail reaches.

    Attributes:
        key, name: as in :class:`Recipient`.
        why: ``no address``, ``broken address``, ``suppressed`` and the like.
        in_product: a notice in the product is planned for them; else nothing tells them.
    """

    key: str
    name: str
    why: str
    in_product: bool

    @property
    def called(self) -> str:
        """Whom it is about, see :func:`called`."""
        return called(self.name, self.key)


@dataclass(frozen=True, slots=True)
class UnmailedKind:
    """Those a plan is for whom no mail reaches for the same reason.

    Attributes:
        why, in_product: as in :class:`Unmailed`.
        people: how many they are.
        first: the first few of them.
    """

    why: str
    in_product: bool
    people: int
    first: tuple[Unmailed, ...]

    @property
    def called(self) -> str:
        """The first few of them by name, and how many more there are."""
        names = ", ".join(one.called for one in self.first)
        more = self.people - len(self.first)
        return f"{names} and {more:,} more" if more else names
