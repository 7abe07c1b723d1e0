"""In which of the supported languages a text is written."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from notifier.model.text import Document
from notifier.reading.promises.sentences import plain
from notifier.reading.promises.vocabulary import languages, vocabulary

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
        language = document.language.lower().partition("-")[0]
        return language if language in languages() else None
    sample = _sample(document)
    shares = {
        language: sum(word in vocabulary(language).function_words for word in sample)
        for language in languages()
    }
    best = max(shares, key=lambda language: shares[language])
    closest = max(sum(word in neighbour for word in sample) for neighbour in _neighbours())
    if closest > shares[best] or shares[best] < max(_FEWEST, _SHARE * len(sample)):
        return None
    return best


@cache
def _neighbours() -> tuple[frozenset[str], ...]:
    """Function words of languages without a table that resemble one with a table.

    A Danish text must not be read, and found empty, as if it were Swedish.
    """
    text = (resources.files(__package__) / "neighbours.toml").read_text(encoding="utf-8")
    return tuple(frozenset(words.split()) for words in tomllib.loads(text).values())


def _sample(document: Document) -> list[str]:
    words: list[str] = []
    for block in document.blocks:
        words += plain(block.text).split()
        if len(words) > _SAMPLE_WORDS:
            break
    return words[:_SAMPLE_WORDS]
