"""The port of every place where feedback arrives, and what is read there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifier.delivery import EventKind


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody says about one hand-over, before it is matched to one of ours.

    Attributes:
        origin: the teller's own name for this event, the same whenever it is told again.
        at: when it happened, by the teller's clock.
        attempt: the attempt it says it is about, or None.
        references: every message id it quotes, ours perhaps among them.
        provider_id: the id the provider gave the message, or empty.
        recipients: the addresses it says the message was for; to compare, never to keep.
        vouched: it came by a way on which only the provider can write. Anybody can write a mail.
        detail: the teller's words, addresses removed, at most 300 characters.
    """

    kind: EventKind
    origin: str
    at: datetime
    attempt: int | None = None
    references: tuple[str, ...] = ()
    provider_id: str = ""
    recipients: frozenset[str] = frozenset()
    vouched: bool = False
    detail: str = ""


class Unreadable(ValueError):
    """Not feedback in any form we know, or too large to be looked at; repeats no part of it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing taken out of an inbox.

    Attributes:
        receipt: by which the inbox knows it.
        feedback: None where it tells nothing of a hand-over (a person's answer, an opened mail).
        problem: why it could not be read, or empty.
    """

    receipt: str
    feedback: Feedback | None = None
    problem: str = ""


class Inbox(Protocol):
    """A place where feedback arrives and stays until it is recorded."""

    def describe(self) -> str:
        """What and where, in one line for a person."""

    def take(self, now: datetime) -> list[Taken]:
        """The next few things; empty when there is nothing more for now.

        Args:
            now: aware UTC instant of this look.

        Raises:
            DeliveryError: the inbox cannot be read.
        """

    def done(self, taken: Sequence[Taken]) -> None:
        """Let go of what was taken: all of its feedback is recorded.

        What could not be read stays where a person finds it.

        Raises:
            DeliveryError: the inbox cannot be written.
        """
