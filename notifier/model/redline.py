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
    """A run of characters that is kept, deleted or inserted."""

    op: Op
    text: str


class BlockChange(StrEnum):
    """What happened to a block."""

    SAME = "same"
    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Entry:
    """One aligned place of the redline, in the order a person reads it.

    Attributes:
        old, new: indices into the two documents' blocks; empty for added or removed blocks,
            several where one block was split or several were merged.
        spans: word edits. Equal and deleted spans join to the old text (blocks of a merge are
            joined by one line feed), equal and inserted ones to the new.
        notes: format-level remarks that are no change of text: ``renumbered``, ``link``,
            ``heading renamed``.
    """

    change: BlockChange
    old: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()


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
    """

    rule: str
    source: str
    section: str = ""
    before: Quote | None = None
    after: Quote | None = None


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """What changed under one heading, in a line written by rule from the edits, never invented."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Redline:
    """Two documents and every edit between them.

    Applying the edits to ``old`` gives ``new``, and back, exactly.

    Attributes:
        entries: every block of both documents exactly once, in reading order.
        suggestion: material, editorial or only the date; ours, with ``signals`` as its reasons.
        summary: what changed, section by section; legal may edit it before approval.
    """

    old: Document
    new: Document
    entries: tuple[Entry, ...] = ()
    suggestion: Materiality = Materiality.EDITORIAL
    signals: tuple[Signal, ...] = ()
    summary: tuple[SectionSummary, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when no word, date or link target differs."""
        return all(entry.change is BlockChange.SAME for entry in self.entries)
