"""Dates as they are written: found in a line, with every reading they allow.

A numeric date whose day and month could be swapped has two readings; what decides between them is
in :mod:`notifier.reading.dates.order`. A placeholder ("XX mars 2025", "[●]", "{{ date }}") and a
date that no calendar has ("31 June 2024") are found too: they must stop planning, not vanish.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from notifier.model.reading import DateKind
from notifier.reading.dates.vocabulary import Vocabulary

YEARS = range(1990, 2101)
"""Years a policy can be dated; anything else is not the date of a policy."""


class Form(StrEnum):
    """How completely a date is written."""

    DAY = "day"
    MONTH = "month"
    PLACEHOLDER = "placeholder"
    IMPOSSIBLE = "impossible"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date, or what stands in its place, at ``folded[start:end]`` of a line.

    Attributes:
        readings: the dates it can mean: one, or more when its numbers could be swapped
            (day-first reading first); empty unless ``form`` is ``day``.
        month: ``YYYY-MM`` when ``form`` is ``month``.
        day_first: for a numeric date that allows one order only: that order; else None.
    """

    start: int
    end: int
    form: Form
    readings: tuple[dt.date, ...] = ()
    month: str = ""
    day_first: bool | None = None


_WORD = r"[^\W\d_]{3,12}"
_ORDINAL = r"(?:\.?\s?(?:st|nd|rd|th|er|eme|ste|e|:a|:e|[ºª°])(?![^\W\d_]))?"
_JOIN = r"[\s,./\-]{0,3}(?:(?:of|de|del|do|di|den|day of|mes de)\s|d'){0,2}"
_YEAR = r"(?P<y{0}>(?:19|20|21)\d\d(?!\d)|'\d\d(?!\d)|(?<=[^\W\d_]-)\d\d(?![\d\-]))"
_DAY = r"(?<![\w.,/])(?P<d{0}>\d{{1,2}})(?!\d)"

_TEXTUAL = re.compile(
    "|".join(
        (
            _DAY.format(1)
            + _ORDINAL
            + r"\.?"
            + _JOIN
            + rf"(?P<m1>{_WORD})"
            + r"\.?"
            + _JOIN
            + _YEAR.format(1),
            rf"(?<!\w)(?P<m2>{_WORD})\.?[\s,./\-]{{0,3}}(?:the\s)?(?P<d2>\d{{1,2}})(?!\d)"
            + _ORDINAL
            + r"[\s,./\-]{0,3}(?:of\s)?"
            + _YEAR.format(2),
            r"(?<!\d)(?P<y3>(?:19|20|21)\d\d)[\s,./\-]{1,3}"
            rf"(?P<m3>{_WORD})"
            r"\.?[\s,./\-]{0,3}(?P<d3>\d{1,2})(?!\d)" + _ORDINAL,
        )
    )
)
_MONTH = re.compile(
    rf"(?<!\w)(?P<name>{_WORD})\.?{_JOIN}(?P<y>(?:19|20|21)\d\d)(?!\d)"
    r"|(?<![\d./\-])(?P<m>\d{1,2})\s?[./\-]\s?(?P<y2>(?:19|20)\d\d)(?![\d./\-]*\d)"
    r"|(?<![\d./\-])(?P<y3>(?:19|20)\d\d)[/\-](?P<m3>\d{1,2})(?![\d./\-]*\d)"
    r"|(?P<y4>(?:19|20)\d\d)\s?年\s?(?P<m4>\d{1,2})\s?月(?!\s?\d{1,2}\s?日)"
)
_NUMERIC = re.compile(
    r"(?<![\d./\-])(?:"
    r"(?P<y>\d{4})\s?(?P<s1>[./\-])\s?(?P<m>\d{1,2})\s?(?P=s1)\s?(?P<d>\d{1,2})(?!\d)"
    r"|(?P<a>\d{1,2})\s?(?P<s2>[./\-])\s?(?P<b>\d{1,2})\s?(?P=s2)\s?(?P<y2>\d{4}|\d\d)"
    r")(?![\d/\-]|\.\d)"
)
_EAST = re.compile(
    r"(?:(?P<y>\d{4})|(?P<era>令和|平成|昭和)\s?(?P<n>\d{1,2}|元))\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日"
    r"|(?P<y2>\d{4})\s?년\s?(?P<m2>\d{1,2})\s?월\s?(?P<d2>\d{1,2})\s?일"
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
"""Year before the first of each Japanese era."""

_BLANK = re.compile(
    r"\[[^\[\]\d]{0,60}\](?!\()|\[[^\[\]]{0,40}[●•_*][^\[\]]{0,40}\]"
    r"|\{\{[^{}]{0,200}\}\}|\{%[^{}]{0,200}%\}|<%[^<>]{0,200}%>|\$?\{[^{}\d]{1,60}\}|%[a-z_]{3,40}%"
    r"|<[a-z_ ]{3,40}>"
    r"|(?<!\w)x{1,2}(?:st|nd|rd|th)?[\s./\-]{1,2}(?:x{1,2}|[^\W\d_]{3,12})[\s.,/\-]{1,2}(?:x{2,4}|(?:19|20)(?:\d\d|x{1,2}|_{1,2}))(?!\w)"
    r"|(?<!\w)[^\W\d_]{3,12}\s(?:x{1,2}|_{1,9}|\?{1,2})(?:st|nd|rd|th)?,?\s(?:19|20)(?:\d\d|xx)(?!\w)"
    r"|(?<!\w)(?:19|20)(?:\d\d|xx)[./\-](?:xx|\d\d)[./\-]xx(?!\w)"
    r"|_{2,}[\s./\-]*(?:(?:[^\W\d_]{3,12}|_{2,})[\s./\-]*)?(?:_{2,}|(?:19|20)(?:\d\d|_{1,2}))?"
    r"|[●•]\s?(?:[^\W\d_]{3,12}\s)?(?:19|20)\d\d|●"
    r"|\?{2,}(?:[./\-]\?{2,}){0,2}"
    r"|(?<!\d)0{1,2}[./\-]0{1,2}[./\-](?:\d{4}|\d\d)(?!\d)|0000-00-00"
    r"|(?:19|20)\d\d\s?年\s?[x○●\u3007_]+\s?月|[○●\u3007]{2,4}\s?年\s?[○●\u3007]{1,2}\s?月"
)
_YEAR_ONLY = re.compile(r"(?<![\d./\-#§])(?:19|20)\d\d(?![\d./\-]|\w)")
_YEARLESS = re.compile(
    rf"(?<!\w)(?P<m1>{_WORD})\.?\s(?P<d1>\d{{1,2}}){_ORDINAL}(?!\w)(?![\s,./\-]{{1,3}}\d)"
    rf"|{_DAY.format(2)}{_ORDINAL}\.?\s(?:(?:of|de)\s)?(?P<m2>{_WORD})(?!\w)"
)
_NUMBERS = re.compile(r"\d\s?[./\-]\s?\d\d?\s?[./\-]\s?\d")
_SIGN = re.compile(r"\d")
_YEAR_LIKE = re.compile(r"(?:19|20|21)\d\d|'\d\d|[a-z]-\d\d(?!\d)")
_COMPACT = re.compile(r"(?<![\d./\-])((?:19|20)\d\d)(0\d|1[0-2])([0-2]\d|3[01])(?![\d./\-])")
_VERSIONS = {DateKind.VERSION_DATE, DateKind.LAST_REVISED}
_BEFORE_YEAR, _AFTER_YEAR = 48, 24
"""Characters around a year within which the rest of a date written in words stands."""
_BLANK_SIGN = re.compile(r"[\[{<%_●•○\u3007]|\?\?|x[x\s./\-]|0[./\-]0")
_LINE = 200
"""Longest line whose incomplete dates are looked at: a label's own line, not prose."""


def written_dates(folded: str, words: Vocabulary) -> tuple[WrittenDate, ...]:
    """Return what is written as a date in a folded line, from left to right, without overlap."""
    if _SIGN.search(folded) is None:
        return _apart(_blanks(folded, words))
    windows = _windows(folded)
    return _apart(
        (
            *_numbers(folded),
            *_days(folded, windows, words),
            *_blanks(folded, words),
            *_months(folded, windows, words),
            *(_incomplete(folded, words) if len(folded) <= _LINE else ()),
        )
    )


def _apart(written: Iterable[WrittenDate]) -> tuple[WrittenDate, ...]:
    """Return what does not overlap with something earlier in ``written``, from left to right."""
    found: list[WrittenDate] = []
    taken: set[int] = set()
    for one in written:
        places = range(one.start, one.end)
        if taken.isdisjoint(places):
            taken.update(places)
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def _windows(folded: str) -> list[tuple[int, int]]:
    """Return the stretches around everything that looks like a year, joined where they touch."""
    windows: list[tuple[int, int]] = []
    for match in _YEAR_LIKE.finditer(folded):
        low, high = max(0, match.start() - _BEFORE_YEAR), match.end() + _AFTER_YEAR
        if windows and low <= windows[-1][1]:
            low = windows.pop()[0]
        windows.append((low, high))
    return windows


def _numbers(folded: str) -> Iterator[WrittenDate]:
    if _NUMBERS.search(folded):
        for match in _NUMERIC.finditer(folded):
            if one := _numeric(match):
                yield one
    for match in _COMPACT.finditer(folded):
        yield _dated(match.span(), int(match[1]), int(match[2]), int(match[3]))
    if "年" in folded or "년" in folded:
        for match in _EAST.finditer(folded):
            yield _eastern(match)


def _days(
    folded: str, windows: Iterable[tuple[int, int]], words: Vocabulary
) -> Iterator[WrittenDate]:
    """Yield dates in words; where the word is no month, look again one character later."""
    for place, end in windows:
        start = place
        while match := _TEXTUAL.search(folded, start, end):
            month = match["m1"] or match["m2"] or match["m3"]
            if month in words.months and not _counts_version(folded, match, words):
                yield _dated(match.span(), *_parts(match, words))
                start = match.end()
            else:
                start = match.start() + 1


def _counts_version(folded: str, match: re.Match[str], words: Vocabulary) -> bool:
    """True for "Version 2, April 2022", where the number counts versions, not days."""
    if not match["m1"] or "," not in folded[match.end("d1") : match.start("m1")]:
        return False
    before = folded[max(0, match.start() - _BEFORE_YEAR) : match.start()].split()
    return bool(before) and words.kinds.get(before[-1]) in _VERSIONS


def _parts(match: re.Match[str], words: Vocabulary) -> tuple[int, int, int]:
    year = match["y1"] or match["y2"] or match["y3"]
    month = words.months[match["m1"] or match["m2"] or match["m3"]]
    return _year(year.lstrip("'")), month, int(match["d1"] or match["d2"] or match["d3"])


def _year(digits: str) -> int:
    """Return the four-digit year; two digits mean 1990 to 2089."""
    number = int(digits)
    if len(digits) > 2:  # noqa: PLR2004
        return number
    return number + (1900 if number >= 90 else 2000)  # noqa: PLR2004


def _dated(span: tuple[int, int], year: int, month: int, day: int) -> WrittenDate:
    date = _calendar(year, month, day)
    if date is None:
        return WrittenDate(*span, Form.IMPOSSIBLE)
    return WrittenDate(*span, Form.DAY, (date,))


def _calendar(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _numeric(match: re.Match[str]) -> WrittenDate | None:
    span = match.span()
    if match["y"]:
        return _dated(span, int(match["y"]), int(match["m"]), int(match["d"]))
    first, second, year = int(match["a"]), int(match["b"]), _year(match["y2"])
    if first == second == 0:
        return None
    if len(match["y2"]) == 2 and match["s2"] == "-":  # noqa: PLR2004
        return _short(span, first, second, int(match["y2"]))
    day_first, month_first = _calendar(year, second, first), _calendar(year, first, second)
    readings = tuple(dict.fromkeys(date for date in (day_first, month_first) if date))
    if not readings:
        return WrittenDate(*span, Form.IMPOSSIBLE)
    sole = None if day_first and month_first else day_first is not None
    return WrittenDate(*span, Form.DAY, readings, day_first=sole)


def _short(span: tuple[int, int], first: int, second: int, third: int) -> WrittenDate | None:
    """Three pairs of digits with hyphens, as in "01-08-20": the year may stand at either end."""
    day_first = _calendar(_year(f"{third:02}"), second, first)
    if day_first is None:
        return None
    others = (
        _calendar(_year(f"{third:02}"), first, second),
        _calendar(_year(f"{first:02}"), second, third),
    )
    readings = dict.fromkeys(date for date in (day_first, *others) if date)
    return WrittenDate(*span, Form.DAY, tuple(readings))


def _eastern(match: re.Match[str]) -> WrittenDate:
    if match["y2"]:
        return _dated(match.span(), int(match["y2"]), int(match["m2"]), int(match["d2"]))
    if match["era"]:
        year = _ERAS[match["era"]] + (1 if match["n"] == "元" else int(match["n"]))
    else:
        year = int(match["y"])
    return _dated(match.span(), year, int(match["m"]), int(match["d"]))


def _blanks(folded: str, words: Vocabulary) -> Iterator[WrittenDate]:
    if _BLANK_SIGN.search(folded):
        for match in _BLANK.finditer(folded):
            yield WrittenDate(*match.span(), Form.PLACEHOLDER)
    if len(folded) <= _LINE:
        for match in words.words["placeholder"].finditer(folded):
            yield WrittenDate(*match.span(), Form.PLACEHOLDER)


def _months(
    folded: str, windows: Iterable[tuple[int, int]], words: Vocabulary
) -> Iterator[WrittenDate]:
    for start, end in windows:
        for match in _MONTH.finditer(folded, start, end):
            year = match["y"] or match["y2"] or match["y3"] or match["y4"]
            digits = match["m"] or match["m3"] or match["m4"]
            month = int(digits) if digits else words.months.get(match["name"], 0)
            if 1 <= month <= 12 and int(year) in YEARS:  # noqa: PLR2004
                yield WrittenDate(*match.span(), Form.MONTH, month=f"{year}-{month:02}")


def _incomplete(folded: str, words: Vocabulary) -> Iterator[WrittenDate]:
    for match in _YEAR_ONLY.finditer(folded):
        yield WrittenDate(*match.span(), Form.INCOMPLETE)
    for match in _YEARLESS.finditer(folded):
        if (match["m1"] or match["m2"]) in words.months:
            yield WrittenDate(*match.span(), Form.INCOMPLETE)
