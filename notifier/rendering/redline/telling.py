"""The points of a summary in the reader's language around the policy's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from notifier.model.redline import BlockChange, PointKind, SectionSummary, SummaryPoint
from notifier.rendering.redline.passages import brief
from notifier.rendering.redline.words import Words, counted

_PLACE = re.compile(r"\{(\w+)\}")
_COUNTED = {PointKind.CORRECTED: "corrections", PointKind.MORE: "more_changes"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: ours, in the reader's language, or the policy's own.

    Attributes:
        is_topic: it says what the line is about.
    """

    words: str
    is_policy: bool = False
    is_topic: bool = False


@dataclass(frozen=True, slots=True)
class ToldPoint:
    """One point in words."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        """The line as plain text."""
        return "".join(piece.words for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class ToldSection:
    """A section's title and its points, one line each."""

    title: ToldPoint
    lines: tuple[ToldPoint, ...]


@dataclass(frozen=True, slots=True)
class ToldSummary:
    """A whole summary in one language.

    Attributes:
        more: how many sections are left out, in words; empty when none is.
        is_complete: no section and no point of one is left out.
    """

    sections: tuple[ToldSection, ...]
    more: str
    is_complete: bool


def told(summary: Sequence[SectionSummary], words: Words, budget: int | None = None) -> ToldSummary:
    """A summary in the language of ``words``, the first section whatever it takes.

    Args:
        budget: UTF-8 bytes after which further sections are counted instead of told.
    """
    shown: list[ToldSection] = []
    left = budget
    for section in summary:
        part = ToldSection(_title(section, words), lines(section.points, words))
        if left is not None:
            left -= sum(len(str(line).encode()) for line in (part.title, *part.lines))
            if left < 0 and shown:
                break
        shown.append(part)
    rest = len(summary) - len(shown)
    more = counted(words, "more_sections", rest) if rest else ""
    counts = any(point.kind is PointKind.MORE for section in summary for point in section.points)
    return ToldSummary(tuple(shown), more, is_complete=not rest and not counts)


def lines(points: Sequence[SummaryPoint], words: Words) -> tuple[ToldPoint, ...]:
    """Points in words."""
    return tuple(ToldPoint(tuple(_pieces(point, words))) for point in points)


def _title(section: SectionSummary, words: Words) -> ToldPoint:
    if not section.heading:
        return ToldPoint((Piece(words["introduction"]),))
    heading = {"title": (Piece(brief(section.heading), is_policy=True),)}
    if section.change is BlockChange.EDITED:
        return ToldPoint(heading["title"])
    return ToldPoint(tuple(_filled(words[f"section_{section.change}"], heading)))


def _pieces(point: SummaryPoint, words: Words) -> Iterator[Piece]:
    if point.kind in _COUNTED:
        yield Piece(counted(words, _COUNTED[point.kind], point.count))
        return
    title = words.get(f"rule_{point.rule}", words["rule_none"])
    if point.about and point.kind is PointKind.VALUE:
        yield from (Piece(brief(point.about), is_policy=True), Piece(" · "))
    is_bare = point.kind in (PointKind.VALUE, PointKind.LINK)
    yield from _filled(
        words[_label(point)],
        {
            "title": (Piece(title, is_topic=True),),
            "before": _quote(point.before, words, is_bare=is_bare),
            "after": _quote(point.after, words, is_bare=is_bare),
            "about": _quote(point.about, words, is_bare=False),
        },
    )


def _label(point: SummaryPoint) -> str:
    """The name of the label for what the point holds."""
    if point.kind is PointKind.LINK:
        name = ("changed" if point.after else "removed") if point.before else "added"
        return f"point_link_{name}"
    if point.kind is PointKind.MOVED:
        return "point_moved" if point.after else "point_moved_section"
    if point.kind is PointKind.WORDING and not point.before:
        return "point_now"
    if point.kind is PointKind.WORDING and not point.after:
        return "point_removed"
    return f"point_{point.kind}"


def _quote(words_of_policy: str, words: Words, *, is_bare: bool) -> tuple[Piece, ...]:
    """The policy's words in the quotation marks of the reader's language, or without any."""
    quoted = Piece(brief(words_of_policy), is_policy=True)
    if is_bare:
        return (quoted,)
    return tuple(_filled(words["quote"], {"quoted": (quoted,)}))


def _filled(label: str, places: Mapping[str, tuple[Piece, ...]]) -> Iterator[Piece]:
    """A label's own words, and in its places the pieces given for them."""
    at = 0
    for match in _PLACE.finditer(label):
        if match.start() > at:
            yield Piece(label[at : match.start()])
        yield from places[match[1]]
        at = match.end()
    if at < len(label):
        yield Piece(label[at:])
