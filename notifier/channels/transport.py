"""The port every mail transport fulfils: outbox, SMTP, SES.

A session is driven by one writer in one thread: ``submit`` what the ledger has recorded as
intended, ``poll`` for what came of it. A transport never retries, never reorders outcomes into
success, and never raises for a single message: each envelope submitted yields exactly one
:class:`Result`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from notifier.delivery import Outcome


class Envelope(NamedTuple):
    """One message ready to leave.

    Attributes:
        attempt: id of the attempt recorded in the ledger before this was built.
        sender: envelope sender (return path), one per attempt so that bounces find their way.
        recipient: one address; never more.
        content: the whole message with CRLF line ends.
        clean: whoever built it knows that CR and LF come as pairs only, that it ends with one, and
            that no line begins with a dot: a transport need not look through it again.
    """

    attempt: int
    sender: str
    recipient: str
    content: bytes
    clean: bool = False


class Scope(StrEnum):
    """Whose failure it is."""

    RECIPIENT = "recipient"
    """This message only."""
    TRANSPORT = "transport"
    """The server cannot be reached or is not ready: stop for now, try again later."""
    SENDER = "sender"
    """Credentials, quota, paused account, unverified sender: hold and ask a person."""


class Result(NamedTuple):
    """What one hand-over ended as.

    Attributes:
        detail: the other side's words with addresses removed, at most 300 characters.
        provider_id: the id the other side gave the message, or empty.
    """

    attempt: int
    outcome: Outcome
    detail: str = ""
    provider_id: str = ""
    scope: Scope = Scope.RECIPIENT


class Session(Protocol):
    """An open hand-over session; use it in one thread and close it."""

    def submit(self, envelopes: Sequence[Envelope]) -> None:
        """Queue envelopes for handing over; returns at once."""

    def poll(self, timeout: float) -> list[Result]:
        """Work for up to ``timeout`` seconds and return what finished, as soon as anything did.

        With nothing submitted and unanswered it returns at once.
        """

    def close(self) -> list[Result]:
        """End in good order; whatever was still under way is returned with its outcome."""


class Transport(Protocol):
    """A way to hand mail over."""

    @property
    def name(self) -> str:
        """One word: ``outbox``, ``smtp``, ``ses``."""

    def open(self) -> Session:
        """Start a session.

        Raises:
            DeliveryError: the transport is set up wrongly (never for a server that is down).
        """

    def most_a_second(self) -> float | None:
        """Messages a second that the provider allows us; None where it does not say.

        Raises:
            DeliveryError: as for :meth:`open`.
        """

    def prove(self, message_ids: Mapping[int, str]) -> dict[int, bool]:
        """What can be proven of attempts whose worker died before recording an outcome.

        Args:
            message_ids: the Message-ID header of each attempt's message, by attempt.

        Returns:
            True for an attempt that certainly was handed over, False for one that certainly was
            not; an attempt of which nothing can be known is left out.
        """
