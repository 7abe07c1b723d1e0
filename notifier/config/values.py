"""What a value of the configuration may be; each says what to write instead."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from notifier.model.reading import MOST_DAYS

_DURATION = re.compile(r"([0-9]+)\s*(s|m|h|d|w)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LONGEST = timedelta(days=MOST_DAYS)
_MOST_DIGITS = 9


def _duration(value: Any) -> timedelta:
    """A number with its unit; a bare number would be seconds to one and days to another."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError(f'"{value}" is not a duration; write "30d", "12h", "15m" or "30s"')
    too_long = len(match[1]) > _MOST_DIGITS
    length = _LONGEST if too_long else timedelta(**{_UNITS[match[2]]: int(match[1])})
    if too_long or length > _LONGEST:
        raise ValueError(f'"{value}" is longer than ten years')
    return length


def _place(value: Path) -> Path:
    if any(ord(character) < ord(" ") for character in str(value)):
        raise ValueError("holds a character that no path has")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f'"{value}" is not an IANA time zone; write "Europe/Berlin" or "UTC"')
    return value


def _mailbox(value: str) -> str:
    _, address = parseaddr(value)
    if "\r" in value or "\n" in value or not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise ValueError("is not a mail address; write 'Acme Legal <legal@acme.example>'")
    if not address.rpartition("@")[0].isascii():
        raise ValueError("must be in ASCII before the @: not every mail server takes more")
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"[^@\s%_]+\.[^@\s%_]+", value):
        raise ValueError(f'"{value}" is not the domain of an address; write "example.com"')
    return value.lower()


def _one_line(value: str) -> str:
    if not value.strip() or any(ord(character) < ord(" ") for character in value):
        raise ValueError("must be one line of text, not empty")
    return value.strip()


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]{16,}", value.get_secret_value()):
        raise ValueError(
            "must be at least 16 letters, digits and signs of ASCII, without blanks; "
            "make one with `openssl rand -hex 32`"
        )
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Place = Annotated[Path, AfterValidator(_place)]
Zone = Annotated[str, AfterValidator(_zone)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Domain = Annotated[str, AfterValidator(_domain)]
Line = Annotated[str, AfterValidator(_one_line)]
Token = Annotated[SecretStr, AfterValidator(_token)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")]
