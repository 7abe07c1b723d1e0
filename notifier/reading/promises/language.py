"""In which of the supported languages a text is written."""

from __future__ import annotations

from notifier.model.text import Document
from notifier.reading.promises.sentences import plain
from notifier.reading.promises.vocabulary import languages, vocabulary

_SAMPLE_WORDS = 600
_FEWEST_WORDS = 8
_SHORT_TEXT = 40
_ENOUGH = 0.10
"""Share of function words below which a text is in none of the supported languages; running text
in its own language has 20 to 40 %."""


def language_of(document: Document) -> str | None:
    """The supported language the text is written in, by its function words.

    The words decide, not the declared language, which is often that of a page's frame; a text too
    short to tell is taken at its word.
    """
    sample = _sample(document)
    shares = {
        language: sum(word in _function_words(language) for word in sample)
        for language in languages()
    }
    best = max(shares, key=lambda language: shares[language])
    if len(sample) >= _FEWEST_WORDS and shares[best] >= _ENOUGH * len(sample):
        return best
    declared = (document.language or "").lower().partition("-")[0]
    return declared if declared in shares and len(sample) < _SHORT_TEXT else None


def _function_words(language: str) -> frozenset[str]:
    return vocabulary(language).function_words


def _sample(document: Document) -> list[str]:
    words: list[str] = []
    for block in document.blocks:
        words += plain(block.text).split()
        if len(words) > _SAMPLE_WORDS:
            break
    return words[:_SAMPLE_WORDS]
