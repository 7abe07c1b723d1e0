"""What a statement about a text's date is: its kind, its words, how plainly it speaks, of what.

A statement is a label ("last updated", "in force since") and a date that belong together by
grammar; :mod:`notifier.reading.dates.clause` finds them. It is graded by its standing: a line of
its own at the head of the page weighs more than a clause inside a paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from notifier.model.reading import DateKind
from notifier.model.text import Quote
from notifier.reading.dates.line import Line
from notifier.reading.dates.written import WrittenDate

HEAD_WORDS = 150
"""Words of text before which a line still belongs to the head of the page."""
FOOT_BLOCKS = 8
"""Blocks from the end that are the foot of the page: imprint, signature, date."""


class Place(StrEnum):
    """Where on the page a line stands."""

    HEAD = "head"
    BODY = "body"
    FOOT = "foot"


class Standing(IntEnum):
    """How plainly a statement dates this text: what readers see goes before its metadata."""

    PROSE = 1
    METADATA = 2
    OWN_LINE = 3
    HEAD = 4


class Scope(StrEnum):
    """What a statement is about."""

    WHOLE = "whole"
    """This text, for everybody."""
    PART = "part"
    """This text, for some readers, places or sections."""
    ANNOUNCED = "announced"
    """A text to come."""
    ENDS = "ends"
    """The day on which this text stops to apply."""
    LOG = "log"
    """One entry in a list of changes to this text."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the text says about its date.

    Attributes:
        label: the label as folded, empty for a bare date.
        line: the line it stands in; None for metadata.
        named: True when its sentence names this text ("this policy").
    """

    kind: DateKind
    written: WrittenDate
    quote: Quote
    standing: Standing
    scope: Scope = Scope.WHOLE
    label: str = ""
    line: Line | None = None
    named: bool = False


RANK = {
    DateKind.EFFECTIVE: 0,
    DateKind.COMPUTED: 1,
    DateKind.EFFECTIVE_ESTIMATED: 1,
    DateKind.LAST_UPDATED: 2,
    DateKind.LAST_MODIFIED: 2,
    DateKind.LAST_REVISED: 2,
    DateKind.STAND_STATUS: 3,
    DateKind.VERSION_DATE: 4,
    DateKind.PUBLISHED: 5,
    DateKind.DATED: 6,
    DateKind.DRAFTED: 7,
    DateKind.VERSION_TABLE: 8,
    DateKind.BARE_DATE: 9,
    DateKind.CHANGELOG: 10,
}
"""Which kind speaks for the text when it states several: the nearer to "in force", the lower."""
