"""How long SES may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds.

    Attributes:
        connect: TCP connection, answer of a proxy, and TLS handshake, each.
        answer: from the first byte of a request to the last of its answer; as long as boto3 waits.
        idle: for how long a connection without a call is trusted. A request written to one that
            the other side is just closing ends in doubt.
        closing: answers still awaited when the session is closed.
    """

    connect: float = 10
    answer: float = 60
    idle: float = 5
    closing: float = 10
