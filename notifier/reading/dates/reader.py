"""Reading one document's date."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from notifier.model.reading import Confidence, DateKind, DateStatus, EffectiveDate, Finding
from notifier.model.text import Block, BlockKind, Document
from notifier.reading.dates.clock import time_of_day
from notifier.reading.dates.computed import computed
from notifier.reading.dates.decision import Choice, choose
from notifier.reading.dates.doubts import Evidence, doubts
from notifier.reading.dates.gathering import Gathered, gather, without_logs
from notifier.reading.dates.governing import declared_effective
from notifier.reading.dates.metadata import in_metadata, machine_days, printed
from notifier.reading.dates.order import order_of
from notifier.reading.dates.statements import RANK, Standing, Statement
from notifier.reading.dates.vocabulary import Vocabulary, supported, vocabulary
from notifier.reading.dates.written import Form
from notifier.reading.tags import primary_language

_EDGE, _SHORT = 12, 100
"""Blocks from either end, and characters, within which a foreign label is looked for."""
_PLAIN = RANK[DateKind.STAND_STATUS]
"""The last rank of kinds whose labels no other language uses for something else."""
_DIGIT = re.compile(r"\d")


def read_effective_date(document: Document) -> tuple[EffectiveDate, tuple[Finding, ...]]:
    """Return the date ``document`` states about itself, and what legal should know about it.

    Nothing is guessed: a month without a day, two possible days, a placeholder or silence are
    results of their own, each with a finding that stops planning and says what to decide.
    """
    result = _read(document, vocabulary(*_languages(document)))
    if result[0].status is DateStatus.NONE and primary_language(document.language) in supported():
        result = _read_foreign_label(document) or result
    if result[0].status is DateStatus.NONE:
        return _read_beside(document) or result
    return result


def _read_beside(document: Document) -> tuple[EffectiveDate, tuple[Finding, ...]] | None:
    """Read the title and the margins of the page: footers say when a page was last updated.

    Only a plain label is believed there; news and copyright lines have none.
    """
    lines = [document.title, *document.metadata.get("beside", "").splitlines()]
    blocks = tuple(Block(BlockKind.PARAGRAPH, line) for line in lines if line.strip())
    margin = replace(document, blocks=blocks, metadata={})
    effective, findings = _read(margin, vocabulary(*_languages(document)))
    plain = effective.kind is not None and RANK[effective.kind] <= _PLAIN
    return (effective, findings) if plain and effective.precision else None


def _read_foreign_label(
    document: Document,
) -> tuple[EffectiveDate, tuple[Finding, ...]] | None:
    """Read head and foot in the other languages: templates leave a foreign label on the page.

    Only short lines that say nothing else are believed, and only if no two languages differ.
    """
    edges = (*document.blocks[:_EDGE], *document.blocks[_EDGE:][-_EDGE:])
    short = tuple(one for one in edges if len(one.text) <= _SHORT and _DIGIT.search(one.text))
    if not short:
        return None
    lines = replace(document, blocks=short, metadata={})
    read = [
        _read(lines, vocabulary(other))
        for other in supported()
        if other != primary_language(document.language)
    ]
    plain = [one for one in read if one[0].kind and RANK[one[0].kind] <= _PLAIN]
    return plain[0] if len({(one[0].date, one[0].month) for one in plain}) == 1 else None


def _languages(document: Document) -> tuple[str, ...]:
    """Return the tables to read with: the text's language and English, which pages mix in.

    A text too short to tell its language, or in one without a table, is read with all of them.
    """
    primary = primary_language(document.language)
    if primary in supported():
        return tuple(dict.fromkeys((primary, "en")))
    return tuple(dict.fromkeys(("en", *supported())))


def _read(document: Document, words: Vocabulary) -> tuple[EffectiveDate, tuple[Finding, ...]]:
    gathered = gather(document, words)
    machine = machine_days(document)
    primary = primary_language(document.language)
    order = order_of(
        gathered.dates,
        machine=machine,
        language=document.language,
        day_first_language=primary in supported() and vocabulary(primary).day_first,
    )
    stated = printed(without_logs(gathered.statements), document, words)
    statements = (*in_metadata(document, words), *stated)
    statements += tuple(computed(gathered.lines, statements, order, words))
    choice = choose(statements, order)
    effective = _effective(choice, gathered, words)
    evidence = Evidence(effective, choice, statements, order, machine, document.language or "")
    return effective, doubts(evidence)


def _effective(choice: Choice, gathered: Gathered, words: Vocabulary) -> EffectiveDate:
    statement = choice.statement
    if statement is None:
        return EffectiveDate(DateStatus.NONE)
    status = _status(choice)
    stated = status is DateStatus.STATED
    at, zone = _time(statement, words)
    return EffectiveDate(
        status,
        date=choice.readings[0] if stated else None,
        month=statement.written.month or None,
        kind=statement.kind,
        quote=statement.quote,
        readings=choice.readings if status is DateStatus.AMBIGUOUS else (),
        governs=stated and _governs(statement, gathered, words),
        at=at,
        zone=zone,
        from_metadata=statement.standing is Standing.METADATA,
        confidence=_confidence(statement) if stated else Confidence.OPEN,
    )


def _governs(statement: Statement, gathered: Gathered, words: Vocabulary) -> bool:
    if statement.kind in {DateKind.EFFECTIVE, DateKind.COMPUTED}:
        return True
    return declared_effective(statement, gathered.lines, words)


def _confidence(statement: Statement) -> Confidence:
    plain = statement.standing > Standing.PROSE and len(statement.written.readings) == 1
    labelled = bool(statement.label)
    return Confidence.PLAIN if plain and labelled else Confidence.DECIDED


def _status(choice: Choice) -> DateStatus:
    form = choice.statement.written.form if choice.statement else None
    if form is Form.PLACEHOLDER:
        return DateStatus.PLACEHOLDER
    if form is Form.MONTH:
        return DateStatus.MONTH_ONLY
    known = len(choice.readings) == 1 and not choice.partial
    return DateStatus.STATED if known else DateStatus.AMBIGUOUS


def _time(statement: Statement, words: Vocabulary) -> tuple[dt.time | None, str | None]:
    if statement.line is None or statement.written.form is not Form.DAY:
        return None, None
    line, written = statement.line, statement.written
    return time_of_day(line.shown, line.folded, written.start, written.end, words)
