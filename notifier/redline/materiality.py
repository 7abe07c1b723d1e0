"""What in a redline deserves a lawyer's eye, and what the whole suggests.

Every signal comes from a row of ``signals.toml``; the suggestion follows from the signals alone.
Typing errors, punctuation, capitals and format set off nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from notifier.model.redline import Entry, Materiality, Signal
from notifier.model.text import Document
from notifier.redline.marks import marked
from notifier.redline.signals import Reader
from notifier.redline.wording import dates


class Verdict(NamedTuple):
    """A redline judged: its entries with the telling words marked, signals and suggestion."""

    entries: tuple[Entry, ...]
    signals: tuple[Signal, ...]
    suggestion: Materiality


def judged(old: Document, new: Document, entries: Sequence[Entry]) -> Verdict:
    """Find the signals of a redline and suggest how much the change matters."""
    reader = Reader(old, new)
    told: list[Entry] = []
    signals: list[Signal] = []
    only_dates, dated = True, False
    for at, entry in enumerate(entries):
        if not entry.is_change:
            told.append(entry)
            continue
        found = reader.read(entry)
        if found.marks:
            told.append(replace(entry, spans=tuple(marked(entry.spans, found.marks))))
        else:
            told.append(entry)
        signals += [replace(signal, entry=at) for signal in found.signals]
        only_dates = only_dates and (found.only_dates or entry.keeps_words)
        dated = dated or found.only_dates
    if signals:
        suggestion = Materiality.MATERIAL
    elif only_dates and (dated or _stated_dates(old) != _stated_dates(new)):
        suggestion = Materiality.DATE_ONLY
    else:
        suggestion = Materiality.EDITORIAL
    return Verdict(tuple(told), tuple(signals), suggestion)


def _stated_dates(document: Document) -> dict[str, str]:
    """What a document's metadata says about its dates."""
    return {key: value for key, value in document.metadata.items() if dates(value)}
