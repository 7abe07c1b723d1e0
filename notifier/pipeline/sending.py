"""send: hand over what is approved and due, recorded before and after, until nothing is left."""

from __future__ import annotations

import threading
from datetime import datetime

from notifier.delivery import State
from notifier.ledger import deliveries, journal, plans, workers
from notifier.ledger.handover import HandOver, anchor
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.model.plan import Channel
from notifier.pipeline.approved import what_differs
from notifier.pipeline.brakes import Brakes
from notifier.pipeline.check import DAEMON
from notifier.pipeline.ending import finish_endings
from notifier.pipeline.keeping import SendReport, forecast_again, hold_what_is_left, is_open
from notifier.pipeline.mailing import Mailing
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.pipeline.recovery import recover


def send_due(pipeline: Pipeline, *, stop: threading.Event, progress: Progress) -> SendReport:
    """Hand over everything that is approved, not held, and due now.

    What is shown in the product goes first: it takes seconds where mail may take hours. A run that
    breaks off leaves its worker unended, so that another one recovers what it had under way.
    Several processes may send from one ledger at once.

    Args:
        stop: when set, nothing more is begun, what is under way is finished, and the run ends.

    Raises:
        DeliveryError: the transport is set up wrongly.
        LedgerError: the ledger cannot be written, or this process was given up.
    """
    report = SendReport()
    finish_endings(pipeline, stop)
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        approved = plans.approved_plans(tx)
        if not approved and not workers.alive(tx):
            return report
        hand_over = HandOver(pipeline.ledger, workers.enlist(tx, now))
    report.states.update(verdict.state for verdict in recover(pipeline, hand_over))
    for stored in approved:
        forecast_again(pipeline, stored, report)
    begun = [
        (stored, notice)
        for stored in approved
        for notice in _begin(pipeline, stored, report, stop, now)
    ]
    begun.sort(key=lambda pair: (pair[1].before, pair[1].id))
    for stored, notice in begun:
        if notice.channel is Channel.IN_APP:
            _offer(pipeline, stored, notice, report, stop)
    for stored, notice in begun:
        if notice.channel is Channel.EMAIL and not stop.is_set():
            Mailing(pipeline, stored, notice, hand_over, report, progress).run(stop)
    for stored in approved:
        hold_what_is_left(pipeline, stored, report)
    _end(pipeline, hand_over)
    return report


def _begin(
    pipeline: Pipeline,
    stored: StoredPlan,
    report: SendReport,
    stop: threading.Event,
    now: datetime,
) -> list[StoredNotice]:
    """Freeze whom each due notice of a plan is for; returns those with something to hand over."""
    with pipeline.ledger.begin() as tx:
        notices = plans.notices_of(tx, stored.id)
    ready = {
        notice.id
        for notice in notices
        if notice.due_at <= now and _expand(pipeline, stored, notice, report, stop)
    }
    with pipeline.ledger.begin() as tx:
        return [notice for notice in plans.notices_of(tx, stored.id) if notice.id in ready]


def _expand(
    pipeline: Pipeline,
    stored: StoredPlan,
    notice: StoredNotice,
    report: SendReport,
    stop: threading.Event,
) -> bool:
    """Write a notice's deliveries, step by step, unless it may not go out (any more).

    Returns:
        Whether there is something to hand over, and it is what was approved.
    """
    brakes = Brakes(stored, notice)
    more, due = True, 0
    while more and not stop.is_set():
        now = pipeline.clock()
        with pipeline.ledger.begin() as tx:
            more = brakes.may_begin(tx, now) and is_open(stored, notice, now)
            if more:
                more = deliveries.expand(tx, stored, notice, now)
                due = deliveries.due(tx, notice.id, now)
                if due and not more:
                    brakes.because = what_differs(tx, pipeline.config.email, stored, notice)
    goes_on = not more and due > 0 and not brakes.because
    report.alarms += brakes.apply(pipeline.ledger, pipeline.clock())
    return goes_on


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


def _end(pipeline: Pipeline, hand_over: HandOver) -> None:
    """End in good order: the main chain keeps the end of this worker's own."""
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        worker = hand_over.worker.id
        workers.end(tx, worker, now)
        chain = anchor(tx, worker)
        if chain["entries"]:
            journal.append(
                tx,
                at=now,
                who=DAEMON,
                verb="send",
                subject=f"worker {worker}",
                facts={"chain": chain},
            )
