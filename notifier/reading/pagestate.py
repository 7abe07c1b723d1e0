"""Is this capture the policy at all? What is not is quarantined: never a version, never a notice.

Servers answer "200 OK" with error pages, logins and empty shells. Such a page is short and says
what it is (:mod:`notifier.reading.pagesigns`), or it is the policy with most of it missing, or a
short page in another language, which only the version before can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from notifier.model.reading import PageState
from notifier.model.text import Block, BlockKind, Document, comparable
from notifier.reading.pagesigns import NAMES, SIGNS

_IS = {
    PageState.PLACEHOLDER_TEXT: "a text still to be written",
    PageState.CAPTCHA: "a check for robots",
    PageState.UNDER_CONSTRUCTION: "a maintenance or construction page",
    PageState.ERROR_PAGE: "an error page",
    PageState.REDIRECT_STUB: "a redirect that was not followed",
    PageState.LOADING_STUB: "a page that is still loading or needs scripts",
    PageState.LOGIN: "a login page",
    PageState.NAVIGATION_ONLY: "a consent dialog",
}
_KANA = "\u3000"
_PARTED = " \u00b6 "


def _pattern(state: PageState, phrase: str) -> str:
    """A phrase stands at the edge of a word, but "loading" alone only at the start of a block."""
    if phrase > _KANA:  # written without spaces
        return re.escape(phrase)
    if state is PageState.LOADING_STUB and " " not in phrase:
        return rf"(?:^|{_PARTED})\W{{0,9}}{re.escape(phrase)}"
    return rf"(?<!\w){re.escape(phrase)}"


_PATTERNS = {
    state: re.compile("|".join(_pattern(state, p) for row in rows for p in row.split("|")))
    for state, rows in SIGNS.items()
}
_NAMED = re.compile("|".join(re.escape(name) for row in NAMES for name in row.split("|")))
_LOREM = re.compile(r"\blorem ipsum\b|\bipsum dolor\b")
_LEADS = re.compile(r"refresh|redirect(?:[._-]?to)?(?:\.\d+)?")
"""Where a page leads: ``<meta http-equiv=refresh>``, or Jekyll's and Docusaurus' front matter."""
_UNSPACED = {"ja", "zh", "th", "ko"}
_CHARACTERS_A_WORD = 2

_STUB = 120
"""Up to so many words, what a page says anywhere may say what the page is."""
_FURNISHED = 1_500
"""Up to so many words, an error page may carry menus and footers; its headline tells."""
_HEADLINE_TELLS = (PageState.CAPTCHA, PageState.ERROR_PAGE)
_STATES_OF_A_POLICY = (PageState.PLACEHOLDER_TEXT, PageState.CAPTCHA, PageState.ERROR_PAGE)
"""What a page with a policy's title and sentences of its own may be all the same."""
_OWN_SENTENCES = 2
_STOP = re.compile(r"[.!?\u3002\uff01\uff1f]")
_SENTENCE = re.compile(r"[.!?\u3002\uff01\uff1f][\"')\u2019\u201d]?\s*$")
_SENTENCE_WORDS = 4
_NO_POLICY = 25
"""Fewer words than this without one sentence are no policy."""
_LINKED = 0.8
_HALF = 0.5
_THIRD = 1 / 3
_FIFTH = 0.2
_TOO_LITTLE = 200


def page_state(document: Document, *, previous: Document | None = None) -> tuple[PageState, str]:
    """Tell whether a document is the policy, and if not, what it is.

    Args:
        previous: the version before, if there is one; a text that lost most of itself can only be
            told against it.

    Returns:
        ``PageState.POLICY`` and an empty reason, or the state and the reason in words.
    """
    size = _size(document)
    return (
        _placeholder(document)
        or _empty(document)
        or _announced(document, size)
        or _translated(document, size, previous)
        or _shrunk(document, size, previous)
        or _only_links(document, size)
        or (PageState.POLICY, "")
    )


_Found = tuple[PageState, str] | None


def _placeholder(document: Document) -> _Found:
    for block in document.blocks:
        if "ipsum" in block.text.lower() and _LOREM.search(block.text.lower()):
            where = f" (line {block.line})" if block.line else ""
            return PageState.PLACEHOLDER_TEXT, f"placeholder text, not a policy: lorem ipsum{where}"
    return None


def _empty(document: Document) -> _Found:
    """A page whose text a script would draw, or that only leads elsewhere."""
    if document.blocks:
        return None
    return _refreshed(document) or (
        PageState.LOADING_STUB,
        "a page without text: a script draws it, which has to run first",
    )


def _announced(document: Document, size: int) -> _Found:
    """What the page says of itself: its headline, or all of it where it is short."""
    headline = comparable(_headline(document))
    if size <= _FURNISHED and (found := _said(headline, size, _HEADLINE_TELLS)):
        return found
    if size <= _STUB:
        whole = comparable(_PARTED.join((document.title, *(b.text for b in document.blocks))))
        own = _NAMED.search(headline.lower()) and _own_sentences(whole) >= _OWN_SENTENCES
        states = _STATES_OF_A_POLICY if own else _PATTERNS
        return _said(whole, size, states) or _refreshed(document)
    return None


def _own_sentences(text: str) -> int:
    """Sentences that say nothing of the page: a short policy may speak of passwords too."""
    return sum(
        len(sentence.split()) >= _SENTENCE_WORDS or not sentence.isascii()
        for block in text.lower().split(_PARTED)
        for sentence in _STOP.split(block)[:-1]
        if not any(pattern.search(sentence) for pattern in _PATTERNS.values())
    )


def _said(text: str, size: int, states: Iterable[PageState]) -> _Found:
    for state in states:
        if sign := _PATTERNS[state].search(text.lower()):
            return state, f"{_IS[state]} ({size} words): \u201c{_around(text, sign)}\u201d"
    return None


def _around(text: str, sign: re.Match[str]) -> str:
    begins = sign.end() - len(text[: sign.end()].rpartition(_PARTED)[2])
    start = max(begins, sign.start() - 20)
    return text[start : sign.end() + 40].split(_PARTED, maxsplit=1)[0].strip()


def _headline(document: Document) -> str:
    headings = (block.text for block in document.blocks if block.kind is BlockKind.HEADING)
    return f"{document.title}{_PARTED}{next(headings, '')}"


def _refreshed(document: Document) -> _Found:
    stated = document.metadata.items()
    target = next((value for key, value in stated if _LEADS.fullmatch(key) and value), "")
    if target and (document.metadata.get("refresh") != target or "url=" in target.lower()):
        return PageState.REDIRECT_STUB, f"a redirect that was not followed: {target[:100]}"
    return None


def _shrunk(document: Document, size: int, previous: Document | None) -> _Found:
    """Most of the text is gone, and what is left was there before, or is hardly anything."""
    before = _size(previous) if previous else 0
    if previous is None or size >= _HALF * before:
        return None
    left = f"{size} of {before} words are left"
    if size < _FIFTH * before and size < _TOO_LITTLE:
        return PageState.TRUNCATED, f"{left}: too little to be the policy"
    if _is_cut_off(document, previous) or (
        size < _THIRD * before and _adds_nothing(document, previous)
    ):
        return PageState.TRUNCATED, f"{left}, and nothing new: the capture looks cut off"
    return None


def _is_cut_off(document: Document, previous: Document) -> bool:
    """The same from the start up to where it stops, or from somewhere to the end."""
    now, before = _texts(document), _texts(previous)
    whole = now[:-1] or now
    return before[: len(whole)] == whole or before[-len(now) :] == now


def _adds_nothing(document: Document, previous: Document) -> bool:
    return set(_texts(document)) <= set(_texts(previous))


def _texts(document: Document) -> list[str]:
    return [comparable(block.text) for block in document.blocks]


def _translated(document: Document, size: int, previous: Document | None) -> _Found:
    """A shorter page in another language; a whole translation is a version for legal to see."""
    if previous is None or not (document.language and previous.language):
        return None
    now, before = (d.language.partition("-")[0].lower() for d in (document, previous) if d.language)
    if now == before or size >= _HALF * _size(previous):
        return None
    return PageState.OTHER_LANGUAGE, f"a shorter page in another language: {now}, before {before}"


def _only_links(document: Document, size: int) -> _Found:
    """Menus without a text."""
    sentences = any(map(_is_sentence, document.blocks))
    if not sentences and _NAMED.search(_headline(document).lower()):
        sentences = any(_STOP.search(block.text) for block in document.blocks)
    if size < _NO_POLICY and not sentences:
        return PageState.NAVIGATION_ONLY, f"{size} words and no sentence: too little to be a policy"
    shown = sum(len(block.text) for block in document.blocks)
    linked = sum(link.end - link.start for block in document.blocks for link in block.links)
    if size <= _FURNISHED and not sentences and linked >= _LINKED * shown:
        return PageState.NAVIGATION_ONLY, f"{linked * 100 // shown} % of the text are links"
    return None


def _is_sentence(block: Block) -> bool:
    enough = len(block.text.split()) >= _SENTENCE_WORDS or not block.text.isascii()
    return enough and _SENTENCE.search(block.text) is not None


def _size(document: Document) -> int:
    """Words; where writing has no spaces, characters count as half a word."""
    if (document.language or "").partition("-")[0] in _UNSPACED:
        return sum(len(block.text) for block in document.blocks) // _CHARACTERS_A_WORD
    return document.words
