"""Dates in front matter and machine-readable attributes, and templates that print them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from notifier.model.reading import DateKind
from notifier.model.text import Document, Quote
from notifier.reading.dates.line import fold
from notifier.reading.dates.sentences import labels_in
from notifier.reading.dates.statements import Standing, Statement
from notifier.reading.dates.vocabulary import Vocabulary
from notifier.reading.dates.written import Form, written_dates

_PRINTED = re.compile(r"\{\{-?\s*[$\w.]*?\.?(?P<key>[\w-]+)\s*(?:\||-?\}\})")


def in_metadata(document: Document, words: Vocabulary) -> tuple[Statement, ...]:
    """Return the dates of the front matter, whose keys say what they are."""
    found = []
    for key, value in document.metadata.items():
        folded = fold(value)
        plain = re.sub(r"[^a-z]", "", key.lower())
        kind = _METADATA.get(plain) or (_opening_kind(folded, words) if plain == _UNDER else None)
        if kind is None:
            continue
        for date in written_dates(folded, words)[:1]:
            quote = Quote(f"{key}: {value}")
            found.append(Statement(kind, date, quote, Standing.METADATA, label=key))
    return tuple(found)


_UNDER = "subtitle"
"""What stands under the title is read by people, and says by itself what its date is."""


def _opening_kind(folded: str, words: Vocabulary) -> DateKind | None:
    """What the words that open a line say of its date."""
    opening = next(iter(labels_in(folded, words.labels, words)), None)
    return opening.kind if opening is not None and opening.start == 0 else None


_METADATA = {
    "effectivedate": DateKind.EFFECTIVE,
    "effective": DateKind.EFFECTIVE,
    "effectiveon": DateKind.EFFECTIVE,
    "effectivefrom": DateKind.EFFECTIVE,
    "dateeffective": DateKind.EFFECTIVE,
    "validfrom": DateKind.EFFECTIVE,
    "lastupdated": DateKind.LAST_UPDATED,
    "lastupdate": DateKind.LAST_UPDATED,
    "lastupdatedate": DateKind.LAST_UPDATED,
    "lastupdatedat": DateKind.LAST_UPDATED,
    "lastupdatedon": DateKind.LAST_UPDATED,
    "lastupdateddate": DateKind.LAST_UPDATED,
    "updated": DateKind.LAST_UPDATED,
    "updatedat": DateKind.LAST_UPDATED,
    "updatedate": DateKind.LAST_UPDATED,
    "dateupdated": DateKind.LAST_UPDATED,
    "lastmodified": DateKind.LAST_MODIFIED,
    "lastmod": DateKind.LAST_MODIFIED,
    "lastmodifiedat": DateKind.LAST_MODIFIED,
    "lastmodifiedon": DateKind.LAST_MODIFIED,
    "lastmodifieddate": DateKind.LAST_MODIFIED,
    "modified": DateKind.LAST_MODIFIED,
    "datemodified": DateKind.LAST_MODIFIED,
    "dctermsmodified": DateKind.LAST_MODIFIED,
    "lastrevised": DateKind.LAST_REVISED,
    "revised": DateKind.LAST_REVISED,
    "revisiondate": DateKind.LAST_REVISED,
    "published": DateKind.PUBLISHED,
    "publishdate": DateKind.PUBLISHED,
    "datepublished": DateKind.PUBLISHED,
    "pubdate": DateKind.PUBLISHED,
    "date": DateKind.DATED,
}
"""Front-matter keys in use by Jekyll, Hugo, Docusaurus and schema.org, without their signs."""


def printed(
    statements: Iterable[Statement], document: Document, words: Vocabulary
) -> list[Statement]:
    """Return the statements with template code replaced by the front-matter date it prints.

    ``Last updated: {{ page.date }}`` with ``date: 2024-05-01`` states 1 May 2024.
    """
    return [_filled(one, document, words) for one in statements]


def _filled(statement: Statement, document: Document, words: Vocabulary) -> Statement:
    line, written = statement.line, statement.written
    if line is None or written.form is not Form.PLACEHOLDER:
        return statement
    match = _PRINTED.match(line.folded[written.start : written.end])
    value = document.metadata.get(match["key"]) if match else None
    dates = written_dates(fold(value), words) if value else ()
    if not dates or dates[0].form is not Form.DAY:
        return statement
    quote = Quote(f"{statement.quote.text} ({value})", statement.quote.line)
    return replace(statement, written=dates[0], quote=quote, line=None)


def machine_days(document: Document) -> frozenset[dt.date]:
    """Return the days of the page's ``datetime`` attributes."""
    days = set()
    for stamp in document.metadata.get("datetime", "").split():
        try:
            days.add(dt.date.fromisoformat(stamp[:10]))
        except ValueError:
            continue
    return frozenset(days)
