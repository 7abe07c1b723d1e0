"""The redline inside an HTML mail: inline styles on spans, and an honest end when it is long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from notifier.model.redline import Entry, Redline
from notifier.rendering.environment import Templates
from notifier.rendering.redline.characters import language_tag, visible
from notifier.rendering.redline.passages import excerpt, has_visible_edits, opening, running, runs
from notifier.rendering.redline.sections import Section, sections
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import Words, counted

_LAST_LINE = 400
"""Bytes kept free for saying that the last section shown goes on."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A section as far as it fits: its pieces of HTML and what had to be left out."""

    heading: str
    entries: tuple[str, ...]
    more: str


def email_fragment(
    redline: Redline, *, templates: Templates, words: Words, link: str, budget: int
) -> str:
    """The redline as HTML to stand inside a mail, at most ``budget`` UTF-8 bytes long.

    Gmail drops ``ins`` and ``del`` and every style sheet, and clips a mail at 102 kB; so edits
    are spans with inline styles, told apart by underline and strike-through as well as colour,
    and what does not fit is counted and linked instead of cut.

    Args:
        words: labels in the reader's language, from :func:`~notifier.rendering.redline.words_for`.
        link: address of the complete comparison.
        budget: upper bound in bytes; the frame and the last line are counted too.

    Raises:
        RenderingError: a template of ``templates/redline/email*.html`` is wrong.
    """
    changed = [section for section in sections(redline) if section.is_changed]
    view = _View(redline, templates, words, link)
    frame = len(view.frame([], len(changed)).encode())
    shown = list(view.fitting(changed, budget - frame))
    return view.frame(shown, len(changed) - len(shown))


class _View:
    def __init__(self, redline: Redline, templates: Templates, words: Words, link: str) -> None:
        self._templates = templates
        self._words = words
        self._link = link
        self._wording = Wording(redline, words)
        of_policy = language_tag(redline.new.language)
        self._language = "" if of_policy == words["language"] else of_policy

    def frame(self, pieces: list[_Piece], left_out: int) -> str:
        return self._templates.render(
            "redline/email.html",
            sections=pieces,
            left_out=counted(self._words, "more_sections", left_out) if left_out else "",
            incomplete=bool(left_out) or any(piece.more for piece in pieces),
            link=self._link,
            words=self._words,
        )

    def fitting(self, changed: list[Section], room: int) -> Iterator[_Piece]:
        """Sections in reading order until the room is used up; the last one may be partial."""
        for section in changed:
            piece = self._section(section, room - _LAST_LINE)
            if piece is None:
                return
            yield piece
            if piece.more:
                return
            room -= sum(len(html.encode()) + 1 for html in (piece.heading, *piece.entries))

    def _section(self, section: Section, room: int) -> _Piece | None:
        """As much of a section as fits; None when not even its first change does."""
        heading = self._heading(section)
        room -= len(heading.encode()) + 1
        entries: list[str] = []
        told = [(entry, entry is group[0]) for group in section.groups for entry in group]
        for entry, is_first in told:
            html = self._entry(entry, is_first=is_first)
            room -= len(html.encode()) + 1
            if room < 0:
                break
            entries.append(html)
        if room < 0 and not entries:
            return None
        return _Piece(heading, tuple(entries), self._more(len(told) - len(entries)))

    def _more(self, left_out: int) -> str:
        return counted(self._words, "more_changes", left_out) if left_out else ""

    def _heading(self, section: Section) -> str:
        return self._templates.render(
            "redline/email_heading.html",
            title=self._wording.title(section),
            language=self._language,
        )

    def _entry(self, entry: Entry, *, is_first: bool) -> str:
        spans = running(excerpt(entry.spans)) if has_visible_edits(entry) else ()
        return self._templates.render(
            "redline/email_entry.html",
            what=self._wording.what(entry) if is_first else "",
            language=self._language,
            own_language=self._words["language"],
            change=entry.change,
            runs=runs(spans),
            opening="" if spans else visible(opening(entry.new_text)),
            notes=self._wording.notes(entry),
        )
