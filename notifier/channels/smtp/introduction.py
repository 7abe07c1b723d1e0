"""From the greeting to the first MAIL: EHLO, STARTTLS, AUTH, as one dialogue.

:func:`introduction` is the script, spoken over whatever carries it: it yields what to say and is
sent the reply.
"""

from __future__ import annotations

import base64
from collections.abc import Generator
from dataclasses import dataclass

from notifier.channels.smtp.commands import Offer
from notifier.channels.smtp.phases import Phase, met, refusal
from notifier.channels.smtp.replies import Reply
from notifier.channels.transport import Scope

_CONTINUE = 334


class Setback(Exception):
    """The server cannot be used; nothing of any message was sent on this connection."""

    def __init__(self, scope: Scope, detail: str) -> None:
        super().__init__(detail)
        self.scope = scope
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Say:
    """Write these bytes (none: only listen) and wait for one reply."""

    phase: Phase
    command: bytes = b""


class Secure:
    """Do the TLS handshake now; answered with None."""


Script = Generator[Say | Secure, Reply, Offer]


def introduction(
    own_name: str, *, starttls: bool, username: str = "", password: str = ""
) -> Script:
    """Introduce ourselves; returns what the server offers in the end.

    Args:
        own_name: domain or address literal for EHLO.
        starttls: go on only under TLS (RFC 3207); what was offered before it is forgotten.
        username: log in when not empty (RFC 4954), by PLAIN or else LOGIN.

    Raises:
        Setback: the server refused a step, or lacks what was asked for.
    """
    _agreed(Phase.GREETING, (yield Say(Phase.GREETING)))
    hello = Say(Phase.EHLO, b"EHLO " + own_name.encode("ascii") + b"\r\n")
    offer = Offer.read(_agreed(Phase.EHLO, (yield hello)))
    if starttls:
        if not offer.starttls:
            raise Setback(Scope.SENDER, "the server does not offer STARTTLS")
        _agreed(Phase.STARTTLS, (yield Say(Phase.STARTTLS, b"STARTTLS\r\n")))
        yield Secure()
        offer = Offer.read(_agreed(Phase.EHLO, (yield hello)))
    if username:
        yield from _log_in(offer, username.encode(), password.encode())
    return offer


def _agreed(phase: Phase, reply: Reply) -> Reply:
    if not met(phase, reply):
        raise Setback(refusal(phase, reply).scope, f"refused at {phase.value}: {reply.text}")
    return reply


def _log_in(offer: Offer, username: bytes, password: bytes) -> Generator[Say | Secure, Reply, None]:
    if "PLAIN" in offer.auth:
        secret = base64.b64encode(b"\0" + username + b"\0" + password)
        steps = [b"AUTH PLAIN " + secret]
    elif "LOGIN" in offer.auth:
        steps = [b"AUTH LOGIN", base64.b64encode(username), base64.b64encode(password)]
    else:
        raise Setback(Scope.SENDER, "the server offers neither AUTH PLAIN nor AUTH LOGIN")
    for position, step in enumerate(steps, 1):
        reply = yield Say(Phase.AUTH, step + b"\r\n")
        if position < len(steps) and reply.code == _CONTINUE:
            continue
        if position < len(steps) or not met(Phase.AUTH, reply):
            # The words are left out: a server may repeat what it was given.
            why = f"refused at AUTH: {reply.code} {reply.enhanced}".rstrip()
            raise Setback(refusal(Phase.AUTH, reply).scope, why)
