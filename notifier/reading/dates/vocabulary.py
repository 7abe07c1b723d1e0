"""The words of dates, one table per language, compiled once and when first needed.

Month and weekday names come from Unicode's CLDR through Babel; everything else a policy says
about its own date is in ``notifier/reading/languages/<language>/dates.toml``, which a lawyer can
read and extend.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from babel.dates import get_day_names, get_month_names

from notifier.model.reading import DateKind
from notifier.reading.dates.line import fold

_LANGUAGES = resources.files("notifier.reading") / "languages"
_WORDLESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one or more languages call things, as patterns over folded text.

    Attributes:
        labels, labels_after: phrases before and after a date; ``kinds`` tells what each means.
        months: folded month name (wide, abbreviated, declined) → 1-12.
        fillers: words that may stand beside a date that is alone on its line: weekdays, articles.
        words: pattern per list of the ``[words]`` table.
        lone: some lists of ``[words]`` as folded phrases, to be compared whole.
        delay: "10 days after posting", with the group ``number``.
        day_first: True when every language concerned writes the day before the month in numbers.
    """

    labels: re.Pattern[str]
    labels_after: re.Pattern[str]
    kinds: Mapping[str, DateKind]
    months: Mapping[str, int]
    fillers: frozenset[str]
    words: Mapping[str, re.Pattern[str]]
    lone: Mapping[str, frozenset[str]]
    delay: re.Pattern[str]
    numbers: Mapping[str, int]
    times: Mapping[str, re.Pattern[str]]
    zones: Mapping[str, str]
    day_first: bool


@lru_cache(maxsize=1)
def supported() -> tuple[str, ...]:
    """Return the languages that have a table, in alphabetical order."""
    return tuple(
        sorted(folder.name for folder in _LANGUAGES.iterdir() if (folder / "dates.toml").is_file())
    )


@lru_cache(maxsize=64)
def vocabulary(*languages: str) -> Vocabulary:
    """Return the merged vocabulary of ``languages``; the first one wins a shared word."""
    tables = [_table(language) for language in languages]
    kinds: dict[str, DateKind] = {}
    before: set[str] = set()
    after: set[str] = set()
    for table in tables:
        for name, chosen in (("labels", before), ("labels_after", after)):
            for kind, phrases in table.get(name, {}).items():
                for phrase in map(fold, phrases):
                    kinds.setdefault(phrase, DateKind(kind))
                    chosen.add(phrase)
    months: dict[str, int] = {}
    for language, table in zip(languages, tables, strict=True):
        for name, number in _months(language, table).items():
            months.setdefault(name, number)
    lists = _gathered(tables, "words")
    numbers = {fold(k): v for table in tables for k, v in table.get("numbers", {}).items()}
    return Vocabulary(
        labels=phrases_pattern(before),
        labels_after=phrases_pattern(after),
        kinds=kinds,
        months=months,
        fillers=frozenset(lists.get("fillers", ())) | _weekdays(languages),
        words=_Patterns(lists),
        lone={name: frozenset(lists.get(name, ())) for name in _COMPARED_WHOLE},
        delay=_delay(_gathered(tables, "computed"), numbers),
        numbers=numbers,
        times=_Patterns(_gathered(tables, "time")),
        zones={fold(k): v for table in tables for k, v in table.get("zones", {}).items()},
        day_first=all(table.get("numeric_order") == "day_first" for table in tables),
    )


_COMPARED_WHOLE = ("history", "from", "abbreviation")


def phrases_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of ``phrases`` (folded), longest first, as whole words."""
    return re.compile(_source(phrases))


def _source(phrases: Iterable[str]) -> str:
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    spaced = [phrase for phrase in ordered if not _WORDLESS.search(phrase)]
    unspaced = [re.escape(phrase) for phrase in ordered if _WORDLESS.search(phrase)]
    bounded = rf"{_START}(?:{_by_first_letter(spaced)}){_END}" if spaced else ""
    return "|".join(filter(None, (bounded, *unspaced))) or "(?!)"


_START, _END = r"(?<![^\W_])", r"(?![^\W_])"


def _by_first_letter(phrases: Iterable[str]) -> str:
    """Return an alternation that tries only phrases with the right first letter: much faster."""
    groups: dict[str, list[str]] = {}
    for phrase in phrases:
        body = r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in phrase.split())
        groups.setdefault(phrase[0], []).append(body)
    return "|".join(
        rf"{re.escape(letter)}(?:{'|'.join(body[len(re.escape(letter)) :] for body in bodies)})"
        if letter != "*"
        else "|".join(bodies)
        for letter, bodies in groups.items()
    )


class _Patterns(dict[str, re.Pattern[str]]):
    """The pattern of each list, compiled when it is first asked for."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        super().__init__()
        self._lists = lists

    def __missing__(self, name: str) -> re.Pattern[str]:
        pattern = self[name] = phrases_pattern(self._lists.get(name, ()))
        return pattern


def _delay(lists: Mapping[str, list[str]], numbers: Iterable[str]) -> re.Pattern[str]:
    days, after, reference = (
        _source(lists.get(name, ())) for name in ("days", "after", "reference")
    )
    number = rf"{_START}(?P<number>\d{{1,3}}|{'|'.join(map(re.escape, numbers)) or '(?!)'})"
    words = r"(?:[^\W\d_]+'?\s?){0,3}?"
    return re.compile(
        rf"{number}(?:\s?\([^()]{{1,20}}\))?\s?(?:{days})\s?(?:{after})\s?{words}(?:{reference})"
    )


def _gathered(tables: Iterable[Mapping[str, Any]], section: str) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for table in tables:
        chosen = table.get(section, {})
        if isinstance(chosen, Mapping):
            for name, phrases in chosen.items():
                lists.setdefault(name, []).extend(map(fold, phrases))
    return lists


def _table(language: str) -> dict[str, Any]:
    text = (_LANGUAGES / language / "dates.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _months(language: str, table: Mapping[str, Any]) -> dict[str, int]:
    names: dict[str, int] = {}
    # Only the "format" names: Babel answers "stand-alone" with the names of whichever language was
    # asked for first. Nominatives that differ from them are in the tables.
    for width in ("wide", "abbreviated"):
        for number, name in get_month_names(width, "format", language).items():
            names.setdefault(fold(name).rstrip("."), number)
    return names | {fold(name): number for name, number in table.get("months", {}).items()}


def _weekdays(languages: Iterable[str]) -> frozenset[str]:
    return frozenset(
        fold(name).rstrip(".")
        for language in languages
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, "format", language).values()
    )
