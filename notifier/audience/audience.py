"""The port every audience fulfils, and how a row becomes a recipient."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Protocol
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from email_validator import EmailNotValidError, validate_email

from notifier.errors import AudienceError
from notifier.model.people import Recipient

_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_MAX_ADDRESS = 254
_MAX_LOCAL_PART = 64


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


def positions(names: Sequence[str], columns: Columns, where: str) -> dict[str, int]:
    """Where each of our fields stands among the columns ``names`` of ``where``.

    Raises:
        AudienceError: the address column is not among them.
    """
    found = {
        field: names.index(column) for field, column in asdict(columns).items() if column in names
    }
    if "address" not in found:
        raise AudienceError(
            f'{where} has no column "{columns.address}" (it has: {", ".join(names) or "none"}).',
            remedy="name the column with the address in notifier.toml: "
            '[audience.columns] address = "..."',
        )
    return found


def recipient(fields: Mapping[str, str]) -> Recipient:
    """One row, by our own field names, as a recipient.

    An address that cannot be mailed, a locale or zone nobody knows: the person is kept, and the
    problem with the address recorded, so that they are covered in the product.
    """
    field = fields.get
    address, in_app_id = field("address", ""), field("in_app_id", "")
    return Recipient(
        field("key") or address.casefold() or in_app_id,
        address,
        _printable(field("name", "")),
        _locale(field("locale", "")),
        _zone(field("zone", "")),
        in_app_id,
        field("segment", ""),
        address_problem(address),
    )


def address_problem(address: str) -> str:
    """Why mail cannot go to this address, or empty (RFC 5321 §4.1.2, RFC 6531 §3.3)."""
    if not address:
        return "no address"
    at = address.rfind("@")
    if (
        len(address) <= _MAX_ADDRESS
        and at <= _MAX_LOCAL_PART
        and _PLAIN_ADDRESS.fullmatch(address)
        and not address.endswith((".test", ".invalid"))
    ):
        return ""
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
    if text.isprintable():
        return text[:200]
    return "".join(character for character in text if character.isprintable())[:200]


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
