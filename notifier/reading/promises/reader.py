"""Document in; promise and findings out."""

from __future__ import annotations

from notifier.model.reading import Finding, Promise
from notifier.model.text import Document
from notifier.reading.promises import doubts
from notifier.reading.promises.clause import Passage, passages
from notifier.reading.promises.language import language_of
from notifier.reading.promises.statements import Statement, read
from notifier.reading.promises.summary import inherit, strictness, summarise
from notifier.reading.promises.vocabulary import Vocabulary, vocabulary

_RIVAL = 0.6
"""Passages that weigh at least this share of the heaviest may be the clause: terms for several
regions on one page. The strictest of them is the promise; the others are reported."""
_MOST_RIVALS = 8
"""Passages read closely, the heaviest first, so that hostile text costs bounded time."""


def read_promise(document: Document) -> tuple[Promise, tuple[Finding, ...]]:
    """What the text says about how its changes are announced, and what is open about it.

    Pure: the same document gives the same answer. A text without such a clause gives an empty
    promise and the finding ``promise.none``; a language without vocabulary gives an empty promise
    and the question ``promise.language_unsupported``.
    """
    language = language_of(document)
    if language is None:
        return Promise(), (doubts.unsupported(document),)
    words = vocabulary(language)
    found = passages(document, words)
    if not found:
        return Promise(), (doubts.none(),)
    rivals = [
        passage
        for passage in found
        if passage.weight >= _RIVAL * found[0].weight and passage.names_text is found[0].names_text
    ]
    readings = [_read(passage, words) for passage in rivals[:_MOST_RIVALS]]
    promise, statements, clause = max(readings, key=lambda reading: strictness(reading[0]))
    others = [p.quote for p in found if p is not clause and p.promises]
    return promise, doubts.of(promise, statements, others, words)


def _read(passage: Passage, words: Vocabulary) -> tuple[Promise, list[Statement], Passage]:
    statements = inherit(read(passage.sentences, words, headed=passage.headed))
    return summarise(passage.quote, statements), statements, passage
