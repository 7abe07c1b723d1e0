"""Legal's rulings, as planning reads them: the latest on a subject counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from notifier.model.reading import MOST_DAYS, Finding, PromisedChannel, Severity
from notifier.model.redline import Materiality
from notifier.model.request import Ruling, RulingSubject
from notifier.planning.instants import zone_named

T = TypeVar("T")
_E = TypeVar("_E", bound=StrEnum)

BELIEVABLE_YEARS = range(1990, 2201)


def latest(rulings: tuple[Ruling, ...], subject: RulingSubject) -> Ruling | None:
    """The ruling on ``subject`` that was recorded last; clocks may have been set back since."""
    return next((ruling for ruling in reversed(rulings) if ruling.subject is subject), None)


def ruled(
    rulings: tuple[Ruling, ...], subject: RulingSubject, read: Callable[[str], T]
) -> tuple[T | None, tuple[Finding, ...]]:
    """What legal ruled on ``subject``; a ruling that cannot be read is a question, never a guess.

    Args:
        read: turns the ruling's value into a decision; raises ValueError when it cannot.
    """
    ruling = latest(rulings, subject)
    if ruling is None:
        return None, ()
    try:
        return read(ruling.value.strip()), ()
    except ValueError as error:
        question = Finding(
            "plan.ruling_unreadable",
            Severity.QUESTION,
            f"The ruling on {subject.value.replace('_', ' ')} by {ruling.who} says "
            f"“{ruling.value}”, which cannot be read: {error}.",
            remedy=f"record the ruling on {subject.value} again",
        )
        return None, (question,)


def as_date(value: str) -> date:
    """An ISO 8601 date, in a year a policy can be dated."""
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("it must be a date such as 2027-04-01") from error
    if day.year not in BELIEVABLE_YEARS:
        raise ValueError("the year must be between 1990 and 2200")
    return day


def as_yes(value: str) -> bool:
    """``yes`` or ``no``."""
    if value.lower() not in {"yes", "no"}:
        raise ValueError("it must be yes or no")
    return value.lower() == "yes"


def as_days(value: str) -> int:
    """A number of days, from 1 to ten years."""
    number = value.removesuffix("days").removesuffix("d").strip()
    if not (number.isdecimal() and 1 <= int(number) <= MOST_DAYS):
        raise ValueError(f"it must be a number of days between 1 and {MOST_DAYS}")
    return int(number)


def as_channels(value: str) -> tuple[PromisedChannel, ...]:
    """Promised channels, joined by commas."""
    return tuple(_one_of(PromisedChannel, part) for part in value.split(","))


def as_materiality(value: str) -> Materiality:
    """Whether the change matters; that only a date changed is seen and needs no ruling."""
    return _one_of((Materiality.MATERIAL, Materiality.EDITORIAL), value)


def _one_of(members: Iterable[_E], value: str) -> _E:
    """One of some members of an enum, by its value."""
    known = {member.value: member for member in members}
    try:
        return known[value.strip()]
    except KeyError as error:
        raise ValueError(f"it must be one of {', '.join(known)}") from error


def as_zone(value: str) -> str:
    """An IANA zone name."""
    if zone_named(value) is None:
        raise ValueError("it must be an IANA zone name, such as Europe/Berlin")
    return value


_READERS: dict[RulingSubject, Callable[[str], object]] = {
    RulingSubject.EFFECTIVE_DATE: as_date,
    RulingSubject.MATERIALITY: as_materiality,
    RulingSubject.CHANNELS: as_channels,
    RulingSubject.NOTICE_PERIOD: as_days,
    RulingSubject.EFFECTIVE_WHEN_POSTED: as_yes,
    RulingSubject.SEND_LATE: as_yes,
    RulingSubject.TIME_ZONE: as_zone,
}


def unreadable(ruling: Ruling) -> str:
    """Why a ruling's value decides nothing, in words; empty when it can be read."""
    try:
        _READERS[ruling.subject](ruling.value.strip())
    except ValueError as error:
        return str(error)
    return ""
