"""evidence: everything that proves who was told what, in a folder that explains itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path

from notifier.config import PolicyConfig
from notifier.ledger import (
    Tx,
    additions,
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
from notifier.pipeline.approving import current_plan
from notifier.pipeline.envelopes import message_name, sender_domain
from notifier.pipeline.flipping import flip_of
from notifier.pipeline.folders import close, refuse_full
from notifier.pipeline.pages import publish
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.pipeline.retold import HANDOVERS, JOURNAL, PEOPLE, cell

_README = """\
Evidence: who was told of a change, with which words, when, and with what result.

summary.json   the change, its plans, who approved each, and how many people were told.
people.csv     one line for each person and hand-over, or notice without one; times are UTC.
               content_sha256 names the approved message in messages/; message_id is the one in the
               mail that was handed over; provider_id and answer are the mail system's.
               "told" is yes where the mail was taken and has not come back, or where the notice in
               the product was seen; "late" where that was not before the instant in "before".
               joined is the number of the addition to the audience somebody joined with, 0 for
               the audience as it was frozen at first. reason says why somebody was not told.
               Nobody is left out: who has no hand-over has a line that says so.
messages/      the approved messages, named by their SHA-256. In a mail NOTIFIERslot... stands where
               the person's own address, name, message id and date went;
               `notifier evidence --person KEY` writes a person's mails as they were handed over.
pages/         the pages that the messages link to, as they were approved.
text-v*        the policy's texts as they were fetched.
journal.jsonl  the account of who did what. Each entry holds the hash of the one before it, and
               digests of the records it tells of: none can be changed, added or removed unseen.
SHA256SUMS     the SHA-256 of every file here. `sha256sum -c SHA256SUMS` compares them;
               `notifier verify FOLDER` recomputes the journal as well. The journal of the ledger
               itself holds the SHA-256 of this list: keep that hash elsewhere, and nobody can
               exchange the folder.
"""


def evidence(
    pipeline: Pipeline, policy: PolicyConfig, folder: Path, *, who: str, progress: Progress
) -> Path:
    """Export the proof of the policy's latest change, all of its plans, into a new folder.

    That it was exported, by whom, and the digest of all files go on the record.

    Raises:
        ApprovalError: there is no plan.
        NotifierError: the folder has something in it already.
    """
    refuse_full(folder)
    now = pipeline.clock()
    with pipeline.ledger.reading() as tx:
        stored = current_plan(tx, policy)
        among = proofs.plans_with_proof(tx, stored)
        (folder / "messages").mkdir(parents=True, exist_ok=True)
        summary = _summary(tx, pipeline, policy, stored, among)
        summary["lines_in_people_csv"] = write_people(tx, among, folder / PEOPLE, progress)
        for digest, content in proofs.approved_contents(tx, among):
            suffix = "json" if content.startswith(b"{") else "eml"
            (folder / "messages" / f"{digest}.{suffix}").write_bytes(content)
        for plan in among:
            publish(folder / "pages", plans.pages_of(tx, plan))
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
    (folder / "README.txt").write_text(_README, encoding="utf-8")
    head: dict[str, object] = {"journal_head": summary["journal_head"]}
    close(pipeline, policy, folder, at=now, who=who, verb="evidence", facts=head)
    return folder


def write_people(
    tx: Tx, among: list[StoredPlan], path: Path, progress: Progress, *, person: str = ""
) -> int:
    """One line per attempt; returns how many. Cells never start a spreadsheet formula."""
    lines = 0
    by_id = {plan.id: plan for plan in among}
    names = [field.name for field in fields(Proof)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names, "message_id"])
        for lines, proof in enumerate(proofs.proofs(tx, among, person=person), start=1):
            cells = [cell(getattr(proof, name)) for name in names]
            writer.writerow([*cells, message_id_of(proof, by_id[proof.plan])])
            if lines % 1_000 == 0:
                progress("evidence", lines, 0)
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
) -> dict[str, object]:
    account = standing.standing(tx, stored, pipeline.clock())
    return {
        "company": pipeline.config.company.name,
        "policy": policy.key,
        "title": policy.title,
        "exported_at": pipeline.clock().isoformat(),
        "plan": stored.id,
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
        "plans": [_of_plan(tx, pipeline, plan) for plan in among],
        "ledger_is_intact": not verifying.wrong(tx),
        "journal_head": journal.head(tx),
    }


def _of_plan(tx: Tx, pipeline: Pipeline, plan: StoredPlan) -> dict[str, object]:
    account = standing.standing(tx, plan, pipeline.clock())
    return {
        "plan": plan.id,
        "state": plan.state,
        "made_by": plan.made_by,
        "made_at": plan.made_at.isoformat(),
        "digest": plan.digest,
        "manifest": asdict(plan.manifest),
        "approvals": [
            {**asdict(signed.by), "void_at": signed.void_at, "void_because": signed.void_because}
            for signed in plans.approvals_of(tx, plan.id)
        ],
        "effective_date": plan.plan.effective_date.isoformat(),
        "notices": [asdict(notice) for notice in account.notices],
    }
