"""A reading as one flat object, in the field names and the vocabulary of public policy corpora."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from notifier.model.reading import DateKind, DateStatus, PageState, Reading
from notifier.reading.formats.decoding import decode
from notifier.reading.formats.detection import Format, detect

if TYPE_CHECKING:
    from notifier.model.reading import EffectiveDate, Promise
    from notifier.model.text import Snapshot

_LINED = {Format.MARKDOWN, Format.RST, Format.TEXT}
_NEAR = 40
"""Lines of source within which the quoted line of a paragraph is looked for."""
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d{1,4}")
_LOGGED = {DateKind.CHANGELOG, DateKind.VERSION_TABLE}
_OPEN = {"date.estimated", "date.ends", "date.two_dates"}
"""Findings after which a careful reader could take another date."""


def record(path: Path, snapshot: Snapshot, reading: Reading) -> dict[str, object]:
    """Return what was read of one file.

    A date is given only where the text states one; of a page that is not the policy nothing is.
    ``effective_line`` is the line of the source, markup and all, or the visible line of a page.
    ``ambiguous`` also marks a date that was decided although the text offers another one.
    """
    policy = reading.page_state is PageState.POLICY
    effective = reading.effective
    dated = policy and effective.status not in {DateStatus.NONE, DateStatus.PLACEHOLDER}
    month = effective.month if effective.status is DateStatus.MONTH_ONLY else None
    day = effective.date.isoformat() if effective.date else month
    precision = {DateStatus.STATED: "day", DateStatus.MONTH_ONLY: "month"}.get(effective.status)
    return {
        "file": str(path),
        "language": reading.document.language,
        "effective_date": day if dated else None,
        "effective_precision": precision if dated else None,
        "kind": effective.kind if dated else None,
        "effective_line": _line(snapshot, effective) if dated else None,
        "date_status": effective.status,
        "date_confidence": effective.confidence,
        "ambiguous": dated and _is_ambiguous(reading),
        "readings": [one.isoformat() for one in effective.readings] if dated else [],
        "page_state": None if policy else reading.page_state,
        "promise": _promise(reading.promise),
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


def _promise(promise: Promise) -> dict[str, object]:
    return {
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
    }


def _is_ambiguous(reading: Reading) -> bool:
    effective = reading.effective
    doubted = any(finding.code in _OPEN for finding in reading.findings)
    return effective.status is DateStatus.AMBIGUOUS or effective.kind in _LOGGED or doubted


def _line(snapshot: Snapshot, effective: EffectiveDate) -> str | None:
    """Return the source's line with the date that shares most words with the quote.

    The place of a quote is its paragraph's; a page, a Word file or a PDF has no lines to show.
    """
    quote = effective.quote
    if quote is None or not quote.line or detect(snapshot) not in _LINED:
        return quote.text if quote else None
    source = decode(snapshot.content, snapshot.name).splitlines()
    said = set(_WORD.findall(quote.text))
    numbers = {effective.date.year, effective.date.day} if effective.date else set()

    def nearness(line: str) -> tuple[int, int]:
        dated = numbers.intersection(map(int, _NUMBER.findall(line)))
        return len(dated), len(said.intersection(_WORD.findall(line)))

    near = source[quote.line - 1 : quote.line - 1 + _NEAR]
    return max(near, key=nearness, default="").strip() or quote.text
