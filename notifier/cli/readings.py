"""What ``notifier read`` shows of one file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from notifier.cli import words
from notifier.errors import NotifierError
from notifier.model.reading import DateStatus, PageState, Reading
from notifier.model.text import BlockKind
from notifier.reading import read
from notifier.sources import FileSource


def show(path: Path, *, selector: str | None, as_json: bool) -> None:
    """Read one file and print what was understood.

    Raises:
        SourceError, ReadingError: it cannot be read.
    """
    reading = read(FileSource(path).fetch(), selector=selector)
    if as_json:
        click.echo(json.dumps(_plain(path, reading), ensure_ascii=False))
    else:
        _print(path, reading)


def show_failure(path: Path, error: NotifierError, *, as_json: bool) -> None:
    """Say that one file could not be read; the others go on."""
    if as_json:
        click.echo(json.dumps({"file": str(path), "error": error.message}, ensure_ascii=False))
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
        words.fact("not the policy", reading.page_state.replace("_", " "))
    words.heading("Outline")
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            number = f"{block.number} " if block.number else ""
            click.echo(f"  {'  ' * max(block.level - 1, 0)}{number}{block.text}")
    words.heading("Effective date")
    words.fact("date", words.effective_date(reading.effective))
    if quote := reading.effective.quote:
        words.fact(
            f"line {quote.line}" if quote.line else "line", click.style(quote.text, underline=True)
        )
    words.heading("Promise")
    for label, value in words.promise(reading.promise):
        words.fact(label, value)
    for name, quote in reading.promise.quotes.items():
        words.fact(f"· {name}"[:17], f"“{quote.text}”")
    if reading.findings:
        words.heading("Findings")
        words.findings(reading.findings)


def _plain(path: Path, reading: Reading) -> dict[str, object]:
    """One object, in the field names and the vocabulary of public policy corpora."""
    effective, promise = reading.effective, reading.promise
    day = effective.date.isoformat() if effective.date else effective.month
    precision = {DateStatus.STATED: "day", DateStatus.MONTH_ONLY: "month"}.get(effective.status)
    return {
        "file": str(path),
        "language": reading.document.language,
        "effective_date": day,
        "effective_precision": precision,
        "kind": effective.kind,
        "effective_line": effective.quote.text if effective.quote else None,
        "ambiguous": effective.status is DateStatus.AMBIGUOUS,
        "readings": [reading.isoformat() for reading in effective.readings],
        "page_state": None if reading.page_state is PageState.POLICY else reading.page_state,
        "promise": {
            "clause": promise.clause.text if promise.clause else None,
            "channels": list(promise.channels),
            "channels_mode": promise.mode,
            "obligation": promise.obligation,
            "trigger": promise.trigger,
            "lead_time_days": promise.period.days if promise.period else None,
            "prior": promise.prior,
            "effective_when_posted": promise.effective_when_posted,
            "effective_delay_days": promise.effective_delay_days,
            "objection_days": promise.objection_days,
            "promises_to_update_date": promise.promises_to_update_date,
            "continued_use_is_acceptance": promise.continued_use_is_acceptance,
        },
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "quotes": [quote.text for quote in finding.quotes],
                "remedy": finding.remedy,
            }
            for finding in reading.findings
        ],
    }
