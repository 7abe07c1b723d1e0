"""The time of day and the zone a text states with its date ("at 5 pm PT")."""

from __future__ import annotations

import datetime as dt
import re

from notifier.reading.dates.vocabulary import Vocabulary, phrases_pattern

_ZONE = re.compile(
    r"(?:UTC|GMT)\s?(?:[+-]\s?\d{1,2}(?::?\d{2})?)?|[PMCE][SD]?T|CES?T|ME?S?Z|BST|WES?T|EES?T|JST|KST|IST|AE[SD]T"
    r"|NZ[SD]T|MSK|Z|(?:Africa|America|Asia|Atlantic|Australia|Europe|Pacific)/[A-Z]\w+(?:/[A-Z]\w+)?"
)
_TIME = re.compile(
    r"(?<![\d./\-])(?P<hour>\d{1,2})(?:\s?(?:[:.h時]|uhr)\s?(?P<minute>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?)?\s?"
    r"(?P<mark>a\.?m\.?|p\.?m\.?|uhr|heures?|h(?![^\W\d_])|hrs|hours|時|klo)?(?!\d|/)"
)
_GAP = re.compile(r"[\s,(]{1,3}")
_BESIDE = re.compile(rf"[\s,(]{{1,3}}({_ZONE.pattern})(?!\w)")
"""A zone directly behind a date without an hour: "March 1, 2027 (UTC)"."""
_REACH = 48
"""Characters after (or before) the date within which a time belongs to it."""


def time_of_day(
    shown: str, folded: str, start: int, end: int, words: Vocabulary
) -> tuple[dt.time | None, str | None]:
    """Return the time and the zone stated beside ``folded[start:end]``, or None for each.

    The zone is an IANA name or the abbreviation as written; the time is naive, in that zone.
    """
    for low, high in ((end, min(len(folded), end + _REACH)), (max(0, start - _REACH), start)):
        part = _first_clause(folded[low:high]) if low == end else folded[low:high]
        at, rest = _time(part, words)
        if at is not None:
            return at, _zone(shown[low + rest : low + rest + _REACH], words, folded[low + rest :])
    return None, _beside(shown, folded, end, words)


def _beside(shown: str, folded: str, end: int, words: Vocabulary) -> str | None:
    """The zone directly behind a date without an hour, as written or by its name."""
    if written := _BESIDE.match(shown, end):
        return written[1].replace(" ", "")
    if not words.zones or not _GAP.match(folded, end):
        return None
    named = phrases_pattern(words.zones).search(folded, end, end + _REACH)
    if named is None or not _GAP.fullmatch(folded, end, named.start()):
        return None
    return words.zones[re.sub(r"\s+", " ", named[0])]


def _first_clause(part: str) -> str:
    return re.split(r"[;|\[]|\.\s+(?![ap]\.?m)", part, maxsplit=1)[0]


def _time(part: str, words: Vocabulary) -> tuple[dt.time | None, int]:
    for name, hour in (("noon", 12), ("midnight", 0)):
        if match := words.times[name].search(part):
            return dt.time(hour), match.end()
    for match in _TIME.finditer(part):
        if match["minute"] is None and match["mark"] is None:
            continue
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        mark = (match["mark"] or "").replace(".", "")
        if mark in {"am", "pm"}:
            hour = hour % 12 + (12 if mark == "pm" else 0)
        if hour < 24:  # noqa: PLR2004
            return dt.time(hour, minute), match.end()
    return None, 0


def _zone(shown: str, words: Vocabulary, folded: str) -> str | None:
    named = phrases_pattern(words.zones).search(folded[:_REACH]) if words.zones else None
    written = re.match(rf"[\s,(.]{{0,3}}(?:in\s)?({_ZONE.pattern})(?!\w)", shown)
    if written:
        return written[1].replace(" ", "")
    return words.zones[re.sub(r"\s+", " ", named[0])] if named else None
