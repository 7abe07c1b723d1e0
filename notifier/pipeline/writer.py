"""The one writer of a mail notice: outcomes and intents committed in groups.

Its groups are a sequence, as their journal chain is.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from notifier.delivery import EventKind, Outcome, State
from notifier.errors import LedgerError
from notifier.ledger import LedgerUnavailable, Tx, deliveries, feedback
from notifier.ledger.deliveries import Claim, Ending
from notifier.ledger.handover import CommitGroup, HandOver
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.pipeline.brakes import Brakes
from notifier.pipeline.envelopes import Envelopes
from notifier.pipeline.pacing import Quota
from notifier.pipeline.pipeline import Pipeline
from notifier.pipeline.recovery import recover

_PAUSE_SECONDS = 0.2
"""Between two tries to reach a ledger in trouble."""
_LOOK_SECONDS = 30.0
"""How often it looks for workers that died."""
_PATIENCE_SECONDS = 60.0
"""How long a ledger that cannot be written is waited for, with outcomes at hand."""


@dataclass(slots=True)
class Recorded:
    """What a commit came to.

    Attributes:
        at: its instant, which is that of the attempts it opened: a mail's date is its attempt's.
        opened: attempts to hand over now.
        closed: how many outcomes were recorded.
        more: False where the brakes let nothing be opened any more.
        exhausted: whether nothing more was due, not even to a domain that takes no more just now.
    """

    at: datetime
    opened: list[Claim] = field(default_factory=list)
    closed: int = 0
    more: bool = True
    exhausted: bool = False
    states: Counter[State] = field(default_factory=Counter)
    alarms: list[str] = field(default_factory=list)


class Writer:
    """Writes the hand-overs of one notice."""

    def __init__(
        self,
        pipeline: Pipeline,
        stored: StoredPlan,
        notice: StoredNotice,
        hand_over: HandOver,
        envelopes: Envelopes,
    ) -> None:
        self._pipeline = pipeline
        self._plan_digest = stored.digest
        self._notice = notice
        self._hand_over = hand_over
        self._contents = envelopes.digests
        self._brakes = Brakes(stored, notice, Quota(pipeline.config.email.daily_quota))
        self._endings: list[Ending] = []
        self._in_doubt: int | None = None
        self._troubled_since: float | None = None
        self._look_by = 0.0

    @property
    def owes(self) -> bool:
        """Whether outcomes given to it are not surely recorded."""
        return bool(self._endings) or self._in_doubt is not None

    def commit(
        self,
        endings: list[Ending],
        wanted: int,
        *,
        room: Mapping[str, int],
        under_way: Iterable[int],
        because: str = "",
    ) -> Recorded:
        """Record what finished and open up to ``wanted`` attempts.

        Where the ledger is in trouble, nothing is recorded after a short pause, and the endings
        are kept for the next commit.

        Args:
            room: how many may go to a domain, where not all may.
            under_way: attempts that were handed over and have not ended.
            because: why the plan is to be held, or empty.

        Raises:
            LedgerError: the trouble has lasted for a minute, or this worker was given up.
        """
        self._endings += endings
        self._brakes.because = self._brakes.because or because
        try:
            self._settle_doubt(under_way)
            self._in_doubt = len(self._endings)
            recorded = self._record(wanted, room)
        except LedgerUnavailable:
            if self._is_out_of_patience():
                raise
            threading.Event().wait(_PAUSE_SECONDS)
            return Recorded(self._pipeline.clock())
        self._in_doubt = self._troubled_since = None
        self._apply_brakes(recorded)
        if time.monotonic() >= self._look_by:
            self._look_around(recorded)
        return recorded

    def _is_out_of_patience(self) -> bool:
        """Whether the ledger was given time enough; what the session hears meanwhile is kept."""
        now = time.monotonic()
        self._troubled_since = self._troubled_since or now
        return now - self._troubled_since > _PATIENCE_SECONDS

    def _settle_doubt(self, under_way: Iterable[int]) -> None:
        """After a commit that seemed to fail: was it recorded? Nothing it opened was sent.

        The doubt stays until both have been read: what was recorded, and what it opened.
        """
        if self._in_doubt is None:
            return
        if self._hand_over.catch_up():
            del self._endings[: self._in_doubt]
            self._in_doubt = 0
        now = self._pipeline.clock()
        ours = {*under_way, *(ending.claim.attempt for ending in self._endings)}
        with self._pipeline.ledger.begin() as tx:
            opened = deliveries.left_open(tx, self._hand_over.worker.id)
        self._endings += [
            Ending(claim, Outcome.NOT_SENT, now, "the ledger was in doubt", blameless=True)
            for claim, *_ in opened
            if claim.attempt not in ours
        ]
        self._in_doubt = None

    def _record(self, wanted: int, room: Mapping[str, int]) -> Recorded:
        now = self._pipeline.clock()
        endings = self._endings
        recorded = Recorded(now, closed=len(endings))
        with self._hand_over.group(now) as group:
            if not group.alive:
                self._tell_late(group.tx, now)
            else:
                recorded.states += group.close(endings)
                if endings:
                    feedback.match_early(group.tx, now)
                if wanted > 0:
                    self._open(group, recorded, wanted, room)
        self._endings = []
        if not group.alive:
            self._in_doubt = None
            raise _given_up()
        return recorded

    def _open(
        self, group: CommitGroup, recorded: Recorded, wanted: int, room: Mapping[str, int]
    ) -> None:
        allowed = self._brakes.allowance(group.tx, wanted, recorded.at)
        recorded.more = allowed is not None
        if allowed:
            recorded.opened = group.open(
                self._notice,
                plan_digest=self._plan_digest,
                contents=self._contents,
                limit=allowed,
                room=room,
            )
            recorded.exhausted = not (recorded.opened or deliveries.full_of(room))

    def _tell_late(self, tx: Tx, now: datetime) -> None:
        """Others have gone on in our place: what we know of our attempts is evidence for them."""
        worker = self._hand_over.worker.id
        accepted = [ending for ending in self._endings if ending.outcome is Outcome.ACCEPTED]
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

    def _apply_brakes(self, recorded: Recorded) -> None:
        try:
            recorded.alarms += self._brakes.apply(self._pipeline.ledger, self._pipeline.clock())
        except LedgerUnavailable:
            recorded.more = False  # Whoever sends next finds the same reason.

    def _look_around(self, recorded: Recorded) -> None:
        """Take over from workers that died meanwhile."""
        self._look_by = time.monotonic() + _LOOK_SECONDS
        try:
            recorded.states += recover(self._pipeline, self._hand_over)
        except LedgerUnavailable:
            self._in_doubt = 0


def _given_up() -> LedgerError:
    return LedgerError(
        "This process was silent for too long and was given up; another one goes on in its place.",
        remedy="nothing to do: what it had under way is accounted for",
    )
