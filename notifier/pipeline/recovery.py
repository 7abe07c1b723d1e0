"""What workers left open when they died: closed by proof where there is one, else as unknown."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from notifier.delivery import Outcome, State
from notifier.ledger import deliveries, feedback, journal, workers
from notifier.ledger.deliveries import Ending
from notifier.ledger.handover import CommitGroup, HandOver, anchor
from notifier.ledger.journal import DAEMON
from notifier.ledger.workers import Worker
from notifier.pipeline.envelopes import message_id, sender_domain
from notifier.pipeline.pipeline import Pipeline


def recover(pipeline: Pipeline, hand_over: HandOver) -> Counter[State]:
    """Account for what dead workers had under way, each once, whoever comes first.

    A worker that is only silent may still hand over what it has: that it has not yet done so
    proves nothing. What was heard of these hand-overs before they were accounted for counts now.

    Returns:
        How many deliveries came to which state.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    now = pipeline.clock()
    states: Counter[State] = Counter()
    with hand_over.group(now) as group:
        if group.alive:
            for dead in workers.dead_workers(group.tx, now):
                if dead.id != hand_over.worker.id:
                    states += _account(pipeline, group, dead, now)
            feedback.match_early(group.tx, now)
    return states


def _account(pipeline: Pipeline, group: CommitGroup, dead: Worker, now: datetime) -> Counter[State]:
    left = deliveries.left_open(group.tx, dead.id)
    proven = _proofs(
        pipeline,
        dead,
        {claim.attempt: message_id(claim, sender_domain(approved)) for claim, _, approved in left},
    )
    endings = [
        Ending(
            claim=claim,
            outcome=proven.get(claim.attempt, Outcome.UNKNOWN),
            at=now,
            detail="its worker ended without recording the outcome",
            late=now >= before,
            blameless=proven.get(claim.attempt) is Outcome.NOT_SENT,
        )
        for claim, before, _ in left
    ]
    states = group.close(endings)
    workers.end(group.tx, dead.id, now)
    chain = anchor(group.tx, dead.id)
    if chain["entries"]:
        outcomes = dict(Counter(ending.outcome.value for ending in endings))
        journal.append(
            group.tx,
            at=now,
            who=DAEMON,
            verb="recover",
            subject=f"worker {dead.id}",
            facts={"chain": chain, "outcomes": outcomes},
        )
    return states


def _proofs(pipeline: Pipeline, dead: Worker, message_ids: dict[int, str]) -> dict[int, Outcome]:
    proven = pipeline.transport.prove(message_ids)
    return {
        attempt: Outcome.ACCEPTED if handed_over else Outcome.NOT_SENT
        for attempt, handed_over in proven.items()
        if handed_over or dead.gone
    }
