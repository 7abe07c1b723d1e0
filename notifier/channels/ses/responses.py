"""HTTP/1.1 responses as they come in, piece by piece (RFC 9112)."""

from __future__ import annotations

from typing import NamedTuple

_LONGEST_HEAD = 65_536
_LONGEST_BODY = 1_000_000
_HEAD_ENDS = b"\r\n\r\n"
_FIRST_FINAL = 200
_WITHOUT_BODY = (204, 304)


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
    """Puts one response after another together."""

    def __init__(self) -> None:
        self._came = bytearray()

    def feed(self, data: bytes) -> Response | None:
        """Take the next bytes; the response, once it is whole.

        Raises:
            Garbage: see there.
        """
        self._came += data
        return self._read(ended=False)

    def head(self, data: bytes) -> int | None:
        """Take the next bytes of an answer that has no body, or none to be read; its status.

        Raises:
            Garbage: see there.
        """
        self._came += data
        before, ends, beyond = bytes(self._came).partition(_HEAD_ENDS)
        if not ends:
            return None
        status, _, _ = _head(before)
        if beyond and status == _FIRST_FINAL:
            raise Garbage("more than was asked for")
        self._came.clear()
        return status

    def end(self) -> Response:
        """The stream has ended: the response, where its end is that of the stream.

        Raises:
            Garbage: see there.
        """
        response = self._read(ended=True)
        if response is None:
            raise Garbage("the connection was closed")
        return response

    def _read(self, *, ended: bool) -> Response | None:
        while True:
            size = self._came.find(_HEAD_ENDS)
            if size < 0 or size > _LONGEST_HEAD:
                if len(self._came) > _LONGEST_HEAD:
                    raise Garbage("headers without end")
                return None
            status, newest, headers = _head(bytes(self._came[:size]))
            if status >= _FIRST_FINAL:
                break
            del self._came[: size + len(_HEAD_ENDS)]
        rest = bytes(self._came[size + len(_HEAD_ENDS) :])
        found = _body(status, headers, rest, ended=ended)
        if found is None:
            if len(rest) > _LONGEST_BODY:
                raise Garbage("a body without end")
            return None
        body, beyond = found
        if beyond:
            raise Garbage("more than one answer")
        self._came.clear()
        closes = "close" in headers.get("connection", "").lower()
        return Response(status, headers, body, last=closes or ended or not newest)


def _head(head: bytes) -> tuple[int, bool, dict[str, str]]:
    """Status, whether the version is 1.1, and the headers."""
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    status = rest[:3]
    if version not in {"HTTP/1.1", "HTTP/1.0"} or not (status.isascii() and status.isdigit()):
        raise Garbage("no HTTP")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise Garbage("a broken header")
        headers[name.lower()] = value.strip()
    return int(status), version == "HTTP/1.1", headers


def _body(
    status: int, headers: dict[str, str], rest: bytes, *, ended: bool
) -> tuple[bytes, bytes] | None:
    """The body and what comes after it; None while it is not whole."""
    if status in _WITHOUT_BODY:
        return b"", rest
    if "transfer-encoding" in headers:
        return _unchunked(rest)
    stated = headers.get("content-length")
    if stated is None:
        return (rest, b"") if ended else None
    if not (stated.isascii() and stated.isdigit()) or int(stated) > _LONGEST_BODY:
        raise Garbage("a body of no size we know")
    length = int(stated)
    return (rest[:length], rest[length:]) if len(rest) >= length else None


def _unchunked(rest: bytes) -> tuple[bytes, bytes] | None:
    """Put chunks together (RFC 9112 7.1); trailers are passed over."""
    chunks: list[bytes] = []
    while True:
        line, ends, rest = rest.partition(b"\r\n")
        if not ends:
            return None
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError as error:
            raise Garbage("a broken chunk") from error
        if not 0 <= size <= _LONGEST_BODY:
            raise Garbage("a broken chunk")
        if size == 0:
            return _after_trailers(b"".join(chunks), rest)
        if len(rest) < size + 2:
            return None
        chunks.append(rest[:size])
        rest = rest[size + 2 :]


def _after_trailers(body: bytes, rest: bytes) -> tuple[bytes, bytes] | None:
    while True:
        line, ends, rest = rest.partition(b"\r\n")
        if not ends:
            return None
        if not line:
            return body, rest
