"""From the first SYN to a server that is ready for mail."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable

from notifier.channels.smtp.commands import Offer
from notifier.channels.smtp.introduction import Script, Secure, Setback
from notifier.channels.smtp.phases import Phase
from notifier.channels.smtp.replies import Garbage, Reply, ReplyReader
from notifier.channels.smtp.timeouts import Timeouts
from notifier.channels.transport import Scope
from notifier.channels.wire import Wire


class Opening:
    """A connection on its way to being ready; no message has anything to do with it yet.

    Attributes:
        offer: what the server offers, once it is ready for mail.
        deadline: monotonic instant by which the other side must have moved.
    """

    def __init__(
        self,
        wire: Wire,
        introduce: Callable[[Wire], Script],
        timeouts: Timeouts,
        handshake: Callable[[Wire], bool],
        *,
        tls_first: bool,
    ) -> None:
        self.wire = wire
        self.offer: Offer | None = None
        self._introduce = introduce
        self._timeouts = timeouts
        self._handshake = handshake
        self._tls_first = tls_first
        self._replies = ReplyReader()
        self._enter(Phase.CONNECT)

    @property
    def phase(self) -> Phase:
        """How far it got."""
        return self._phase

    @property
    def wants_write(self) -> bool:
        """Whether it waits for the socket to be writable."""
        return self._phase is Phase.CONNECT or self.wire.blocked

    def ready(self) -> None:
        """Go on: the socket has something for us.

        Raises:
            Setback: the server cannot be reached, or cannot be used.
        """
        if self._phase is Phase.CONNECT:
            self._connected()
        elif self._phase is Phase.HANDSHAKE:
            self._shake_hands()
        else:
            self._listen()

    def overdue(self) -> Setback:
        """Say what was waited for in vain."""
        patience = self._timeouts.of(self._phase)
        return Setback(Scope.TRANSPORT, f"no answer to {self._phase.value} in {patience:g} s")

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self.deadline = time.monotonic() + self._timeouts.of(phase)

    def _connected(self) -> None:
        if error := self.wire.connect_error():
            raise Setback(Scope.TRANSPORT, f"no connection: {error}")
        self._script = self._introduce(self.wire)
        if self._tls_first:
            self._secure()
        else:
            self._go_on(None)

    def _secure(self) -> None:
        if not self._replies.empty:
            raise Setback(Scope.SENDER, "the server spoke on between STARTTLS and TLS")
        self._enter(Phase.HANDSHAKE)
        self._shake_hands()

    def _shake_hands(self) -> None:
        try:
            if not self._handshake(self.wire):
                return
        except ssl.SSLCertVerificationError as error:
            why = f"the server's certificate is not trusted: {error.verify_message}"
            raise Setback(Scope.SENDER, why) from error
        except ssl.SSLError as error:
            raise Setback(Scope.TRANSPORT, f"no TLS: {error.reason or 'refused'}") from error
        except OSError as error:
            why = f"the connection broke at {self._phase.value}: {error.strerror}"
            raise Setback(Scope.TRANSPORT, why) from error
        self._go_on(None)

    def _listen(self) -> None:
        self.wire.flush()
        try:
            data = self.wire.receive()
            replies = list(self._replies.feed(data)) if data else []
        except OSError as error:
            why = f"the connection broke at {self._phase.value}: {error.strerror}"
            raise Setback(Scope.TRANSPORT, why) from error
        except Garbage as error:
            raise Setback(Scope.TRANSPORT, f"{error} came at {self._phase.value}") from error
        if data == b"":
            why = f"the server closed the connection at {self._phase.value}"
            raise Setback(Scope.TRANSPORT, why)
        if len(replies) > 1:
            raise Setback(Scope.TRANSPORT, f"more than one answer to {self._phase.value}")
        if replies:
            self._go_on(replies[0])

    def _go_on(self, reply: Reply | None) -> None:
        try:
            step = next(self._script) if reply is None else self._script.send(reply)
        except StopIteration as end:
            if not self._replies.empty:
                raise Setback(Scope.TRANSPORT, "the server spoke unasked") from None
            self.offer = end.value
            return
        if isinstance(step, Secure):
            self._secure()
            return
        self._enter(step.phase)
        if step.command:
            self.wire.send(step.command)
