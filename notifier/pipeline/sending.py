"""send: hand over what is approved and due, recorded before and after, until nothing is left.

One writer drives one transport session. Each turn commits the outcomes of finished messages and
the intents of the next ones together, then hands those over; what is in flight is bounded by
``[email] in_flight``, and that is what a crash may leave in doubt.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime

from notifier.delivery import Outcome, State
from notifier.ledger import deliveries, journal, plans, workers
from notifier.ledger.deliveries import Ending
from notifier.ledger.handover import HandOver
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.model.plan import Channel
from notifier.pipeline.check import DAEMON
from notifier.pipeline.keeping import (
    SendReport,
    forecast_again,
    hold_what_is_left,
    is_open,
    withhold_if_too_late,
)
from notifier.pipeline.mailing import Mailing, message_id
from notifier.pipeline.pipeline import Pipeline, Progress


def send_due(pipeline: Pipeline, *, stop: threading.Event, progress: Progress) -> SendReport:
    """Hand over everything that is approved, not held, and due now.

    A run that breaks off leaves its worker unended, so that the next one recovers what it had
    under way.

    Args:
        stop: when set, nothing more is begun, what is under way is finished, and the run ends.

    Raises:
        DeliveryError: the transport is set up wrongly.
        LedgerError: the ledger cannot be written, or this process was declared dead.
    """
    report = SendReport()
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        worker = workers.enlist(tx, now)
    hand_over = HandOver(worker)
    _recover(pipeline, hand_over, report)
    with pipeline.ledger.begin() as tx:
        approved = plans.approved_plans(tx)
    for stored in approved:
        _send_plan(pipeline, stored, hand_over, report, stop, progress)
    with pipeline.ledger.begin() as tx:
        workers.end(tx, worker.id, pipeline.clock())
    return report


def _recover(pipeline: Pipeline, hand_over: HandOver, report: SendReport) -> None:
    """Close what dead workers left open: by proof where there is one, else as unknown."""
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        for dead in workers.dead_workers(tx, now):
            open_attempts = deliveries.left_open(tx, dead.id)
            proven = pipeline.transport.prove(
                {claim.attempt: message_id(claim, pipeline) for claim, _ in open_attempts}
            )
            endings = [
                Ending(
                    claim=claim,
                    outcome=_proven(proven.get(claim.attempt)),
                    at=now,
                    detail="its worker ended without recording the outcome",
                    late=now >= before,
                    blameless=proven.get(claim.attempt) is False,
                )
                for claim, before in open_attempts
            ]
            verdicts = hand_over.close(tx, endings, now)
            report.states.update(verdict.state for verdict in verdicts)
            workers.end(tx, dead.id, now)
            if endings:
                journal.append(
                    tx,
                    at=now,
                    who=DAEMON,
                    verb="recover",
                    subject=f"worker {dead.id}",
                    facts=dict(Counter(ending.outcome.value for ending in endings)),
                )


def _proven(handed_over: bool | None) -> Outcome:
    if handed_over is None:
        return Outcome.UNKNOWN
    return Outcome.ACCEPTED if handed_over else Outcome.NOT_SENT


def _send_plan(
    pipeline: Pipeline,
    stored: StoredPlan,
    hand_over: HandOver,
    report: SendReport,
    stop: threading.Event,
    progress: Progress,
) -> None:
    forecast_again(pipeline, stored, report)
    with pipeline.ledger.begin() as tx:
        notices = plans.notices_of(tx, stored.id)
    for notice in sorted(notices, key=lambda notice: (notice.before, notice.position)):
        now = pipeline.clock()
        if notice.due_at > now or stop.is_set():
            continue
        if not _begin(pipeline, stored, notice, report, now):
            continue
        if notice.channel is Channel.IN_APP:
            _offer(pipeline, stored, notice, report, stop)
        else:
            Mailing(pipeline, stored, notice, hand_over, report, progress).run(stop)
    hold_what_is_left(pipeline, stored, report)


def _begin(
    pipeline: Pipeline,
    stored: StoredPlan,
    notice: StoredNotice,
    report: SendReport,
    now: datetime,
) -> bool:
    """Freeze who the notice is for, unless it may not go out (any more)."""
    with pipeline.ledger.begin() as tx:
        if not plans.may_send(tx, stored):
            return False
        if withhold_if_too_late(tx, stored, notice, report, now):
            return False
        if not is_open(stored, notice, now):
            return False
        if notice.expanded_at is None:
            whom = stored.plan.notices[notice.position].addressees
            deliveries.expand(tx, notice, whom, stored.audience_id, now)
        return deliveries.due(tx, notice.id, now) > 0


def _offer(
    pipeline: Pipeline,
    stored: StoredPlan,
    notice: StoredNotice,
    report: SendReport,
    stop: threading.Event,
) -> None:
    """Show a notice in the product to everybody it is for, in batches."""
    while not stop.is_set():
        now = pipeline.clock()
        with pipeline.ledger.begin() as tx:
            if not plans.may_send(tx, stored):
                return
            offered = deliveries.offer(tx, notice, now)
        if not offered:
            return
        report.states[State.OFFERED] += offered
