"""The table ``signals.toml`` as rules: which words of which language set off which signal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_LANGUAGES = ("en", "de", "fr", "es")
_ANY_ENDING = r"[^\W_]*"
_UP_TO_FOUR_WORDS = r"(?:\s+\S+){0,4}?\s+"
_WORD_START = re.compile(r"(?<!\w)\w{1,3}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    Attributes:
        is_subject: it says what a sentence is about; else its words count wherever they stand.
        headings: first words of headings under which every sentence is of this subject.
    """

    name: str
    title: str
    source: str
    is_subject: bool
    headings: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's words in a text, at ``text[start:end]``."""

    rule: Rule
    start: int
    end: int


class Rules:
    """Every rule that applies to one language.

    Words are looked up by how they begin, so that a sentence is read once for all rules.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        table = tomllib.loads(files(__package__).joinpath("signals.toml").read_text("utf-8"))
        self._by_start: dict[str, list[tuple[Rule, re.Pattern[str]]]] = {}
        self.named: dict[str, Rule] = {}
        for kind in ("subject", "words", "form"):
            for row in table[kind]:
                rule = _rule(row, is_subject=kind == "subject")
                self.named[rule.name] = rule
                self._learn(
                    rule, {word for language in languages for word in row.get(language, ())}
                )

        self.subjects = {name: rule for name, rule in self.named.items() if rule.is_subject}

    def _learn(self, rule: Rule, words: set[str]) -> None:
        """Longest first, so that ``third parties`` is found as such; then by letter."""
        for word in sorted(words, key=lambda word: (-len(word), word)):
            start = _WORD_START.match(word)
            if start:
                known = self._by_start.setdefault(start[0], [])
                known.append((rule, re.compile(_pattern(word) + r"(?!\w)", re.IGNORECASE)))

    def hits(self, text: str) -> Iterator[Hit]:
        """What the rules find in a text, in order; of one rule nothing that overlaps."""
        ends: dict[str, int] = {}
        for begin in _WORD_START.finditer(text):
            at, letters = begin.start(), begin[0].lower()
            for length in range(len(letters), 0, -1):
                for rule, pattern in self._by_start.get(letters[:length], ()):
                    if at >= ends.get(rule.name, 0) and (match := pattern.match(text, at)):
                        ends[rule.name] = match.end()
                        yield Hit(rule, at, match.end())


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
    return Rule(row["name"], row["title"], row["source"], is_subject, pattern)


def _pattern(word: str) -> str:
    parts = [re.escape(part).replace(r"\*", _ANY_ENDING) for part in word.split(" ... ")]
    return _UP_TO_FOUR_WORDS.join(part.replace(r"\ ", r"\s+") for part in parts)
