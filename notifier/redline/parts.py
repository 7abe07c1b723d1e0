"""What an edit takes from one text and puts into the other, with what the rules find there."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from notifier.model.redline import Op
from notifier.model.text import Quote
from notifier.redline.marks import Mark
from notifier.redline.rules import Hit, Rules
from notifier.redline.topics import PROMISE
from notifier.redline.wording import dates, is_date_line, numbers

_TAKES_EFFECT = re.compile(
    r"(?i)effective|takes? effect|continu|accept|wirksam|in kraft|gelten|vigueur|effet|vigor|efecto"
)
_WORD = re.compile(r"[^\W\d_]+")
_AT_THE_END = re.compile(r"(\d+)[ \u00a0-]$")
_LONGEST_NUMBER = 12
_CHARACTERS_BEFORE_A_NUMBER = 20
"""Where ``section`` may stand that makes a number a reference."""


class Side:
    """One text of an entry, with what the rules find in it.

    Attributes:
        only_personal: a rule about personal data counts only in sentences that speak of such
            data; the text is not from a privacy policy.
    """

    def __init__(self, op: Op, text: str, rules: Rules, *, only_personal: bool) -> None:
        self.op = op
        self.text = text
        self._rules = rules
        self._only_personal = only_personal
        self._found: dict[tuple[int, int], list[Hit]] = {}

    def hits(self, start: int, end: int) -> list[Hit]:
        """What the rules find in the sentences ``text[start:end]``, outside dates."""
        if (start, end) not in self._found:
            self._found[start, end] = self._read(start, end)
        return self._found[start, end]

    def _read(self, start: int, end: int) -> list[Hit]:
        found = list(self._rules.hits(self.text, start, end))
        if self._only_personal and not self._rules.personal.search(self.text, start, end):
            found = [hit for hit in found if not hit.rule.is_personal]
        when = dates(self.text[start:end])
        if not when:
            return found
        return [
            hit
            for hit in found
            if not any(first <= hit.start - start < last for first, last in when)
        ]

    def quote(self, bounds: tuple[int, int], line: int) -> Quote | None:
        """Words of the text, or None where there are none."""
        words = self.text[slice(*bounds)].strip()
        return Quote(words, line) if words else None


class Part:
    """What an edit takes from, or puts into, one side.

    Attributes:
        sentence: bounds of the sentences it stands in; empty where whole sentences came or went
            on the other side.
        around: what the rules find in those sentences.
        hits: those of them that the edit touches.
        said: the words of each rule that the edit touches, sorted.
    """

    def __init__(self, side: Side, start: int, text: str, sentence: tuple[int, int]) -> None:
        self.side = side
        self.start = start
        self.text = text
        self.sentence = sentence
        self.words = len(text.split())
        self.around: list[Hit] = []
        self.hits: list[Hit] = []
        self.numbers: list[tuple[int, int]] = []
        self.dates: Sequence[tuple[int, int]] = ()
        if not self.is_missing:
            self.around = side.hits(*sentence)
        if text:
            end = start + len(text)
            self.hits = [hit for hit in self.around if hit.start < end and hit.end > start]
            before = side.text[max(0, start - _CHARACTERS_BEFORE_A_NUMBER) : start]
            self.numbers = numbers(text, before)
            self.dates = dates(text)
        else:
            self.hits = [hit for hit in self.around if hit.start < start < hit.end]
        self.said = self._said()

    def _said(self) -> dict[str, list[str]]:
        said: dict[str, list[str]] = {}
        for hit in self.hits:
            words = self.side.text[hit.start : hit.end].lower()
            said.setdefault(hit.rule.name, []).append(
                words.rstrip("s") if hit.rule.is_subject else words
            )
        for start, end in self.numbers:
            said.setdefault("number", []).append(self.text[start:end].lower())
        if unit := self._unit():
            said.setdefault("number", []).append(unit)
        for start, end in self.dates:
            said.setdefault("date", []).append(self.text[start:end])
        return {name: sorted(words) for name, words in said.items()}

    def _unit(self) -> str:
        """The word that the edit has behind a number: thirty days and thirty months differ."""
        word = _WORD.match(self.text)
        number = _AT_THE_END.search(
            self.side.text, max(0, self.start - _LONGEST_NUMBER), self.start
        )
        spelled = any(
            hit.rule.name == "number" and not self.side.text[hit.end : self.start].strip(" \u00a0-")
            for hit in self.around
            if hit.end <= self.start
        )
        if word is None or not (number or spelled):
            return ""
        if number:
            place = number.start(1)
            before = self.side.text[max(0, place - _CHARACTERS_BEFORE_A_NUMBER) : place]
            first = self.sentence[0]
            when = dates(self.side.text[first : self.start])
            dated = any(place < first + end for _, end in when)
            if dated or not numbers(number[1], before):
                return ""
        return word[0].lower().rstrip("s")

    @property
    def is_missing(self) -> bool:
        """Has the edit no counterpart on this side?"""
        return self.sentence[0] == self.sentence[1]

    @property
    def sentence_text(self) -> str:
        """The sentences it stands in."""
        return self.side.text[slice(*self.sentence)]

    @property
    def is_in_a_date_line(self) -> bool:
        """Does it stand in a sentence that states the text's own date?"""
        return is_date_line(self.sentence_text)

    @property
    def announces(self) -> bool:
        """Does a sentence say how changes will be announced, rather than announce one?"""
        rules = [hit.rule.name for hit in self.around]
        return (
            PROMISE in rules
            and not dates(self.sentence_text)
            and ("duty" in rules or bool(_TAKES_EFFECT.search(self.sentence_text)))
        )

    @property
    def subjects(self) -> set[str]:
        """What its sentences are about."""
        return {hit.rule.name for hit in self.around if hit.rule.is_subject}

    def marks(self, rules: Container[str], number_rule: str) -> Iterator[Mark]:
        """Telling words of the edit; numbers go by the subject they are about."""
        op, start = self.side.op, self.start
        for hit in self.hits:
            if hit.rule.name in rules and hit.start >= start and hit.end <= start + len(self.text):
                name = number_rule if hit.rule.name == "number" else hit.rule.name
                yield Mark(op, hit.start, hit.end, name)
        for first, last in self.numbers if "number" in rules else ():
            yield Mark(op, start + first, start + last, number_rule)
        for first, last in self.dates if "date" in rules else ():
            yield Mark(op, start + first, start + last, "date")
