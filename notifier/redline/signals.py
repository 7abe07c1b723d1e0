"""The signals of one entry: which rules its edits set off, with the sentences as quotes.

An edit is about what its own words name. Only where they name nothing does the sentence around
it say so, and then only of an edit that weighs: a number, a duty, a name, or a rewording of a
sentence that is about the same thing before and after. What is left is told as a passage.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from notifier.model.redline import Entry, NoteKind, Op, Signal
from notifier.model.text import Document, Quote
from notifier.redline.edits import Edit, edits
from notifier.redline.marks import Mark
from notifier.redline.parts import Part, Side
from notifier.redline.rules import rules_for
from notifier.redline.topics import PROMISE, Topics
from notifier.redline.wording import (
    is_date_line,
    is_only_form,
    names,
    only_dates_differ,
    vocabulary,
)

_WORDS_OF_A_REWORDING = 6
"""Deleted and inserted words from which on a sentence on a subject says something else."""

_WORDS_OF_A_SMALL_EDIT = 20
"""Deleted and inserted words up to which a single "not" or "may" among them is telling."""

_WORDS_OF_A_PASSAGE = 8
"""Words from which on a sentence that is new, gone or reworded is worth a look anyway."""

_SINGLE_WORDS = frozenset({"number", "negation", "duty", "date"})
_BINDING = frozenset(
    {
        "will",
        "shall",
        "must",
        "wird",
        "werden",
        "muss",
        "müssen",
        "devons",
        "doit",
        "debe",
        "debemos",
    }
)
_ASSURANCE = re.compile(
    r"(?i)\b(?:e-?mail\w*|notif\w+|notice|inform\w*|prior|before|advance|at least|in writing"
    r"|mitteil\w*|benachrichtig\w*|vorher\w*|mindestens|préavis|avant|previ\w+|antes)\b"
)


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
        self.topics = Topics(new, self.rules)

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every word of the old document, in lower case."""
        return vocabulary(" ".join([block.text for block in self._old.blocks]).lower())

    def is_new_name(self, word: str) -> bool:
        """Was this capitalised word nowhere in the old text? In German, capitals say nothing."""
        return not self._language.startswith("de") and word.lower() not in self._known

    def read(self, entry: Entry) -> Found:
        """Judge one entry that is a change."""
        if not entry.has_edits and not entry.notes:
            return Found([], [], only_dates=False)
        reading = _EntryReading(self, entry)
        links = [note for note in entry.notes if note.kind is NoteKind.LINK]
        for note in links:
            if note.before:
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


class _EntryReading:
    """Collects the signals and marks of one entry."""

    def __init__(self, reader: Reader, entry: Entry) -> None:
        self._reader = reader
        self._entry = entry
        self._topic = reader.topics.of(entry.section)
        is_open = self._topic.is_open
        self._old = Side(Op.DELETE, entry.old_text, reader.rules, only_personal=is_open)
        self._new = Side(Op.INSERT, entry.new_text, reader.rules, only_personal=is_open)
        self._names_tell = bool(entry.old and entry.new) and not entry.new_text.isupper()
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
        gone = Part(self._old, edit.old_at, edit.before, edit.old_sentence)
        come = Part(self._new, edit.new_at, edit.after, edit.new_sentence)
        changed = _changed(gone, come)
        inside = not gone.is_missing and not come.is_missing
        small = inside and gone.words + come.words <= _WORDS_OF_A_SMALL_EDIT
        new_names = self._new_names(come) if inside and self._names_tell else []
        weighs = bool(new_names) or not changed.isdisjoint(_SINGLE_WORDS)
        subjects = self._subjects(gone, come, changed, weighs=weighs)
        rules = list(subjects)
        rules += [name for name in ("negation", "duty", "date") if small and name in changed]
        rules += ["number"] if small and "number" in changed and not subjects else []
        rules += ["name"] if new_names and not subjects else []
        if not rules and max(gone.words, come.words) >= _WORDS_OF_A_PASSAGE:
            rules = ["passage"]
        if PROMISE in rules and _is_weaker(gone, come):
            rules[rules.index(PROMISE)] = "promise-weakened"
        before = self._old.quote(gone.sentence, self._reader.old_line(self._entry))
        after = self._new.quote(come.sentence, self._reader.new_line(self._entry))
        for rule in rules:
            self.add(rule, before, after)
        telling = changed if small else changed & self._reader.rules.subjects.keys()
        number_rule = subjects[0] if subjects else "number"
        for part in (gone, come):
            self.marks += part.marks(telling, number_rule)
        self.marks += [Mark(Op.INSERT, start, end, "name") for start, end in new_names]

    def _subjects(self, gone: Part, come: Part, changed: set[str], *, weighs: bool) -> list[str]:
        """What an edit is about: what it names, else what its sentence or heading is about."""
        subjects = self._reader.rules.subjects
        named = [name for name in subjects if name in changed and name != PROMISE]
        if not named:
            near = [name for name in _by_nearness(gone, come) if name != PROMISE]
            if weighs or gone.is_missing or come.is_missing:
                named = (near or [self._topic.subject])[:1]
            elif gone.words + come.words >= _WORDS_OF_A_REWORDING:
                stays = gone.subjects & come.subjects
                named = [name for name in near if name in stays][:1] or [self._topic.subject]
        if (
            gone.announces
            or come.announces
            or (self._topic.announces and not _states_a_date(gone, come))
        ):
            named.insert(0, PROMISE)
        return [name for name in dict.fromkeys(named) if name]

    def _new_names(self, come: Part) -> list[tuple[int, int]]:
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


def _changed(gone: Part, come: Part) -> set[str]:
    """Rules whose words differ between what went and what came; a text's own date is none."""
    touched = gone.said.keys() | come.said.keys()
    changed = {name for name in touched if gone.said.get(name) != come.said.get(name)}
    values = changed & {"date", "number"}
    return changed - values if values and _states_a_date(gone, come) else changed


def _states_a_date(gone: Part, come: Part) -> bool:
    """Does the sentence say from when the text applies, or when it was updated?"""
    return all(part.is_in_a_date_line or part.is_missing for part in (gone, come))


def _by_nearness(gone: Part, come: Part) -> list[str]:
    """The subjects of the sentences of an edit, the nearest to it first."""
    near = sorted(
        (max(hit.start - part.start - len(part.text), part.start - hit.end), hit.rule.name)
        for part in (come, gone)
        for hit in part.around
        if hit.rule.is_subject
    )
    return list(dict.fromkeys(name for _, name in near))


def _is_weaker(gone: Part, come: Part) -> bool:
    """Does an edit in the promise promise less: no duty, a shorter time, a lost assurance?"""
    before, after = (_BINDING.intersection(part.said.get("duty", ())) for part in (gone, come))
    days, days_left = (
        [int(digits) for place in part.numbers if (digits := part.text[slice(*place)]).isdecimal()]
        for part in (gone, come)
    )
    shorter = bool(days and days_left and min(days_left) < min(days))
    lost = len(_ASSURANCE.findall(gone.text)) > len(_ASSURANCE.findall(come.text))
    return bool(before and not after) or shorter or lost
