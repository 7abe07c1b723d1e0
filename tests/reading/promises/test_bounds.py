"""Hostile text ends quickly and with an answer; quotes are verbatim whatever comes in."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.errors import ReadingError
from notifier.reading.promises import read_promise
from notifier.reading.promises.phrases import Table, compile_phrases, fold
from notifier.reading.promises.sentences import LONGEST_SENTENCE, plain, split
from notifier.reading.promises.vocabulary import languages, vocabulary
from tests.reading.promises.documents import document

WORDS = sorted(
    {
        word
        for language in ("en", "de", "fr")
        for phrases in vocabulary(language).table.lists.values()
        for phrase in phrases
        for word in phrase.split()
        if word.isalpha()
    }
)
HOSTILE = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from([*WORDS, "30", "days", ".", ",", ":", "\n", "(", "this policy"]), max_size=120).map(" ".join),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(HOSTILE, st.sampled_from([None, *languages()]))
def test_any_text_is_read_and_every_quote_is_verbatim(text: str, language: str | None):
    read = document(text or "-", language)
    promise, findings = read_promise(read)
    source = "\n".join(block.text for block in read.blocks)
    quotes = [*promise.quotes.values(), *(q for f in findings for q in f.quotes)]
    for quote in quotes:
        for piece in quote.text.split(" … "):
            assert piece in source


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_the_normalised_twin_has_the_same_length(text: str):
    assert len(plain(text)) == len(text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "we may change " * 40_000,
        "this policy the our its " * 25_000,
        "notify you by posting the changes to this policy " * 10_000,
        "30 days " * 60_000,
        "((((((" * 50_000,
        "a" * 500_000,
        "We may change this policy. " * 20_000,
        "we will notify you, " * 25_000 + ".",
        "- by email:\n" * 20_000,
    ],
    ids=range(9),
)
def test_half_a_megabyte_of_nonsense_ends(text: str):
    promise, _ = read_promise(document(text, "en"))
    assert promise.clause is None or promise.clause.text


def test_no_sentence_is_longer_than_the_bound():
    read = document("word " * 5_000, "en")
    assert max(len(s.text) for s in split(enumerate(read.blocks))) <= LONGEST_SENTENCE


@pytest.mark.parametrize("language", languages())
def test_every_list_of_a_language_compiles_and_has_an_example(language: str):
    path = resources.files("notifier.reading") / "languages" / language / "promise.toml"
    table = tomllib.loads(path.read_text("utf-8"))
    for name, entry in table.items():
        assert entry["example"], name
        if "phrases" in entry:
            assert vocabulary(language).pattern(name)


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_lists_that_a_clause_is_found_by(language: str):
    needed = {"stems", "function_words", "topic", "notify", "will", "may", "email", "posting"}
    assert needed <= set(vocabulary(language).table.lists)


@pytest.mark.parametrize(
    "phrase", ["(open", "open)", "[a|b", "word?", "(a|b)c", "{unknown}", "{loop}"]
)
def test_a_malformed_phrase_is_a_named_error(phrase: str):
    with pytest.raises(ReadingError):
        compile_phrases([phrase], Table({"loop": ["{loop}"]}))


@pytest.mark.parametrize("language", languages())
def test_every_word_for_a_change_has_a_stem_for_blocks_without_one_are_not_read(language: str):
    words = vocabulary(language)
    unread = [
        word
        for name in ("change_verb", "changed", "change_noun")
        for phrase in words.table.lists.get(name, ())
        if re.fullmatch(r"\([^(){}]*\)", phrase)
        for word in phrase.strip("()").split("|")
        if not any(stem in fold(word) for stem in words.stems)
    ]
    assert set(unread) <= AUXILIARIES.get(language, set())


AUXILIARIES = {
    "da": {"foretage"},
    "fi": {"tehdä", "teemme"},
    "fr": {"faire", "faisons", "fait", "font"},
    "nb": {"gjøre", "foreta"},
    "sv": {"göra"},
}
"""Verbs that need the noun beside them ("make changes"), which has a stem."""
