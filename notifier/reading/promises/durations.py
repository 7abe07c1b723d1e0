"""Lengths of time in a sentence: "30 days", "thirty (30) days", "a week", "a fortnight"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from notifier.model.reading import PeriodUnit
from notifier.reading.promises.phrases import DURATION_MARK, UNSPACED
from notifier.reading.promises.sentences import Sentence
from notifier.reading.promises.vocabulary import Vocabulary, vocabulary


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time and its place in the sentence.

    Attributes:
        other: the second number where the text gives two that differ ("30 (twenty) days").
    """

    number: int
    unit: PeriodUnit
    start: int
    end: int
    other: int | None = None


def mark(sentence: Sentence, words: Vocabulary) -> tuple[Sentence, tuple[Duration, ...]]:
    """The durations, and the sentence with each blotted out for phrases with ``{duration}``."""
    durations, plain = [], sentence.plain
    for match in _pattern(words.language).finditer(sentence.plain):
        first, second = match["first"], match["second"]
        number = _number(first, words)
        other = _number(second, words) if second else number
        times, unit = _unit(match["unit"], words)
        durations.append(
            Duration(
                max(number, other) * times,
                unit,
                match.start(),
                match.end(),
                min(number, other) * times if number != other else None,
            )
        )
        blot = DURATION_MARK * (match.end() - match.start())
        plain = plain[: match.start()] + blot + plain[match.end() :]
    return (sentence._replace(plain=plain) if durations else sentence), tuple(durations)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = vocabulary(language)
    number = r"\d{1,3}|" + _either(words.numbers)
    unit = _either([*words.multiples, *(word for units in words.units.values() for word in units)])
    if words.table.writing is UNSPACED:  # the day of a date ("4月1日") is no length of time
        edges, least = (r"(?<![\d.,/月年])", ""), 0
    else:
        edges, least = (r"(?<![\w.,/])", r"(?!\w)"), 1
    return re.compile(
        rf"{edges[0]}(?P<first>{number})(?:\s?\(\s?(?P<second>{number})\s?\))?"
        rf"[\s-]{{{least},3}}(?P<unit>{unit}){edges[1]}"
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _number(text: str, words: Vocabulary) -> int:
    return int(text) if text.isdigit() else words.numbers[text]


def _unit(text: str, words: Vocabulary) -> tuple[int, PeriodUnit]:
    if text in words.multiples:
        return words.multiples[text]
    return 1, next(unit for unit, names in words.units.items() if text in names)
