"""evidence: everything that proves who was told what, in a folder that explains itself."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path

from notifier.config import PolicyConfig
from notifier.errors import NotifierError
from notifier.ledger import (
    Tx,
    additions,
    approvals,
    changes,
    journal,
    plans,
    proofs,
    standing,
    texts,
    verifying,
)
from notifier.ledger.plans import StoredPlan
from notifier.ledger.proofs import Proof
from notifier.pipeline.approving import current_plan
from notifier.pipeline.envelopes import message_name, sender_domain
from notifier.pipeline.flipping import flip_of
from notifier.pipeline.pages import publish
from notifier.pipeline.pipeline import Pipeline, Progress

SUMS = "SHA256SUMS"
JOURNAL = "journal.jsonl"
PEOPLE = "people.csv"
_CHUNK = 1 << 20

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
        with (folder / JOURNAL).open("w", encoding="utf-8") as file:
            for entry in journal.all_entries(tx):
                line = {**asdict(entry), "at": entry.at.isoformat()}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    (folder / "summary.json").write_text(
        json.dumps(summary, indent=2, default=str, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (folder / "README.txt").write_text(_README, encoding="utf-8")
    sums = write_sums(folder)
    with pipeline.ledger.begin() as tx:
        journal.append(
            tx,
            at=now,
            who=who,
            verb="evidence",
            subject=policy.key,
            facts={"sums": sums, "journal_head": summary["journal_head"]},
        )
    return folder


def verify_folder(folder: Path) -> list[str]:
    """Whether an export is as it was written: its files, its messages, its journal.

    Needs neither configuration nor ledger.

    Raises:
        NotifierError: it is no export.
    """
    if not (folder / SUMS).is_file():
        raise NotifierError(
            f"{folder} is no export of evidence.", remedy="name a folder of `notifier evidence`"
        )
    return list(_differing(folder))


def refuse_full(folder: Path) -> None:
    """Only a new folder is written to.

    Raises:
        NotifierError: it has something in it.
    """
    with suppress(FileNotFoundError):
        if any(folder.iterdir()):
            raise NotifierError(f"{folder} is not empty.", remedy="name a new folder")


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
            cells = [_cell(getattr(proof, name)) for name in names]
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


def write_sums(folder: Path) -> str:
    """List every file with its SHA-256, as sha256sum does; returns that of the list."""
    lines = [f"{digest}  {name}\n" for name, digest in _digests(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    return _digest(folder / SUMS)


def _differing(folder: Path) -> Iterator[str]:
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = dict(_digests(folder))
    for name in sorted(listed.keys() | found.keys()):
        if name not in found:
            yield f"{name}: is missing"
        elif name not in listed:
            yield f"{name}: was added"
        elif listed[name] != found[name]:
            yield f"{name}: was changed"
        elif name.startswith("messages/") and Path(name).stem != found[name]:
            yield f"{name}: is not the message it is named after"
    if (folder / JOURNAL).is_file():
        yield from _broken_chains(folder)


def _broken_chains(folder: Path) -> Iterator[str]:
    with (folder / JOURNAL).open(encoding="utf-8") as file:
        try:
            entries = journal.restored(map(json.loads, file))
            yield from journal.verify_entries(entries)
        except (ValueError, LookupError, TypeError):
            yield f"{JOURNAL}: cannot be read"


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != SUMS:
            yield name, _digest(path)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


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
            for signed in approvals.approvals_of(tx, plan.id)
        ],
        "effective_date": plan.plan.effective_date.isoformat(),
        "notices": [asdict(notice) for notice in account.notices],
    }


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value.isoformat() if isinstance(value, datetime) else str("" if value is None else value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
