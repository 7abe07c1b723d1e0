"""One snapshot read as a whole."""

from __future__ import annotations

from notifier.model.reading import Finding, PageState, Reading, Severity
from notifier.model.text import Document, Snapshot
from notifier.reading.dates import read_effective_date
from notifier.reading.formats import parse
from notifier.reading.pagestate import page_state
from notifier.reading.promises import read_promise

READER = 1
"""Raised with every change of the reading rules that reads an old snapshot differently; old
snapshots are then read again, which is a technical upgrade and never a change."""


def read(
    snapshot: Snapshot, *, selector: str | None = None, previous: Document | None = None
) -> Reading:
    """Everything a snapshot says: its text, its effective date, its promise, and doubts.

    Args:
        selector: CSS selector of the policy's text within an HTML page.
        previous: the text known before, against which a text that lost most of its length shows.

    Raises:
        ReadingError: the bytes cannot be read as a text of their format.
    """
    document = parse(snapshot, selector=selector)
    state, reason = page_state(document, previous=previous)
    effective, date_findings = read_effective_date(document)
    promise, promise_findings = read_promise(document)
    findings = date_findings + promise_findings
    if state is not PageState.POLICY:
        findings = (_quarantined(snapshot, state, reason),)
    return Reading(document, effective, promise, findings, state, READER)


def _quarantined(snapshot: Snapshot, state: PageState, reason: str) -> Finding:
    return Finding(
        code=f"page.{state.value}",
        severity=Severity.WARNING,
        message=f"{snapshot.name} is not the policy: {reason}",
        remedy="nothing was recorded as a version; see why the source returned this",
    )
