"""Bytes over a socket that never blocks, and the honest count of those that may have left."""

from __future__ import annotations

import os
import socket
import ssl
from typing import Any

_CHUNK = 65536

Address = tuple[int, Any]
"""Address family and socket address, as the resolver gives them."""


class Wire:
    """A TCP connection, plain or under TLS.

    The kernel says exactly how much of a plain write it took. TLS does not: a write that would
    block may have put whole records on their way already, so all it was given counts as possibly
    gone.

    A write that fails only marks the wire broken: the other side's last words may still be there
    to be read.

    Attributes:
        queued: bytes given to :meth:`queue` since the start.
        sent: of these, bytes surely taken by the kernel.
        may_have_left: of these, bytes that may be on their way.
        broken: why nothing can be written any more, or empty.
    """

    __slots__ = (
        "_handshake_blocked",
        "_pending",
        "_tls",
        "broken",
        "may_have_left",
        "queued",
        "sent",
        "sock",
    )

    def __init__(self, address: Address) -> None:
        family, place = address
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.queued = self.sent = self.may_have_left = 0
        self.broken = ""
        self._pending: bytes | memoryview = b""
        self._tls: ssl.SSLSocket | None = None
        self._handshake_blocked = False
        self.sock.connect_ex(place)

    def fileno(self) -> int:
        """Return the socket's file descriptor."""
        return self.sock.fileno()

    @property
    def blocked(self) -> bool:
        """Whether bytes wait for the socket to take them."""
        return (self.sent < self.queued and not self.broken) or self._handshake_blocked

    def connect_error(self) -> str:
        """Return why the connection was not made, or empty."""
        error = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return os.strerror(error) if error else ""

    def shake_hands(self, context: ssl.SSLContext, host: str) -> bool:
        """Put TLS on the connection, step by step; true when it stands.

        Raises:
            ssl.SSLError: the other side's certificate or TLS is not acceptable.
            OSError: the connection is gone.
        """
        if self._tls is None:
            self._tls = context.wrap_socket(
                self.sock, server_hostname=host, do_handshake_on_connect=False
            )
            self.sock = self._tls
        self._handshake_blocked = False
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLWantWriteError:
            self._handshake_blocked = True
            return False
        return True

    def queue(self, data: bytes) -> None:
        """Take bytes that :meth:`flush` is to write."""
        self.queued += len(data)
        self._pending = bytes(self._pending) + data if self._pending else data

    def send(self, data: bytes) -> None:
        """Queue bytes and write what can be written now."""
        self.queue(data)
        self.flush()

    def flush(self) -> None:
        """Write what waits, as far as the socket takes it."""
        while self._pending and not self.broken:
            given = self._pending
            if self._tls is not None:
                given = given[:_CHUNK]
                self.may_have_left = max(self.may_have_left, self.sent + len(given))
            try:
                taken = self.sock.send(given)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError as error:
                self.broken = error.strerror or "the connection broke"
                return
            self.sent += taken
            self.may_have_left = max(self.may_have_left, self.sent)
            if taken == len(self._pending):
                self._pending = b""
            else:
                self._pending = memoryview(self._pending)[taken:]

    def receive(self) -> bytes | None:
        """Read what there is: ``b""`` at the end of the stream, None if nothing came.

        Raises:
            OSError: the connection is gone.
        """
        try:
            data = self.sock.recv(_CHUNK)
            while self._tls is not None and (more := self._tls.pending()):
                data += self._tls.recv(more)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        return data

    def close(self) -> None:
        """Close the socket; what was queued and not sent stays unsent."""
        self.sock.close()
