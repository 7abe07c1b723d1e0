"""Where a document speaks of its own changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from notifier.model.text import BlockKind, Document, Quote
from notifier.reading.promises.sentences import Sentence, split
from notifier.reading.promises.vocabulary import Vocabulary
from notifier.reading.promises.weights import ENOUGH, Weights

_MOST_BLOCKS = 40
_LONGEST_PARAGRAPH = 4_000
"""Characters; a longer block is a page without paragraphs, of which only what matters is kept."""
_LONGEST_PASSAGE = 20_000
"""Characters; what goes on longer is no clause."""
_NAMES_TEXT = ("topic", "update_date", "on_posting", "it_changes")
_UNDER_HEADING = 4
_PROMISES = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of blocks about changes of the text.

    Attributes:
        blocks: indexes in the document, first to last.
        sentences: those of its blocks.
        quote: the whole passage, paragraphs joined with newlines.
        weight: how much it has to say; the heaviest passage is the clause.
        promises: it tells somebody something.
        names_text: it says that the text itself changes, not only that something does.
        headed: it stands under a heading about changes of the text.
    """

    blocks: range
    sentences: tuple[Sentence, ...]
    quote: Quote
    weight: int
    promises: bool
    names_text: bool
    headed: bool


def passages(document: Document, words: Vocabulary) -> list[Passage]:
    """Every passage about changes, those that name the text first, then the heaviest."""
    weights = Weights(document.blocks, words)
    found: list[Passage] = []
    index = 0
    while index < len(document.blocks):
        if weights.anchor(index):
            first = _announcement(index, found, weights)
            passage = _passage(range(first, _grow(index, weights).stop), weights, words)
            found.append(passage)
            index = passage.blocks.stop
        else:
            index += 1
    found = [
        passage
        for passage in found
        if passage.weight >= ENOUGH
        and (passage.names_text or weights.section(passage.blocks.start) is not None)
    ]
    return sorted(found, key=lambda p: (not p.names_text, -p.weight, p.blocks.start))


def _announcement(index: int, before: list[Passage], weights: Weights) -> int:
    """The block that announces the list an anchor stands in ("we will:"), else the anchor."""
    blocks, first = weights.blocks, index
    while first and blocks[first].kind is BlockKind.LIST_ITEM and index - first < _MOST_BLOCKS:
        first -= 1
    same_section = weights.section(first) == weights.section(index)
    announces = blocks[first].text.endswith(":") and not weights.is_heading(first)
    taken = before and first < before[-1].blocks.stop
    return first if announces and same_section and not taken else index


def _grow(index: int, weights: Weights) -> range:
    """The blocks from an anchor on that go on about it, in the same section."""
    section = weights.section(index)

    def belongs(neighbour: int) -> bool:
        return (
            neighbour < len(weights.blocks)
            and not weights.is_heading(neighbour)
            and weights.section(neighbour) == section
        )

    def goes_on(neighbour: int) -> bool:
        return belongs(neighbour) and (weights.weight(neighbour) > 0 or listed(neighbour))

    def listed(neighbour: int) -> bool:
        item = weights.blocks[neighbour].kind is BlockKind.LIST_ITEM
        return item and (
            weights.blocks[neighbour - 1].text.endswith(":")
            or (neighbour - 1 > index and listed(neighbour - 1))
        )

    last = index
    reach = 3 if section is not None else 1
    while last - index < _MOST_BLOCKS:
        ahead = (last + step for step in range(1, reach + 1) if belongs(last + step))
        following = next((block for block in ahead if goes_on(block)), None)
        if following is None:
            break
        last = following
    return range(index, last + 1)


def _passage(blocks: range, weights: Weights, words: Vocabulary) -> Passage:
    texts = [weights.blocks[index].text for index in blocks]
    sentences = split((index, weights.blocks[index]) for index in blocks)
    if max(map(len, texts)) > _LONGEST_PARAGRAPH:
        sentences = _kept(sentences, weights)
        texts = [sentence.text for sentence in sentences]
    promises = any(words.find(name, s) for s in sentences for name in ("notify", "posting"))
    weight = sum(weights.of(sentence) for sentence in sentences)
    headed = weights.section(blocks.start) is not None
    if headed:
        weight += _UNDER_HEADING
    return Passage(
        blocks,
        tuple(sentences),
        Quote("\n".join(texts), weights.blocks[blocks.start].line),
        weight + (_PROMISES if promises else 0),
        promises,
        any(words.find(name, s) for s in sentences for name in _NAMES_TEXT)
        or any(words.find("check_back", s) and words.find("self", s) for s in sentences)
        or (promises and any(words.find("own_text", s) for s in sentences))
        or (promises and headed),
        headed,
    )


def _kept(sentences: list[Sentence], weights: Weights) -> list[Sentence]:
    """Of a page without paragraphs: the sentences about changes, up to the longest passage."""
    about = [sentence for sentence in sentences if weights.of(sentence) > 0]
    lengths = accumulate(len(sentence.text) for sentence in about)
    return [s for s, length in zip(about, lengths, strict=True) if length <= _LONGEST_PASSAGE]
