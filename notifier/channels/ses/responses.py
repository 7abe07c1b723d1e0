"""HTTP/1.1 responses as they come in, piece by piece, read by h11."""

from __future__ import annotations

from typing import NamedTuple

import h11

_LONGEST_HEAD = 65_536
_LONGEST_BODY = 1_000_000
_ASKED = {
    method: h11.Request(method=method, target="/", headers=[("Host", "-"), ("Content-Length", "0")])
    for method in ("POST", "CONNECT")
}
"""Requests are written as the signed bytes they are; h11 only has to know what they ask for."""


class Garbage(ValueError):
    """What came is no whole HTTP response; repeats no part of it."""


class Response(NamedTuple):
    """Status, headers by their names in lower case, body.

    Attributes:
        last: whether the connection carries no further response.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    last: bool


class ResponseReader:
    """Puts the responses to one request after another together."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._http = _connection()
        self._head: h11.Response | None = None
        self._body = bytearray()

    def asked(self, method: str = "POST") -> None:
        """A request was written; to CONNECT an agreement is a response without a body."""
        self._http.send(_ASKED[method])
        self._http.send(h11.EndOfMessage())

    def feed(self, data: bytes) -> Response | None:
        """Take the next bytes, none when the stream has ended; the response, once it is whole.

        Raises:
            Garbage: see there.
        """
        try:
            self._http.receive_data(data)
            while True:
                event = self._http.next_event()
                if isinstance(event, h11.Response):
                    self._head = event
                elif isinstance(event, h11.Data):
                    self._gather(event.data)
                elif self._head and (event is h11.PAUSED or isinstance(event, h11.EndOfMessage)):
                    return self._whole(self._head)
                elif not isinstance(event, h11.InformationalResponse):
                    return None
        except h11.RemoteProtocolError as error:
            raise Garbage("the connection was closed" if not data else "no HTTP") from error

    def _gather(self, data: bytes | bytearray) -> None:
        self._body += data
        if len(self._body) > _LONGEST_BODY:
            raise Garbage("a body without end")

    def _whole(self, head: h11.Response) -> Response:
        beyond, _ = self._http.trailing_data
        if beyond:
            raise Garbage("more than was asked for")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        last = self._http.states != {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}
        response = Response(head.status_code, headers, bytes(self._body), last)
        if last:
            self._http = _connection()
        else:
            self._http.start_next_cycle()
        self._head, self._body = None, bytearray()
        return response


def _connection() -> h11.Connection:
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
