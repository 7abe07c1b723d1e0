"""How much each block has to say about changes of the text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from notifier.model.text import Block, BlockKind
from notifier.reading.promises.phrases import fold
from notifier.reading.promises.sentences import Sentence, plain, split
from notifier.reading.promises.vocabulary import Vocabulary

ENOUGH = 3
"""What a passage must weigh to be a clause: one sentence that says the text may change."""

_HEADING_WORDS = 14
_BRIEF_TITLE = 3
"""Words; so brief a title that names no other matter is about the text: "Unilateral changes"."""
_LONGEST_TITLE = 120
"""Characters; where no spaces are written, words cannot be counted."""
_SENTENCE_ENDS = frozenset(".;,:\u3002")
_CLOSE_READING = 100_000
"""Characters of blocks that mention changes which are read closely; a text of a megabyte has some
50,000. Beyond it nothing is weighed, so that hostile text costs bounded time."""

_HEADED = 2
_SECTION_SIGNS = (
    "notify", "tell", "reservation", "posting", "email", "in_app", "prominent_notice",
    "blog_or_forum", "durable_medium", "on_posting", "without_notice", "before",
)  # fmt: skip
"""What speaks of notice where a heading has said of what: such a sentence need not name it."""

# "May change" and "will tell you of changes" make a clause; these are signs that it goes on.
_SIGNS = {
    "without_notice": 1,
    "on_posting": 2,
    "update_date": 2,
    "check_back": 2,
    "continued_use": 1,
    "change_log": 1,
}
_OPENING_SIGNS = ("update_date", "on_posting")
_OPENING = 3
"""Characters, such as a dash, that may stand before the first word of a sentence."""
_FIRST_WORDS = 120
_REMEMBERED = 4_096
"""Sentences; one version of a policy says mostly what the one before it said."""


class Weights:
    """What every block weighs, computed when first asked for."""

    def __init__(self, blocks: Sequence[Block], words: Vocabulary) -> None:
        self.blocks = blocks
        self.words = words
        self.headings = _headings(blocks, words)
        self._titled = {n for n, block in enumerate(blocks) if _bears_its_title(block, words)}
        self._weights: dict[int, int] = {}
        self._sentences: dict[int, list[Sentence]] = {}
        self._left = _CLOSE_READING

    def anchor(self, index: int) -> bool:
        """Whether the block says by itself that this text changes."""
        block = self.blocks[index]
        if self.is_heading(index) or block.kind is BlockKind.CODE:
            return False
        if self.section(index) is not None:
            return self.weight(index) > 0
        return (
            _mentions_change(self.words, fold(block.text.lower()))
            and (
                any(_opens(self.words, sentence.plain) for sentence in self.sentences(index))
                or self._goes_on_about_itself(index)
            )
            and self.weight(index) >= ENOUGH
        )

    def is_heading(self, index: int) -> bool:
        """Whether the block is a heading, or a short line that serves as one."""
        return self.blocks[index].kind is BlockKind.HEADING or self.headings[index] == index

    def section(self, index: int) -> int | None:
        """Index of the heading about changes that the block stands under, or bears itself."""
        return index if index in self._titled else self.headings[index]

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
            weight = sum(map(self.of, sentences))
            if weight < ENOUGH and sentences and self._goes_on_about_itself(index):
                weight = ENOUGH
            self._weights[index] = weight
        return self._weights[index]

    def _goes_on_about_itself(self, index: int) -> bool:
        """Whether it names the text, and the next sentence says that "they may be changed"."""
        return any(
            self.words.says("it_changes", after.plain)
            and self.words.says("self", before.plain)
            and not self.words.says("not_topic", after.plain)
            for before, after in pairwise(self.sentences(index))
        )

    def of(self, sentence: Sentence) -> int:
        """What one sentence weighs."""
        headed = self.section(sentence.block) is not None
        return _weigh(self.words, sentence.plain, headed=headed)


@lru_cache(_REMEMBERED)
def _weigh(words: Vocabulary, plain: str, *, headed: bool) -> int:
    weight = _statement(words, plain)
    if weight < 0:
        return 0
    weight += sum(value for name, value in _SIGNS.items() if words.says(name, plain))
    return max(weight, _HEADED) if headed and _speaks_of_notice(words, plain) else weight


def _speaks_of_notice(words: Vocabulary, plain: str) -> bool:
    if words.says("not_notify", plain):
        return words.says("posting", plain) and words.says("change_noun", plain)
    if any(words.says(name, plain) for name in _SECTION_SIGNS):
        return True
    return words.says("effective", plain) and words.says("change_noun", plain)


@lru_cache(_REMEMBERED)
def _opens(words: Vocabulary, plain: str) -> bool:
    """Whether a clause can begin with it; most signs only go on with one."""
    return _statement(words, plain) > 0 or any(words.says(name, plain) for name in _OPENING_SIGNS)


@lru_cache(_REMEMBERED)
def _statement(words: Vocabulary, plain: str) -> int:
    """Whether it says that the text changes, or that people are told; -1 for other matters."""
    if _names_a_purpose(words, plain):
        return -1
    topic = _mentions_change(words, plain) and words.says("topic", plain)
    if topic and words.says("not_topic", plain):
        return -1
    if words.says("form_required", plain) and not (
        words.says("notify", plain) or words.says("posting", plain)
    ):
        return -1
    if not topic and words.says("other_subject", plain):
        return -1
    weight = ENOUGH if topic else 0
    if words.says("notify", plain) and words.says("change_noun", plain):
        if words.says("not_notify", plain):
            return weight
        weight += 2 if words.says("self", plain) else 1
    return weight


def _names_a_purpose(words: Vocabulary, plain: str) -> bool:
    """Whether it is an item of what data is used for: "to notify you about changes"."""
    purpose = words.pattern("purpose").search(plain, 0, _FIRST_WORDS)
    return purpose is not None and purpose.start() <= _OPENING


def _mentions_change(words: Vocabulary, plain: str) -> bool:
    return any(map(plain.__contains__, words.stems))


def _headings(blocks: Sequence[Block], words: Vocabulary) -> list[int | None]:
    """For each block, the index of the heading about changes above it, or its own."""
    result: list[int | None] = []
    current: int | None = None
    for index, block in enumerate(blocks):
        below = current is not None and _is_below(block, blocks[current])
        if _serves_as_heading(block) and not below and not _in_list(blocks, index):
            if _about_changes(block.text, words):
                current = index
            elif current is not None and _ends(block, blocks[current]):
                current = None
        result.append(current)
    return result


def _bears_its_title(block: Block, words: Vocabulary) -> bool:
    """Whether it begins with a title about changes: "Amendments: you will be told by email."."""
    title, colon, rest = block.text[:_LONGEST_TITLE].partition(":")
    return bool(colon and rest.strip()) and _about_changes(title, words)


def _serves_as_heading(block: Block) -> bool:
    if len(block.text) > _LONGEST_TITLE or len(block.text.split()) > _HEADING_WORDS:
        return False
    return block.kind is BlockKind.HEADING or block.text[-1:] not in _SENTENCE_ENDS


def _in_list(blocks: Sequence[Block], index: int) -> bool:
    """Whether the block is one of several items; a single one may be a numbered title."""
    if blocks[index].kind is not BlockKind.LIST_ITEM:
        return False
    around = (*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2])
    announced = index > 0 and blocks[index - 1].text.endswith(":")
    return announced or any(block.kind is BlockKind.LIST_ITEM for block in around)


def _is_below(block: Block, heading: Block) -> bool:
    """Whether a title heads a part of the section: what follows it is still of the section."""
    headings = block.kind is heading.kind is BlockKind.HEADING
    return headings and block.level > heading.level


def _ends(block: Block, heading: Block) -> bool:
    """Whether a title ends the section of a heading: of the same kind, and not below it."""
    if heading.kind is BlockKind.HEADING:
        return block.kind is BlockKind.HEADING and block.level <= heading.level
    return block.kind in {BlockKind.HEADING, heading.kind}


def _about_changes(text: str, words: Vocabulary) -> bool:
    """Whether a title says that the section is about changes of the text.

    It does where it names the text, or nothing but the changes: "Changes to the API" does neither.
    """
    title = plain(text).strip(" .:?*#0123456789()§")
    match = words.pattern("heading").search(title)
    if match is None:
        return False
    if words.pattern("policy_name").search(title):
        return True
    if words.pattern("heading_other").search(title):
        return False
    brief = len(title.split()) <= _BRIEF_TITLE
    return brief or (match.end() - match.start()) * 2 >= len(title)
