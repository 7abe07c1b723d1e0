"""A session with SES: the queue, the connections, and the one loop that serves them."""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError

from notifier.channels.addresses import without_addresses
from notifier.channels.ses import answers
from notifier.channels.ses.account import Account, BadReturnPath
from notifier.channels.ses.answers import Answer
from notifier.channels.ses.line import Broken, Line, Stage
from notifier.channels.ses.reach import Reach, Unreached
from notifier.channels.ses.signing import UnknownSignature
from notifier.channels.transport import Envelope, Result, Scope
from notifier.channels.wire import Address
from notifier.delivery import Outcome

_CLOSED = "the session was closed before there was an answer"
_IN_TIME = "no answer in time"
_BOTH = selectors.EVENT_READ | selectors.EVENT_WRITE
_GROWTH_PAUSE = 30.0
"""Seconds without further connections after one was refused while others work."""


class SesSession:
    """Serves up to ``in_flight`` connections, each with one call at a time, from one thread.

    The first connection goes alone; others follow once it stands, so that a certificate that is
    not trusted is tried once. The line used last is used next, so that the others grow old and are
    given up.
    """

    def __init__(self, account: Account, reach: Reach, *, in_flight: int) -> None:
        self._account = account
        self._reach = reach
        self._in_flight = in_flight
        self._queue: deque[Envelope] = deque()
        self._results: list[Result] = []
        self._selector = selectors.DefaultSelector()
        self._openings: dict[Line, list[Address]] = {}
        self._idle: list[Line] = []
        self._calling: dict[Line, None] = {}
        """In the order in which their answers are due."""
        self._blocked: set[Line] = set()
        self._grow_at = 0.0

    def submit(self, envelopes: Sequence[Envelope]) -> None:
        """Queue envelopes; nothing is written before the next poll."""
        self._queue.extend(envelopes)

    def poll(self, timeout: float) -> list[Result]:
        """Serve the connections until something finished or the time is over."""
        until = time.monotonic() + timeout
        self._serve(0)
        self._employ()
        while not self._results and (self._queue or self._calling):
            left = until - time.monotonic()
            if left <= 0:
                break
            self._serve(left)
            self._employ()
        results, self._results = self._results, []
        return results

    def close(self) -> list[Result]:
        """Stop: what waits stays here, calls under way are awaited a little while."""
        until = time.monotonic() + self._reach.timeouts.closing
        self._give_back_queue(Scope.RECIPIENT, _CLOSED)
        for line in [*self._openings, *self._idle]:
            self._drop(line)
        while self._calling:
            left = until - time.monotonic()
            if left <= 0:
                for line in list(self._calling):
                    self._lose(line, line.broken(_CLOSED), Scope.RECIPIENT)
            else:
                self._serve(left)
        for line in list(self._idle):
            self._drop(line)
        self._selector.close()
        results, self._results = self._results, []
        return results

    # The loop.

    def _serve(self, timeout: float) -> None:
        now = time.monotonic()
        due = [line.deadline for line in self._openings]
        due += [line.deadline for line, _ in zip(self._calling, range(1), strict=False)]
        wait = max(0.0, min([timeout, *(at - now for at in due)]))
        for key, _ in self._selector.select(wait):
            self._tend(key.data)
        if due and min(due) <= (now := time.monotonic()):
            self._time_out(now)

    def _tend(self, line: Line) -> None:
        if line.stage in (Stage.CALLS, Stage.ANSWER):
            self._hear(line)
        else:
            self._go_on_opening(line)

    def _hear(self, line: Line) -> None:
        envelope = line.envelope
        try:
            response = line.answer()
        except Broken as broken:
            self._lose(line, broken)
            return
        if response is not None and envelope is not None:
            self._report(envelope, answers.read(response.status, response.headers, response.body))
            if response.last or line.wire.blocked:
                self._drop(line)
                return
            del self._calling[line]
            self._idle.append(line)
        self._watch(line)

    def _time_out(self, now: float) -> None:
        for line in [line for line in self._openings if line.deadline <= now]:
            self._set_back(line, line.overdue())
        for line in [line for line in self._calling if line.deadline <= now]:
            self._lose(line, line.broken(_IN_TIME))

    def _watch(self, line: Line) -> None:
        """Ask the selector for what the line waits for."""
        if line.wants_write is (line in self._blocked):
            return
        self._selector.modify(line.wire, _BOTH if line.wants_write else selectors.EVENT_READ, line)
        self._blocked ^= {line}

    # Calls.

    def _employ(self) -> None:
        """Give the queue to idle lines, and open more where those do not suffice."""
        while self._queue and (line := self._rested()):
            self._call(line, self._queue.popleft())
        if (lacking := self._lacking()) > 0:
            self._grow(lacking)

    def _rested(self) -> Line | None:
        """The idle line that was used last, if it can still be trusted."""
        while self._idle:
            if self._idle[-1].deadline > time.monotonic():
                return self._idle[-1]
            self._drop(self._idle[-1])
        return None

    def _call(self, line: Line, envelope: Envelope) -> None:
        try:
            request = self._account.send_email(envelope)
        except BadReturnPath as error:
            self._report(envelope, _not_sent(Scope.SENDER, f"return path: {error}"))
        except ValueError as error:
            self._report(envelope, Answer(Outcome.REFUSED, Scope.RECIPIENT, f"recipient: {error}"))
        except UnknownSignature as error:
            self._report(envelope, _not_sent(Scope.SENDER, str(error)))
        except (BotoCoreError, RuntimeError) as error:
            self._report(envelope, _not_sent(Scope.TRANSPORT, f"no credentials: {error}"))
        else:
            self._idle.pop()
            self._calling[line] = None
            line.call(envelope, request)
            self._watch(line)

    def _lose(self, line: Line, broken: Broken, scope: Scope = Scope.TRANSPORT) -> None:
        if line.envelope is not None:
            if broken.whole:
                lost = Answer(Outcome.UNKNOWN, scope, f"no answer: {broken.detail}")
            else:
                lost = _not_sent(scope, f"not sent: {broken.detail}")
            self._report(line.envelope, lost)
        self._drop(line)

    def _report(self, envelope: Envelope, answer: Answer) -> None:
        detail = without_addresses(answer.detail, envelope.sender, envelope.recipient)
        self._results.append(
            Result(envelope.attempt, answer.outcome, detail, answer.provider_id, answer.scope)
        )

    def _give_back_queue(self, scope: Scope, detail: str) -> None:
        while self._queue:
            self._report(self._queue.popleft(), _not_sent(scope, detail))

    # Connections.

    def _lacking(self) -> int:
        """How many connections more the queue could use."""
        if not self._calling:
            return 0 if self._openings else min(1, len(self._queue))
        if time.monotonic() < self._grow_at:
            return 0
        room = self._in_flight - len(self._calling)
        return min(room, len(self._queue)) - len(self._openings)

    def _grow(self, lines: int) -> None:
        try:
            addresses = self._reach.addresses()
        except Unreached as why:
            self._none_opened(why)
            return
        for _ in range(lines):
            self._connect(addresses)

    def _connect(self, addresses: list[Address]) -> None:
        try:
            line = Line(self._reach, addresses[0])
        except Unreached as why:
            self._try_elsewhere(addresses[1:], why)
            return
        self._openings[line] = addresses[1:]
        self._blocked.add(line)
        self._selector.register(line.wire, _BOTH, line)

    def _go_on_opening(self, line: Line) -> None:
        try:
            stands = line.open()
        except Unreached as why:
            self._set_back(line, why)
            return
        if stands:
            del self._openings[line]
            self._idle.append(line)
            self._selector.modify(line.wire, selectors.EVENT_READ, line)
        self._watch(line)

    def _set_back(self, line: Line, why: Unreached) -> None:
        spare = self._openings[line] if line.stage is Stage.CONNECT else []
        self._drop(line)
        self._try_elsewhere(spare, why)

    def _try_elsewhere(self, spare: list[Address], why: Unreached) -> None:
        if spare:
            self._connect(spare)
        else:
            self._none_opened(why)

    def _none_opened(self, why: Unreached) -> None:
        self._grow_at = time.monotonic() + _GROWTH_PAUSE
        if not (self._openings or self._idle or self._calling):
            self._give_back_queue(why.scope, f"not sent: {why.detail}")

    def _drop(self, line: Line) -> None:
        self._selector.unregister(line.wire)
        line.wire.close()
        self._blocked.discard(line)
        self._openings.pop(line, None)
        self._calling.pop(line, None)
        if line in self._idle:
            self._idle.remove(line)


def _not_sent(scope: Scope, detail: str) -> Answer:
    return Answer(Outcome.NOT_SENT, scope, detail)
