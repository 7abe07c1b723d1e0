"""The events SES publishes for a configuration set, as a queue holds them.

Three envelopes are known: SNS's, EventBridge's, and none (raw delivery). The field names are those
of "Contents of event data" in the Amazon SES Developer Guide.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from notifier.channels.addresses import without_addresses
from notifier.channels.feedback.inbox import Feedback, Unreadable
from notifier.delivery import EventKind

_MOST_DIGITS = 18
_LONGEST_ORIGIN = 300

_SECTIONS = {
    "Send": ("send", EventKind.ACCEPTED),
    "Delivery": ("delivery", EventKind.DELIVERED),
    "DeliveryDelay": ("deliveryDelay", EventKind.DELAYED),
    "Bounce": ("bounce", EventKind.BOUNCED),
    "Reject": ("reject", EventKind.REJECTED),
    "Rendering Failure": ("failure", EventKind.REJECTED),
    "Complaint": ("complaint", EventKind.COMPLAINED),
}
"""Where an event keeps its particulars, and what it means. Others (Open, Click, Subscription) say
nothing about a delivery."""

_WORDS = (
    "bounceType",
    "bounceSubType",
    "delayType",
    "complaintFeedbackType",
    "complaintSubType",
    "reason",
    "errorMessage",
)

_OPTED_OUT = "UnsubscribedRecipient"
"""The person opted out of a mailing list kept at SES: the address itself works."""


def read(body: str) -> Feedback | None:
    """Read one message of the queue.

    Returns:
        None where it is no event of a hand-over.

    Raises:
        Unreadable: it has no form that SES, SNS or EventBridge gives.
    """
    event = _unwrapped(_object(body))
    kind = event.get("eventType", event.get("notificationType"))
    if not isinstance(kind, str):
        raise Unreadable("no event type")
    if kind not in _SECTIONS:
        return None
    section, meaning = _SECTIONS[kind]
    mail, particulars = event.get("mail"), event.get(section, {})
    if not isinstance(mail, dict) or not isinstance(particulars, dict):
        raise Unreadable(f"a {kind} event without its parts")
    attempt = _attempt(mail)
    if attempt is None:
        return None
    happened = particulars.get("timestamp", mail.get("timestamp"))
    return Feedback(
        kind=_refined(meaning, particulars),
        origin=_origin(mail, kind, particulars.get("feedbackId", happened)),
        at=_instant(happened),
        attempt=attempt,
        provider_id=str(mail["messageId"]),
        recipients=_destination(mail),
        vouched=True,
        detail=_detail(particulars),
    )


def _object(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    if not isinstance(found, dict):
        raise Unreadable("not an object")
    return found


def _unwrapped(event: dict[str, Any]) -> dict[str, Any]:
    if event.get("Type") == "Notification" and isinstance(event.get("Message"), str):
        event = _object(event["Message"])
    detail = event.get("detail")
    return detail if event.get("source") == "aws.ses" and isinstance(detail, dict) else event


def _attempt(mail: dict[str, Any]) -> int | None:
    """The attempt in the tag that :mod:`notifier.channels.ses` gives; None for other people's."""
    tags = mail.get("tags")
    values = tags.get("attempt") if isinstance(tags, dict) else None
    if not isinstance(values, list) or len(values) != 1 or not isinstance(values[0], str):
        return None
    value = values[0]
    is_number = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    return int(value) if is_number else None


def _destination(mail: dict[str, Any]) -> frozenset[str]:
    found = mail.get("destination")
    addresses = found if isinstance(found, list) else []
    return frozenset(one.casefold() for one in addresses if isinstance(one, str))


def _refined(kind: EventKind, particulars: dict[str, Any]) -> EventKind:
    if kind is EventKind.BOUNCED and particulars.get("bounceType") == "Permanent":
        opted_out = particulars.get("bounceSubType") == _OPTED_OUT
        return kind if opted_out else EventKind.BOUNCED_FOR_GOOD
    if kind is EventKind.COMPLAINED and particulars.get("complaintSubType"):
        return EventKind.REJECTED  # an earlier complaint: taken, and not even tried
    return kind


def _origin(mail: dict[str, Any], kind: str, which: object) -> str:
    message_id = mail.get("messageId")
    origin = f"ses {message_id} {kind} {which}"
    if not isinstance(message_id, str) or not isinstance(which, str):
        raise Unreadable(f"a {kind} event without its ids")
    if len(origin) > _LONGEST_ORIGIN or not (origin.isascii() and origin.isprintable()):
        raise Unreadable(f"a {kind} event whose ids are not SES's")
    return origin


def _instant(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is not None and at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Unreadable("an event without the time it happened")


def _detail(particulars: dict[str, Any]) -> str:
    """SES's and the other server's words, without addresses."""
    people = _people(particulars)
    words = [particulars.get(name) for name in _WORDS]
    words += [person.get("diagnosticCode") for person in people]
    known = [person.get("emailAddress") for person in people]
    return without_addresses(
        " ".join(word for word in words if isinstance(word, str)),
        *(address for address in known if isinstance(address, str)),
    )


def _people(particulars: dict[str, Any]) -> list[dict[str, Any]]:
    for name in ("bouncedRecipients", "delayedRecipients", "complainedRecipients"):
        found = particulars.get(name)
        if isinstance(found, list):
            return [person for person in found[:1] if isinstance(person, dict)]
    return []
