"""What ``notifier read`` shows of one file, to a person or, with ``--json``, to a program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notifier.cli import words
from notifier.cli.readingrecord import record
from notifier.errors import NotifierError
from notifier.model.reading import Confidence, DateKind, PageState, Reading, Severity
from notifier.model.text import BlockKind
from notifier.reading import read
from notifier.sources import FileSource

if TYPE_CHECKING:
    from notifier.model.reading import EffectiveDate, Promise
    from notifier.model.text import Document

_MOST_HEADINGS = 40
_DEPTH = 3
"""A longer outline shows its upper levels first."""

_CONFIDENCE = {
    Confidence.PLAIN: "plain: a labelled date with one meaning",
    Confidence.DECIDED: "decided by the text's own evidence",
    Confidence.OPEN: "open: legal has to decide",
}
_QUOTED_BY = {
    "tells by": ("channels",),
    "obligation": ("obligation",),
    "for changes": ("trigger",),
    "notice period": ("period",),
    "told before": ("prior",),
    "in force": ("effective_when_posted", "effective_delay_days"),
    "updates the date": ("promises_to_update_date",),
}
"""For each duty shown, the parts of the promise whose words it was read from."""
_BESIDE = {
    "effective_delay_days": ("in force after", "{} days"),
    "objection_days": ("time to object", "{} days"),
    "continued_use_is_acceptance": ("continued use", "counts as acceptance"),
}
"""Parts of a clause that are no duty to announce but decide what the reader may do."""


def show(path: Path, *, selector: str | None, as_json: bool) -> None:
    """Read one file and print what was understood.

    Raises:
        SourceError, ReadingError: it cannot be read.
    """
    snapshot = FileSource(path).fetch()
    reading = read(snapshot, selector=selector)
    if as_json:
        click.echo(json.dumps(record(path, snapshot, reading), ensure_ascii=False))
    else:
        _print(path, reading)


def show_failure(path: Path, error: NotifierError, *, as_json: bool) -> None:
    """Say that one file could not be read; the others go on."""
    if as_json:
        failed = {"file": str(path), "error": error.message, "remedy": error.remedy}
        click.echo(json.dumps(failed, ensure_ascii=False))
    else:
        click.echo(f"\n{path}: {error}", err=True)


def _print(path: Path, reading: Reading) -> None:
    document = reading.document
    words.heading(document.title or path.name)
    words.fact("file", str(path))
    words.fact(
        "text",
        f"{document.words:,} words in {len(document.blocks)} blocks, "
        f"language {document.language or 'unknown'}",
    )
    if reading.page_state is not PageState.POLICY:
        kind = reading.page_state.replace("_", " ")
        words.fact("not the policy", f"{kind}; what follows would not be used")
    else:
        _outline(document)
        _date(reading.effective)
        _promise(reading.promise)
    words.heading("Findings")
    if reading.findings:
        words.findings(reading.findings)
    else:
        click.echo("  none: nothing to decide")
    click.echo(f"\n{_summed(reading)}")


def _outline(document: Document) -> None:
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    if not headings:
        return
    words.heading("Outline")
    upper = [block for block in headings if block.level <= _DEPTH]
    shown = (headings if len(headings) <= _MOST_HEADINGS else upper)[:_MOST_HEADINGS]
    levels = sorted({block.level for block in shown})
    for block in shown:
        number = f"{block.number} " if block.number else ""
        click.echo(f"  {'  ' * levels.index(block.level)}{number}{block.text}")
    if rest := len(headings) - len(shown):
        click.echo(f"  … and {rest} more headings")


def _date(effective: EffectiveDate) -> None:
    words.heading("Effective date")
    words.fact("date", words.effective_date(effective))
    words.fact("confidence", _CONFIDENCE[effective.confidence])
    if effective.at:
        words.fact("time", f"{effective.at:%H:%M} {effective.zone or '(no zone is stated)'}")
    if quote := effective.quote:
        place = "front matter" if effective.from_metadata else "line"
        words.fact(
            f"line {quote.line}" if quote.line else place, click.style(quote.text, underline=True)
        )
    if effective.date and effective.governs and effective.kind is not DateKind.EFFECTIVE:
        words.fact("", "the text itself says that this is the date it applies from")


def _promise(promise: Promise) -> None:
    """Every duty with the words it was read from right below it."""
    words.heading("Promise: how changes are announced")
    if promise.clause is None:
        words.fact("clause", "none was found: this text does not say how changes are announced")
        return
    place = f"at line {promise.clause.line}" if promise.clause.line else "found"
    words.fact("clause", f"{len(promise.clause.text.split()):,} words, {place}")
    told: set[str] = set()
    for label, value in words.promise(promise):
        words.fact(label, value)
        _quote(promise, _QUOTED_BY.get(label, ()), told)
    for name, (label, pattern) in _BESIDE.items():
        if value := getattr(promise, name):
            words.fact(label, pattern.format(value))
            _quote(promise, (name,), told)


def _quote(promise: Promise, names: tuple[str, ...], told: set[str]) -> None:
    """Quote the words behind a duty, each passage once."""
    for name in names:
        quote = promise.quotes.get(name)
        if quote and quote.text not in told:
            told.add(quote.text)
            place = f" (line {quote.line})" if quote.line else ""
            words.fact("", f"“{' '.join(quote.text.split())}”{place}")


def _summed(reading: Reading) -> str:
    """What a person has to do, in one line."""
    if reading.page_state is not PageState.POLICY:
        return "This capture would be set aside: no version, no notice."
    questions = sum(finding.severity is Severity.QUESTION for finding in reading.findings)
    if questions:
        asked = "1 question" if questions == 1 else f"{questions} questions"
        return f"{asked} for legal: no notice is planned until a ruling answers."
    return "Nothing stops planning a notice from this text."
