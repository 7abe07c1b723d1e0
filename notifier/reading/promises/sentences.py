"""Blocks split into sentences, with a normalised twin of the same length for matching."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from notifier.model.text import Block, BlockKind, Quote
from notifier.reading.promises.phrases import URL_MARK, fold, hide_inner_dots

LONGEST_SENTENCE = 2_000
"""Characters; a longer run without an end is cut, so that hostile text costs linear time."""

_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bc": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ",
    }
)  # fmt: skip

_URL = re.compile(r"(?:https?://|www\.)[^\s()<>\"]{1,500}[^\s()<>\"'.,;:!?]")

# A full stop ends a sentence unless a word follows in lower case, or what stands before it is an
# abbreviation, a single letter or a number of one or two digits ("15. Juli"). The space may be
# missing between a small and a capital letter, and is in East Asian scripts.
_END = re.compile(
    r"[.!?\u2026][\"')\]\u201d\u2019\u00bb*_]{0,3}\s+(?=[^\sa-z])|(?<=[a-z])(?<!www)\.(?=[A-Z][a-z])"
    r"|[\u3002\uff01\uff1f]"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:\w|\d{1,2}|e\.g|i\.e|etc|inc|ltd|corp|no|art|abs|nr|bzw|ca|ggf|z\.\s?b|d\.\s?h"
    r"|u\.\s?a|vs|approx|sec|cf|p\.\s?ex|m|mme|s\.\s?a|s\.\s?l|sr|sra|pág|núm|bijv|jl|bl\.\s?a|t\.\s?ex)\.$"
)


class Sentence(NamedTuple):
    """One sentence of a block.

    Attributes:
        text: verbatim.
        plain: lower case, straight quotes, plain hyphens and spaces; the same length as ``text``.
        block: index of its block in the document.
        line: line of the block in the source.
        in_list: it runs on through the items of a list.
    """

    text: str
    plain: str
    block: int
    line: int = 0
    in_list: bool = False

    def quote(self, start: int = 0, end: int | None = None) -> Quote:
        """The words from ``start`` to ``end``, verbatim."""
        return Quote(self.text[start:end].strip(), self.line)


def plain(text: str) -> str:
    """``text`` for matching, of the same length.

    In lower case, without accents, and with one kind of quote, hyphen and space.
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    if not lowered.isascii():
        lowered = fold(lowered.translate(_PLAIN))
    if "://" in lowered or "www." in lowered:
        lowered = _URL.sub(lambda url: URL_MARK * len(url[0]), lowered)
    return hide_inner_dots(lowered)


def split(blocks: Iterable[tuple[int, Block]]) -> list[Sentence]:
    """The sentences of ``blocks``, given with their indexes in the document.

    A list belongs to the sentence that announces it with a colon.
    """
    result: list[Sentence] = []
    for index, block in blocks:
        texts = list(_sentences(block.text))
        announced = result and block.kind is BlockKind.LIST_ITEM and _announces(result[-1])
        if announced and texts:
            result.append(_with_item(result.pop(), texts.pop(0)))
        result += [Sentence(text, plain(text), index, block.line) for text in texts]
    return result


def _with_item(sentence: Sentence, item: str) -> Sentence:
    """The sentence with one more item: its words run on into the first, no item into the next."""
    end = "." if sentence.in_list else "\n"
    return sentence._replace(
        text=f"{sentence.text}\n{item}",
        plain=f"{sentence.plain}{end}{plain(item)}",
        in_list=True,
    )


def _announces(sentence: Sentence) -> bool:
    return sentence.in_list or sentence.text.endswith(":")


def _sentences(text: str) -> Iterable[str]:
    start = 0
    for end in _END.finditer(text):
        before = text[max(start, end.start() - 12) : end.start() + 1]
        if text[end.start()] == "." and _ABBREVIATION.search(before.lower()):
            continue
        yield from _bounded(text[start : end.end()].strip())
        start = end.end()
    yield from _bounded(text[start:].strip())


def _bounded(sentence: str) -> Iterable[str]:
    for start in range(0, len(sentence), LONGEST_SENTENCE):
        yield sentence[start : start + LONGEST_SENTENCE]
