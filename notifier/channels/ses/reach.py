"""The way to SES: where to connect, through which proxy, and whom to trust there."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from notifier.channels.ses.timeouts import Timeouts
from notifier.channels.transport import Scope
from notifier.channels.wire import Address
from notifier.errors import DeliveryError

_PORTS = {"http": 80, "https": 443}


class Unreached(Exception):
    """No connection stands; nothing of any message was written."""

    def __init__(self, scope: Scope, detail: str) -> None:
        super().__init__(detail)
        self.scope = scope
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Reach:
    """What every connection of a session has in common.

    Attributes:
        host, port: where to connect: SES, or the proxy.
        name: whose certificate is expected: SES.
        tls: None for an endpoint without TLS.
        tunnel: the request that makes a proxy connect us (RFC 9110 9.3.6), or empty.
    """

    host: str
    port: int
    name: str
    tls: ssl.SSLContext | None
    tunnel: bytes = field(repr=False)
    timeouts: Timeouts

    def addresses(self) -> list[Address]:
        """Look the host up; the first address is to be tried first.

        Raises:
            Unreached: the name leads nowhere now.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "not a host name"
            raise Unreached(Scope.TRANSPORT, f"the name leads nowhere: {why}") from error
        return [(family, place) for family, _, _, _, place in found]


def reach(
    endpoint: str,
    trusted: str,
    timeouts: Timeouts,
    *,
    proxy: str | None,
    proxy_headers: Mapping[str, str],
) -> Reach:
    """The way to an endpoint.

    Args:
        trusted: PEM file with the certificates to trust.
        proxy: URL of an HTTP proxy that is asked for a tunnel, or None.

    Raises:
        DeliveryError: the certificates cannot be read, or the proxy is of another kind.
    """
    there = urlsplit(endpoint)
    name, port = there.hostname or "", there.port or _PORTS.get(there.scheme, 443)
    tls = _context(trusted) if there.scheme == "https" else None
    if not proxy:
        return Reach(name, port, name, tls, b"", timeouts)
    through = urlsplit(proxy)
    if through.scheme != "http" or not through.hostname:
        raise DeliveryError(
            f"SES cannot be reached through a proxy of the kind {through.scheme}.",
            remedy="give HTTPS_PROXY the address of an HTTP proxy, or leave SES out by NO_PROXY",
        )
    lines = [f"CONNECT {name}:{port} HTTP/1.1", f"Host: {name}:{port}"]
    lines += [f"{header}: {value}" for header, value in proxy_headers.items()]
    tunnel = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return Reach(through.hostname, through.port or _PORTS["http"], name, tls, tunnel, timeouts)


def _context(trusted: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=trusted)
    except (OSError, ssl.SSLError) as error:
        raise DeliveryError(
            f"The certificates in {trusted} cannot be read: {error.strerror}.",
            remedy="let AWS_CA_BUNDLE name a PEM file, or take it out of the environment",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
