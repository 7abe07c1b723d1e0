"""check: look at a policy's sources and record what they show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from notifier.config import PolicyConfig
from notifier.errors import SourceError
from notifier.ledger import Tx, changes, journal, plans, seals, tellings, texts
from notifier.ledger.changes import Change, ChangeState
from notifier.ledger.journal import DAEMON
from notifier.ledger.plans import PlanState
from notifier.ledger.texts import Version
from notifier.model.reading import Finding, PageState, Reading, Severity
from notifier.model.redline import Materiality
from notifier.model.stamp import Stamp
from notifier.model.text import Document, Snapshot
from notifier.pipeline.ending import void_plan
from notifier.pipeline.flipping import (
    check_page,
    first_seen_live,
    has_begun,
    published_unplanned,
)
from notifier.pipeline.joining import admit_joiners
from notifier.pipeline.pipeline import Pipeline
from notifier.planning import weakened
from notifier.reading import READER, read
from notifier.reading.dates import compare_dates
from notifier.redline import compare


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    Attributes:
        in_force: the version that binds: it took effect as announced, or was there at the start.
        shown: the version the live source shows.
        upcoming: the staged version, when it differs from both.
        change: the open change between the two, or None.
        new_versions: numbers of versions seen for the first time now.
        upgraded: versions that a newer reader has read anew (never a change).
        set_aside: the sources, ``live`` or ``staged``, that showed something else than the policy.
    """

    policy: str
    in_force: Version
    shown: Version
    upcoming: Version | None
    change: Change | None
    new_versions: tuple[int, ...]
    upgraded: tuple[int, ...]
    findings: tuple[Finding, ...]
    set_aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A snapshot of one source with its reading."""

    snapshot: Snapshot
    reading: Reading
    live: bool


def check(pipeline: Pipeline, policy: PolicyConfig) -> CheckReport:
    """Fetch, read and record the live and the staged text of a policy.

    Both texts are fetched and read before anything is recorded; what they show is recorded in
    one transaction. Then the people are looked at: who joined is to be told.

    Raises:
        SourceError: a source does not return its text.
        ReadingError: a text cannot be read.
        AudienceError: the people cannot be read.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        before = changes.in_force(tx, policy.key)
    known = before.reading.document if before else None
    seen = _look(pipeline, policy, known)
    with pipeline.ledger.begin() as tx:
        upgraded = _upgrade(tx, policy, now)
        report = _record(tx, pipeline, policy, seen, upgraded, now)
    joined = admit_joiners(pipeline, policy, who=DAEMON)
    return replace(report, findings=(*report.findings, *joined))


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
    tx: Tx,
    pipeline: Pipeline,
    policy: PolicyConfig,
    seen: list[_Seen],
    upgraded: tuple[int, ...],
    now: datetime,
) -> CheckReport:
    before = texts.shown_last(tx, policy.key)
    findings: list[Finding] = []
    new: list[int] = []
    aside: list[str] = []
    found: dict[bool, Version] = {}
    for look in seen:
        version = _recognise(tx, policy, look, new, now)
        if version is None:
            findings += look.reading.findings
            aside.append("live" if look.live else "staged")
        else:
            found[look.live] = version
    live = found.get(True) or before
    if live is None:
        raise SourceError(
            f"What the live source of {policy.key} shows is not the policy: "
            + " ".join(finding.message for finding in findings),
            remedy="point `live` at the policy's text",
        )
    if before is None or live.id != before.id:
        texts.mark_live(tx, live, now)
    staged = found.get(False)
    base, change, more = _follow(tx, policy, live, staged, now)
    page = next((look.reading for look in seen if look.live), live.reading)
    folder = pipeline.config.pages.folder if pipeline.config.pages else None
    more += check_page(tx, policy, page, now, pages=folder, who=DAEMON)
    report = CheckReport(
        policy=policy.key,
        in_force=base,
        shown=live,
        upcoming=staged if staged and staged.id not in {base.id, live.id} else None,
        change=change,
        new_versions=tuple(new),
        upgraded=upgraded,
        findings=(*findings, *more),
        set_aside=tuple(aside),
    )
    if seals.pending(tx):
        _account(tx, report, now)
    return report


def _recognise(
    tx: Tx, policy: PolicyConfig, look: _Seen, new: list[int], now: datetime
) -> Version | None:
    """The version a look shows, recorded if it is new; None for what is not the policy."""
    snapshot_id = texts.record_snapshot(tx, policy.key, look.snapshot, now)
    texts.record_reading(tx, snapshot_id, look.reading, now)
    if look.reading.page_state is not PageState.POLICY:
        return None
    for version in reversed(texts.all_versions(tx, policy.key)):
        if _says_the_same(version.reading, look.reading):
            return version
    version = texts.add_version(tx, policy.key, snapshot_id, now)
    new.append(version.number)
    return version


def _says_the_same(one: Reading, other: Reading) -> bool:
    """The same words from the same date; a date moved in the front matter alone is a change."""
    return one.document.content_hash == other.document.content_hash and (
        one.effective.status,
        one.effective.date,
        one.effective.month,
    ) == (other.effective.status, other.effective.date, other.effective.month)


def _follow(
    tx: Tx, policy: PolicyConfig, live: Version, staged: Version | None, now: datetime
) -> tuple[Version, Change | None, tuple[Finding, ...]]:
    """Open, replace or close the policy's change, by what the two sources show now.

    Returns the version in force, the open change from it, and what legal should know. The version
    in force changes only when a change takes effect that people were told of; whatever else the
    live source shows was published unannounced, or before its day.

    Args:
        staged: None where nothing is staged, or nothing that could be read.
    """
    _take_effect(tx, policy, live, now)
    base = changes.in_force(tx, policy.key) or live
    current = changes.current_change(tx, policy.key)
    unseen = staged is None and policy.staged is not None
    if unseen and current is not None and current.to_version != live.id:
        odd = () if live.id == base.id else (first_seen_live(base, live),)
        return base, current, odd
    wanted, findings = _wanted(tx, policy, base, live, staged)
    if wanted is None:
        settled = live.id == base.id and (staged is not None or policy.staged is None)
        if current is not None and settled:
            return base, None, (*findings, _take_back(tx, current, now))
        return base, current, findings
    if stopped := _stopped(tx, policy, base, wanted, on_page=wanted.id == live.id):
        return base, None, (*findings, *stopped)
    if wanted.id == live.id and current is not None and current.to_version == live.id:
        return base, current, (*findings, *published_unplanned(tx, current, live))
    change, more = _open(tx, policy, base, wanted, now)
    return base, change, (*findings, *more)


def _take_effect(tx: Tx, policy: PolicyConfig, live: Version, now: datetime) -> None:
    """Close the change to what is on the page, once its time has come as people were told.

    It may be one that a later text had replaced already: the page shows what took effect.
    """
    base = changes.in_force(tx, policy.key)
    change = changes.between(tx, base.id, live.id) if base else None
    if change is None or change.stopped or change.state is ChangeState.IN_FORCE:
        return
    if has_begun(tx, change, now) or _was_told(tx, change, now):
        changes.close_change(tx, change.id, ChangeState.IN_FORCE)


def _was_told(tx: Tx, change: Change, now: datetime) -> bool:
    """Whether people's last word is that this change has taken effect by now."""
    told_by = tellings.last_told_by(tx, change.id)
    return (
        told_by is not None
        and told_by.change_id == change.id
        and not told_by.plan.stops
        and now >= told_by.plan.in_force_at
    )


def _wanted(
    tx: Tx, policy: PolicyConfig, base: Version, live: Version, staged: Version | None
) -> tuple[Version | None, tuple[Finding, ...]]:
    """The version the sources lead to from the one in force, or None; and what is odd about it.

    What was in force before is no way forward: a branch that lags behind shows it for months.
    """
    earlier = {change.from_version for change in changes.completed(tx, policy.key)} - {base.id}
    findings: list[Finding] = []
    if staged is not None and staged.id in earlier and staged.id != live.id:
        findings.append(_lagging(policy, base, staged))
    ahead = [
        version
        for version in (staged, live)
        if version is not None and version.id != base.id and version.id not in earlier
    ]
    wanted = ahead[0] if ahead else None
    if live in ahead and (wanted is None or wanted.id != live.id or _is_new(tx, base, live)):
        findings.append(first_seen_live(base, live))
    return wanted, tuple(findings)


def _is_new(tx: Tx, base: Version, live: Version) -> bool:
    """Whether the page shows a text that was never staged, and no change to it is known."""
    return changes.between(tx, base.id, live.id) is None


def _lagging(policy: PolicyConfig, base: Version, staged: Version) -> Finding:
    return Finding(
        code="change.staged_lags",
        severity=Severity.NOTE,
        message=f"The staged source shows {staged.name}, which was in force before {base.name}.",
        remedy="bring it up to date; to go back to the earlier text, stage it with the date from "
        f"which it is to apply again, then run `notifier check {policy.key}`",
    )


def _stopped(
    tx: Tx, policy: PolicyConfig, base: Version, wanted: Version, *, on_page: bool
) -> tuple[Finding, ...]:
    """Legal has stopped the change: it stays stopped until legal takes it up again.

    A pause holds whatever is staged meanwhile. A withdrawal is of one text; another one is a new
    change, to people who were told that the last one does not happen.
    """
    latest = changes.latest_change(tx, policy.key)
    if latest is None or not latest.stopped or latest.from_version != base.id:
        return ()
    same = latest.to_version == wanted.id
    if latest.state is ChangeState.WITHDRAWN and not same:
        return ()
    where = "on the live page" if on_page else "staged"
    of = "that change" if same else "the change to another text"
    remedy = f"to take it up again: `notifier resume {policy.key}`, then check and plan"
    return (
        Finding(
            code=f"change.{latest.state}",
            severity=Severity.NOTE if same and not on_page else Severity.WARNING,
            message=f"{wanted.name} is {where}, and legal has {latest.state} {of}.",
            remedy=f"put {base.name} back on the page; {remedy}" if on_page else remedy,
        ),
    )


def _open(
    tx: Tx, policy: PolicyConfig, old: Version, new: Version, now: datetime
) -> tuple[Change, tuple[Finding, ...]]:
    findings: tuple[Finding, ...] = ()
    superseded = changes.current_change(tx, policy.key)
    change = changes.open_change(tx, policy.key, old.id, new.id, now)
    if superseded is not None and superseded.id != change.id:
        findings = _void_plans(tx, superseded, now, f"{new.name} replaced the text it was for")
    return change, findings + compare_versions(policy, old, new)


def compare_versions(policy: PolicyConfig, old: Version, new: Version) -> tuple[Finding, ...]:
    """What legal should know: doubts in the promise that binds, in the new text, and between them.

    The promise that binds a change is the old version's, and so are its contradictions.
    """
    zone = ZoneInfo(policy.zone or "UTC")
    redline = compare(old.reading.document, new.reading.document)
    governing = [f for f in old.reading.findings if f.code.startswith("promise.")]
    said = {(finding.code, finding.message) for finding in governing}
    return (
        *governing,
        *(f for f in new.reading.findings if (f.code, f.message) not in said),
        *compare_dates(
            old.reading.effective,
            new.reading.effective,
            text_changed=redline.suggestion is not Materiality.DATE_ONLY,
            today=new.first_seen_at.astimezone(zone).date(),
        ),
        *weakened(old.reading.promise, new.reading.promise),
    )


def _take_back(tx: Tx, change: Change, now: datetime) -> Finding:
    changes.close_change(tx, change.id, ChangeState.TAKEN_BACK)
    voided = _void_plans(tx, change, now, "the staged text was taken back")
    told_by = tellings.last_told_by(tx, change.id)
    told = told_by is not None and not told_by.plan.stops
    return Finding(
        code="change.taken_back",
        severity=Severity.WARNING if voided or told else Severity.NOTE,
        message="The staged text is the one in force again: the change was taken back."
        + (" Its approved plan is void." if voided else "")
        + (" People have been told of it." if told else ""),
        remedy=f"tell them: `notifier withdraw {change.policy}`" if told else "",
    )


def _void_plans(tx: Tx, change: Change, now: datetime, because: str) -> tuple[Finding, ...]:
    """End every plan of a change; tells of those that were approved."""
    findings = []
    for plan in plans.standing_plans(tx, [change.id]):
        void_plan(tx, plan, Stamp(DAEMON, now), because=because)
        if plan.state is PlanState.APPROVED:
            findings.append(
                Finding(
                    code="plan.void",
                    severity=Severity.WARNING,
                    message=f"The approval of plan {plan.id} is void: {because}. "
                    "Nothing more is sent.",
                    remedy="make, review and approve a new plan",
                )
            )
    return tuple(findings)


def _account(tx: Tx, report: CheckReport, now: datetime) -> None:
    journal.append(
        tx,
        at=now,
        who=DAEMON,
        verb="check",
        subject=report.policy,
        facts={
            "in_force": report.in_force.number,
            "in_force_text": report.in_force.reading.document.content_hash,
            "in_force_origin": report.in_force.origin,
            "upcoming": report.upcoming.number if report.upcoming else None,
            "upcoming_text": report.upcoming.reading.document.content_hash
            if report.upcoming
            else None,
            "upcoming_origin": report.upcoming.origin if report.upcoming else None,
            "new_versions": report.new_versions,
            "technical_upgrades": report.upgraded,
        },
    )
