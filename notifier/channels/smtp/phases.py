"""What a server's refusal means, by the phase it comes in.

The rules, with the reply codes of RFC 5321 4.2.3 and the enhanced codes of RFC 3463:

* Before any transaction (greeting, EHLO, STARTTLS, AUTH) nothing was sent and nobody but the
  sender is concerned: 4yz is the server's trouble, 5yz is ours.
* MAIL speaks of the sender only, so its refusals are never held against the recipient.
* RCPT and DATA and the final dot speak of this message: 4yz *refused for now*, 5yz *refused*,
  save for replies that are about our session (authentication, relaying, a command not
  understood), about our account (who may send as whom, and how much), or about the server's
  state (storage, throttling). What a reply says of addresses is left out of account.
* 421 is the server leaving.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from notifier.channels.addresses import without_addresses
from notifier.channels.smtp.replies import Reply
from notifier.channels.transport import Scope
from notifier.delivery import Outcome

SERVICE_CLOSING = 421
GO_AHEAD = 354
_ABOUT_THE_SESSION = frozenset({500, 502, 503, 504, 530, 534, 535, 538, 555})
_ABOUT_AN_ADDRESS = frozenset({504, 555})
"""Of these, what servers also answer RCPT with where the address is not to their liking."""
_BAD_ARGUMENTS = "5.5.4"
_PERMANENT = 500

_RELAYING = re.compile(r"(?<![\w.\-])relay(?:ing)?(?![.\-]?\w)")
_SENDER_CODES = frozenset({"5.1.7", "5.1.8", "5.4.5", "5.7.60"})
"""Bad sender (RFC 3463); Gmail's daily limit; Exchange's "no permission to send as this sender"."""
_SENDER_WORDS = (
    "address is not verified",
    "sending suspended",
    "sending paused",
    "message quota exceeded",
    "not authorized to perform",
    "verified sender",
    "sender signature",
    "sending limit exceeded",
    "sending quota",
    "not allowed to send",
    "send as this sender",
)
"""As SES, SendGrid, Postmark, Gmail, Mailgun and Exchange say that an account may not send."""
_SERVER_WORDS = ("throttling", "sending rate")


class Phase(Enum):
    """Where in the dialogue a reply belongs."""

    CONNECT = "the connection"
    GREETING = "the greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    HANDSHAKE = "the TLS handshake"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "the message"
    DOT = "the final dot"
    RESET = "RSET"
    QUIT = "QUIT"


_ABOUT_THE_MESSAGE = frozenset({Phase.RCPT, Phase.DATA, Phase.DOT})


class Meaning(NamedTuple):
    """An outcome and whose failure it is."""

    outcome: Outcome
    scope: Scope


def met(phase: Phase, reply: Reply) -> bool:
    """Whether the reply says yes in this phase."""
    if phase is Phase.DATA:
        return reply.code == GO_AHEAD
    return 200 <= reply.code < 300  # noqa: PLR2004 - the 2yz class


def refusal(phase: Phase, reply: Reply) -> Meaning:
    """What a 4yz or 5yz reply to a phase means for the message under way."""
    if reply.code == SERVICE_CLOSING:
        refused = Outcome.REFUSED_FOR_NOW if phase is Phase.DOT else Outcome.NOT_SENT
        return Meaning(refused, Scope.TRANSPORT)
    permanent = reply.code >= _PERMANENT
    if phase is Phase.MAIL and not permanent:
        return Meaning(Outcome.REFUSED_FOR_NOW, Scope.TRANSPORT)
    if phase not in _ABOUT_THE_MESSAGE:
        return Meaning(Outcome.NOT_SENT, Scope.SENDER if permanent else Scope.TRANSPORT)
    if _about_the_account(reply) or (permanent and _about_the_session(phase, reply)):
        return Meaning(Outcome.NOT_SENT, Scope.SENDER)
    if permanent:
        return Meaning(Outcome.REFUSED, Scope.RECIPIENT)
    scope = Scope.TRANSPORT if _about_the_server(reply) else Scope.RECIPIENT
    return Meaning(Outcome.REFUSED_FOR_NOW, scope)


def _about_the_session(phase: Phase, reply: Reply) -> bool:
    """Authentication, relaying, a command not understood: the same answer for everybody."""
    if reply.code in _ABOUT_THE_SESSION:
        of_address = phase is Phase.RCPT and reply.code in _ABOUT_AN_ADDRESS
        return not of_address or reply.enhanced == _BAD_ARGUMENTS
    relaying = reply.enhanced in ("", "5.7.1", "5.7.0") and _RELAYING.search(_words(reply))
    return phase is Phase.RCPT and bool(relaying)


def _about_the_account(reply: Reply) -> bool:
    """The sender, its quota or its permissions: the same answer for everybody."""
    words = _words(reply)
    return reply.enhanced in _SENDER_CODES or any(sign in words for sign in _SENDER_WORDS)


def _about_the_server(reply: Reply) -> bool:
    """Insufficient storage, throttling, or another trouble of the mail system (4.3.z) itself."""
    storage = reply.code == 452 and not reply.enhanced  # noqa: PLR2004
    words = _words(reply)
    return storage or reply.enhanced.startswith("4.3.") or any(s in words for s in _SERVER_WORDS)


def _words(reply: Reply) -> str:
    return without_addresses(reply.text).casefold()
