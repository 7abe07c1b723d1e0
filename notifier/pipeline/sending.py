"""send: hand over what is approved and due, recorded before and after, until nothing is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from notifier.delivery import State
from notifier.errors import NotifierError
from notifier.ledger import (
    approvals,
    calling_off,
    deliveries,
    expansion,
    journal,
    plans,
    tellings,
    workers,
)
from notifier.ledger.handover import HandOver, anchor
from notifier.ledger.journal import DAEMON
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.model.plan import Channel
from notifier.pipeline.approved import what_differs
from notifier.pipeline.brakes import Brakes
from notifier.pipeline.ending import finish_endings
from notifier.pipeline.keeping import (
    SendReport,
    forecast_again,
    hold_what_is_left,
    is_open,
    say_what_waits,
)
from notifier.pipeline.mailing import Mailing
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.pipeline.recovery import recover
from notifier.pipeline.turns import Turn


def send_due(pipeline: Pipeline, *, stop: threading.Event, progress: Progress) -> SendReport:
    """Hand over everything that is approved, not held, and due now.

    What is shown in the product goes first: it takes seconds where mail may take hours. Mail goes
    out by deadline, and a long mailing gives way to a notice that must be out earlier. A run that
    breaks off leaves its worker unended, so that another one recovers what it had under way.
    Several processes may send from one ledger at once.

    Args:
        stop: when set, nothing more is begun, what is under way is finished, and the run ends.

    Raises:
        DeliveryError: the transport is set up wrongly.
        LedgerError: the ledger cannot be written, or this process was given up.
    """
    report = SendReport()
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        idle = not plans.approved_plans(tx) and not workers.alive(tx)
        worker = None if idle else workers.enlist(tx, now)
    if worker is None:
        finish_endings(pipeline, stop)
        return report
    hand_over = HandOver(pipeline.ledger, worker)
    with closing(hand_over):
        report.states += recover(pipeline, hand_over)
        finish_endings(pipeline, stop)
        _Run(pipeline, hand_over, report, stop, progress).carry_out()
        _end(pipeline, hand_over)
    return report


class _Run:
    """One run of sending, in rounds: a new one begins when something more urgent turns up."""

    def __init__(
        self,
        pipeline: Pipeline,
        hand_over: HandOver,
        report: SendReport,
        stop: threading.Event,
        progress: Progress,
    ) -> None:
        self._pipeline = pipeline
        self._hand_over = hand_over
        self._report = report
        self._stop = stop
        self._progress = progress
        self._approved: dict[int, StoredPlan] = {}
        self._done: set[int] = set()
        self._looked_at: set[int] = set()

    def carry_out(self) -> None:
        """Hand over until nothing is due, then say what is left."""
        while self._round():
            pass
        for stored in self._approved.values():
            hold_what_is_left(self._pipeline, stored, self._report)
            say_what_waits(self._pipeline, stored, self._report, stopped=self._stop.is_set())

    def _round(self) -> bool:
        """Hand over what is due, by deadline; whether it ended for something more urgent."""
        begun = sorted(self._begin(), key=lambda pair: (pair[1].before, pair[1].id))
        for stored, notice in begun:
            if notice.channel is Channel.IN_APP:
                with _contained(self._pipeline, stored, notice):
                    _offer(self._pipeline, stored, notice, self._report, self._stop)
        for stored, notice in begun:
            if notice.channel is not Channel.EMAIL or self._stop.is_set():
                continue
            turn = Turn(self._stop, partial(self._is_overtaken, notice))
            with _contained(self._pipeline, stored, notice):
                Mailing(
                    self._pipeline, stored, notice, self._hand_over, self._report, self._progress
                ).run(turn)
            if turn.gave_way:
                return True
            self._done.add(notice.id)
        return False

    def _begin(self) -> Iterator[tuple[StoredPlan, StoredNotice]]:
        """Freeze whom each due notice is for; yields those with something to hand over."""
        now = self._pipeline.clock()
        for stored, notices in self._under_way():
            if stored.id not in self._approved:
                if self._follows_one_unanswered(stored):
                    continue
                forecast_again(self._pipeline, stored, self._report)
            self._approved[stored.id] = stored
            due = [n for n in notices if n.due_at <= now and n.id not in self._done]
            self._looked_at |= {notice.id for notice in due if is_open(stored, notice, now)}
            ready = {notice.id for notice in due if self._expand(stored, notice)}
            with self._pipeline.ledger.begin() as tx:
                begun = [n for n in plans.notices_of(tx, stored.id) if n.id in ready]
            yield from ((stored, notice) for notice in begun)

    def _follows_one_unanswered(self, stored: StoredPlan) -> bool:
        """Whether mail of an earlier plan for the same change is still being handed over.

        Whom it reaches is known within seconds; until then nobody knows whom the new one is for.
        """
        with self._pipeline.ledger.begin() as tx:
            earlier = tellings.plans_of_series(tx, stored.change_id, before_plan=stored.id)
            return not set(calling_off.unfinished(tx)).isdisjoint(earlier)

    def _expand(self, stored: StoredPlan, notice: StoredNotice) -> bool:
        with _contained(self._pipeline, stored, notice):
            return _expand(self._pipeline, stored, notice, self._report, self._stop)

    def _under_way(self) -> list[tuple[StoredPlan, list[StoredNotice]]]:
        with self._pipeline.ledger.begin() as tx:
            return [
                (stored, plans.notices_of(tx, stored.id)) for stored in plans.approved_plans(tx)
            ]

    def _is_overtaken(self, notice: StoredNotice) -> bool:
        """Whether a notice with an earlier deadline has become due since the round began."""
        now = self._pipeline.clock()
        return any(
            other.id not in self._looked_at
            and other.due_at <= now
            and other.before < notice.before
            and not other.withheld_at
            and is_open(stored, other, now)
            for stored, others in self._under_way()
            for other in others
        )


@contextmanager
def _contained(pipeline: Pipeline, stored: StoredPlan, notice: StoredNotice) -> Iterator[None]:
    """Hold a plan that a defect of ours stopped, so that no other plan waits behind it."""
    try:
        yield
    except NotifierError:
        raise
    except Exception as defect:
        because = f"notifier failed at notice {notice.position + 1} ({type(defect).__name__})"
        Brakes(stored, notice, because=because).apply(pipeline.ledger, pipeline.clock())
        raise


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
                more = expansion.expand(tx, stored, notice, now)
                due = deliveries.due(tx, notice.id, now)
                if due and not more:
                    brakes.because = what_differs(tx, pipeline.config, stored, notice)
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
            if not approvals.may_send(tx, stored):
                return
            offered = expansion.offer(tx, notice, now)
        if not offered:
            return
        report.states[State.OFFERED] += offered


def _end(pipeline: Pipeline, hand_over: HandOver) -> None:
    """End in good order: the main chain keeps the end of this worker's own.

    A worker with something open does not end; whoever recovers from it accounts for that.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        worker = hand_over.worker.id
        if deliveries.left_open(tx, worker):
            return
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
