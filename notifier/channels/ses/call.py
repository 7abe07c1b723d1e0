"""One HTTP connection to SES, and what is known of a call on it that broke."""

from __future__ import annotations

import http.client
import select
import socket
import ssl
from typing import NamedTuple
from urllib.parse import SplitResult

from notifier.channels.ses.account import Request
from notifier.channels.transport import Scope

_LONGEST_BODY = 1_000_000


class NotMade(Exception):
    """The call broke before its last byte left: SES has not got it."""

    def __init__(self, detail: str, scope: Scope) -> None:
        super().__init__(detail)
        self.scope = scope


class Unanswered(Exception):
    """The call broke after its last byte may have left: SES may have acted on it."""


class Response(NamedTuple):
    """Status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """Makes calls one after another over one connection (RFC 9112), and none twice.

    The last byte of a request is written by itself: without it the request is not whole, so a
    failure before it is certainly not sent.
    """

    def __init__(
        self, endpoint: SplitResult, tls: ssl.SSLContext, *, connect: float, answer: float
    ) -> None:
        host, port = endpoint.hostname or "", endpoint.port
        if endpoint.scheme == "https":
            self._http: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=connect, context=tls
            )
        else:
            self._http = http.client.HTTPConnection(host, port, timeout=connect)
        self._answer = answer

    def post(self, path: str, request: Request) -> Response:
        """Write a request and read its answer.

        Raises:
            NotMade: see there.
            Unanswered: see there.
        """
        try:
            self._connect()
            self._http.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers.items():
                self._http.putheader(name, value)
            self._http.putheader("Content-Length", str(len(request.body)))
            self._http.endheaders(request.body[:-1])
        except (OSError, http.client.HTTPException) as error:
            self.close()
            distrust = isinstance(error, ssl.SSLCertVerificationError)
            scope = Scope.SENDER if distrust else Scope.TRANSPORT
            raise NotMade(_words(error), scope) from error
        try:
            self._http.send(request.body[-1:])
            response = self._http.getresponse()
            body = response.read(_LONGEST_BODY)
            if not response.isclosed():
                self.close()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Response(response.status, headers, body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered(_words(error)) from error

    def close(self) -> None:
        """Close the connection; the next call opens a new one."""
        self._http.close()

    def _connect(self) -> None:
        if self._http.sock is not None and _has_ended(self._http.sock):
            self._http.close()
        if self._http.sock is None:
            self._http.connect()
        if self._http.sock is not None:
            self._http.sock.settimeout(self._answer)


def _has_ended(sock: socket.socket) -> bool:
    """Whether the other side has said anything between two calls: nothing but goodbye."""
    readable = select.poll()
    readable.register(sock, select.POLLIN)
    return bool(readable.poll(0))


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {error.verify_message}"
    return getattr(error, "strerror", None) or type(error).__name__
