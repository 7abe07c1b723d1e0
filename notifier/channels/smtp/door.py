"""The way in to one server: its addresses, and how we introduce ourselves."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass, field

from notifier.channels.smtp.introduction import Script, Setback, introduction
from notifier.channels.smtp.opening import Opening
from notifier.channels.smtp.timeouts import Timeouts
from notifier.channels.transport import Scope
from notifier.channels.wire import Address, Wire


@dataclass(frozen=True, slots=True)
class Door:
    """Knocks at a server.

    Attributes:
        tls: None for plain text.
        tls_first: TLS before the greeting (RFC 8314 3.3), else by STARTTLS.
        own_name: how to introduce ourselves; empty for the address we come from.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None
    tls_first: bool
    username: str
    password: str = field(repr=False)
    own_name: str
    timeouts: Timeouts

    def addresses(self) -> list[Address]:
        """Look the server up; the first address is to be tried first.

        Raises:
            Setback: the name leads nowhere now.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "not a host name"
            raise Setback(Scope.TRANSPORT, f"the server's name leads nowhere: {why}") from error
        return [(family, place) for family, _, _, _, place in found]

    def knock(self, address: Address) -> Opening:
        """Start a connection.

        Raises:
            Setback: this machine has no socket for it.
        """
        try:
            wire = Wire(address)
        except OSError as error:
            raise Setback(Scope.TRANSPORT, f"no socket: {error.strerror}") from error
        return Opening(
            wire,
            self._introduction,
            self.timeouts,
            self._handshake,
            tls_first=self.tls_first,
        )

    def _handshake(self, wire: Wire) -> bool:
        return self.tls is None or wire.shake_hands(self.tls, self.host)

    def _introduction(self, wire: Wire) -> Script:
        return introduction(
            self.own_name or _literal(wire),
            starttls=self.tls is not None and not self.tls_first,
            username=self.username,
            password=self.password,
        )


def _literal(wire: Wire) -> str:
    """Our own end of the connection as an address literal (RFC 5321 4.1.3)."""
    own = ipaddress.ip_address(wire.sock.getsockname()[0].partition("%")[0])
    return f"[IPv6:{own}]" if own.version == 6 else f"[{own}]"  # noqa: PLR2004 - IP version
