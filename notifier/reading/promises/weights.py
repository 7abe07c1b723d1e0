"""How much each block has to say about changes of the text."""

from __future__ import annotations

from collections.abc import Sequence

from notifier.model.text import Block, BlockKind
from notifier.reading.promises.sentences import Sentence, plain, split
from notifier.reading.promises.vocabulary import Vocabulary

ENOUGH = 3
"""What a passage must weigh to be a clause: one sentence that says the text may change."""

_HEADING_WORDS = 14
_CLOSE_READING = 100_000
"""Characters of blocks that mention changes which are read closely; a text of a megabyte has some
50,000. Beyond it nothing is weighed, so that hostile text costs bounded time."""

# "May change" and "will tell you of changes" make a clause; these are signs that it goes on.
_SIGNS = {
    "without_notice": 1,
    "on_posting": 2,
    "update_date": 2,
    "check_back": 2,
    "continued_use": 1,
    "change_log": 1,
}


class Weights:
    """What every block weighs, computed when first asked for."""

    def __init__(self, blocks: Sequence[Block], words: Vocabulary) -> None:
        self.blocks = blocks
        self.words = words
        self.headings = _headings(blocks, words)
        self._stems = words.lists["stems"]
        self._weights: dict[int, int] = {}
        self._sentences: dict[int, list[Sentence]] = {}
        self._known: dict[str, int] = {}
        self._left = _CLOSE_READING

    def anchor(self, index: int) -> bool:
        """Whether the block says by itself that this text changes."""
        block = self.blocks[index]
        if self.is_heading(index) or block.kind is BlockKind.CODE:
            return False
        if self.section(index) is not None:
            return self.weight(index) > 1
        text = block.text.lower()
        return any(stem in text for stem in self._stems) and self.weight(index) >= ENOUGH

    def is_heading(self, index: int) -> bool:
        """Whether the block is a heading, or a short line that serves as one."""
        return self.blocks[index].kind is BlockKind.HEADING or self.headings[index] == index

    def section(self, index: int) -> int | None:
        """Index of the heading about changes that the block stands under."""
        return self.headings[index]

    def sentences(self, index: int) -> list[Sentence]:
        """The sentences of one block."""
        if index not in self._sentences:
            self._sentences[index] = split([(index, self.blocks[index])])
        return self._sentences[index]

    def weight(self, index: int) -> int:
        """What the block weighs; 0 when the close reading is used up."""
        if index not in self._weights:
            self._left -= len(self.blocks[index].text)
            sentences = self.sentences(index) if self._left > 0 else []
            self._weights[index] = sum(map(self.of, sentences))
        return self._weights[index]

    def of(self, sentence: Sentence) -> int:
        """What one sentence weighs."""
        if sentence.text not in self._known:
            self._known[sentence.text] = self._of(sentence)
        return self._known[sentence.text]

    def _of(self, sentence: Sentence) -> int:
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
        weight = ENOUGH if topic else 0
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
