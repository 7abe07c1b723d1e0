"""The signals of one entry: which rules its edits set off, with the sentences as quotes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterator
from functools import cached_property
from typing import NamedTuple

from notifier.model.redline import Entry, NoteKind, Op, Signal
from notifier.model.text import Document, Quote
from notifier.redline.edits import Edit, edits
from notifier.redline.marks import Mark
from notifier.redline.rules import Hit, Rules, rules_for
from notifier.redline.wording import (
    dates,
    is_date_line,
    is_only_form,
    names,
    numbers,
    only_dates_differ,
    vocabulary,
)

_WORDS_OF_A_REWORDING = 6
"""Deleted and inserted words from which on a sentence on a subject says something else."""

_WORDS_OF_A_SMALL_EDIT = 20
"""Deleted and inserted words up to which a single "not" or "may" among them is telling."""

_PROMISE = "promise"
_BINDING = frozenset(
    {"will", "shall", "must", "wird", "werden", "muss", "müssen", "devons", "doit"}
)
_ASSURANCE = re.compile(
    r"(?i)\b(?:e-?mail\w*|notif\w+|notice|inform\w*|prior|before|advance|at least|in writing"
    r"|mitteil\w*|benachrichtig\w*|vorher\w*|mindestens|préavis|avant|previ\w+|antes)\b"
)

_WORDS_OF_A_PASSAGE = 8
"""Words from which on a sentence that is new or gone is worth a look whatever it says."""


class Found(NamedTuple):
    """What the reading of one entry gave.

    Attributes:
        only_dates: nothing differs but the date in a line that states the text's own date.
    """

    signals: list[Signal]
    marks: list[Mark]
    only_dates: bool


class Reader:
    """Reads entries one by one, with both documents at hand."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._language = new.language or old.language or ""
        self.rules = rules_for(new.language or old.language)

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every word of the old document."""
        return vocabulary(" ".join([block.text for block in self._old.blocks]))

    def subject_of(self, section: str) -> str:
        """What a section is about by its heading, else the document by its title; or nothing."""
        promise = self.rules.named[_PROMISE]
        if promise.headings and promise.headings.match(section):
            return _PROMISE
        for heading in (section, self._new.title):
            for hit in self.rules.hits(heading):
                if hit.rule.is_subject:
                    return hit.rule.name
        return ""

    def is_new_name(self, word: str) -> bool:
        """Was this capitalised word nowhere in the old text? In German, capitals say nothing."""
        return not self._language.startswith("de") and word not in self._known

    def read(self, entry: Entry) -> Found:
        """Judge one entry that is a change."""
        if not entry.has_edits and not entry.notes:
            return Found([], [], only_dates=False)
        reading = _EntryReading(self, entry)
        links = [note for note in entry.notes if note.kind is NoteKind.LINK]
        for note in links:
            reading.add(
                "link",
                Quote(note.before, self.old_line(entry)),
                Quote(note.after, self.new_line(entry)),
            )
        if not links and _is_own_date(entry.old_text, entry.new_text):
            return Found([], [], only_dates=True)
        for edit in edits(entry):
            if not is_only_form(edit.before, edit.after):
                reading.read(edit)
        return Found(reading.signals, reading.marks, only_dates=False)

    def old_line(self, entry: Entry) -> int:
        """Source line of the entry's first old block, 0 if unknown."""
        return self._old.blocks[entry.old[0]].line if entry.old else 0

    def new_line(self, entry: Entry) -> int:
        """Source line of the entry's first new block, 0 if unknown."""
        return self._new.blocks[entry.new[0]].line if entry.new else 0


def _is_own_date(before: str, after: str) -> bool:
    """Is this the line with the text's own date, and does nothing else in it differ?"""
    return is_date_line(before) and is_date_line(after) and only_dates_differ(before, after)


class _Side:
    """One text of an entry, with what the rules find in it."""

    def __init__(self, op: Op, text: str, rules: Rules) -> None:
        self.op = op
        self.text = text
        when = dates(text)
        self._hits = [
            hit
            for hit in rules.hits(text)
            if not any(start <= hit.start < end for start, end in when)
        ]
        self._starts = [hit.start for hit in self._hits]

    def hits(self, start: int, end: int) -> list[Hit]:
        """Hits that begin in ``text[start:end]``."""
        return self._hits[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def quote(self, bounds: tuple[int, int], line: int) -> Quote | None:
        words = self.text[slice(*bounds)].strip()
        return Quote(words, line) if words else None


class _Part:
    """What an edit takes from, or puts into, one side."""

    def __init__(self, side: _Side, start: int, text: str, sentence: tuple[int, int]) -> None:
        self.side = side
        self.start = start
        self.text = text
        self.sentence = sentence
        self.around = side.hits(*sentence)
        end = start + len(text)
        self.hits = [hit for hit in self.around if hit.start < end and hit.end > start]
        self.numbers = numbers(text, side.text[max(0, start - 20) : start])
        self.dates = dates(text)
        self.words = len(text.split())

    def said(self, rule: str) -> Counter[str]:
        """The words of a rule that the edit touches."""
        found = [self.side.text[hit.start : hit.end] for hit in self.hits if hit.rule.name == rule]
        if rule == "number":
            found += [self.text[slice(*place)] for place in self.numbers]
        return Counter(word.lower() for word in found)

    def marks(self, rules: Container[str], number_rule: str) -> Iterator[Mark]:
        op, start = self.side.op, self.start
        for hit in self.hits:
            if hit.rule.name in rules and hit.start >= start and hit.end <= start + len(self.text):
                name = number_rule if hit.rule.name == "number" else hit.rule.name
                yield Mark(op, hit.start, hit.end, name)
        for first, last in self.numbers if "number" in rules else ():
            yield Mark(op, start + first, start + last, number_rule)
        for first, last in self.dates if "date" in rules else ():
            yield Mark(op, start + first, start + last, "date")


class _EntryReading:
    """Collects the signals and marks of one entry."""

    def __init__(self, reader: Reader, entry: Entry) -> None:
        self._reader = reader
        self._entry = entry
        self._old = _Side(Op.DELETE, entry.old_text, reader.rules)
        self._new = _Side(Op.INSERT, entry.new_text, reader.rules)
        self._heading = reader.subject_of(entry.section)
        self._signals: dict[Signal, None] = {}
        self.marks: list[Mark] = []

    @property
    def signals(self) -> list[Signal]:
        """Every signal once, in order."""
        return [*self._signals]

    def add(self, rule: str, before: Quote | None, after: Quote | None) -> None:
        """Note a signal."""
        row = self._reader.rules.named[rule]
        signal = Signal(rule, row.source, self._entry.section, before, after, row.title)
        self._signals[signal] = None

    def read(self, edit: Edit) -> None:
        """Note what one edit sets off."""
        gone = _Part(self._old, edit.old_at, edit.before, edit.old_sentence)
        come = _Part(self._new, edit.new_at, edit.after, edit.new_sentence)
        changed = self._changed(gone, come)
        subjects = self._subjects(gone, come, changed)
        inside = bool(gone.side.text and come.side.text)
        small = inside and gone.words + come.words <= _WORDS_OF_A_SMALL_EDIT
        rules = list(subjects)
        rules += [name for name in ("negation", "duty", "date") if small and name in changed]
        rules += ["number"] if small and "number" in changed and not subjects else []
        new_names = self._new_names(come) if inside else []
        rules += ["name"] if new_names and not subjects else []
        if not rules and max(gone.words, come.words) >= _WORDS_OF_A_PASSAGE:
            rules = ["passage"]
        if _PROMISE in rules and _is_weaker(gone, come):
            rules[rules.index(_PROMISE)] = "promise-weakened"
        before = self._old.quote(edit.old_sentence, self._reader.old_line(self._entry))
        after = self._new.quote(edit.new_sentence, self._reader.new_line(self._entry))
        for rule in rules:
            self.add(rule, before, after)
        telling = changed if small else changed & self._reader.rules.subjects.keys()
        number_rule = subjects[0] if subjects else "number"
        self.marks += [*gone.marks(telling, number_rule), *come.marks(telling, number_rule)]
        self.marks += [Mark(Op.INSERT, start, end, "name") for start, end in new_names]

    def _changed(self, gone: _Part, come: _Part) -> set[str]:
        """Rules whose words differ between what went and what came."""
        touched = {hit.rule.name for hit in (*gone.hits, *come.hits)} | {"number"}
        changed = {name for name in touched if gone.said(name) != come.said(name)}
        old, new = ([p.text[slice(*place)] for place in p.dates] for p in (gone, come))
        return changed | ({"date"} if old != new else set())

    def _subjects(self, gone: _Part, come: _Part, changed: set[str]) -> list[str]:
        """What the edit is about: subjects it names, else the nearest one in its sentence."""
        known = self._reader.rules.subjects
        named = [name for name in known if name in changed]
        weighs = (
            not changed.isdisjoint(("number", "negation", "duty", "date"))
            or gone.words + come.words >= _WORDS_OF_A_REWORDING
            or bool(self._new_names(come))
            or not (gone.side.text and come.side.text)
        )
        around = [(hit, part) for part in (come, gone) for hit in part.around]
        near = [
            (max(hit.start - part.start - len(part.text), part.start - hit.end), hit.rule.name)
            for hit, part in around
            if hit.rule.is_subject
        ]
        if weighs and not named:
            nearest = min(near, key=lambda found: found[0])[1] if near else self._heading
            named = [nearest] if nearest else []
        announces = self._heading == _PROMISE or any(name == _PROMISE for _, name in near)
        if announces and _PROMISE not in named:
            named.insert(0, _PROMISE)
        return named

    def _new_names(self, come: _Part) -> list[tuple[int, int]]:
        """Where names stand that the old text did not know."""
        start, end = come.start, come.start + len(come.text)
        first, last = come.sentence
        return [
            (first + a, first + b)
            for a, b in names(come.side.text[first:last])
            if start <= first + a
            and first + b <= end
            and self._reader.is_new_name(come.side.text[first + a : first + b])
        ]


def _is_weaker(gone: _Part, come: _Part) -> bool:
    """Does an edit in the promise promise less: no duty, a shorter time, a lost assurance?"""
    duties = _BINDING & gone.said("duty").keys() and not _BINDING & come.said("duty").keys()
    before, after = (
        [int(digits) for place in part.numbers if (digits := part.text[slice(*place)]).isdecimal()]
        for part in (gone, come)
    )
    shorter = bool(before and after and min(after) < min(before))
    lost = len(_ASSURANCE.findall(gone.text)) > len(_ASSURANCE.findall(come.text))
    return bool(duties) or shorter or lost
