"""The tables ``languages/<lang>/promise.toml``, loaded once and compiled when first used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from notifier.model.reading import PeriodUnit
from notifier.reading.promises.phrases import (
    SPACED,
    UNSPACED,
    Phrases,
    Table,
    compile_phrases,
    fold,
    spellings,
)
from notifier.reading.promises.sentences import Sentence

_TABLE = "promise.toml"


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """One language's phrases by list name; there is one of each language.

    Attributes:
        language: ISO 639-1 code.
        table: the phrases of each list, and how the language sets its words apart.
        numbers: number words and what they count.
        units: for each unit of time, the words for it.
        multiples: words for several units at once ("fortnight"), and how many of which they are.
        stems: pieces of words, one of which stands in every block worth reading closely.
        function_words: small words by which the language of a text is told; letters, where the
            language is written without spaces.
    """

    language: str
    table: Table
    numbers: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[PeriodUnit, Sequence[str]] = field(default_factory=dict)
    multiples: Mapping[str, tuple[int, PeriodUnit]] = field(default_factory=dict)
    stems: tuple[str, ...] = ()
    function_words: frozenset[str] = frozenset()
    _patterns: dict[str, Phrases] = field(default_factory=dict)

    def pattern(self, name: str) -> Phrases:
        """The pattern of a list; one that never matches when the language has no such list."""
        found = self._patterns.get(name)
        if found is None:
            phrases = self.table.lists.get(name, ())
            found = self._patterns[name] = compile_phrases(phrases, self.table)
        return found

    def find(self, name: str, sentence: Sentence) -> re.Match[str] | None:
        """The first place where a phrase of the list stands in the sentence."""
        return self.pattern(name).search(sentence.plain)

    def says(self, name: str, plain: str) -> bool:
        """Whether a phrase of the list stands in a sentence's plain text."""
        return self.pattern(name).search(plain) is not None

    def find_all(self, name: str, sentence: Sentence) -> list[re.Match[str]]:
        """Every place where a phrase of the list stands in the sentence, in order."""
        return list(self.pattern(name).finditer(sentence.plain))


def languages() -> tuple[str, ...]:
    """The languages that have a table, in alphabetical order."""
    return _languages()


@cache
def _languages() -> tuple[str, ...]:
    folder = resources.files("notifier.reading") / "languages"
    return tuple(sorted(child.name for child in folder.iterdir() if (child / _TABLE).is_file()))


@cache
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of a language that has a table."""
    path = resources.files("notifier.reading") / "languages" / language / _TABLE
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Vocabulary(
        language,
        Table(
            {name: entry["phrases"] for name, entry in table.items() if "phrases" in entry},
            UNSPACED if table["function_words"].get("unspaced") else SPACED,
        ),
        numbers={fold(word): number for word, number in table["numbers"]["values"].items()},
        stems=tuple(s for stem in table["stems"]["phrases"] for s in spellings(stem)),
        function_words=frozenset(map(fold, table["function_words"]["phrases"])),
        units={unit: tuple(map(fold, table["units"][unit])) for unit in PeriodUnit},
        multiples={
            fold(word): (number, unit)
            for unit in PeriodUnit
            for word, number in table.get("multiples", {}).get(unit, {}).items()
        },
    )
