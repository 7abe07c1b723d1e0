"""One mail notice on its way out: claimed, handed over and recorded in groups.

One writer drives one session. Each turn commits the outcomes of finished messages and the intents
of the next ones together, then hands those over; what is in flight is bounded by
``[email] in_flight``, and that is what a crash may leave in doubt.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime

from notifier.channels.transport import Envelope, Result, Scope, Session
from notifier.delivery import EventKind, Outcome
from notifier.errors import LedgerError, RenderingError
from notifier.ledger import LedgerUnavailable, Tx, deliveries, feedback, plans
from notifier.ledger.deliveries import Claim, Ending
from notifier.ledger.handover import Group, HandOver
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.pipeline.brakes import Brakes, Readiness
from notifier.pipeline.envelopes import Envelopes
from notifier.pipeline.keeping import SendReport
from notifier.pipeline.pacing import pace_of
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.pipeline.recovery import recover

_POLL_SECONDS = 0.2
_GATHER_SECONDS = 0.005
"""How long a group waits for more outcomes, so that a commit is worth its disk."""
_BEAT_SECONDS = 10.0
"""How often a worker says that it lives while nothing else is to be recorded."""
_LOOK_SECONDS = 30.0
"""How often it looks for workers that died."""
_GRACE_SECONDS = 10.0
"""How long messages under way are waited for once sending was told to stop."""
_PATIENCE_SECONDS = 60.0
"""How long a ledger that cannot be written is waited for, with outcomes at hand."""


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
        self._plan_digest = stored.digest
        self._notice = notice
        self._hand_over = hand_over
        self._report = report
        self._progress = progress
        self._limit = pipeline.config.email.in_flight
        self._pace = pace_of(pipeline)
        self._brakes = Brakes(stored, notice)
        self._readiness = Readiness(self._limit)
        self._under_way: dict[int, Claim] = {}
        self._finished: list[Ending] = []
        self._may_claim = True
        self._in_doubt: int | None = None
        self._troubled_since: float | None = None
        self._beat_by = self._look_by = 0.0
        self._done = 0
        with pipeline.ledger.begin() as tx:
            self._envelopes = Envelopes(plans.messages_of(tx, notice.id), pipeline.config.email)
            self._total = deliveries.due(tx, notice.id, pipeline.clock())

    def run(self, stop: threading.Event) -> None:
        """Claim, hand over and record until nothing is due, or ``stop`` is set.

        Raises:
            DeliveryError: the transport is set up wrongly.
            LedgerError: the ledger could not be written for a minute, or this worker was given up.
        """
        session = self._pipeline.transport.open()
        give_up_at = float("inf")
        try:
            while time.monotonic() < give_up_at:
                if stop.is_set() and give_up_at == float("inf"):
                    self._may_claim = False
                    give_up_at = time.monotonic() + _GRACE_SECONDS
                opened = self._turn(session)
                if not self._under_way and not self._finished:
                    if not self._may_claim:
                        return
                    if not opened:
                        stop.wait(min(self._pace.seconds_until_next() or _POLL_SECONDS, 1.0))
        finally:
            self._collect(session.close())
            self._may_claim = False
            while self._finished or self._in_doubt is not None:
                self._commit(0)

    def _turn(self, session: Session) -> bool:
        """Record, open, hand over, hear; whether anything was opened."""
        claims: list[Claim] = []
        allowed = min(self._limit - len(self._under_way), self._pace.allowance())
        wanted = allowed if self._may_claim else 0
        if self._finished or wanted > 0 or time.monotonic() >= self._beat_by:
            claims = self._commit(wanted)
            self._hand_in(session, claims)
        if self._under_way:
            self._collect(session.poll(_POLL_SECONDS))
            self._gather(session)
        return bool(claims)

    def _gather(self, session: Session) -> None:
        until = time.monotonic() + _GATHER_SECONDS
        while self._under_way and len(self._finished) * 2 < self._limit:
            left = until - time.monotonic()
            if left <= 0:
                return
            self._collect(session.poll(left))

    def _hand_in(self, session: Session, claims: list[Claim]) -> None:
        now = self._pipeline.clock()
        envelopes: list[Envelope] = []
        broken: list[Result] = []
        for claim in claims:
            self._under_way[claim.attempt] = claim
            try:
                envelopes.append(self._envelopes.fill(claim, now))
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
                self._brakes.because = f"the mail server refuses us: {result.detail}"
                self._may_claim = False
        if self._readiness.is_lost(results, under_way=len(self._under_way)) and self._may_claim:
            self._may_claim = False
            self._report.alarms.append(
                f"{self._pipeline.transport.name} is not ready: {results[-1].detail}. "
                "Sending is tried again at the next round."
            )

    # Recording.

    def _commit(self, wanted: int) -> list[Claim]:
        """Record what finished and open the next attempts; waits for a ledger in trouble."""
        try:
            self._settle_doubt()
            self._in_doubt = len(self._finished)
            claims = self._record(list(self._finished), wanted)
        except LedgerUnavailable:
            if self._is_out_of_patience():
                raise
            threading.Event().wait(_POLL_SECONDS)
            return []
        self._in_doubt = self._troubled_since = None
        self._apply_brakes()
        self._beat_by = time.monotonic() + _BEAT_SECONDS
        if time.monotonic() >= self._look_by:
            self._look_around()
        return claims

    def _is_out_of_patience(self) -> bool:
        """Whether the ledger was given time enough; what the session hears meanwhile is kept."""
        now = time.monotonic()
        self._troubled_since = self._troubled_since or now
        return now - self._troubled_since > _PATIENCE_SECONDS

    def _settle_doubt(self) -> None:
        """After a commit that seemed to fail: was it recorded? Nothing it opened was sent."""
        if self._in_doubt is None:
            return
        if self._hand_over.catch_up():
            del self._finished[: self._in_doubt]
            now = self._pipeline.clock()
            ours = {*self._under_way, *(ending.claim.attempt for ending in self._finished)}
            with self._pipeline.ledger.begin() as tx:
                opened = deliveries.left_open(tx, self._hand_over.worker.id)
            self._finished += [
                Ending(claim, Outcome.NOT_SENT, now, "the ledger was in doubt", blameless=True)
                for claim, _ in opened
                if claim.attempt not in ours
            ]
        self._in_doubt = None

    def _record(self, endings: list[Ending], wanted: int) -> list[Claim]:
        now = self._pipeline.clock()
        claims: list[Claim] | None = []
        with self._hand_over.group(now) as group:
            if not group.alive:
                self._tell_late(group.tx, endings, now)
            else:
                verdicts = group.close(endings)
                if endings:
                    feedback.match_early(group.tx, now)
                if wanted > 0:
                    claims = self._open(group, wanted, now)
        del self._finished[: len(endings)]
        if not group.alive:
            self._in_doubt = None
            raise _given_up()
        self._report.states.update(verdict.state for verdict in verdicts)
        self._done += len(endings)
        self._progress(f"{self._notice.kind} mail", self._done, self._total)
        if claims is None:
            self._may_claim = False
        self._pace.spend(len(claims or ()))
        return claims or []

    def _open(self, group: Group, wanted: int, now: datetime) -> list[Claim] | None:
        """Open attempts; None when there is nothing more to open for now."""
        allowed = self._brakes.allowance(group.tx, wanted, now)
        if not allowed:
            return None if allowed is None else []
        claims = group.open(
            self._notice,
            plan_digest=self._plan_digest,
            contents=self._envelopes.digests,
            limit=allowed,
        )
        return claims or None

    def _tell_late(self, tx: Tx, endings: list[Ending], now: datetime) -> None:
        """Others have gone on in our place: what we know of our attempts is evidence for them."""
        worker = self._hand_over.worker.id
        accepted = [ending for ending in endings if ending.outcome is Outcome.ACCEPTED]
        feedback.record(
            tx,
            [
                feedback.Event(
                    origin=f"worker {worker} attempt {ending.claim.attempt}",
                    kind=EventKind.ACCEPTED,
                    attempt=ending.claim.attempt,
                    at=ending.at,
                    detail=ending.detail,
                )
                for ending in accepted
            ],
            now,
        )

    def _apply_brakes(self) -> None:
        try:
            self._report.alarms += self._brakes.apply(self._pipeline.ledger, self._pipeline.clock())
        except LedgerUnavailable:
            self._may_claim = False  # Whoever sends next finds the same reason.

    def _look_around(self) -> None:
        """Take over from workers that died meanwhile."""
        self._look_by = time.monotonic() + _LOOK_SECONDS
        try:
            verdicts = recover(self._pipeline, self._hand_over)
        except LedgerUnavailable:
            self._in_doubt = 0
        else:
            self._report.states.update(verdict.state for verdict in verdicts)


def _given_up() -> LedgerError:
    return LedgerError(
        "This process was silent for too long and was given up; another one goes on in its place.",
        remedy="nothing to do: what it had under way is accounted for",
    )
