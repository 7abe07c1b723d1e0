"""The comparison a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from notifier.model.text import Document, Quote


class Op(StrEnum):
    """What happened to a run of words."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters that is kept, deleted or inserted.

    Attributes:
        text: never empty. A line feed inside a ``split`` or ``merged`` entry is the place where
            one block ends and the next begins; it is inserted by a split, deleted by a merge.
        rule: name of the materiality rule these words set off (``retention``), so that a view
            lets them stand out; else empty. Neighbouring spans may therefore share an ``op``.
    """

    op: Op
    text: str
    rule: str = ""


class BlockChange(StrEnum):
    """What happened to a block."""

    SAME = "same"
    """One block on both sides with the same words; see the notes for numbers and links."""
    EDITED = "edited"
    """One block on both sides whose words differ."""
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """One block that stands elsewhere now, with its own edits; told at its new place."""
    MOVED_AWAY = "moved_away"
    """The old place of a moved block: a signpost, its words are with the ``moved`` entry."""
    SPLIT = "split"
    """One block that became several."""
    MERGED = "merged"
    """Several blocks that became one."""


class NoteKind(StrEnum):
    """A remark on a block whose words need not have changed."""

    RENUMBERED = "renumbered"
    RENAMED = "renamed"
    """A heading has new words; its section is the same."""
    LINK = "link"
    """The same words lead elsewhere. Unlike the other notes, this is a change."""
    FORMAT = "format"
    """Another kind or level of block, for example a paragraph that became a list item."""


@dataclass(frozen=True, slots=True)
class Note:
    """One remark on an entry.

    Attributes:
        before, after: the two numbers, headings, link targets or formats. An empty link target
            means that there was or is no link.
        text: for a link, the words that carry it.
    """

    kind: NoteKind
    before: str
    after: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One aligned place of the redline, in the order a person reads it.

    Attributes:
        old, new: indices into the two documents' blocks: none on the other side for added,
            removed and moved-away blocks, several where one block was split or several merged.
        spans: the words of the blocks. Equal and deleted spans join to the old text, equal and
            inserted ones to the new; several blocks are joined by one line feed. Always
            complete (an unchanged block is one equal span), but empty for ``moved_away``.
        notes: remarks: renumbered, renamed, link target changed, format changed.
        section: words of the nearest heading above, in the new text where it has one; empty
            before the first heading. A heading belongs to its own section.
        move: number that ties a ``moved`` entry to its ``moved_away`` one, from 1; else 0.
    """

    change: BlockChange
    old: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()
    section: str = ""
    move: int = 0

    @property
    def old_text(self) -> str:
        """The words as they were; empty for an added block."""
        if self.change is BlockChange.SAME and self.spans:
            return self.spans[0].text
        return "".join([span.text for span in self.spans if span.op is not Op.INSERT])

    @property
    def new_text(self) -> str:
        """The words as they are; empty for a removed block."""
        if self.change is BlockChange.SAME and self.spans:
            return self.spans[0].text
        return "".join([span.text for span in self.spans if span.op is not Op.DELETE])

    @property
    def has_edits(self) -> bool:
        """True when a word was deleted or inserted."""
        return any(span.op is not Op.EQUAL for span in self.spans)

    @property
    def is_change(self) -> bool:
        """True when a reader must be shown this entry: words, place or a link target differ."""
        return self.change is not BlockChange.SAME or any(
            note.kind is NoteKind.LINK for note in self.notes
        )

    @property
    def keeps_words(self) -> bool:
        """True when the words stand where they stood, lead where they led and say the same.

        Blanks, breaks between blocks, and the shapes of quotation marks and dashes may differ.
        """
        return (
            _plain(self.old_text) == _plain(self.new_text)
            and self.change not in {BlockChange.MOVED, BlockChange.MOVED_AWAY}
            and not any(note.kind is NoteKind.LINK for note in self.notes)
        )


_SHAPES = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015", "-"),
        "\u00ad": None,
    }
)


def _plain(text: str) -> str:
    """Words without the shapes that typesetting gives them."""
    return " ".join(text.translate(_SHAPES).split())


class Materiality(StrEnum):
    """How much a change matters: our suggestion, or legal's decision."""

    MATERIAL = "material"
    EDITORIAL = "editorial"
    DATE_ONLY = "date_only"


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to call a change material.

    Attributes:
        rule: stable name of the rule (``retention``, ``negation``, ``promise-weakened``).
        source: the law or guidance the rule rests on.
        section: heading under which it stands, or empty.
        before, after: the words concerned, either may be None.
        title: the rule in words (``Retention``).
        entry: index of the redline's entry where it was found.
    """

    rule: str
    source: str
    section: str = ""
    before: Quote | None = None
    after: Quote | None = None
    title: str = ""
    entry: int = 0


class PointKind(StrEnum):
    """What a point of a summary tells; a view says it in its reader's language."""

    VALUE = "value"
    """A number or date: ``30 days``, ``90 days``."""
    WORDING = "wording"
    """A sentence says something else; ``before`` is left out where it would only be long."""
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """``after`` stands elsewhere now; the whole section does when it is empty."""
    RENAMED = "renamed"
    """The heading has new words."""
    LINK = "link"
    """The words ``about`` lead from ``before`` to ``after``; empty means to nowhere."""
    CORRECTED = "corrected"
    """``count`` edits of spelling, punctuation or capitals."""
    MORE = "more"
    """``count`` further points of this section are in the redline only."""


@dataclass(frozen=True, slots=True)
class SummaryPoint:
    """One thing that changed, as data: what happened, and the policy's own words.

    Attributes:
        rule: stable name of the materiality rule it set off (``retention``), or ``date`` for the
            text's own date; else empty.
        before, after: verbatim words of the old and of the new text, cut at words with an
            ellipsis where they are long; either may be empty.
        about: words that say of what, such as the first cell of a table's row; or empty.
        count: how many; 1 for a single thing.
    """

    kind: PointKind
    rule: str = ""
    before: str = ""
    after: str = ""
    about: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """What changed under one heading, taken by rule from the edits, never invented.

    Attributes:
        heading: as in the new text, or the old one for a section that is gone; empty for what
            stands before the first heading.
        points: what changed, material points first.
        entries: indices of the redline's entries it tells of.
        change: ``added`` or ``removed`` when that happened to the section with its heading, else
            ``edited``.
    """

    heading: str
    points: tuple[SummaryPoint, ...]
    entries: tuple[int, ...] = ()
    change: BlockChange = BlockChange.EDITED


@dataclass(frozen=True, slots=True)
class Redline:
    """Two documents and every edit between them.

    Applying the edits to ``old`` gives ``new``, and back, exactly.

    Attributes:
        entries: every block of both documents exactly once, in reading order; moved-away
            signposts come on top.
        suggestion: material, editorial or only the date; ours, with ``signals`` as its reasons.
        summary: what changed, by section, those with material points first; without what is no
            change, such as new numbers.
    """

    old: Document
    new: Document
    entries: tuple[Entry, ...] = ()
    suggestion: Materiality = Materiality.EDITORIAL
    signals: tuple[Signal, ...] = ()
    summary: tuple[SectionSummary, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when no word, date, place or link target differs."""
        return not any(entry.is_change for entry in self.entries)
