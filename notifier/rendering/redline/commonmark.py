"""Markdown, for pull requests and wikis: ``<ins>`` and ``<del>``, the rest plain CommonMark.

Both tags are part of every Markdown dialect that lets inline HTML through; the ``~~`` and ``**``
of some dialects cannot start or end inside a word or beside punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from notifier.model.redline import BlockChange, Entry, Op, Redline, Span
from notifier.rendering.redline.characters import visible
from notifier.rendering.redline.passages import excerpt, has_visible_edits, opening, running, runs
from notifier.rendering.redline.reasons import Reason, reasons
from notifier.rendering.redline.sections import Section, sections
from notifier.rendering.redline.telling import lines
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import Words, english

_ENTITIES = {"<": "&lt;", "&": "&amp;", "@": "&#64;"}
_TAGS = {Op.INSERT: "ins", Op.DELETE: "del"}
# What could start markup, HTML, an entity, a link, a mention, an issue number or a formula; and at
# the start of a line, what could start a list, a heading's underline or a numbered item.
_ACTIVE = re.compile(
    r"[\\`*\[\]<>{}#|~$]|(?<!\w)_|_(?!\w)|&(?=#?\w)|(?<!\w)@|:(?=//)|(?<=www)\."
    r"|^\s*[-+=]|^\d{1,9}[.)]"
)


def markdown(redline: Redline, *, words: Words | None = None) -> str:
    """The redline as CommonMark: the suggestion and its reasons, then every change by section."""
    words = words or english()
    view = _View(redline, words)
    changed = [section for section in sections(redline) if section.is_changed]
    if not changed:
        return words["nothing"] + "\n"
    return "\n\n".join([*view.verdict(), *(p for s in changed for p in view.section(s))]) + "\n"


def escaped(text: str) -> str:
    """Text that no Markdown reader takes for markup, a link, a mention or HTML."""
    return _ACTIVE.sub(_harmless, visible(text))


def _harmless(match: re.Match[str]) -> str:
    found = match[0]
    return _ENTITIES.get(found) or f"{found[:-1]}\\{found[-1]}"


class _View:
    def __init__(self, redline: Redline, words: Words) -> None:
        self._redline = redline
        self._words = words
        self._wording = Wording(redline, words)

    def verdict(self) -> Iterator[str]:
        counts = self._wording.counts(self._redline.entries)
        yield " · ".join(f"{label} {number}" for _, number, label in counts)
        yield f"**{escaped(self._wording.suggestion())}**"
        lines = [
            line for reason in reasons(self._redline, self._wording) for line in self._why(reason)
        ]
        if lines:
            yield "\n".join(lines)

    def _why(self, reason: Reason) -> Iterator[str]:
        yield f"- **{_line(reason.title)}** ({_line(reason.source)})"
        for place in reason.told(self._words):
            yield f"  - {_line(place)}"

    def section(self, section: Section) -> Iterator[str]:
        yield f"## {_line(self._wording.title(section))}"
        if section.summary:
            yield "\n".join(f"- {_line(str(line))}" for line in lines(section.summary, self._words))
        for group in section.groups:
            yield f"**{_line(self._wording.what(group[0]))}**"
            yield from (quote for entry in group if (quote := self._quote(entry)))

    def _quote(self, entry: Entry) -> str:
        lines = []
        if has_visible_edits(entry):
            lines += _marked(running(excerpt(entry.spans))).split("\n")
        elif entry.change is BlockChange.MOVED:
            lines.append(_line(opening(entry.new_text)))
        lines += [f"*{_line(note)}*" for note in self._wording.notes(entry)]
        return "\n".join(f"> {line}  " for line in lines).rstrip()


def _line(text: str) -> str:
    return escaped(text.replace("\n", " "))


def _marked(spans: Sequence[Span]) -> str:
    """Every line of a run in tags of its own, because a tag must not reach over a line's end."""
    return "".join(
        "\n".join(_tagged(line, _TAGS.get(run.op, "")) for line in run.words.split("\n"))
        for run in runs(spans)
    )


def _tagged(text: str, tag: str) -> str:
    return f"<{tag}>{escaped(text)}</{tag}>" if tag and text else escaped(text)
