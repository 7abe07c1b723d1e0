"""Document in; promise and findings out."""

from __future__ import annotations

from notifier.model.reading import Finding, Promise
from notifier.model.text import Document, Quote
from notifier.reading.promises import doubts
from notifier.reading.promises.clause import passages
from notifier.reading.promises.language import language_of
from notifier.reading.promises.statements import read
from notifier.reading.promises.summary import inherit, summarise
from notifier.reading.promises.vocabulary import vocabulary


def read_promise(document: Document) -> tuple[Promise, tuple[Finding, ...]]:
    """What the text says about how its changes are announced, and what is open about it.

    Pure: the same document gives the same answer. A text without such a clause gives an empty
    promise and the finding ``promise.none``; a language without vocabulary gives an empty promise
    and the question ``promise.language-unsupported``.
    """
    language = language_of(document)
    if language is None:
        return Promise(), (doubts.unsupported(document),)
    words = vocabulary(language)
    found = passages(document, words)
    if not found:
        return Promise(), (doubts.none(),)
    clause = found[0]
    statements = [s for sentence in clause.sentences for s in read(sentence, words)]
    quote = Quote(clause.text(document), document.blocks[clause.blocks.start].line)
    promise = summarise(quote, statements)
    others = [passage for passage in found[1:] if passage.promises]
    return promise, doubts.of(promise, inherit(statements), others, words)
