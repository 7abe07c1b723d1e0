"""status and evidence: who was told what, when, with what result, under whose approval."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path

from notifier.config import PolicyConfig
from notifier.errors import NotifierError
from notifier.ledger import (
    Tx,
    additions,
    changes,
    feedback,
    handover,
    journal,
    plans,
    standing,
    texts,
)
from notifier.ledger.plans import PlanState, StoredPlan
from notifier.ledger.standing import Proof, Standing
from notifier.ledger.texts import Version
from notifier.model.plan import DutyKind
from notifier.model.text import Stamp
from notifier.pipeline.approving import current_plan
from notifier.pipeline.flipping import flip_of
from notifier.pipeline.pages import publish
from notifier.pipeline.pipeline import Pipeline, Progress


@dataclass(frozen=True, slots=True)
class PolicyStatus:
    """Where a policy stands now.

    Attributes:
        plan, standing: of the newest plan, or None when there is none.
        hold: who holds it and why, or None.
        stopped: ``paused`` or ``withdrawn``, where legal has stopped the change.
        duties_done: when the page was first seen to keep each duty.
    """

    policy: PolicyConfig
    at: datetime
    in_force: Version | None
    upcoming: Version | None
    plan: StoredPlan | None = None
    standing: Standing | None = None
    approval: Stamp | None = None
    hold: Stamp | None = None
    stopped: str = ""
    duties_done: dict[DutyKind, datetime] = field(default_factory=dict)


def status(pipeline: Pipeline, policy: PolicyConfig) -> PolicyStatus:
    """Read where a policy stands; changes nothing."""
    with pipeline.ledger.begin() as tx:
        change = changes.latest_change(tx, policy.key)
        stored = plans.latest_plan(tx, change.id) if change else None
        return PolicyStatus(
            policy=policy,
            at=pipeline.clock(),
            in_force=texts.in_force(tx, policy.key),
            upcoming=texts.load_version(tx, change.to_version)
            if change and change.state == "open"
            else None,
            plan=stored,
            standing=standing.standing(tx, stored, pipeline.clock()) if stored else None,
            approval=plans.approval_of(tx, stored.id) if stored else None,
            hold=plans.hold_on(tx, stored.id) if stored else None,
            stopped=change.state if change and change.state in {"paused", "withdrawn"} else "",
            duties_done=flip_of(tx, stored.id).done if stored else {},
        )


def close(pipeline: Pipeline, policy: PolicyConfig, *, who: str, why: str) -> StoredPlan:
    """End a plan: complete when nobody is untold, else complete with exceptions, signed.

    Raises:
        NotifierError: something is still under way, or the plan was never approved.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        stored = current_plan(tx, policy)
        if stored.state is not PlanState.APPROVED:
            raise NotifierError(
                f"Plan {stored.id} is {stored.state.replace('_', ' ')}; only an approved plan "
                "can be closed."
            )
        account = standing.standing(tx, stored, now)
        _refuse_early(stored, account, now)
        untold = account.people - account.told
        exceptions = untold + account.joined.people - account.joined.told
        state = PlanState.COMPLETE_WITH_EXCEPTIONS if exceptions else PlanState.COMPLETE
        plans.set_state(tx, stored.id, state)
        journal.append(
            tx,
            at=now,
            who=who,
            verb="close",
            subject=f"plan {stored.id}",
            facts={
                "state": state,
                "people": account.people,
                "told": account.told,
                "late": account.late,
                "untold": untold - account.late,
                "joined": account.joined,
                "why": why,
            },
        )
        return plans.load_plan(tx, stored.id)


def _refuse_early(stored: StoredPlan, account: Standing, now: datetime) -> None:
    if now >= stored.plan.effective_at:
        return
    remedy = "wait until the change takes effect, then close the plan"
    if account.waiting:
        raise NotifierError(f"{account.waiting} people are still being told.", remedy=remedy)
    if stored.plan.joiners_until:
        raise NotifierError("Who joins until the change takes effect is still told.", remedy=remedy)


def evidence(pipeline: Pipeline, policy: PolicyConfig, folder: Path, *, progress: Progress) -> Path:
    """Export everything that proves who was told what, into a new folder.

    The folder holds ``summary.json``, ``people.csv`` (one line per attempt, or per delivery
    without one), ``journal.jsonl``, the approved messages by their SHA-256, the pages they link
    to, and both texts as they were fetched.

    Raises:
        ApprovalError: there is no plan.
        NotifierError: the folder has something in it already.
    """
    with suppress(FileNotFoundError):
        if any(folder.iterdir()):
            raise NotifierError(f"{folder} is not empty.", remedy="name a new folder")
    with pipeline.ledger.begin() as tx:
        stored = current_plan(tx, policy)
        (folder / "messages").mkdir(parents=True, exist_ok=True)
        summary = _summary(tx, pipeline, policy, stored)
        rows = _write_people(tx, stored, folder / "people.csv", progress)
        for digest, content in standing.approved_contents(tx, stored):
            suffix = "json" if content.startswith(b"{") else "eml"
            (folder / "messages" / f"{digest}.{suffix}").write_bytes(content)
        publish(folder / "pages", plans.pages_of(tx, stored))
        for label, version_id in _versions(tx, stored):
            snapshot = texts.load_snapshot(tx, texts.load_version(tx, version_id).snapshot_id)
            (folder / f"{label}-{Path(snapshot.name).name}").write_bytes(snapshot.content)
        with (folder / "journal.jsonl").open("w", encoding="utf-8") as file:
            for entry in journal.all_entries(tx):
                file.write(json.dumps(asdict(entry), default=str, ensure_ascii=False) + "\n")
    summary["lines_in_people_csv"] = rows
    (folder / "summary.json").write_text(
        json.dumps(summary, indent=2, default=str, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return folder


def verify(pipeline: Pipeline) -> list[str]:
    """Recompute every hash chain and the digests of hand-overs and events they hold."""
    with pipeline.ledger.begin() as tx:
        return _wrong(tx)


def _wrong(tx: Tx) -> list[str]:
    """What does not fit, in every chain and in the rows they tell of."""
    return [
        *journal.verify(tx),
        *handover.verify(tx),
        *feedback.verify(tx),
        *additions.verify(tx),
    ]


def _summary(
    tx: Tx, pipeline: Pipeline, policy: PolicyConfig, stored: StoredPlan
) -> dict[str, object]:
    account = standing.standing(tx, stored, pipeline.clock())
    return {
        "company": pipeline.config.company.name,
        "policy": policy.key,
        "title": policy.title,
        "exported_at": pipeline.clock().isoformat(),
        "plan": stored.id,
        "state": stored.state,
        "digest": stored.digest,
        "manifest": asdict(stored.manifest),
        "approval": _stamp(plans.approval_of(tx, stored.id)),
        "effective_date": stored.plan.effective_date.isoformat(),
        "deadline_at": stored.plan.deadline_at.isoformat(),
        "duties": [asdict(duty) for duty in stored.plan.duties],
        "duties_done": {kind: at.isoformat() for kind, at in flip_of(tx, stored.id).done.items()},
        "people": account.people,
        "told_in_time": account.told,
        "told_by_email": account.by_email,
        "told_in_the_product": account.by_product,
        "told_late": account.late,
        "waiting": account.waiting,
        "untold": account.untold,
        "joined": {
            **asdict(account.joined),
            "additions": [asdict(one) for one in additions.additions(tx, stored)],
        },
        "notices": [asdict(notice) for notice in account.notices],
        "chain_is_intact": not _wrong(tx),
        "journal_head": journal.head(tx),
    }


def _stamp(stamp: Stamp | None) -> dict[str, object] | None:
    return asdict(stamp) if stamp else None


def _versions(tx: Tx, stored: StoredPlan) -> Iterator[tuple[str, int]]:
    change = changes.load_change(tx, stored.change_id)
    yield "old", change.from_version
    yield "new", change.to_version


def _write_people(tx: Tx, stored: StoredPlan, path: Path, progress: Progress) -> int:
    """One line per attempt; returns how many. Cells never start a spreadsheet formula."""
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Proof)])
        for rows, proof in enumerate(standing.proofs(tx, stored), start=1):
            writer.writerow([_cell(getattr(proof, field.name)) for field in fields(Proof)])
            if rows % 1_000 == 0:
                progress("evidence", rows, 0)
    return rows


def _cell(value: object) -> str:
    text = value.isoformat() if isinstance(value, datetime) else str("" if value is None else value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
