"""What an answer of SES means for the message.

The names are those of SendEmail in the SES v2 API and of the errors common to all AWS APIs.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from botocore.parsers import create_parser

from notifier.channels.transport import Scope
from notifier.delivery import Outcome

_OK = 200
_FIRST_ERROR, _FIRST_SERVER_ERROR = 400, 500
_TOO_MANY = 429

_SLOW_DOWN = frozenset(
    {
        "TooManyRequestsException",
        "Throttling",
        "ThrottlingException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "SlowDown",
        "PriorRequestNotComplete",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)
_ABOUT_THE_MESSAGE = frozenset({"MessageRejected", "BadRequestException"})
_ERRORS = create_parser("rest-json")


class Answer(NamedTuple):
    """An outcome in SES's own words."""

    outcome: Outcome
    scope: Scope
    detail: str
    provider_id: str = ""


def read(status: int, headers: dict[str, str], body: bytes) -> Answer:
    """Read the response to SendEmail.

    Only an answer with a MessageId is *accepted*. A refusal that names a reason of the account
    (suspended, paused, quota, sender or configuration set not verified, credentials) is the
    sender's; without a name a 5xx leaves open whether the message was taken.
    """
    if status == _OK:
        message_id = _message_id(body)
        if message_id:
            return Answer(Outcome.ACCEPTED, Scope.RECIPIENT, "200", message_id)
        return Answer(Outcome.UNKNOWN, Scope.RECIPIENT, "200 without a message id")
    if status < _FIRST_ERROR:
        return Answer(Outcome.UNKNOWN, Scope.TRANSPORT, f"{status}, which SES never says")
    name, words = _error(status, headers, body)
    outcome, scope = _refusal(status, name, words)
    return Answer(outcome, scope, f"{status} {name}: {words}" if name else str(status))


def _refusal(status: int, name: str, words: str) -> tuple[Outcome, Scope]:
    if name in _SLOW_DOWN or (status == _TOO_MANY and not name):
        if "quota" in words.casefold():
            return Outcome.NOT_SENT, Scope.SENDER
        return Outcome.REFUSED_FOR_NOW, Scope.TRANSPORT
    if status >= _FIRST_SERVER_ERROR:
        return Outcome.UNKNOWN, Scope.TRANSPORT
    if name in _ABOUT_THE_MESSAGE and "not verified" not in words.casefold():
        return Outcome.REFUSED, Scope.RECIPIENT
    return Outcome.NOT_SENT, Scope.SENDER


def _message_id(body: bytes) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    found = answer.get("MessageId") if isinstance(answer, dict) else None
    return found if isinstance(found, str) else ""


def _error(status: int, headers: dict[str, str], body: bytes) -> tuple[str, str]:
    """Return the error's name (empty when it has none) and its words."""
    try:
        parsed: dict[str, Any] = _ERRORS.parse(
            {"status_code": status, "headers": headers, "body": body}, None
        )
    except Exception:  # noqa: BLE001 - whatever a broken body does to the parser, it has no name
        return "", ""
    error = parsed.get("Error", {})
    name = str(error.get("Code", ""))
    return ("" if name.isdigit() else name), str(error.get("Message", ""))
