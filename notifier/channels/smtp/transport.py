"""How an SMTP server is reached: what an operator sets, checked before anything is opened."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from notifier.channels.smtp.door import Door
from notifier.channels.smtp.session import SmtpSession
from notifier.channels.smtp.timeouts import Timeouts
from notifier.channels.transport import Session
from notifier.errors import DeliveryError


@dataclass(frozen=True, slots=True)
class Smtp:
    """An SMTP server that relays for us (RFC 5321), one recipient per transaction.

    Certificates are always verified; a relay with a certificate of its own is trusted by naming
    it in ``ca_file``.

    Attributes:
        security: ``starttls`` (port 587) and ``tls`` (port 465) never fall back to plain text.
        connections: most connections open at once.
        in_flight: most messages handed over and unanswered at once.
        username: log in with it; over ``none`` only to this very machine.
        messages_per_connection: most messages put to one, for servers that close after so many.
        ca_file: PEM file of the authorities to trust instead of the system's.
    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    connections: int
    in_flight: int
    username: str = ""
    password: str = field(default="", repr=False)
    messages_per_connection: int = sys.maxsize
    ca_file: Path | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)
    name: str = "smtp"

    def open(self) -> Session:
        """Start a session; connections are made when there is mail for them.

        Raises:
            DeliveryError: a password would cross the network in plain text, or ``ca_file`` is no
                PEM file.
        """
        if self.username and self.security == "none" and not _this_machine(self.host):
            raise DeliveryError(
                f"logging in to {self.host} without TLS would show the password to the network",
                remedy='set security = "starttls" or "tls", or leave the username empty',
            )
        door = Door(
            host=self.host,
            port=self.port,
            tls=None if self.security == "none" else self._context(),
            tls_first=self.security == "tls",
            username=self.username,
            password=self.password,
            own_name=_host_name(),
            timeouts=self.timeouts,
        )
        return SmtpSession(
            door,
            connections=self.connections,
            messages_per_connection=self.messages_per_connection,
            in_flight=self.in_flight,
        )

    def most_a_second(self) -> None:
        """Nobody says."""

    def prove(self, message_ids: Mapping[int, str]) -> dict[int, bool]:
        """Nothing: SMTP has no way to ask whether a message was taken."""
        del message_ids
        return {}

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise DeliveryError(
                f"the certificates in {self.ca_file} cannot be read: {error.strerror}",
                remedy="set ca_file to a PEM file, or leave it out to trust the system's",
            ) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host_name() -> str:
    """Return this host's full name where it has one, else empty (its address will do)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else ""
