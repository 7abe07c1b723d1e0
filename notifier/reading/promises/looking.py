"""Searching one part of a sentence for the phrases of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.reading.promises.sentences import Sentence
from notifier.reading.promises.vocabulary import Vocabulary

Span = tuple[int, int]
"""Where words stand in their sentence: first character, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Look:
    """A part of a sentence, and the vocabulary to search it with."""

    sentence: Sentence
    piece: Span
    words: Vocabulary

    def first(self, name: str) -> Span | None:
        """The first place of a phrase of the list."""
        match = self.words.pattern(name).search(self.sentence.plain, *self.piece)
        return match.span() if match else None

    def all(self, name: str) -> list[Span]:
        """Every place of a phrase of the list, in order."""
        return [
            m.span() for m in self.words.pattern(name).finditer(self.sentence.plain, *self.piece)
        ]


def overlapping(span: Span, others: Sequence[Span]) -> Span | None:
    """The first of ``others`` that shares a character with ``span``."""
    return next((o for o in others if span[0] < o[1] and o[0] < span[1]), None)


def within(span: Span, others: Sequence[Span]) -> bool:
    """Whether ``span`` lies wholly inside one of ``others``."""
    return any(start <= span[0] and span[1] <= end for start, end in others)
