"""One mail notice on its way out: claimed, handed over and recorded in groups."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from email.utils import parseaddr

from notifier.channels.transport import Envelope, Result, Scope, Session
from notifier.config import EmailConfig
from notifier.delivery import unknown_budget
from notifier.errors import LedgerError
from notifier.ledger import Tx, deliveries, plans, workers
from notifier.ledger.codec import sha256
from notifier.ledger.deliveries import Claim, Ending
from notifier.ledger.handover import HandOver
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.model.text import Stamp
from notifier.pipeline.approving import hold_plan
from notifier.pipeline.check import DAEMON
from notifier.pipeline.keeping import SendReport, is_open, withhold_if_too_late
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.rendering import Addressee, Mail

_POLL_SECONDS = 0.2
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
        self._stored = stored
        self._notice = notice
        self._hand_over = hand_over
        self._report = report
        self._progress = progress
        self._limit = pipeline.config.email.in_flight
        self._pace = _Pace(pipeline.config.email.rate)
        self._under_way: dict[int, Claim] = {}
        self._finished: list[Ending] = []
        self._may_claim = True
        with pipeline.ledger.begin() as tx:
            contents = plans.messages_of(tx, notice.id)
            self._total = deliveries.due(tx, notice.id, pipeline.clock())
        self._mails = {locale: Mail(content) for locale, content in contents.items()}
        self._digests = {locale: sha256(content) for locale, content in contents.items()}
        self._done = 0

    def run(self, stop: threading.Event) -> None:
        """Claim, hand over and record until nothing is due, or ``stop`` is set."""
        session = self._pipeline.transport.open()
        give_up_at = float("inf")
        try:
            while time.monotonic() < give_up_at:
                if stop.is_set() and give_up_at == float("inf"):
                    self._may_claim = False
                    give_up_at = time.monotonic() + _GRACE_SECONDS
                self._turn(session)
                if not self._under_way and not self._finished and not self._may_claim:
                    return
                if not self._under_way and self._may_claim:
                    stop.wait(self._pace.seconds_until_next())
        finally:
            self._finish(session.close())

    def _turn(self, session: Session) -> None:
        allowed = min(self._limit - len(self._under_way), self._pace.allowance())
        claims: list[Claim] = []
        if self._finished or (self._may_claim and allowed > 0):
            claims = self._commit(allowed)
        if claims:
            now = self._pipeline.clock()
            self._under_way.update({claim.attempt: claim for claim in claims})
            session.submit([self._envelope(claim, now) for claim in claims])
        if self._under_way:
            self._collect(session.poll(_POLL_SECONDS))

    def _commit(self, allowed: int) -> list[Claim]:
        """Record what finished and open the next attempts, in one transaction."""
        now = self._pipeline.clock()
        with self._pipeline.ledger.begin() as tx:
            if not workers.beat(tx, self._hand_over.worker, now):
                raise LedgerError(
                    "This process was silent for too long and was declared dead; "
                    "another one goes on in its place.",
                    remedy="nothing to do: what it had under way is accounted for",
                )
            if self._may_claim and allowed > 0 and self._may_go_on(tx, now):
                verdicts, claims = self._hand_over.advance(
                    tx,
                    self._finished,
                    self._notice,
                    plan_digest=self._stored.digest,
                    contents=self._digests,
                    limit=allowed,
                    at=now,
                )
                self._may_claim = bool(claims)
                self._pace.spend(len(claims))
            else:
                verdicts, claims = self._hand_over.close(tx, self._finished, now), []
        self._report.states.update(verdict.state for verdict in verdicts)
        self._done += len(self._finished)
        self._finished = []
        self._progress(f"{self._notice.kind} mail", self._done, self._total)
        return claims

    def _may_go_on(self, tx: Tx, now: datetime) -> bool:
        """Whether the next attempts may be opened; holds the plan where a person must decide."""
        if (
            not plans.may_send(tx, self._stored)
            or withhold_if_too_late(tx, self._stored, self._notice, self._report, now)
            or not is_open(self._stored, self._notice, now)
        ):
            self._may_claim = False
        elif (unknown := deliveries.unknowns_of(tx, self._stored.id)) > unknown_budget(
            self._stored.plan.people
        ):
            why = f"{unknown} hand-overs ended without an answer, more than the budget allows"
            self._hold(tx, why, now)
        return self._may_claim

    def _hold(self, tx: Tx, why: str, now: datetime) -> None:
        hold_plan(tx, self._stored, Stamp(DAEMON, now, why))
        self._report.alarms.append(f"plan {self._stored.id} is held: {why}")
        self._may_claim = False

    def _collect(self, results: list[Result]) -> None:
        now = self._pipeline.clock()
        for result in results:
            claim = self._under_way.pop(result.attempt)
            self._finished.append(
                Ending(
                    claim=claim,
                    outcome=result.outcome,
                    at=now,
                    detail=result.detail,
                    provider_id=result.provider_id,
                    late=now >= self._notice.before,
                    blameless=result.scope is not Scope.RECIPIENT,
                )
            )
        self._brake([result for result in results if result.scope is not Scope.RECIPIENT], now)

    def _brake(self, ours: list[Result], now: datetime) -> None:
        """Stop claiming when no recipient is to blame: for now, or until a person acts."""
        if not ours or not self._may_claim:
            return
        self._may_claim = False
        sender = next((result for result in ours if result.scope is Scope.SENDER), None)
        if sender is not None:
            with self._pipeline.ledger.begin() as tx:
                self._hold(tx, f"the mail server refuses us: {sender.detail}", now)
        else:
            self._report.alarms.append(
                f"{self._pipeline.transport.name} is not ready: {ours[0].detail}. "
                "Sending is tried again at the next round."
            )

    def _finish(self, left: list[Result]) -> None:
        """Record what the session still had when it was closed."""
        self._collect(left)
        self._may_claim = False
        if self._finished:
            self._commit(0)

    def _envelope(self, claim: Claim, now: datetime) -> Envelope:
        return Envelope(
            attempt=claim.attempt,
            sender=return_path(self._pipeline.config.email, claim.attempt),
            recipient=claim.address,
            content=self._mails[claim.locale].fill(
                Addressee(claim.address, claim.name, message_id(claim, self._pipeline), now)
            ),
        )


class _Pace:
    """No more than ``rate`` messages a second, in bursts of at most a second's worth."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._tokens = max(rate, 1.0)
        self._filled_at = time.monotonic()

    def allowance(self) -> int:
        now = time.monotonic()
        self._tokens += (now - self._filled_at) * self._rate
        self._tokens = min(self._tokens, max(self._rate, 1.0))
        self._filled_at = now
        return int(self._tokens)

    def spend(self, messages: int) -> None:
        self._tokens -= messages

    def seconds_until_next(self) -> float:
        return max(0.0, (1.0 - self._tokens) / self._rate)


def message_id(claim: Claim, pipeline: Pipeline) -> str:
    """The same for every copy of a delivery, and for no other mail of any ledger."""
    _, address = parseaddr(pipeline.config.email.sender)
    return f"<{claim.plan_digest[:24]}.{claim.delivery}@{address.rpartition('@')[2]}>"


def return_path(email: EmailConfig, attempt: int) -> str:
    """The envelope sender of one attempt: ``bounces+123@example.com`` (VERP).

    Only where a mailbox for bounces is configured; else the sender's own address, as it is.
    """
    if email.bounces_to is None:
        return parseaddr(email.sender)[1]
    local, _, domain = parseaddr(email.bounces_to)[1].rpartition("@")
    return f"{local}+{attempt}@{domain}"
