"""The port every audience fulfils, and how a row becomes a recipient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Protocol
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from email_validator import EmailNotValidError, validate_email

from notifier.errors import AudienceError
from notifier.model.people import Recipient

_is_plain = re.compile(
    r"(?=.{1,64}@.{4,189}\Z)"
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
    r"(?<!\.test)(?<!\.invalid)"
).fullmatch
"""Whether an address is of the usual kind; what is not is looked at closely."""
_LONGEST_NAME = 200


class Audience(Protocol):
    """The people of one policy, read anew each time they are asked for."""

    def rows(self) -> Iterator[Recipient]:
        """Every row in order, broken addresses included with their problem.

        Raises:
            AudienceError: the list cannot be read, has no address column, or ends in a row that
                cannot be understood.
        """

    def digest(self) -> str:
        """Hex SHA-256 that changes when the people, or how they are read, change."""

    def describe(self) -> str:
        """The definition in words, without secrets."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; the address column must exist, the others may be missing."""

    address: str = "email"
    key: str = "id"
    name: str = "name"
    locale: str = "locale"
    zone: str = "zone"
    in_app_id: str = "in_app_id"
    segment: str = "segment"


def picker(
    names: Sequence[str], columns: Columns, where: str
) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """What takes our own columns, in their order, out of a row of ``where`` with these ``names``.

    A row ends with one empty field more than there are names; it stands for what is missing.

    Raises:
        AudienceError: the address column is not among the names.
    """
    if columns.address not in names:
        raise AudienceError(
            f'{where} has no column "{columns.address}" (it has: {", ".join(names) or "none"}).',
            remedy="name the column with the address in notifier.toml: "
            '[audience.columns] address = "..."',
        )
    wanted = astuple(columns)
    return itemgetter(*(names.index(name) if name in names else len(names) for name in wanted))


def recipient(
    address: str, key: str, name: str, locale: str, zone: str, in_app_id: str, segment: str
) -> Recipient:
    """One row, in the order of :class:`Columns`, as a recipient.

    An address that cannot be mailed, a locale or zone nobody knows: the person is kept, and the
    problem with the address recorded, so that they are covered in the product.
    """
    return Recipient(
        key or address.lower() or in_app_id,
        address,
        name if len(name) <= _LONGEST_NAME and name.isprintable() else _printable(name),
        _locale(locale),
        _zone(zone),
        in_app_id,
        segment,
        "" if _is_plain(address) else _problem(address),
    )


def _problem(address: str) -> str:
    """Why mail cannot go to this address, or empty (RFC 5321 §4.1.2, RFC 6531 §3.3)."""
    if not address:
        return "no address"
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return f"broken address: {_without(address, str(error))}"
    return ""


def _without(address: str, words: str) -> str:
    """An explanation that does not repeat the address."""
    for part in {address, *address.split("@")} - {""}:
        words = words.replace(part, "…")
    return words[:200]


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text))[:_LONGEST_NAME]


@lru_cache(maxsize=1024)
def _zone(name: str) -> str:
    """An IANA zone name, or empty when nobody knows it."""
    return name if name in available_timezones() else ""


@lru_cache(maxsize=1024)
def _locale(tag: str) -> str:
    """A BCP 47 tag in its usual spelling, or empty when nobody knows it."""
    if not tag:
        return ""
    try:
        parsed = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return ""
    return str(parsed).replace("_", "-")
