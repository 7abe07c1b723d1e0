"""evidence: everything that proves who was told what, in a folder that explains itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from functools import partial
from operator import attrgetter
from pathlib import Path

from notifier.config import PolicyConfig
from notifier.ledger import (
    Tx,
    additions,
    approvals,
    audiences,
    changes,
    handover,
    journal,
    plans,
    proofs,
    standing,
    texts,
    verifying,
)
from notifier.ledger.journal import JournalEntry
from notifier.ledger.plans import StoredPlan
from notifier.ledger.proofs import Proof
from notifier.ledger.standing import PlanStanding
from notifier.pipeline import explaining
from notifier.pipeline.approving import proven_plan
from notifier.pipeline.envelopes import message_name, sender_domain
from notifier.pipeline.flipping import flip_of
from notifier.pipeline.folders import HANDOVERS, JOURNAL, PEOPLE, cells, close, make, refuse_full
from notifier.pipeline.pages import publish
from notifier.pipeline.pipeline import COMPARING, Pipeline, Progress
from notifier.pipeline.verdict import takes_effect


def evidence(
    pipeline: Pipeline,
    policy: PolicyConfig,
    folder: Path,
    *,
    who: str,
    progress: Progress,
    plan: int | None = None,
) -> Path:
    """Export the proof of one change of the policy, all of its plans, into a new folder.

    That it was exported, by whom, and the digest of all files go on the record.

    Args:
        plan: the number of a plan of the change; the latest that has a plan without it.

    Raises:
        ApprovalError: there is no such plan.
        NotifierError: the folder has something in it already.
    """
    refuse_full(folder)
    now = pipeline.clock()
    with pipeline.ledger.reading() as tx:
        stored = proven_plan(tx, policy, plan)
        among = proofs.plans_with_proof(tx, stored)
        make(folder / "messages")
        account = standing.standing(tx, stored, now)
        summary = _summary(tx, pipeline, policy, stored, among, account, now)
        intact = not verifying.wrong(tx, partial(progress, COMPARING))
        head = journal.head(tx)
        summary |= {"ledger_is_intact": intact, "journal_head": head}
        about = f"who was told of a change of {policy.title} ({policy.key})"
        explained = explaining.readme(
            f"{pipeline.config.company.name}: {about}",
            stored.plan,
            [(plan, approvals.approvals_of(tx, plan.id)) for plan in among],
            account,
            takes_effect(stored),
            _closed(tx, stored),
            explaining.ending(who, now, head, intact=intact),
        )
        (folder / "README.txt").write_text(explained, encoding="utf-8")
        summary["lines_in_people_csv"] = write_people(tx, among, folder / PEOPLE, progress)
        for digest, content in proofs.approved_contents(tx, among):
            suffix = "json" if content.startswith(b"{") else "eml"
            (folder / "messages" / f"{digest}.{suffix}").write_bytes(content)
        for each in among:
            publish(folder / "pages", plans.pages_of(tx, each))
        for version in _versions(tx, among):
            snapshot = texts.load_snapshot(tx, version.snapshot_id)
            name = f"text-v{version.number}-{Path(snapshot.name).name}"
            (folder / name).write_bytes(snapshot.content)
        for audience in proofs.audiences_of(tx, among):
            _write(folder / f"audience-{audience}.txt", audiences.people_list(tx, audience))
        told = handover.texts(tx, [plan.id for plan in among])
        _write(folder / HANDOVERS, (f"{worker}\t{entry}\t{text}\n" for worker, entry, text in told))
        _write(folder / JOURNAL, map(_line, journal.all_entries(tx)))
    (folder / "summary.json").write_text(
        json.dumps(summary, indent=2, default=str, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    facts: dict[str, object] = {"journal_head": head}
    close(pipeline, policy, folder, at=now, who=who, verb="evidence", facts=facts)
    return folder


def write_people(
    tx: Tx, among: list[StoredPlan], path: Path, progress: Progress, *, key: str = ""
) -> int:
    """One line per attempt; returns how many. Cells never start a spreadsheet formula."""
    lines = 0
    by_id = {plan.id: plan for plan in among}
    names = [field.name for field in fields(Proof)]
    values_of = attrgetter(*names)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names, "message_id"])
        for lines, proof in enumerate(proofs.proofs(tx, among, key=key), start=1):
            message_id = message_id_of(proof, by_id[proof.plan])
            writer.writerow([*cells(values_of(proof)), message_id])
            if lines % 1_000 == 0:
                progress("writing who was told", lines, 0)
    return lines


def message_id_of(proof: Proof, plan: StoredPlan) -> str:
    """The Message-ID of the mail that was handed over, or empty."""
    if proof.attempt is None or proof.delivery is None:
        return ""
    name = message_name(plan.digest, proof.delivery)
    return f"<{name}@{sender_domain(plan.manifest)}>"


def _write(path: Path, parts: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(parts)


def _line(entry: JournalEntry) -> str:
    told = {**asdict(entry), "at": entry.at.isoformat()}
    return json.dumps(told, ensure_ascii=False) + "\n"


def _versions(tx: Tx, among: list[StoredPlan]) -> list[texts.Version]:
    of_changes = [changes.load_change(tx, plan.change_id) for plan in among]
    ids = {version for c in of_changes for version in (c.from_version, c.to_version)}
    return [texts.load_version(tx, version) for version in sorted(ids)]


def _summary(
    tx: Tx,
    pipeline: Pipeline,
    policy: PolicyConfig,
    stored: StoredPlan,
    among: list[StoredPlan],
    account: PlanStanding,
    now: datetime,
) -> dict[str, object]:
    return {
        "company": pipeline.config.company.name,
        "policy": policy.key,
        "title": policy.title,
        "exported_at": now.isoformat(),
        "plan": stored.id,
        "effective_date": stored.plan.effective_date.isoformat(),
        "takes_effect": takes_effect(stored),
        "closed": _closed(tx, stored),
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
        "plans": [_of_plan(tx, plan, now) for plan in among],
    }


def _closed(tx: Tx, stored: StoredPlan) -> dict[str, str]:
    """Who signed the end of the plan, when and why; empty while nobody has."""
    entry = journal.last(tx, verb="close", subject=f"plan {stored.id}")
    if entry is None:
        return {}
    why = json.loads(entry.facts)["why"]
    return {"who": entry.who, "at": explaining.written(entry.at), "why": why}


def _of_plan(tx: Tx, plan: StoredPlan, now: datetime) -> dict[str, object]:
    account = standing.standing(tx, plan, now)
    return {
        "plan": plan.id,
        "state": plan.state,
        "made_by": plan.made_by,
        "made_at": plan.made_at.isoformat(),
        "digest": plan.digest,
        "manifest": asdict(plan.manifest),
        "approvals": [
            {**asdict(signed.by), "void_at": signed.void_at, "void_because": signed.void_because}
            for signed in approvals.approvals_of(tx, plan.id)
        ],
        "effective_date": plan.plan.effective_date.isoformat(),
        "decided_by": plan.plan.strictest,
        "findings": [asdict(finding) for finding in plan.plan.findings],
        "notices": [asdict(notice) for notice in account.notices],
    }
