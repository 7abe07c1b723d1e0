"""What changed, section by section, in lines written by rule from the edits.

Every word of a line stands in one of the texts, or says what happened to it; nothing is
interpreted. Legal may edit the lines before approval.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from notifier.model.redline import (
    BlockChange,
    Entry,
    NoteKind,
    SectionSummary,
    Signal,
)
from notifier.redline.edits import Edit, edits
from notifier.redline.wording import is_date_line, is_only_form

_LONGEST_QUOTE = 160
_LINES_OF_A_SECTION = 6
_WORDS_THAT_NEED_CONTEXT = 2
_WORDS_WITHOUT_QUOTES = 6
_LONGEST_WORD = 80
_LAST_WORD = re.compile(r"\S+\s*$")
_NEXT_WORD = re.compile(r"\s?[^\s.,;]+")
_NEXT_TWO_WORDS = re.compile(r"(?:\s*[^\s.,;]+){0,2}")


def summarised(entries: Sequence[Entry], signals: Sequence[Signal]) -> tuple[SectionSummary, ...]:
    """Summarise a redline: a line for each thing that changed, grouped by section."""
    titles: dict[int, list[Signal]] = {}
    for signal in signals:
        titles.setdefault(signal.entry, []).append(signal)
    told = []
    changed = ((at, entry) for at, entry in enumerate(entries) if entry.is_change)
    for section, group in groupby(changed, key=lambda found: found[1].section):
        parts = list(group)
        lines = list(dict.fromkeys(_lines(parts, titles)))
        if lines:
            places = tuple(at for at, _ in parts)
            told.append(SectionSummary(section, "\n".join(_shortened(lines)), places))
    told += [SectionSummary("", line) for line in _unchanged(entries)]
    return tuple(told)


def _lines(parts: Iterable[tuple[int, Entry]], titles: dict[int, list[Signal]]) -> Iterator[str]:
    for at, entry in parts:
        for note in entry.notes:
            if note.kind is NoteKind.LINK:
                targets = f"{note.before or 'none'} → {note.after or 'none'}"
                yield f"Link of {_quoted(note.text)}: {targets}"
        yield from _of_entry(entry, titles.get(at, []))


def _of_entry(entry: Entry, signals: Sequence[Signal]) -> Iterator[str]:
    if entry.change is BlockChange.MOVED_AWAY:
        return
    if entry.change is BlockChange.MOVED:
        yield f"Moved here: {_quoted(entry.new_text)}"
    elif entry.change in (BlockChange.SPLIT, BlockChange.MERGED) and _same_words(entry):
        parts = max(len(entry.old), len(entry.new))
        happened = "split into" if entry.change is BlockChange.SPLIT else "joined from"
        yield f"Paragraph {happened} {parts}, words unchanged: {_quoted(entry.new_text)}"
        return
    if any(note.kind is NoteKind.RENAMED for note in entry.notes):
        yield f"Heading: {_quoted(entry.old_text)} → {_quoted(entry.new_text)}"
        return
    if entry.change in (BlockChange.ADDED, BlockChange.REMOVED):
        happened = "added" if entry.change is BlockChange.ADDED else "removed"
        yield f"{_titled(signals, 'Text')}, {happened}: {_quoted(entry.new_text or entry.old_text)}"
        return
    yield from _of_edits(entry, signals)


def _of_edits(entry: Entry, signals: Sequence[Signal]) -> Iterator[str]:
    old, new = entry.old_text, entry.new_text
    date_line = is_date_line(old) and is_date_line(new)
    by_quotes: dict[tuple[str, str], list[Signal]] = {}
    for signal in signals:
        by_quotes.setdefault(_quotes(signal), []).append(signal)
    for edit in edits(entry):
        if not (edit.before + edit.after).strip():
            continue
        kind = "Date" if date_line else "Wording"
        if not date_line and is_only_form(edit.before, edit.after):
            kind = "Corrected"
        sentences = old[slice(*edit.old_sentence)].strip(), new[slice(*edit.new_sentence)].strip()
        about = by_quotes.get(sentences, [])
        before, after = edit.before.strip(), edit.after.strip()
        if max(len(before.split()), len(after.split())) <= _WORDS_THAT_NEED_CONTEXT:
            before, after = _in_context(edit, new)
        if before and after:
            yield f"{_titled(about, kind)}: {_brief(before)} → {_brief(after)}"
        else:
            happened = "added" if after else "removed"
            yield f"{_titled(about, kind)}, {happened}: {_quoted(after or before)}"


def _quotes(signal: Signal) -> tuple[str, str]:
    before, after = signal.before, signal.after
    return before.text if before else "", after.text if after else ""


def _in_context(edit: Edit, new: str) -> tuple[str, str]:
    """Both wordings with the words around them, such as the unit of a number."""
    numeric = edit.before[-1:].isdigit() and edit.after[-1:].isdigit()
    lead = (
        "" if numeric else _LAST_WORD.search(new[max(0, edit.new_at - _LONGEST_WORD) : edit.new_at])
    )
    tail = (_NEXT_WORD if numeric else _NEXT_TWO_WORDS).match(new, edit.new_at + len(edit.after))
    start = lead[0] if lead else ""
    end = tail[0] if tail else ""
    return f"{start}{edit.before}{end}".strip(), f"{start}{edit.after}{end}".strip()


def _titled(signals: Sequence[Signal], otherwise: str) -> str:
    return signals[0].title if signals else otherwise


def _brief(text: str) -> str:
    return text if len(text.split()) <= _WORDS_WITHOUT_QUOTES else _quoted(text)


def _quoted(text: str) -> str:
    """Verbatim words; what is cut is shown as cut."""
    words = " ".join(text.split())
    if len(words) > _LONGEST_QUOTE:
        words = words[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    return f"“{words}”"


def _same_words(entry: Entry) -> bool:
    return not any((edit.before + edit.after).strip() for edit in edits(entry))


def _shortened(lines: Sequence[str]) -> list[str]:
    if len(lines) <= _LINES_OF_A_SECTION:
        return [*lines]
    more = len(lines) - _LINES_OF_A_SECTION + 1
    return [*lines[: _LINES_OF_A_SECTION - 1], f"… and {more} more changes"]


def _unchanged(entries: Sequence[Entry]) -> Iterator[str]:
    """What is no change, in one line each."""
    for kind, says in ((NoteKind.RENUMBERED, "Renumbered"), (NoteKind.FORMAT, "Other format")):
        places = [
            entry
            for entry in entries
            if not entry.is_change and any(note.kind is kind for note in entry.notes)
        ]
        if places:
            times = "once" if len(places) == 1 else f"{len(places)} times"
            yield f"{says}, words unchanged: {times}"
