"""One mail notice on its way out: claimed, handed over and recorded in groups.

Outcomes of finished messages and intents of the next ones are committed together; a message is
handed over once its intent is committed. A group is recorded once seven eighths of what may be in
flight have finished, or a few milliseconds after its first; the rest is the server's to work on
meanwhile. What is in flight is bounded by ``[email] in_flight``, and that is what a crash may leave
in doubt.
"""

from __future__ import annotations

import threading
import time

from notifier.channels.transport import Envelope, Result, Scope, Session
from notifier.delivery import Outcome
from notifier.errors import RenderingError
from notifier.ledger import approvals, deliveries, plans
from notifier.ledger.deliveries import Claim, Ending
from notifier.ledger.handover import HandOver
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.pipeline.brakes import Readiness, Refusals
from notifier.pipeline.domains import DomainPaces
from notifier.pipeline.envelopes import Envelopes
from notifier.pipeline.keeping import SendReport
from notifier.pipeline.pacing import pace_of
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.pipeline.writer import Recorded, Writer

_POLL_SECONDS = 0.2
_GATHER_SECONDS = 0.005
"""How long a group waits for more outcomes, so that a commit is worth its disk."""
_BEAT_SECONDS = 10.0
"""How often a worker says that it lives while nothing else is to be recorded."""
_GRACE_SECONDS = 10.0
"""How long messages under way are waited for once sending was told to stop."""


class Mailing:
    """One mail notice on its way out through one session."""

    def __init__(
        self,
        pipeline: Pipeline,
        stored: StoredPlan,
        notice: StoredNotice,
        hand_over: HandOver,
        report: SendReport,
        progress: Progress,
    ) -> None:
        self._pipeline = pipeline
        self._notice = notice
        self._report = report
        self._progress = progress
        self._limit = pipeline.config.email.in_flight
        self._pace = pace_of(pipeline)
        self._domains = DomainPaces(pipeline)
        self._readiness = Readiness(self._limit)
        self._under_way: dict[int, Claim] = {}
        self._finished: list[Ending] = []
        self._because = ""
        self._may_claim = True
        self._ask_at = self._record_by = self._beat_by = 0.0
        self._done = 0
        with pipeline.ledger.begin() as tx:
            self._envelopes = Envelopes(plans.messages_of(tx, notice.id), stored.manifest)
            self._total = deliveries.due(tx, notice.id, pipeline.clock())
            self._refusals = Refusals(approvals.was_resumed(tx, stored.id))
        self._writer = Writer(pipeline, stored, notice, hand_over, self._envelopes)

    def run(self, stop: threading.Event) -> None:
        """Claim, hand over and record until nothing is due, or ``stop`` is set.

        Raises:
            DeliveryError: the transport is set up wrongly.
            LedgerError: the ledger could not be written for a minute, or this worker was given up.
        """
        session = self._pipeline.transport.open()
        try:
            self._send(session, stop)
        finally:
            self._finish(session)

    def _send(self, session: Session, stop: threading.Event) -> None:
        give_up_at = float("inf")
        while time.monotonic() < give_up_at:
            if stop.is_set() and give_up_at == float("inf"):
                self._may_claim = False
                give_up_at = time.monotonic() + _GRACE_SECONDS
            self._turn(session)
            if not (self._under_way or self._finished or self._writer.owes):
                if not self._may_claim:
                    return
                stop.wait(max(0.0, min(self._ask_at - time.monotonic(), 1.0)))

    def _turn(self, session: Session) -> None:
        """Have recorded and opened what is worth a commit; hand over; hear."""
        if self._is_worth_a_commit():
            self._hand_in(session, self._commit(self._wanted()))
        if self._under_way:
            self._collect(session.poll(self._patience()))

    def _patience(self) -> float:
        """How long to wait for the session."""
        if self._finished:
            return max(0.0, self._record_by - time.monotonic())
        return _POLL_SECONDS

    def _finish(self, session: Session) -> None:
        """End in good order: every attempt that was opened gets its outcome."""
        self._may_claim = False
        self._collect(session.close())
        while self._finished or self._writer.owes:
            self._commit(0)

    # Recording.

    def _is_worth_a_commit(self) -> bool:
        now = time.monotonic()
        if self._finished:
            gathered = len(self._finished) * 8 >= self._limit * 7 or not self._under_way
            return gathered or now >= self._record_by
        if now >= self._beat_by or self._writer.owes:
            return True
        return now >= self._ask_at and self._wanted() > 0

    def _wanted(self) -> int:
        """How many attempts may be opened, those about to be closed being out of the way."""
        if not self._may_claim:
            return 0
        allowed = self._pace.allowance()
        if allowed <= 0:
            self._ask_at = time.monotonic() + self._pace.seconds_until_next()
        return min(self._limit - len(self._under_way), allowed)

    def _commit(self, wanted: int) -> Recorded:
        """Record what finished and open up to so many attempts.

        Raises:
            LedgerError: the ledger could not be written for a minute, or this worker was given up.
        """
        self._beat_by = time.monotonic() + _BEAT_SECONDS
        finished, self._finished = self._finished, []
        because, self._because = self._because, ""
        recorded = self._writer.commit(
            finished,
            wanted,
            room=self._domains.room() if wanted > 0 else {},
            under_way=self._under_way,
            because=because,
        )
        self._report.states += recorded.states
        self._report.alarms += recorded.alarms
        self._pace.spend(len(recorded.opened))
        self._domains.spend(recorded.opened)
        if recorded.exhausted and (self._under_way or self._finished):
            self._ask_at = float("inf")  # What is under way may yet become due again.
        elif recorded.exhausted or not recorded.more:
            self._may_claim = False
        elif not recorded.opened:
            self._ask_at = time.monotonic() + (self._domains.seconds_until_next() or _POLL_SECONDS)
        self._done += recorded.closed
        self._progress(f"{self._notice.kind} mail", self._done, self._total)
        return recorded

    # Handing over.

    def _hand_in(self, session: Session, recorded: Recorded) -> None:
        envelopes: list[Envelope] = []
        broken: list[Result] = []
        for claim in recorded.opened:
            self._under_way[claim.attempt] = claim
            try:
                envelopes.append(self._envelopes.fill(claim, recorded.at))
            except RenderingError as error:
                broken.append(
                    Result(claim.attempt, Outcome.NOT_SENT, error.message, scope=Scope.SENDER)
                )
        session.submit(envelopes)
        self._collect(broken)

    def _collect(self, results: list[Result]) -> None:
        if not results:
            return
        self._pace.hear(results)
        now = self._pipeline.clock()
        late = now >= self._notice.before
        if not self._finished:
            self._record_by = time.monotonic() + _GATHER_SECONDS
        self._ask_at = 0.0
        for result in results:
            self._finished.append(
                Ending(
                    self._under_way.pop(result.attempt),
                    result.outcome,
                    now,
                    result.detail,
                    result.provider_id,
                    late,
                    result.scope is not Scope.RECIPIENT,
                )
            )
            if result.scope is Scope.SENDER:
                self._because = f"the mail server refuses us: {result.detail}"
                self._may_claim = False
        if refused := self._refusals.why_to_hold(results):
            self._because, self._may_claim = refused, False
        if self._readiness.is_lost(results, under_way=len(self._under_way)) and self._may_claim:
            self._may_claim = False
            self._report.alarms.append(_why_to_wait(self._pipeline.transport.name, results[-1]))


def _why_to_wait(transport: str, last: Result) -> str:
    """Whether the other side answers and puts a mail off, or takes none at all."""
    if last.outcome is Outcome.REFUSED_FOR_NOW:
        return (
            f"{transport} answers and puts mail off for now: {last.detail}. It is tried again at "
            "the next round; `notifier status` says whose mail waits."
        )
    return f"{transport} is not ready: {last.detail}. Sending is tried again at the next round."
