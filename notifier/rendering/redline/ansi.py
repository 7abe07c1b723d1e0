"""The terminal: the marks of wdiff, ``[-removed-]{+added+}``, with colour on top where there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from notifier.model.redline import BlockChange, Entry, Op, Redline, Span
from notifier.rendering.redline.characters import visible
from notifier.rendering.redline.passages import excerpt, has_visible_edits, opening, running, runs
from notifier.rendering.redline.reasons import reasons
from notifier.rendering.redline.sections import Section, sections
from notifier.rendering.redline.telling import lines
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import english

_MARKS = {Op.DELETE: ("[-", "-]", "red strike"), Op.INSERT: ("{+", "+}", "green underline")}


def terminal(redline: Redline, *, width: int, colour: bool) -> str:
    """The redline for a terminal ``width`` columns wide; complete and readable without colour."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        for line in _View(redline).lines():
            console.print(line)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


class _View:
    def __init__(self, redline: Redline) -> None:
        self._redline = redline
        self._words = english()
        self._wording = Wording(redline, self._words)

    def lines(self) -> Iterator[Text | Padding]:
        changed = [section for section in sections(self._redline) if section.is_changed]
        if not changed:
            yield Text(self._words["nothing"])
            return
        yield from self._verdict()
        for section in changed:
            yield from self._section(section)

    def _verdict(self) -> Iterator[Text | Padding]:
        counts = self._wording.counts(self._redline.entries)
        yield Text(" · ".join(f"{label} {number}" for _, number, label in counts))
        yield Text(self._wording.suggestion(), "bold")
        for reason in reasons(self._redline, self._wording):
            yield _indented(Text.assemble((reason.title, "bold"), f" ({reason.source})"))
            for place in reason.told(self._words):
                yield Padding(Text(place), (0, 0, 0, 4))

    def _section(self, section: Section) -> Iterator[Text | Padding]:
        yield Text()
        yield Text.assemble(("── ", "dim"), (self._wording.title(section), "bold"))
        for line in lines(section.summary, self._words):
            yield Text(str(line), "italic")
        for group in section.groups:
            yield Text()
            yield Text(self._wording.what(group[0]), "bold cyan")
            for entry in group:
                yield from self._entry(entry)

    def _entry(self, entry: Entry) -> Iterator[Text | Padding]:
        if has_visible_edits(entry):
            yield _indented(_marked(running(excerpt(entry.spans))))
        elif entry.change is BlockChange.MOVED:
            yield _indented(Text(visible(opening(entry.new_text))))
        for note in self._wording.notes(entry):
            yield _indented(Text(note, "yellow"))


def _marked(spans: Sequence[Span]) -> Text:
    marked = Text()
    for run in runs(spans):
        opens, closes, style = _MARKS.get(run.op, ("", "", ""))
        begins = len(marked) + len(opens)
        marked.append(f"{opens}{run.words}{closes}", style)
        for words, weighty in run.pieces:
            if weighty and style:
                marked.stylize("bold", begins, begins + len(words))
            begins += len(words)
    return marked


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))
