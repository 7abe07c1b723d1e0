"""How long the other side may take: RFC 5321 4.5.3.2."""

from __future__ import annotations

from dataclasses import dataclass

from notifier.channels.smtp.phases import Phase


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds of silence after which a phase is given up.

    The values are the least the RFC recommends; shorter ones make unknowns of messages that a slow
    server was about to accept.

    Attributes:
        connect: TCP connection, and TLS handshake, each (the RFC names none).
        command: greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, RSET.
        data: the go-ahead for DATA.
        block: one write of the message.
        dot: the reply to the final dot.
        closing: replies still awaited when the session is closed.
    """

    connect: float = 30
    command: float = 300
    data: float = 120
    block: float = 180
    dot: float = 600
    closing: float = 10

    def of(self, phase: Phase) -> float:
        """Return the patience for one phase."""
        if phase is Phase.DOT:
            return self.dot
        if phase is Phase.DATA:
            return self.data
        if phase is Phase.BODY:
            return self.block
        if phase in (Phase.CONNECT, Phase.HANDSHAKE):
            return self.connect
        return self.command
