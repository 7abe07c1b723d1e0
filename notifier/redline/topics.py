"""What a text and its sections are about, by their headings."""

from __future__ import annotations

from typing import NamedTuple

from notifier.model.text import BlockKind, Document
from notifier.redline.rules import Rules
from notifier.redline.wording import dates

PROMISE = "promise"
"""The rule about how changes are announced."""


class Topic(NamedTuple):
    """What a section is about.

    Attributes:
        subject: name of the rule its heading speaks of; or empty.
        announces: it says how changes are announced.
        is_open: its sentences may be about anything, not only about personal data.
    """

    subject: str
    announces: bool
    is_open: bool


class Topics:
    """The topics of one document's sections."""

    def __init__(self, document: Document, rules: Rules) -> None:
        headings = (block.text for block in document.blocks if block.kind is BlockKind.HEADING)
        title = f"{document.title} {next(headings, '')}"
        self._rules = rules
        self._are_terms = bool(rules.terms.search(title)) and not rules.personal.search(title)
        self._known: dict[str, Topic] = {}

    def of(self, heading: str) -> Topic:
        """What the section under a heading is about."""
        if heading not in self._known:
            self._known[heading] = self._read(heading)
        return self._known[heading]

    def _read(self, heading: str) -> Topic:
        is_open = self._are_terms and not self._rules.personal.search(heading)
        subjects = (
            hit.rule.name
            for hit in self._rules.hits(heading)
            if hit.rule.is_subject
            and hit.rule.name != PROMISE
            and not (hit.rule.is_personal and is_open)
        )
        headings = self._rules.named[PROMISE].headings
        announces = bool(headings and headings.match(heading)) and not dates(heading)
        return Topic(next(subjects, ""), announces, is_open)
