"""A redline laid out for the page: sections and their lines, folded where nothing changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from notifier.model.redline import Redline
from notifier.rendering.redline import telling
from notifier.rendering.redline.cards import Card, Cards
from notifier.rendering.redline.lines import Line, Part, lines, parts
from notifier.rendering.redline.sections import Section, sections
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import Words, counted

_FIRST_LEVEL = 3
_LAST_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Parts shown one after the other, or folded behind ``fold`` when that is not empty."""

    fold: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section of the page.

    Attributes:
        level: heading level in the page's own outline, without gaps.
        heading: the card of its heading; None where the text has none.
        marks: kind, number and label of what changed in it.
        changes: how many changes a reader can jump to.
        is_open: something in it differs, be it only what has moved away; else it is folded.
    """

    id: str
    title: str
    level: int
    heading: Card | None
    stretches: tuple[Stretch, ...]
    marks: tuple[tuple[str, int, str], ...]
    summary: tuple[telling.ToldPoint, ...]
    changes: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Sections shown one after the other, or folded behind ``fold`` when that is not empty."""

    fold: str
    sections: tuple[PageSection, ...]


def layout(redline: Redline, wording: Wording, words: Words) -> tuple[Run, ...]:
    """The whole redline for the page, unchanged sections in a row folded together."""
    return tuple(_Layout(redline, wording, words).runs())


class _Layout:
    def __init__(self, redline: Redline, wording: Wording, words: Words) -> None:
        self._sections = sections(redline)
        self._wording = wording
        self._words = words
        self._cards = Cards(redline, wording)

    def runs(self) -> Iterator[Run]:
        for is_open, run in groupby(self._laid_out(), key=lambda section: section.is_open):
            found = tuple(run)
            label = "" if is_open else counted(self._words, "unchanged_sections", len(found))
            yield Run(label, found)

    def _laid_out(self) -> Iterator[PageSection]:
        top = min((section.level for section in self._sections if section.level), default=1)
        level = _FIRST_LEVEL - 1
        for section in self._sections:
            wanted = max(section.level - top, 0) + _FIRST_LEVEL
            level = min(wanted, level + 1, _LAST_LEVEL)
            yield self._section(section, level)

    def _section(self, section: Section, level: int) -> PageSection:
        cards = [self._cards.card(at, entry) for at, entry in section.numbered]
        heading = cards[0] if section.has_heading else None
        found = list(lines(cards[1:] if heading else cards, self._words["edited"]))
        told: list[Card | Line] = [*([heading] if heading else []), *found]
        return PageSection(
            id=f"s{section.start}",
            title=self._wording.title(section),
            level=level,
            heading=heading,
            stretches=tuple(self._stretches(found)),
            marks=self._wording.counts(section.entries),
            summary=telling.lines(section.summary, self._words),
            changes=sum(part.is_stop for part in told),
            is_open=any(part.what for part in told),
        )

    def _stretches(self, found: Sequence[Line]) -> Iterator[Stretch]:
        """Changes and their neighbours open; what lies further off is folded."""
        for is_shown, run in groupby(zip(_shown(found), found, strict=True), key=itemgetter(0)):
            stretch = [line for _, line in run]
            yield Stretch("" if is_shown else self._folded(stretch), tuple(parts(stretch)))

    def _folded(self, stretch: Sequence[Line]) -> str:
        kind = "rows" if all(line.is_row for line in stretch) else "paragraphs"
        return counted(self._words, f"unchanged_{kind}", len(stretch))


def _shown(found: Sequence[Line]) -> list[bool]:
    """Which lines stay open; a single one between two that do is not worth a fold."""
    shown = [
        any(line.what for line in found[max(at - 1, 0) : at + 2]) or line.is_head
        for at, line in enumerate(found)
    ]
    return [
        is_shown or all((*shown[max(at - 1, 0) : at], *shown[at + 1 : at + 2]))
        for at, is_shown in enumerate(shown)
    ]
