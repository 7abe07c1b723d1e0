"""One HTTP connection to SES: from the first SYN through one call after another."""

from __future__ import annotations

import ssl
import time
from enum import StrEnum

from notifier.channels.ses.reach import Reach, Unreached
from notifier.channels.ses.responses import Garbage, Response, ResponseReader
from notifier.channels.transport import Envelope, Scope
from notifier.channels.wire import Address, Wire

_OK, _REFUSED, _FAILED = 200, 400, 500


class Stage(StrEnum):
    """What a line waits for."""

    CONNECT = "the connection"
    TUNNEL = "the proxy"
    HANDSHAKE = "TLS"
    CALLS = "a call"
    ANSWER = "an answer"


class Broken(Exception):
    """A call broke; no further one can be made on this line.

    Attributes:
        whole: whether its last byte may have left, so that SES may have acted on it.
    """

    def __init__(self, detail: str, *, whole: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.whole = whole


class Line:
    """A connection that carries one call at a time, and none twice.

    Attributes:
        envelope: whose call is under way, or None.
        deadline: monotonic instant by which the other side must have moved on; without a call,
            until which the line is trusted.
    """

    __slots__ = ("_answers", "_reach", "deadline", "envelope", "stage", "wire")

    def __init__(self, reach: Reach, address: Address) -> None:
        """Start to connect.

        Raises:
            Unreached: this machine has no socket for it.
        """
        try:
            self.wire = Wire(address)
        except OSError as error:
            raise Unreached(Scope.TRANSPORT, f"no socket: {error.strerror}") from error
        self.envelope: Envelope | None = None
        self._reach = reach
        self._answers = ResponseReader()
        self._enter(Stage.CONNECT, reach.timeouts.connect)

    @property
    def wants_write(self) -> bool:
        """Whether it waits for the socket to take something."""
        return self.stage is Stage.CONNECT or self.wire.blocked

    def _enter(self, stage: Stage, patience: float) -> None:
        self.stage = stage
        self.deadline = time.monotonic() + patience

    # Until it stands.

    def open(self) -> bool:
        """Go on connecting, as the socket has something for us; true once calls can be made.

        Raises:
            Unreached: SES cannot be reached, or is not who it should be.
        """
        try:
            if self.stage is Stage.CONNECT:
                self._connected()
            elif self.stage is Stage.TUNNEL:
                self._tunnelled()
            else:
                self._shake_hands()
        except ssl.SSLCertVerificationError as error:
            why = f"the certificate is not trusted: {error.verify_message}"
            raise Unreached(Scope.SENDER, why) from error
        except ssl.SSLError as error:
            raise Unreached(Scope.TRANSPORT, f"no TLS: {error.reason or 'refused'}") from error
        except OSError as error:
            raise Unreached(Scope.TRANSPORT, error.strerror or "the connection broke") from error
        return self.stage is Stage.CALLS

    def _connected(self) -> None:
        if error := self.wire.connect_error():
            raise Unreached(Scope.TRANSPORT, error)
        if self._reach.tunnel:
            self._enter(Stage.TUNNEL, self._reach.timeouts.connect)
            self._answers.asked("CONNECT")
            self.wire.send(self._reach.tunnel)
        else:
            self._begin_tls()

    def _tunnelled(self) -> None:
        """Read the proxy's answer; a refusal may have a body, an agreement has none."""
        self.wire.flush()
        came = self.wire.receive()
        if came is None:
            return
        try:
            answer = self._answers.feed(came)
        except Garbage as error:
            raise Unreached(Scope.TRANSPORT, f"the proxy's answer: {error}") from error
        if answer is None:
            return
        if answer.status != _OK:
            scope = Scope.SENDER if _REFUSED <= answer.status < _FAILED else Scope.TRANSPORT
            raise Unreached(scope, f"the proxy does not connect us: {answer.status}")
        self._begin_tls()

    def _begin_tls(self) -> None:
        self._enter(Stage.HANDSHAKE, self._reach.timeouts.connect)
        self._shake_hands()

    def _shake_hands(self) -> None:
        tls = self._reach.tls
        if tls is None or self.wire.shake_hands(tls, self._reach.name):
            self._rest()

    # Calls.

    def _rest(self) -> None:
        self._enter(Stage.CALLS, self._reach.timeouts.idle)

    def call(self, envelope: Envelope, request: bytes) -> None:
        """Write a request."""
        self.envelope = envelope
        self._enter(Stage.ANSWER, self._reach.timeouts.answer)
        self._answers.asked()
        self.wire.send(request)

    def answer(self) -> Response | None:
        """The answer to the call under way, once it is whole.

        Raises:
            Broken: there will be none, or bytes came that nobody asked for.
        """
        self.wire.flush()
        try:
            came = self.wire.receive()
        except OSError as error:
            raise self.broken(error.strerror or "the connection broke") from error
        if came is None:
            return None
        if self.envelope is None:
            raise self.broken("the connection was closed")
        try:
            response = self._answers.feed(came)
        except Garbage as error:
            raise self.broken(str(error)) from error
        if response is not None:
            self.envelope = None
            self._rest()
        return response

    def broken(self, detail: str) -> Broken:
        """How a call that breaks now leaves its message."""
        return Broken(detail, whole=self.wire.may_have_left >= self.wire.queued)

    def overdue(self) -> Unreached:
        """Say what was waited for in vain while connecting."""
        patience = self._reach.timeouts.connect
        return Unreached(Scope.TRANSPORT, f"{self.stage.value} did not come in {patience:g} s")
