"""The transactions on one ready connection: who waits for which reply, and what it settles.

With PIPELINING the final dot of one message shares a write with MAIL, RCPT and DATA of the next
(RFC 2920 3.1), so two transactions may be open at once; without it every command waits for its
reply.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from math import inf
from typing import Any, Protocol

from notifier.channels.smtp.commands import Offer, Transaction
from notifier.channels.smtp.phases import SERVICE_CLOSING, Meaning, Phase, met, refusal
from notifier.channels.smtp.replies import Garbage, Reply, ReplyReader
from notifier.channels.smtp.timeouts import Timeouts
from notifier.channels.transport import Scope
from notifier.channels.wire import Wire
from notifier.delivery import Outcome

_DATA, _DOT = b"DATA\r\n", b".\r\n"
_REFUSED = 400
_ACCEPTED = Meaning(Outcome.ACCEPTED, Scope.RECIPIENT)


class Lost(Exception):
    """The connection is of no more use; :meth:`Conversation.end` settles what was open on it."""

    def __init__(self, detail: str, scope: Scope | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.scope = scope


class Desk(Protocol):
    """Where a conversation gets its next message and leaves results."""

    def next_for(self, offer: Offer) -> Transaction | None:
        """Take the next message that can be put to a server with this offer."""

    def settle(self, transaction: Transaction, meaning: Meaning, detail: str) -> None:
        """Give a message's one result."""


_Hearer = Callable[[Any, Phase, Reply], None]
_Awaited = tuple[int, Phase, Transaction | None, _Hearer]
"""A reply to come: up to where the stream must have left before it may, what it answers, whose
transaction that is of, and who hears it."""


class Conversation:
    """Hands over one message after another.

    Attributes:
        answered: final dots that were answered here.
        quitting: whether goodbye was said.
        deadline: monotonic instant by which the other side must have moved.
    """

    def __init__(
        self, wire: Wire, offer: Offer, desk: Desk, timeouts: Timeouts, most: int = sys.maxsize
    ) -> None:
        """Take a connection that is ready, and how many messages it may carry."""
        self.wire = wire
        self.answered = 0
        self.quitting = False
        self.deadline = inf
        self._moved = False
        self._offer = offer
        self._desk = desk
        self._timeouts = timeouts
        self._room = most
        self._replies = ReplyReader()
        self._expected: deque[_Awaited] = deque()
        self._open: deque[Transaction] = deque()

    @property
    def idle(self) -> bool:
        """Whether it can take a message."""
        return not self._expected

    @property
    def committed(self) -> bool:
        """Whether a final dot may be on its way and unanswered."""
        return any(self._dot_may_have_left(transaction) for transaction in self._open)

    @property
    def wants_write(self) -> bool:
        """Whether it waits for the socket to be writable."""
        return self.wire.blocked

    def begin(self) -> None:
        """Take the next message, if there is one; :meth:`write` it then."""
        self._moved = True
        self._next_message()

    def ready(self) -> None:
        """Hear what the socket has for us; :meth:`write` the answer then.

        Raises:
            Lost: the connection is gone, or what comes over it makes no sense.
        """
        if self._listen():
            self._moved = True

    def write(self) -> None:
        """Write what there is to say, as far as the socket takes it.

        Raises:
            Lost: the connection is gone.
        """
        before = self.wire.sent
        self.wire.flush()
        if self.wire.broken:
            self._listen()
            why = f"the connection broke at {self._waiting_for().value}: {self.wire.broken}"
            raise Lost(why)
        if not self._expected:
            self.deadline = inf
        elif self._moved or self.wire.sent > before:
            self.deadline = time.monotonic() + self._timeouts.of(self._waiting_for())
        self._moved = False

    def overdue(self) -> Lost:
        """Say what was waited for in vain."""
        phase = self._waiting_for()
        patience = self._timeouts.of(phase)
        return Lost(f"no answer to {phase.value} in {patience:g} s", Scope.TRANSPORT)

    def end(self, lost: Lost) -> None:
        """Settle every open message: unknown if its final dot may have left, else not sent."""
        scope = lost.scope or (Scope.RECIPIENT if self.answered else Scope.TRANSPORT)
        for transaction in self._open:
            left = self._dot_may_have_left(transaction)
            outcome = Outcome.UNKNOWN if left else Outcome.NOT_SENT
            self._settle(transaction, Meaning(outcome, scope), lost.detail)
        self._open.clear()
        self._expected.clear()

    def quit(self) -> None:
        """Say goodbye; nothing may be open. :meth:`write` it then."""
        self.quitting = True
        self._say(b"QUIT\r\n", Phase.QUIT, None, _leave)

    def _listen(self) -> bool:
        try:
            data = self.wire.receive()
            if data:
                return self._hear(self._replies.feed(data))
        except Garbage as error:
            raise Lost(f"{error} came at {self._waiting_for().value}") from error
        except OSError as error:
            why = self.wire.broken or error.strerror
            raise Lost(f"the connection broke at {self._waiting_for().value}: {why}") from error
        if data == b"":
            raise Lost(f"the server closed the connection at {self._waiting_for().value}")
        return False

    def _waiting_for(self) -> Phase:
        if not self._expected:
            return Phase.MAIL
        until, phase, *_ = self._expected[0]
        return Phase.BODY if phase is Phase.DOT and self.wire.sent < until else phase

    def _say(
        self, command: bytes, phase: Phase, transaction: Transaction | None, hearer: _Hearer
    ) -> None:
        self.wire.queue(command)
        self._expected.append((self.wire.queued, phase, transaction, hearer))

    def _hear(self, replies: Iterable[Reply]) -> bool:
        """Whether there was any."""
        heard, expected = False, self._expected
        for reply in replies:
            if not expected or self.wire.sent < expected[0][0]:
                raise Lost(f"unasked: {reply.text}", _leaving(reply))
            _, phase, transaction, hearer = expected.popleft()
            hearer(transaction, phase, reply)
            if reply.code == SERVICE_CLOSING:
                raise Lost(reply.text, Scope.TRANSPORT)
            if not expected:
                self._next_message()
            heard = True
        return heard

    def _introduction_answered(self, transaction: Transaction, phase: Phase, reply: Reply) -> None:
        if not met(phase, reply):
            self._refused(transaction, phase, reply)

    def _command_answered(self, transaction: Transaction, phase: Phase, reply: Reply) -> None:
        self._introduction_answered(transaction, phase, reply)
        if transaction.settled:
            self._reset(transaction)
        elif phase is Phase.MAIL:
            self._say(transaction.rcpt, Phase.RCPT, transaction, self._command_answered)
        else:
            self._say(_DATA, Phase.DATA, transaction, self._data_answered)

    def _refused(self, transaction: Transaction, phase: Phase, reply: Reply) -> None:
        if reply.code < _REFUSED:
            raise Lost(f"answered to {phase.value}: {reply.text}")
        self._settle(transaction, refusal(phase, reply), reply.text)

    def _data_answered(self, transaction: Transaction, phase: Phase, reply: Reply) -> None:
        if not met(phase, reply):
            self._refused(transaction, phase, reply)
            self._reset(transaction)
        elif transaction.settled:
            # Go-ahead without a recipient: nothing but the dot may follow (RFC 2920 3.1).
            self._say(_DOT, Phase.DOT, transaction, self._dot_answered)
        else:
            self._send_body(transaction)

    def _send_body(self, transaction: Transaction) -> None:
        whole = transaction.body + _DOT
        until = self.wire.queued + len(whole)
        transaction.dot_at = until - len(_DOT)
        self._expected.append((until, Phase.DOT, transaction, self._dot_answered))
        following = self._take() if self._offer.pipelining else None
        if following is None:
            self.wire.queue(whole)
        else:
            self._introduce(following, whole)

    def _dot_answered(self, transaction: Transaction, phase: Phase, reply: Reply) -> None:
        if met(phase, reply):
            self._settle(transaction, _ACCEPTED, reply.text)
        else:
            self._refused(transaction, phase, reply)
        self.answered += 1
        self._open.remove(transaction)

    def _take(self) -> Transaction | None:
        taken = self._desk.next_for(self._offer) if self._room else None
        self._room -= taken is not None
        return taken

    def _next_message(self) -> None:
        transaction = self._take()
        if transaction is None:
            if not self._room:
                self.quit()
            return
        if self._offer.pipelining:
            self._introduce(transaction)
        else:
            self._open.append(transaction)
            self._say(transaction.mail, Phase.MAIL, transaction, self._command_answered)

    def _introduce(self, transaction: Transaction, before: bytes = b"") -> None:
        """Say MAIL, RCPT and DATA at once, behind the end of the message before."""
        mail, rcpt = transaction.mail, transaction.rcpt
        mailed = self.wire.queued + len(before) + len(mail)
        named = mailed + len(rcpt)
        hearer = self._introduction_answered
        self._open.append(transaction)
        self._expected += (
            (mailed, Phase.MAIL, transaction, hearer),
            (named, Phase.RCPT, transaction, hearer),
            (named + len(_DATA), Phase.DATA, transaction, self._data_answered),
        )
        self.wire.queue(b"".join((before, mail, rcpt, _DATA)))

    def _reset(self, transaction: Transaction) -> None:
        self._open.remove(transaction)
        self._say(b"RSET\r\n", Phase.RESET, None, _go_on)

    def _settle(self, transaction: Transaction, meaning: Meaning, detail: str) -> None:
        if not transaction.settled:
            transaction.settled = True
            self._desk.settle(transaction, meaning, detail)

    def _dot_may_have_left(self, transaction: Transaction) -> bool:
        return 0 <= transaction.dot_at < self.wire.may_have_left


def _go_on(*_: object) -> None:
    """After RSET: refused or not, what comes next will show."""


def _leave(*_: object) -> None:
    raise Lost("said goodbye")


def _leaving(reply: Reply) -> Scope | None:
    return Scope.TRANSPORT if reply.code == SERVICE_CLOSING else None
