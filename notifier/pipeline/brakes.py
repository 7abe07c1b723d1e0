"""Whether the next attempts of a notice may be opened; asked in the transaction that opens them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from notifier.channels.transport import Result, Scope
from notifier.delivery import LARGE_AUDIENCE, Outcome, canary, unknown_budget
from notifier.ledger import Ledger, Tx, approvals, deliveries
from notifier.ledger.journal import DAEMON
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.model.stamp import Stamp
from notifier.pipeline.approving import hold_plan
from notifier.pipeline.keeping import is_open, withhold_if_too_late
from notifier.pipeline.pacing import Quota


@dataclass(slots=True)
class Brakes:
    """What stops a notice: a person, the deadline, the quota, unknowns, a canary that died.

    Reasons to hold the plan are noted while attempts are being opened, and applied in a
    transaction of their own: two workers that both found one would wait for each other.

    Attributes:
        because: why the plan is to be held, or empty.
        alarms: what a person must look at now.
    """

    stored: StoredPlan
    notice: StoredNotice
    quota: Quota = field(default_factory=lambda: Quota(None))
    because: str = ""
    alarms: list[str] = field(default_factory=list)
    _canary_over: bool = False

    def allowance(self, tx: Tx, wanted: int, now: datetime) -> int | None:
        """How many attempts may be opened now, at most ``wanted``; None when none any more.

        Notes why to hold the plan where a person must decide.
        """
        if not self.may_begin(tx, now) or not is_open(self.stored, self.notice, now):
            return None
        unknown = deliveries.unanswered(tx, self.stored.id)
        if unknown > unknown_budget(self.stored.plan.people):
            self.because = (
                f"{unknown} hand-overs ended without an answer, more than the budget allows"
            )
            return None
        left = self.quota.left(tx, wanted, now)
        return self._with_canary(tx, left) if left else None

    def may_begin(self, tx: Tx, now: datetime) -> bool:
        """Whether the plan may be sent and the notice's time has not passed."""
        return approvals.may_send(tx, self.stored) and not withhold_if_too_late(
            tx, self.stored, self.notice, self.alarms, now
        )

    def _with_canary(self, tx: Tx, wanted: int) -> int | None:
        if self._canary_over or self.stored.plan.people < LARGE_AUDIENCE:
            return wanted
        seen = canary(deliveries.first_of(tx, self.notice.id))
        if seen.died and not approvals.was_resumed(tx, self.stored.id):
            self.because = seen.died
            return None
        self._canary_over = seen.allowance is None or bool(seen.died)
        return wanted if self._canary_over else min(wanted, seen.allowance or 0)

    def apply(self, ledger: Ledger, now: datetime) -> list[str]:
        """Hold the plan for the reason noted, unless it is held; the alarms for a person.

        Raises:
            LedgerError: the ledger cannot be written; the reason is kept.
        """
        alarms, self.alarms = self.alarms, []
        if not self.because:
            return alarms
        with ledger.begin() as tx:
            approvals.lock(tx, self.stored.id)
            if approvals.hold_on(tx, self.stored.id) is None:
                hold_plan(tx, self.stored, Stamp(DAEMON, now, self.because))
        alarm = f"plan {self.stored.id} is held: {self.because}"
        self.because = ""
        return [*alarms, alarm]


MOST_REFUSED = 20


@dataclass(slots=True)
class Refusals:
    """Recipients refused one after the other, with nobody's mail accepted between them.

    So many mean a list that is wrong or a server that means the sender in words nobody knew; and
    a delivery that was refused has failed for good. Once a person has looked and resumed, it is
    their decision.

    Attributes:
        resumed: whether somebody has looked at the plan since it was held.
    """

    resumed: bool
    _in_a_row: int = 0

    def why_to_hold(self, results: list[Result]) -> str:
        """Take the newest results; why a person must look first, or empty."""
        for result in results:
            if result.outcome is Outcome.ACCEPTED:
                self._in_a_row = 0
            elif result.outcome is Outcome.REFUSED:
                self._in_a_row += 1
        if self._in_a_row < MOST_REFUSED or self.resumed:
            return ""
        return (
            f"{self._in_a_row} mails one after the other were refused, the last one with: "
            f"{results[-1].detail}"
        )


_CHANCES = 4


@dataclass(slots=True)
class Readiness:
    """Whether the other side takes mail at all, told by the results that blame no recipient.

    One lost connection among others says nothing; a whole flight that failed, or everything under
    way, says to come back later. A server that has just taken mail is asked a few times more
    first: it may close several connections one after the other, each with the same last mail on it.
    """

    flight: int
    _in_a_row: int = 0
    _chances: int = 0

    def is_lost(self, results: list[Result], *, under_way: int) -> bool:
        """Take the newest results; whether to stop for now."""
        failed = False
        for result in results:
            failed = result.scope is Scope.TRANSPORT and result.outcome is not Outcome.ACCEPTED
            self._in_a_row = self._in_a_row + 1 if failed else 0
            self._chances = self._chances if failed else _CHANCES
        if failed and not under_way:
            self._chances -= 1
        return self._in_a_row >= self.flight or self._chances < 0
