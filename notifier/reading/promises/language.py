"""In which of the supported languages a text is written."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from notifier.model.text import Document
from notifier.reading.promises.phrases import SPACED, fold
from notifier.reading.promises.sentences import plain
from notifier.reading.promises.vocabulary import languages, vocabulary
from notifier.reading.tags import primary_language

_SAMPLE_WORDS = 600
_FEWEST = 2
_SHARE = 0.10
"""Of function words; a text with fewer is in none of the supported languages. Running text in its
own language has 20 to 40 %."""


def language_of(document: Document) -> str | None:
    """The supported language the text is written in.

    As the document's reader told it; where it could not, by the function words of the languages.
    """
    if document.language:
        language = primary_language(document.language)
        return language if language in languages() else None
    words = _sample(document)
    letters = "".join(words)
    shares = {
        language: _share(
            words if vocabulary(language).table.writing is SPACED else letters, language
        )
        for language in languages()
    }
    best = max(shares, key=lambda language: shares[language])
    closest = max(_part(words, neighbour) for neighbour in _neighbours())
    return best if shares[best] >= max(_SHARE, closest) else None


def _share(sample: Sequence[str], language: str) -> float:
    return _part(sample, vocabulary(language).function_words)


def _part(sample: Sequence[str], words: frozenset[str]) -> float:
    known = sum(word in words for word in sample)
    return known / len(sample) if known >= _FEWEST else 0.0


@cache
def _neighbours() -> tuple[frozenset[str], ...]:
    """Function words of languages without a table that resemble one with a table.

    A Slovak text must not be read, and found empty, as if it were Czech.
    """
    text = (resources.files(__package__) / "neighbours.toml").read_text(encoding="utf-8")
    return tuple(frozenset(fold(words).split()) for words in tomllib.loads(text).values())


def _sample(document: Document) -> list[str]:
    words: list[str] = []
    for block in document.blocks:
        words += plain(block.text).split()
        if len(words) > _SAMPLE_WORDS:
            break
    return words[:_SAMPLE_WORDS]
