"""check: look at a policy's sources and record what they show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from notifier.config import PolicyConfig
from notifier.ledger import Tx, changes, journal, plans, texts
from notifier.ledger.changes import Change
from notifier.ledger.texts import Version
from notifier.model.reading import EffectiveDate, Finding, PageState, Reading, Severity
from notifier.model.text import Document, Snapshot
from notifier.pipeline.pipeline import Pipeline
from notifier.reading import READER, read
from notifier.reading.dates import compare_dates
from notifier.reading.promises import compare_promises

_DAEMON = "notifier"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    Attributes:
        in_force: the version the live source shows.
        upcoming: the staged version, when it differs from the one in force.
        change: the open change between the two, or None.
        new_versions: numbers of versions seen for the first time now.
        upgraded: versions that a newer reader has read anew (never a change).
    """

    policy: str
    in_force: Version
    upcoming: Version | None
    change: Change | None
    new_versions: tuple[int, ...]
    upgraded: tuple[int, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A snapshot of one source with its reading."""

    snapshot: Snapshot
    reading: Reading
    live: bool


def check(pipeline: Pipeline, policy: PolicyConfig) -> CheckReport:
    """Fetch, read and record the live and the staged text of a policy.

    Both texts are fetched and read before anything is recorded; what they show is recorded in
    one transaction.

    Raises:
        SourceError: a source does not return its text.
        ReadingError: a text cannot be read.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        before = texts.in_force(tx, policy.key)
    known = before.reading.document if before else None
    seen = _look(pipeline, policy, known)
    with pipeline.ledger.begin() as tx:
        upgraded = _upgrade(tx, policy, now)
        return _record(tx, policy, seen, upgraded, now)


def _look(pipeline: Pipeline, policy: PolicyConfig, known: Document | None) -> list[_Seen]:
    seen = []
    for source, live in ((policy.live, True), (policy.staged, False)):
        if source is not None:
            snapshot = pipeline.open_source(source).fetch()
            reading = read(snapshot, selector=policy.selector, previous=known)
            seen.append(_Seen(snapshot, reading, live))
    return seen


def _upgrade(tx: Tx, policy: PolicyConfig, now: datetime) -> tuple[int, ...]:
    """Read old snapshots anew where the reader has become better since."""
    upgraded = []
    for version in texts.all_versions(tx, policy.key):
        if version.reading.reader < READER:
            snapshot = texts.load_snapshot(tx, version.snapshot_id)
            texts.record_reading(
                tx, version.snapshot_id, read(snapshot, selector=policy.selector), now
            )
            upgraded.append(version.number)
    return tuple(upgraded)


def _record(
    tx: Tx, policy: PolicyConfig, seen: list[_Seen], upgraded: tuple[int, ...], now: datetime
) -> CheckReport:
    findings: list[Finding] = []
    before = texts.in_force(tx, policy.key)
    new: list[int] = []
    found: dict[bool, Version] = {}
    for look in seen:
        snapshot_id = texts.record_snapshot(tx, policy.key, look.snapshot, now)
        texts.record_reading(tx, snapshot_id, look.reading, now)
        if look.reading.page_state is not PageState.POLICY:
            findings += look.reading.findings
            continue
        version = _same_text(tx, policy.key, look.reading)
        if version is None:
            version = texts.add_version(tx, policy.key, snapshot_id, now)
            new.append(version.number)
        found[look.live] = version
    live = found.get(True) or before
    if live is None:
        raise_not_a_policy(policy, findings)
    if before is None or live.id != before.id:
        texts.mark_live(tx, live, now)
        live = replace(live, live_at=now)
    upcoming = found.get(False)
    if upcoming is not None and upcoming.id == live.id:
        upcoming = None
    change, more = _change(tx, policy, before, live, upcoming, now)
    findings += live.reading.findings if before is None else ()
    findings += more
    report = CheckReport(
        policy.key, live, upcoming, change, tuple(new), upgraded, tuple(findings)
    )
    if new or upgraded or before is None or live.id != before.id:
        _account(tx, report, now)
    return report
