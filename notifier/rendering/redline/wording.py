"""What a view says about an entry, in one phrase: added, moved here from, one became two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from notifier.model.redline import BlockChange, Entry, Note, NoteKind, Redline, Signal
from notifier.model.text import BlockKind
from notifier.rendering.redline.characters import visible
from notifier.rendering.redline.passages import has_visible_edits, is_told
from notifier.rendering.redline.sections import Section, blocks, titled
from notifier.rendering.redline.words import Words, filled

_PLAIN = {
    BlockChange.SAME: "unchanged",
    BlockChange.EDITED: "edited",
    BlockChange.ADDED: "added",
    BlockChange.REMOVED: "removed",
}
_ORDER = ("edited", "added", "removed", "moved", "links")
_KINDS = {
    BlockChange.SAME: "links",
    BlockChange.EDITED: "edited",
    BlockChange.SPLIT: "edited",
    BlockChange.MERGED: "edited",
    BlockChange.ADDED: "added",
    BlockChange.REMOVED: "removed",
    BlockChange.MOVED: "moved",
    BlockChange.MOVED_AWAY: "",
}
_NOTES = {
    NoteKind.RENUMBERED: ("number_added", "renumbered", "number_removed"),
    NoteKind.LINK: ("link_added", "link_changed", "link_removed"),
    NoteKind.FORMAT: ("format", "format", "format"),
}


class Wording:
    """Phrases about the entries of one redline, in one language."""

    def __init__(self, redline: Redline, words: Words) -> None:
        """Say things about ``redline`` with ``words``."""
        self._redline = redline
        self._words = words
        moving = (BlockChange.MOVED, BlockChange.MOVED_AWAY)
        self._sections = {
            (entry.change, entry.move): entry.section
            for entry in redline.entries
            if entry.change in moving
        }
        self._moved_headings = {
            entry.section
            for entry in redline.entries
            if entry.change in moving and _heads(redline, entry)
        }

    def what(self, entry: Entry) -> str:
        """What happened to the block, as a short label."""
        if entry.change is BlockChange.MOVED:
            return self._move(entry, BlockChange.MOVED_AWAY, "moved_from", "moved_within")
        if entry.change is BlockChange.MOVED_AWAY:
            return self._move(entry, BlockChange.MOVED, "moved_to", "moved_away")
        if entry.change is BlockChange.SPLIT:
            return filled(self._words, "split", count=len(entry.new))
        if entry.change is BlockChange.MERGED:
            return filled(self._words, "merged", count=len(entry.old))
        return self._words[_kept(entry)]

    @property
    def along(self) -> str:
        """The label of a block that moved because its whole section did."""
        return self._words["moved_with"]

    def title(self, section: Section) -> str:
        """A section's title, and whether all of it is new, gone or moved."""
        title = self.section(section.title)
        if section.fate is None:
            return title
        return filled(self._words, f"section_{section.fate}", title=title)

    def notes(self, entry: Entry) -> tuple[str, ...]:
        """The entry's remarks, one line each; its own words tell that a heading was renamed."""
        return tuple(self.note(note) for note in entry.notes if note.kind is not NoteKind.RENAMED)

    def note(self, note: Note) -> str:
        """One remark in words; any but that a heading was renamed."""
        came, changed, went = _NOTES[note.kind]
        name = (changed if note.after else went) if note.before else came
        return filled(
            self._words,
            name,
            before=visible(note.before),
            after=visible(note.after),
            text=visible(note.text),
        )

    def counts(self, entries: Iterable[Entry]) -> tuple[tuple[str, int, str], ...]:
        """To how many paragraphs what happened: kind, number, label; only what happened at all."""
        tally = Counter(_kind(entry) for entry in entries if is_told(entry))
        return tuple(
            (kind, tally[kind], filled(self._words, "labelled", label=self._words[kind]))
            for kind in _ORDER
            if tally[kind]
        )

    def suggestion(self) -> str:
        """What notifier suggests the change to be; the decision is legal's."""
        suggested = self._words[self._redline.suggestion]
        return filled(self._words, "suggestion", materiality=suggested)

    def quotes(self, signal: Signal) -> str:
        """What a signal's words were and are."""
        before = self.quote(signal.before.text) if signal.before else ""
        after = self.quote(signal.after.text) if signal.after else ""
        if before and after:
            return f"{before} → {after}"
        return f"{self._words['added']} {after}" if after else f"{self._words['removed']} {before}"

    def section(self, title: str) -> str:
        """A section's title; a name for what stands before the first heading."""
        return visible(title) or self._words["introduction"]

    def quote(self, words: str) -> str:
        """Words in the quotation marks of the reader's language."""
        return filled(self._words, "quote", quoted=visible(words))

    def _move(self, entry: Entry, other: BlockChange, far: str, near: str) -> str:
        if _heads(self._redline, entry):
            name = "moved_section" if entry.change is BlockChange.MOVED else "moved_section_away"
            heading = visible(titled(blocks(self._redline, entry)[0]))
            return filled(self._words, name, place=heading)
        place = self._sections.get((other, entry.move), entry.section)
        if place == entry.section:
            return self._words["moved_with" if place in self._moved_headings else near]
        return filled(self._words, far, place=self.section(place))


def _heads(redline: Redline, entry: Entry) -> bool:
    """True when the entry is the heading of a section."""
    return blocks(redline, entry)[0].kind is BlockKind.HEADING


def _kept(entry: Entry) -> str:
    """The label of a block that stayed in its place."""
    notes = {note.kind for note in entry.notes}
    if NoteKind.RENAMED in notes:
        return "renamed"
    if NoteKind.LINK in notes and not has_visible_edits(entry):
        return "link"
    return _PLAIN[entry.change]


def _kind(entry: Entry) -> str:
    """What an entry counts as; nothing for the old place of what moved."""
    if entry.change is BlockChange.EDITED and not has_visible_edits(entry):
        return "links"
    return _KINDS[entry.change]
