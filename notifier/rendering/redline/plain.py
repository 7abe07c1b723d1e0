"""Plain text for the text part of mails: what was, what is, in words and without symbols."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from notifier.model.redline import BlockChange, Entry, Op, Redline, Span
from notifier.rendering.redline.passages import excerpt, has_visible_edits, opening
from notifier.rendering.redline.sections import Section, sections
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import Words, counted, english, filled

WIDTH = 72
"""Columns; mail programs wrap plain text at about this."""

_INDENT = " " * 4
_WHOLE = (BlockChange.ADDED, BlockChange.REMOVED)


def text(
    redline: Redline,
    *,
    words: Words | None = None,
    link: str = "",
    budget: int | None = None,
) -> str:
    """The redline as plain text, quoting every changed passage before and after.

    Args:
        words: words of the view in the reader's language; English without them.
        link: address of the complete comparison, named at the end when something is left out.
        budget: UTF-8 bytes the text may take; sections beyond it are counted, not shown.
    """
    words = words or english()
    changed = [section for section in sections(redline) if section.is_changed]
    if not changed:
        return words["nothing"] + "\n"
    view = _View(redline, words)
    parts: list[str] = []
    left = budget
    for section in changed:
        part = view.section(section)
        if left is not None:
            left -= len(part.encode()) + 2
            if left < 0:
                break
        parts.append(part)
    if len(parts) < len(changed):
        parts.append(_rest(len(changed) - len(parts), words, link))
    return "\n\n".join(parts) + "\n"


def _rest(count: int, words: Words, link: str) -> str:
    lines = [counted(words, "more_sections", count)]
    if link:
        lines.append(filled(words, "complete_at", link=link))
    return "\n".join(lines)


class _View:
    def __init__(self, redline: Redline, words: Words) -> None:
        self._words = words
        self._wording = Wording(redline, words)

    def section(self, section: Section) -> str:
        heading = _wrapped(self._wording.title(section), "")
        rule = "-" * min(WIDTH, max(map(len, heading.splitlines())))
        told = [self._told(group) for group in section.groups]
        return "\n\n".join([f"{heading}\n{rule}", *told])

    def _told(self, group: Sequence[Entry]) -> str:
        if group[0].change in _WHOLE:
            return self._whole(group)
        edited = [self._edited(entry, is_first=entry is group[0]) for entry in group]
        return "\n".join(edited)

    def _whole(self, entries: Sequence[Entry]) -> str:
        quotes = [self._quoted(entry.spans) for entry in entries]
        return "\n".join([self._labelled(self._wording.what(entries[0])), *quotes])

    def _edited(self, entry: Entry, *, is_first: bool) -> str:
        lines = []
        if is_first and (entry.change is not BlockChange.EDITED or not has_visible_edits(entry)):
            lines.append(self._labelled(self._wording.what(entry)))
        if has_visible_edits(entry):
            told = excerpt(entry.spans)
            lines.append(self._side("before", [s for s in told if s.op is not Op.INSERT]))
            lines.append(self._side("after", [s for s in told if s.op is not Op.DELETE]))
        elif entry.change is BlockChange.MOVED:
            lines.append(self._quoted([Span(Op.EQUAL, opening(entry.new_text))]))
        lines += [_wrapped(note, _INDENT) for note in self._wording.notes(entry)]
        return "\n".join(lines)

    def _side(self, name: str, spans: Sequence[Span]) -> str:
        return f"{self._labelled(self._words[name])}\n{self._quoted(spans)}"

    def _labelled(self, label: str) -> str:
        return filled(self._words, "labelled", label=label)

    def _quoted(self, spans: Sequence[Span]) -> str:
        words = "".join(span.text for span in spans).strip()
        lines = "\n".join(line for line in words.split("\n") if line)
        return _wrapped(self._wording.quote(lines), _INDENT)


def _wrapped(words: str, indent: str) -> str:
    return "\n".join(
        textwrap.fill(
            line,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in words.split("\n")
    )
