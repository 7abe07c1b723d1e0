"""The port every audience fulfils, and how a row becomes a recipient."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import cache, lru_cache, partial
from itertools import islice, repeat
from operator import itemgetter
from typing import Protocol
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from email_validator import EmailNotValidError, validate_email

from notifier.errors import AudienceError
from notifier.model.people import Recipient

_is_plain = re.compile(
    r"(?!.{65})"
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,24}"
    r"(?<!\.test)(?<!\.invalid)"
).fullmatch
"""Whether an address is of the usual kind; what is not is looked at closely."""
_Unknown = tuple[tuple[str, str], ...]
_controls = re.compile(r"[\x00-\x1f\x7f]+").sub
_LONGEST_NAME = 200
_LONGEST_SHOWN = 40
_TOGETHER = 200


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
    names: Sequence[str], columns: Columns, where: str, must: Collection[str] = ()
) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """What takes our own columns, in their order, out of a row of ``where`` with these ``names``.

    A row ends with one empty field more than there are names; it stands for what is missing.

    Args:
        must: which of our columns may not be missing, beside the address.

    Raises:
        AudienceError: one that may not be missing is, or one is there more than once.
    """
    for field, name in asdict(columns).items():
        if name not in names and (field == "address" or field in must):
            raise AudienceError(
                f'{where} has no column "{name}" (it has: {", ".join(names) or "none"}).',
                remedy=f"name the column with the {field} in notifier.toml: "
                f'[audience.columns] {field} = "..."',
            )
        if names.count(name) > 1:
            raise AudienceError(
                f'{where} has the column "{name}" {names.count(name)} times.',
                remedy=f'leave one of them in, or name another: [audience.columns] {field} = "..."',
            )
    wanted = astuple(columns)
    return itemgetter(*(names.index(name) if name in names else len(names) for name in wanted))


def recipients(rows: Iterable[Sequence[str]]) -> Iterator[Recipient]:
    """Rows, their fields in the order of :class:`Columns`, as recipients.

    An address that cannot be mailed, a locale or zone nobody knows: the person is kept, and what
    is wrong recorded; whom no mail reaches is covered in the product. No field keeps a
    control character: what is frozen is written out one person a line.
    """
    left = iter(rows)
    while some := list(islice(left, _TOGETHER)):
        yield from _together(some)


def _together(rows: Sequence[Sequence[str]]) -> Iterator[Recipient]:
    """Column by column, which is twice as fast as person by person."""
    given = [list(map(str.strip, column)) for column in zip(*rows, strict=True)]
    problems = ["" if _is_plain(address) else _problem(address) for address in given[0]]
    addresses, keys, names, locales, zones, in_app_ids, segments = map(_without_controls, given)
    if not all(keys):
        known_by = zip(keys, addresses, in_app_ids, strict=True)
        keys = [key or address.lower() or in_app_id for key, address, in_app_id in known_by]
    if not ("".join(names).isprintable() and max(map(len, names)) <= _LONGEST_NAME):
        names = list(map(_printable, names))
    read = list(map(_locale, locales)), list(map(_zone, zones))
    unknown: Iterable[_Unknown] = map(_unknown, locales, zones, *read)
    if read[0].count("") == locales.count("") and read[1].count("") == zones.count(""):
        unknown = repeat((), len(rows))
    columns = (keys, addresses, names, *read, in_app_ids, segments, problems, unknown)
    return map(_recipient, zip(*columns, strict=True))


_recipient = partial(tuple.__new__, Recipient)
"""What ``Recipient._make`` does, without its two calls of Python."""


def _unknown(locale: str, zone: str, known_locale: str, known_zone: str) -> _Unknown:
    """The given locale and zone, where nothing is known by them."""
    given = (("locale", locale, known_locale), ("zone", zone, known_zone))
    return tuple((field, _shown(value)) for field, value, known in given if value and not known)


def _shown(value: str) -> str:
    """A value that a report may repeat: short, and no address from a column named wrongly."""
    return "an address" if "@" in value else _printable(value)[:_LONGEST_SHOWN]


def _without_controls(fields: list[str]) -> list[str]:
    return fields if "".join(fields).isprintable() else [_controls("", field) for field in fields]


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
    return name if name in _zones() else ""


_zones = cache(available_timezones)


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
