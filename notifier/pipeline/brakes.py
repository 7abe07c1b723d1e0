"""Whether the next attempts of a notice may be opened; asked in the transaction that opens them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notifier.channels.transport import Result, Scope
from notifier.delivery import LARGE_AUDIENCE, Outcome, canary, unknown_budget
from notifier.ledger import Ledger, Tx, deliveries, plans
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.model.plan import NoticeKind
from notifier.model.text import Stamp
from notifier.pipeline.approving import hold_plan
from notifier.pipeline.check import DAEMON


@dataclass(slots=True)
class Brakes:
    """What stops a notice: a person, the deadline, too many unknowns, a canary that died.

    Reasons to hold the plan are noted while attempts are being opened, and applied in a
    transaction of their own: two workers that both found one would wait for each other.

    Attributes:
        because: why the plan is to be held, or empty.
    """

    stored: StoredPlan
    notice: StoredNotice
    because: str = ""
    _canary_over: bool = False

    def allowance(self, tx: Tx, wanted: int, now: datetime) -> int | None:
        """How many attempts may be opened now, at most ``wanted``; None when none any more.

        Notes why to hold the plan where a person must decide.
        """
        if not plans.may_send(tx, self.stored) or not self._is_open(now):
            return None
        if self.is_too_late(tx, now):
            return None
        unknown = deliveries.unanswered(tx, self.stored.id)
        if unknown > unknown_budget(self.stored.plan.people):
            self.because = (
                f"{unknown} hand-overs ended without an answer, more than the budget allows"
            )
            return None
        return self._with_canary(tx, wanted)

    def _is_open(self, now: datetime) -> bool:
        windows = self.stored.plan.notices[self.notice.position].windows
        return not windows or any(w.opens_at <= now < w.closes_at for w in windows)

    def _with_canary(self, tx: Tx, wanted: int) -> int | None:
        if self._canary_over or self.stored.plan.people < LARGE_AUDIENCE:
            return wanted
        seen = canary(deliveries.first_of(tx, self.notice.id))
        if seen.died and not plans.was_resumed(tx, self.stored.id):
            self.because = seen.died
            return None
        self._canary_over = seen.allowance is None or bool(seen.died)
        return wanted if self._canary_over else min(wanted, seen.allowance or 0)

    def is_too_late(self, tx: Tx, now: datetime) -> bool:
        """Whether the deadline has passed: hold the plan rather than send late (guarantee G5)."""
        notice = self.notice
        if now < notice.before or notice.kind is NoticeKind.LATE:
            return False
        left = deliveries.due(tx, notice.id, now) if notice.expanded_at else self.stored.plan.people
        if left:
            self.because = (
                f"notice {notice.position + 1} ({notice.kind}, {notice.channel}) was due before "
                f"{notice.before.isoformat()}; {left} people have not been told by it. Move the "
                "date, or rule to send late."
            )
        return True

    def apply(self, ledger: Ledger, now: datetime) -> list[str]:
        """Hold the plan for the reason noted, unless it is held; the alarm for a person.

        Raises:
            LedgerError: the ledger cannot be written; the reason is kept.
        """
        if not self.because:
            return []
        with ledger.begin() as tx:
            plans.lock(tx, self.stored.id)
            if plans.hold_on(tx, self.stored.id) is None:
                hold_plan(tx, self.stored, Stamp(DAEMON, now, self.because))
        alarm = f"plan {self.stored.id} is held: {self.because}"
        self.because = ""
        return [alarm]


@dataclass(slots=True)
class Readiness:
    """Whether the other side takes mail at all, told by the results that blame no recipient.

    One lost connection among others says nothing; a whole flight that failed, or everything under
    way, says to come back later.
    """

    flight: int
    _in_a_row: int = 0

    def is_lost(self, results: list[Result], *, under_way: int) -> bool:
        """Take the newest results; whether to stop for now."""
        failed = False
        for result in results:
            failed = result.scope is Scope.TRANSPORT and result.outcome is not Outcome.ACCEPTED
            self._in_a_row = self._in_a_row + 1 if failed else 0
        return self._in_a_row >= self.flight or (failed and not under_way)
