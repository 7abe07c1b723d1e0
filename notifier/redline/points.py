"""The points of one block whose words differ: values, sentences, corrections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from notifier.model.redline import Entry, PointKind, Signal, SummaryPoint
from notifier.redline.edits import edits, sentence_ends, sentences_around
from notifier.redline.quoting import LONGEST, around
from notifier.redline.wording import dates, is_date_line, is_only_form, numbers

OWN_DATE = "own-date"
"""Stands for a rule where the text's own date differs, which is no reason to call it material."""

_SHORT = 110
"""Characters of a sentence up to which it is quoted as it was and as it is."""

_WORDS_OF_A_SMALL_EDIT = 4
_VALUES_OF_A_SENTENCE = 3
_UNIT = re.compile(r"\s?[^\s.,;:()]+")
_OF_SINGLE_WORDS = frozenset({"duty", "negation", "name", "passage"})


class _Place(NamedTuple):
    """Words of one text, without white space at their ends, and the sentences they stand in."""

    start: int
    end: int
    first: int
    last: int

    @property
    def is_empty(self) -> bool:
        return self.start == self.end

    @property
    def is_sentence(self) -> bool:
        return not self.is_empty and (self.start, self.end) == (self.first, self.last)

    def joined(self, other: _Place) -> _Place:
        """From the first words to the last ones."""
        return _Place(
            self.start, other.end, min(self.first, other.first), max(self.last, other.last)
        )


class _Replacement(NamedTuple):
    """An edit, or several in the same sentences, as places in both texts."""

    old: _Place
    new: _Place

    @property
    def is_whole(self) -> bool:
        """Whole sentences came or went, and none took their place."""
        return (self.old.is_empty and self.new.is_sentence) or (
            self.new.is_empty and self.old.is_sentence
        )

    def shares_a_sentence(self, other: _Replacement) -> bool:
        return other.old.first < self.old.last or other.new.first < self.new.last


class _Text:
    """One text of an entry: its sentences, and where its numbers and dates stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends = sentence_ends(text)
        when = dates(text)
        self._values = sorted([*when, *((a, self._unit(b)) for a, b in numbers(text))])

    def place(self, start: int, words: str) -> _Place:
        start += len(words) - len(words.lstrip())
        end = start + len(words.strip())
        first, last = sentences_around(self._ends, start, end)
        return _Place(start, end, first, first + len(self.text[first:last].rstrip()))

    def value(self, place: _Place) -> str:
        """The one number or date that the words are or are part of; else nothing."""
        found = [(a, b) for a, b in self._values if a < place.end and place.start < b]
        if len(found) != 1 or place.is_empty:
            return ""
        start, end = found[0]
        return self.text[start:end] if start <= place.start and place.end <= end else ""

    def quoted(self, place: _Place, longest: int) -> str:
        """The sentences, or what stands around the words when they are longer."""
        sentences = self.text[place.first : place.last]
        return around(sentences, place.start - place.first, place.end - place.first, longest)

    def _unit(self, end: int) -> int:
        unit = _UNIT.match(self.text, end)
        return unit.end() if unit else end


def of_edits(entry: Entry, signals: Sequence[Signal]) -> Iterator[SummaryPoint]:
    """What the edits inside a block come to, in order.

    Args:
        signals: what the entry set off.
    """
    found = [edit for edit in edits(entry) if (edit.before + edit.after).strip()]
    told = [edit for edit in found if not is_only_form(edit.before, edit.after)]
    if told:
        old, new = _Text(entry.old_text), _Text(entry.new_text)
        places = (
            _Replacement(old.place(edit.old_at, edit.before), new.place(edit.new_at, edit.after))
            for edit in told
        )
        for sentence in _by_sentence(places):
            yield from _told(sentence, old, new, signals)
    if len(told) < len(found):
        yield SummaryPoint(PointKind.CORRECTED, count=len(found) - len(told))


def _by_sentence(found: Iterable[_Replacement]) -> Iterator[list[_Replacement]]:
    """Edits of the same sentences together; sentences that came or went each for themselves."""
    group: list[_Replacement] = []
    for replacement in found:
        alone = replacement.is_whole or (bool(group) and group[-1].is_whole)
        if group and (alone or not group[-1].shares_a_sentence(replacement)):
            yield group
            group = []
        group.append(replacement)
    if group:
        yield group


def _told(
    group: Sequence[_Replacement], old: _Text, new: _Text, signals: Sequence[Signal]
) -> Iterator[SummaryPoint]:
    whole = _Replacement(group[0].old.joined(group[-1].old), group[0].new.joined(group[-1].new))
    rules = _rules(whole, old, new, signals)
    rule = rules[0] if rules else ""
    if whole.is_whole and whole.old.is_empty:
        yield SummaryPoint(PointKind.ADDED, rule, after=new.quoted(whole.new, LONGEST))
        return
    if whole.is_whole:
        yield SummaryPoint(PointKind.REMOVED, rule, before=old.quoted(whole.old, LONGEST))
        return
    values = [(old.value(edit.old), new.value(edit.new)) for edit in group]
    if len(values) <= _VALUES_OF_A_SENTENCE and all(before and after for before, after in values):
        fitting = [rule for rule in rules if rule not in _OF_SINGLE_WORDS]
        rule = fitting[0] if fitting else rule
        yield from (SummaryPoint(PointKind.VALUE, rule, before, after) for before, after in values)
        return
    yield _wording(whole, old, new, rule)


def _rules(
    whole: _Replacement, old: _Text, new: _Text, signals: Sequence[Signal]
) -> tuple[str, ...]:
    """The rules that the sentences of the edits set off."""
    if not signals and is_date_line(old.text) and is_date_line(new.text):
        return (OWN_DATE,)
    place, text = (whole.old, old.text) if whole.new.is_empty else (whole.new, new.text)
    sentence = text[place.first : place.last]
    return tuple(
        signal.rule
        for signal in signals
        if (quote := signal.before if whole.new.is_empty else signal.after)
        and (quote.text in sentence or sentence in quote.text)
    )


def _wording(whole: _Replacement, old: _Text, new: _Text, rule: str) -> SummaryPoint:
    """Both wordings while they are short or little differs; else as it is now, or what went."""
    sentences = [place.last - place.first for place in (whole.old, whole.new)]
    words = [
        len(text[place.start : place.end].split())
        for text, place in ((old.text, whole.old), (new.text, whole.new))
    ]
    if max(sentences) <= _SHORT or max(words) <= _WORDS_OF_A_SMALL_EDIT:
        before, after = old.quoted(whole.old, _SHORT), new.quoted(whole.new, _SHORT)
    elif whole.new.is_empty:
        before, after = old.quoted(whole.old, LONGEST), new.quoted(whole.new, LONGEST)
    else:
        before, after = "", new.quoted(whole.new, LONGEST)
    return SummaryPoint(PointKind.WORDING, rule, before, after)
