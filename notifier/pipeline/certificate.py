"""evidence --person: one person's certificate, with the very messages as they were handed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from notifier.channels.addresses import header_form
from notifier.config import PolicyConfig
from notifier.errors import NotifierError
from notifier.ledger import Tx, journal, plans, proofs, tellings, verifying
from notifier.ledger.codec import sha256
from notifier.ledger.plans import StoredPlan
from notifier.ledger.proofs import Proof
from notifier.model.plan import Channel
from notifier.pipeline import explaining
from notifier.pipeline.approving import proven_plan
from notifier.pipeline.evidence import message_id_of, write_people
from notifier.pipeline.explaining import written
from notifier.pipeline.folders import PEOPLE, close, make, refuse_full
from notifier.pipeline.pipeline import Pipeline, silent
from notifier.pipeline.verdict import takes_effect, verdict, way
from notifier.rendering import Addressee, Mail


@dataclass(frozen=True, slots=True)
class _Message:
    """The bytes one person got, or was offered."""

    proof: Proof
    name: str
    content: bytes


def certificate(
    pipeline: Pipeline,
    policy: PolicyConfig,
    folder: Path,
    *,
    person: str,
    who: str,
    plan: int | None = None,
) -> Path:
    """Write what one person was told of one change of the policy, into a new folder.

    ``certificate.txt`` says it in words; each mail is there byte for byte as it was handed over,
    each notice as the product got it. What they were told of other changes stands in one line each.

    Args:
        person: their key, address, or id in the product.
        plan: the number of a plan of the change; the latest that has a plan without it.

    Raises:
        ApprovalError: there is no such plan.
        NotifierError: nobody of that name, or several, or the folder has something in it already.
    """
    refuse_full(folder)
    now = pipeline.clock()
    with pipeline.ledger.reading() as tx:
        stored = proven_plan(tx, policy, plan)
        among = proofs.plans_with_proof(tx, stored)
        key = _key(tx, policy, among, person)
        theirs = list(proofs.proofs(tx, among, key=key))
        make(folder)
        messages = list(_messages(tx, among, theirs))
        for message in messages:
            (folder / message.name).write_bytes(message.content)
        write_people(tx, among, folder / PEOPLE, silent, key=key)
        told = _certified(tx, pipeline, policy, among, theirs, messages)
        told += _of_other_changes(tx, policy, among, key)
        intact = not verifying.wrong(tx)
        told += ["", *explaining.ending(who, now, journal.head(tx), intact=intact)]
        told += ["", explaining.MEANINGS.strip()]
    (folder / "certificate.txt").write_text("\n".join(told) + "\n", encoding="utf-8")
    facts: dict[str, object] = {"person": sha256(theirs[0].key)}
    close(pipeline, policy, folder, at=now, who=who, verb="certify", facts=facts)
    return folder


def _key(tx: Tx, policy: PolicyConfig, among: list[StoredPlan], person: str) -> str:
    """The key of the one person who is meant."""
    keys = proofs.keys_of(tx, among, person)
    if not keys:
        raise NotifierError(
            f"Nobody in the audiences of {policy.key} has that key, address or id.",
            remedy="a key is what the audience's key column holds; else the address itself",
        )
    if len(keys) > 1:
        raise NotifierError(
            f"{len(keys)} people in the audiences of {policy.key} have that address or id.",
            remedy="name one of them by the key; `notifier evidence` lists everybody in people.csv",
        )
    return keys[0]


def _messages(tx: Tx, among: list[StoredPlan], theirs: list[Proof]) -> Iterator[_Message]:
    approved = dict(proofs.approved_contents(tx, among))
    by_id = {plan.id: plan for plan in among}
    for proof in theirs:
        content = approved.get(proof.content_sha256)
        if content is None:
            continue
        if proof.channel == Channel.IN_APP:
            yield _Message(proof, f"notice-{proof.delivery}.json", content)
        elif proof.attempted_at is not None:
            filled = Mail(content).fill(
                Addressee(
                    header_form(proof.address),
                    proof.name,
                    message_id_of(proof, by_id[proof.plan]),
                    proof.attempted_at,
                )
            )
            yield _Message(proof, f"mail-{proof.attempt}.eml", filled)


def _certified(
    tx: Tx,
    pipeline: Pipeline,
    policy: PolicyConfig,
    among: list[StoredPlan],
    theirs: list[Proof],
    messages: list[_Message],
) -> list[str]:
    person = theirs[0]
    files = {(m.proof.delivery, m.proof.attempt): m for m in messages}
    about = f"{policy.title} ({policy.key})"
    lines = [
        f"{pipeline.config.company.name}: what one person was told of a change of {about}",
        "",
        f"Person         {person.key}",
        f"Address        {person.address or '-'}",
        f"In the product {person.in_app_id or '-'}",
        f"Takes effect   {takes_effect(among[-1])}",
        "",
        f"Told           {_verdict(tx, theirs, among)}",
    ]
    for proof in theirs:
        lines += ["", *_told(proof, files.get((proof.delivery, proof.attempt)))]
    return lines


def _of_other_changes(
    tx: Tx, policy: PolicyConfig, among: list[StoredPlan], key: str
) -> Iterator[str]:
    """A line for each other change of the policy that the person was to be told of."""
    seen = set(tellings.plans_of_series(tx, among[-1].change_id))
    for stored in plans.plans_of_policy(tx, policy.key):
        if stored.id in seen:
            continue
        of_change = proofs.plans_with_proof(tx, stored)
        seen |= set(tellings.plans_of_series(tx, stored.change_id))
        if theirs := list(proofs.proofs(tx, of_change, key=key)):
            yield ""
            yield f"Another change  {takes_effect(of_change[-1])}"
            yield f"  told           {_verdict(tx, theirs, of_change)}"
            yield f"  its proof      notifier evidence {policy.key} --plan {of_change[-1].id}"


def _verdict(tx: Tx, theirs: list[Proof], among: list[StoredPlan]) -> str:
    joint = tellings.owed_together(tx, among[-1], theirs[-1].recipient)
    return verdict(theirs, among, joint)


def _told(proof: Proof, message: _Message | None) -> list[str]:
    if proof.notice is None:
        return [f"Plan {proof.plan}: {proof.reason}."]
    facts: list[tuple[str, object]] = [
        ("approved", f"by {proof.approved_by}, {written(proof.approved_at)}"),
        ("state", proof.state + (f": {proof.reason}" if proof.reason else "")),
        ("handed over", written(proof.attempted_at)),
        ("outcome", f"{proof.outcome} {written(proof.outcome_at)}".strip()),
        ("answer", proof.answer),
        ("provider's id", proof.provider_id),
        ("delivered", written(proof.delivered_at)),
        ("came back", written(proof.bounced_at)),
        ("complained", written(proof.complained_at)),
        ("shown", written(proof.shown_at)),
        ("acknowledged", written(proof.acknowledged_at)),
        ("said later", proof.feedback),
        ("approved text", proof.content_sha256 and f"SHA-256 {proof.content_sha256}"),
        ("file", message and f"{message.name}, SHA-256 {sha256(message.content)}"),
        ("on record", proof.sealed_in and f"journal, {proof.sealed_in}"),
    ]
    title = (
        f"Plan {proof.plan}, notice {proof.notice}: {proof.kind}, by {way(proof)}, "
        f"in time before {written(proof.before)}"
        + (f" (attempt {proof.attempt}, copy {proof.copy})" if proof.attempt else "")
    )
    return [title, *(f"  {name:<14} {value}" for name, value in facts if value)]
