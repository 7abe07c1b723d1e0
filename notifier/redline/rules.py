"""The table ``signals.toml`` as rules: which words of which language set off which signal."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

_LANGUAGES = ("en", "de", "fr", "es")
_ANY_ENDING = r"[^\W_]*"
_UP_TO_FOUR_WORDS = r"(?:\s+\S+){0,4}?\s+"
_WORD = re.compile(r"\w+")
_FIRST_WORD = re.compile(r"\w+\*?")
_MOST_WORDS_KNOWN = 100_000
"""Words remembered with the phrases they may open; bounds the memory of a long run."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    Attributes:
        is_subject: it says what a sentence is about; else its words count wherever they stand.
        is_personal: it is about personal data, and in other texts than privacy policies its words
            count only where such data is spoken of.
        headings: first words of headings under which every sentence is of this subject.
    """

    name: str
    title: str
    source: str
    is_subject: bool
    is_personal: bool = False
    headings: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's words in a text, at ``text[start:end]``."""

    rule: Rule
    start: int
    end: int


class _Phrase(NamedTuple):
    """Words of a rule, as in the table.

    Attributes:
        speaks: they set off the rule; else they hold words of it and mean something else.
        first: the first of the words; a star stands for any ending.
    """

    rule: Rule
    speaks: bool
    first: str
    words: str


class _Opened(NamedTuple):
    """A phrase whose first word was met; ``whole`` is None where it has no further word."""

    rule: Rule
    speaks: bool
    whole: re.Pattern[str] | None


class Rules:
    """Every rule that applies to one language.

    Words are looked up by how they begin, so that a sentence is read once for all rules.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        table = tomllib.loads(files(__package__).joinpath("signals.toml").read_text("utf-8"))
        self._by_first: dict[str, list[_Phrase]] = {}
        self.named: dict[str, Rule] = {}
        for kind in ("subject", "words", "form"):
            for row in table[kind]:
                rule = _rule(row, is_subject=kind == "subject")
                self.named[rule.name] = rule
                for prefix, speaks in (("not_", False), ("", True)):
                    lists = (row.get(prefix + language, ()) for language in languages)
                    self._learn(rule, {phrase for words in lists for phrase in words}, speaks)
        self.terms = _any_of(table["context"]["terms"])
        self.personal = _any_of(table["context"]["personal"])
        self.subjects = {name: rule for name, rule in self.named.items() if rule.is_subject}
        self._opened_by = lru_cache(maxsize=_MOST_WORDS_KNOWN)(self._phrases_opened_by)

    def _learn(self, rule: Rule, phrases: set[str], speaks: bool) -> None:
        """Longest first, so that ``third parties`` is found as such; then by letter."""
        for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
            first = _FIRST_WORD.match(phrase)
            if first:
                self._by_first.setdefault(first[0], []).append(
                    _Phrase(rule, speaks, first[0], phrase)
                )

    def _phrases_opened_by(self, word: str) -> tuple[_Opened, ...]:
        word = word.lower()
        starts = [word[:length] + "*" for length in range(len(word), 0, -1)]
        return tuple(
            _Opened(
                phrase.rule,
                phrase.speaks,
                None if phrase.first == phrase.words else _whole(phrase.words),
            )
            for first in (word, *starts)
            for phrase in self._by_first.get(first, ())
        )

    def hits(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Hit]:
        """What the rules find in ``text[start:end]``, in order; of one rule nothing overlaps."""
        ends: dict[str, int] = {}
        for word in _WORD.finditer(text, start, end):
            for rule, speaks, whole in self._opened_by(word[0]):
                at = word.start()
                if at < ends.get(rule.name, 0):
                    continue
                found = whole.match(text, at, end) if whole else word
                if found:
                    ends[rule.name] = found.end()
                    if speaks:
                        yield Hit(rule, at, found.end())


@cache
def rules_for(language: str | None) -> Rules:
    """The rules of English and of a text's language; of all languages when it is unknown.

    Args:
        language: BCP 47 tag, or None.
    """
    known = (language or "").split("-")[0].lower()
    return Rules(("en", known) if known in _LANGUAGES[1:] else ("en",) if known else _LANGUAGES)


def _rule(row: dict[str, Any], *, is_subject: bool) -> Rule:
    headings = row.get("headings")
    pattern = None
    if headings:
        pattern = re.compile(
            rf"\W*(?:\S+\s+)?(?:{'|'.join(map(_pattern, headings))})", re.IGNORECASE
        )
    personal = row.get("personal", False)
    return Rule(row["name"], row["title"], row["source"], is_subject, personal, pattern)


@cache
def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(_pattern(phrase) + r"(?!\w)", re.IGNORECASE)


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, phrases))})(?!\w)", re.IGNORECASE)


def _pattern(word: str) -> str:
    parts = [re.escape(part).replace(r"\*", _ANY_ENDING) for part in word.split(" ... ")]
    return _UP_TO_FOUR_WORDS.join(part.replace(r"\ ", r"\s+") for part in parts)
