"""A redline laid out for the page: sections, cards for blocks, folds for what did not change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from notifier.model.redline import BlockChange, Entry, Op, Redline, Span
from notifier.rendering.redline.characters import visible
from notifier.rendering.redline.passages import running
from notifier.rendering.redline.sections import Section, blocks, sections
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import Words, counted

Runs = tuple[tuple[Op, str, bool], ...]
"""What happened to a run, its characters, and whether it set off a rule of materiality."""

_FIRST_LEVEL = 3
_LAST_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Card:
    """One entry as the page shows it.

    Attributes:
        id: anchor of the entry.
        inline, before, after: its words in one text, as they were, and as they are.
        what: what happened, as a label; empty for an unchanged block.
        other: anchor of the other end of a move, or empty.
    """

    id: str
    change: BlockChange
    kind: str
    level: int
    number: str
    inline: Runs
    before: Runs
    after: Runs
    what: str
    notes: tuple[str, ...]
    other: str


@dataclass(frozen=True, slots=True)
class Row:
    """Cards shown one after the other, or folded behind ``fold`` when that is not empty."""

    fold: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section of the page.

    Attributes:
        level: heading level in the page's own outline, without gaps.
        heading: the card of its heading; None where the text has none.
        marks: kind, number and label of what changed in it.
    """

    id: str
    title: str
    level: int
    heading: Card | None
    rows: tuple[Row, ...]
    marks: tuple[tuple[str, int, str], ...]
    summary: tuple[str, ...]
    changes: int


@dataclass(frozen=True, slots=True)
class Run:
    """Sections shown one after the other, or folded behind ``fold`` when that is not empty."""

    fold: str
    sections: tuple[PageSection, ...]


def runs(redline: Redline, wording: Wording, words: Words) -> tuple[Run, ...]:
    """The whole redline for the page, unchanged sections in a row folded together."""
    return tuple(_Layout(redline, wording, words).runs())


class _Layout:
    def __init__(self, redline: Redline, wording: Wording, words: Words) -> None:
        self._redline = redline
        self._wording = wording
        self._words = words
        self._ends = {
            (entry.change, entry.move): f"c{at}"
            for at, entry in enumerate(redline.entries)
            if entry.move
        }

    def runs(self) -> Iterator[Run]:
        for is_changed, run in groupby(self._sections(), key=lambda section: bool(section.changes)):
            found = tuple(run)
            label = "" if is_changed else counted(self._words, "unchanged_sections", len(found))
            yield Run(label, found)

    def _sections(self) -> Iterator[PageSection]:
        level = _FIRST_LEVEL - 1
        top = min((s.level for s in sections(self._redline) if s.level), default=1)
        for section in sections(self._redline):
            wanted = max(section.level - top, 0) + _FIRST_LEVEL
            level = min(wanted, level + 1, _LAST_LEVEL)
            yield self._section(section, level)

    def _section(self, section: Section, level: int) -> PageSection:
        cards = [self._card(at, entry) for at, entry in section.numbered]
        has_heading = bool(section.level) and cards[0].kind == "heading"
        return PageSection(
            id=f"s{section.start}",
            title=visible(section.title) or self._words["introduction"],
            level=level,
            heading=cards[0] if has_heading else None,
            rows=tuple(self._rows(cards[1:] if has_heading else cards)),
            marks=self._wording.counts(section.entries),
            summary=tuple(visible(line) for line in section.summary),
            changes=sum(1 for card in cards if card.what),
        )

    def _rows(self, cards: Sequence[Card]) -> Iterator[Row]:
        """Changes and their neighbours open; what lies further off is folded."""
        near = [
            any(card.what for card in cards[max(at - 1, 0) : at + 2]) for at in range(len(cards))
        ]
        for is_near, run in groupby(zip(near, cards, strict=True), key=lambda pair: pair[0]):
            found = tuple(card for _, card in run)
            folded = not is_near and len(found) > 1
            label = counted(self._words, "unchanged_paragraphs", len(found)) if folded else ""
            yield Row(label, found)

    def _card(self, at: int, entry: Entry) -> Card:
        block = blocks(self._redline, entry)[0]
        return Card(
            id=f"c{at}",
            change=entry.change,
            kind=block.kind.value,
            level=block.level,
            number=visible(block.number),
            inline=_shown(running(entry.spans)),
            before=_side(entry.spans, Op.INSERT),
            after=_side(entry.spans, Op.DELETE),
            what=self._wording.what(entry) if entry.is_change else "",
            notes=self._wording.notes(entry),
            other=self._other(entry),
        )

    def _other(self, entry: Entry) -> str:
        ends = {
            BlockChange.MOVED: BlockChange.MOVED_AWAY,
            BlockChange.MOVED_AWAY: BlockChange.MOVED,
        }
        far = ends.get(entry.change)
        return self._ends.get((far, entry.move), "") if far else ""


def _shown(spans: Iterable[Span]) -> Runs:
    return tuple((span.op, span.text, bool(span.rule)) for span in spans)


def _side(spans: Sequence[Span], without: Op) -> Runs:
    return _shown(
        replace(span, text=visible(span.text)) for span in spans if span.op is not without
    )
