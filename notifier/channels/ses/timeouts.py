"""How long SES may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds.

    Attributes:
        connect: TCP connection, and TLS handshake, each.
        answer: silence after the request was written; as long as boto3 waits.
        closing: answers still awaited when the session is closed.
    """

    connect: float = 10
    answer: float = 60
    closing: float = 10
