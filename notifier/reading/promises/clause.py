"""Where a document speaks of its own changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.model.text import Block, BlockKind, Document
from notifier.reading.promises.sentences import Sentence, plain, split
from notifier.reading.promises.vocabulary import Vocabulary

_LONGEST_PASSAGE = 40
_HEADING_WORDS = 14
_ENOUGH = 3
"""What a passage must weigh to be a clause: one sentence that says the text may change."""

# "May change" and "will tell you of changes" make a clause; these are signs that it goes on.
_SIGNS = {
    "without_notice": 1,
    "on_posting": 2,
    "update_date": 2,
    "check_back": 2,
    "continued_use": 1,
    "change_log": 1,
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of blocks about changes of the text.

    Attributes:
        blocks: indexes in the document, first to last.
        sentences: those of its blocks.
        weight: how much it has to say; the heaviest passage is the clause.
        promises: it tells somebody something.
        names_text: it says that the text itself changes, not only that something does.
    """

    blocks: range
    sentences: tuple[Sentence, ...]
    weight: int
    promises: bool
    names_text: bool

    def text(self, document: Document) -> str:
        """The passage, paragraphs joined with newlines."""
        return "\n".join(document.blocks[index].text for index in self.blocks)


def passages(document: Document, words: Vocabulary) -> list[Passage]:
    """Every passage about changes, those that name the text first, then the heaviest."""
    blocks = document.blocks
    weights = _Weights(blocks, words)
    found: list[Passage] = []
    index = 0
    while index < len(blocks):
        if weights.anchor(index):
            passage = _grow(index, weights)
            found.append(passage)
            index = passage.blocks.stop
        else:
            index += 1
    found = [passage for passage in found if passage.weight >= _ENOUGH]
    return sorted(found, key=lambda p: (not p.names_text, -p.weight, p.blocks.start))


class _Weights:
    """What every block weighs, computed when first asked for."""

    def __init__(self, blocks: Sequence[Block], words: Vocabulary) -> None:
        self.blocks = blocks
        self.words = words
        self.headings = _headings(blocks, words)
        self._stems = words.lists["stems"]
        self._weights: dict[int, int] = {}
        self._sentences: dict[int, list[Sentence]] = {}

    def anchor(self, index: int) -> bool:
        """Whether the block says by itself that this text changes."""
        block = self.blocks[index]
        if self.is_heading(index) or block.kind is BlockKind.CODE:
            return False
        if self.section(index) is not None:
            return self.weight(index) > 1
        text = block.text.lower()
        return any(stem in text for stem in self._stems) and self.weight(index) >= _ENOUGH

    def is_heading(self, index: int) -> bool:
        return self.blocks[index].kind is BlockKind.HEADING or self.headings[index] == index

    def section(self, index: int) -> int | None:
        """Index of the heading about changes that the block stands under."""
        return self.headings[index]

    def sentences(self, index: int) -> list[Sentence]:
        if index not in self._sentences:
            self._sentences[index] = split([(index, self.blocks[index])])
        return self._sentences[index]

    def weight(self, index: int) -> int:
        if index not in self._weights:
            self._weights[index] = sum(map(self._sentence, self.sentences(index)))
        return self._weights[index]

    def _sentence(self, sentence: Sentence) -> int:
        weight = self._statement(sentence)
        if weight < 0:
            return 0
        return weight + sum(
            value for name, value in _SIGNS.items() if self.words.find(name, sentence)
        )

    def _statement(self, sentence: Sentence) -> int:
        """Whether it says that the text changes, or that people are told; -1 for other matters."""
        find = self.words.find
        topic = find("topic", sentence)
        if topic and find("not_topic", sentence):
            return -1
        if not topic and find("other_subject", sentence):
            return -1
        weight = _ENOUGH if topic else 0
        if find("notify", sentence) and find("change_noun", sentence):
            if find("not_notify", sentence):
                return weight
            weight += 2 if find("self", sentence) else 1
        return weight


def _headings(blocks: Sequence[Block], words: Vocabulary) -> list[int | None]:
    """For each block, the index of the heading about changes above it, or its own."""
    result: list[int | None] = []
    current: int | None = None
    level = 0
    for index, block in enumerate(blocks):
        short = len(block.text.split()) <= _HEADING_WORDS
        if block.kind is BlockKind.HEADING or (short and block.text[-1:] not in ".;,:"):
            about = short and _about_changes(block.text, words)
            if about:
                current, level = index, block.level
            elif block.kind is BlockKind.HEADING and (block.level <= level or not level):
                current = None
        result.append(current)
    return result


def _about_changes(text: str, words: Vocabulary) -> bool:
    title = plain(text).strip(" .:?*#0123456789()")
    match = words.pattern("heading").search(title)
    return match is not None and (match.end() - match.start()) * 2 >= len(title)


def _grow(index: int, weights: _Weights) -> Passage:
    """The passage round an anchor: its neighbours in the same section that go on about it."""
    section = weights.section(index)

    def belongs(neighbour: int) -> bool:
        return (
            0 <= neighbour < len(weights.blocks)
            and not weights.is_heading(neighbour)
            and weights.section(neighbour) == section
        )

    def goes_on(neighbour: int) -> bool:
        return belongs(neighbour) and (weights.weight(neighbour) > 0 or listed(neighbour))

    def listed(neighbour: int) -> bool:
        item = weights.blocks[neighbour].kind is BlockKind.LIST_ITEM
        before = weights.blocks[neighbour - 1]
        return item and (
            before.text.endswith(":") or (neighbour - 1 > index and listed(neighbour - 1))
        )

    first = last = index
    reach = 3 if section is not None else 1
    while last - index < _LONGEST_PASSAGE:
        step = next(
            (
                s
                for s in range(1, reach + 1)
                if goes_on(last + s) and all(belongs(last + k) for k in range(1, s))
            ),
            None,
        )
        if step is None:
            break
        last += step
    blocks = range(first, last + 1)
    sentences = tuple(split((i, weights.blocks[i]) for i in blocks))
    promises = any(
        weights.words.find("notify", s) or weights.words.find("posting", s) for s in sentences
    )
    weight = sum(weights.weight(i) for i in blocks) + (4 if section is not None else 0)
    names_text = any(weights.words.find("topic", s) for s in sentences)
    return Passage(blocks, sentences, weight + (3 if promises else 0), promises, names_text)
