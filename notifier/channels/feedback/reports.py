"""What the parts of a report say: delivery status (RFC 3464, 6533) and abuse (RFC 5965)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_string
from email.message import Message

from notifier.channels.addresses import without_addresses
from notifier.channels.feedback.inbox import Unreadable
from notifier.delivery import EventKind

_BAD_SENDER = frozenset({"5.1.7", "5.1.8"})
_GONE = re.compile(r"5\.(?:0\.\d{1,3}|1\.\d{1,3}|2\.[01]|4\.[14])")
"""Enhanced status codes (RFC 3463) that speak of the address itself: it does not exist, is
disabled, or no host takes mail for it. A full mailbox (5.2.2), the message (5.6), or a policy
(5.7) may be otherwise the next time."""
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")

_WEIGHT = (
    EventKind.BOUNCED_FOR_GOOD,
    EventKind.BOUNCED,
    EventKind.DELAYED,
    EventKind.DELIVERED,
    EventKind.ACCEPTED,
)
"""Where a forwarded message had several fates, the first of these is told: nobody counts as told
because of a copy that may have reached somebody else."""

_DONE = {
    "delayed": EventKind.DELAYED,
    "delivered": EventKind.DELIVERED,
    "relayed": EventKind.ACCEPTED,
    "expanded": EventKind.ACCEPTED,
}
_COMPLAINTS = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"})


def bounced(status: str) -> EventKind:
    """How final a failure with this enhanced status code is."""
    gone = _GONE.fullmatch(status) and status not in _BAD_SENDER
    return EventKind.BOUNCED_FOR_GOOD if gone else EventKind.BOUNCED


def status_in(text: str) -> str:
    """The first enhanced status code in somebody's words, or empty."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def delivery_status(part: Message) -> tuple[EventKind, str, frozenset[str]]:
    """What became of the message: kind, the server's words, and for whom.

    Raises:
        Unreadable: no recipient's action is reported.
    """
    told: list[tuple[EventKind, str]] = []
    recipients: set[str] = set()
    for block in _blocks(part):
        action = str(block.get("Action", "")).split("(")[0].strip().casefold()
        names = [_typed(block, name) for name in ("Original-Recipient", "Final-Recipient")]
        recipients.update(name.casefold() for name in names if name)
        status = status_in(str(block.get("Status", "")))
        words = _typed(block, "Diagnostic-Code")
        words = words if status in words else f"{status} {words}"
        detail = without_addresses(words, *(name for name in names if name))
        if action.startswith(("fail", "error")):
            told.append((bounced(status), detail))
        elif action in _DONE:
            told.append((_DONE[action], detail))
    if not told:
        raise Unreadable("a delivery report without an action")
    kind, detail = min(told, key=lambda one: _WEIGHT.index(one[0]))
    return kind, detail, frozenset(recipients)


def complaint(part: Message) -> tuple[str, frozenset[str]] | None:
    """The kind of complaint and from whom; None where the report is not one of a person."""
    fields = part.get_payload(0) if part.is_multipart() else message_from_string(_text(part))
    assert isinstance(fields, Message)  # noqa: S101 - what get_payload(0) of a message part is
    kind = str(fields.get("Feedback-Type", "")).strip().casefold()
    if kind not in _COMPLAINTS:
        return None
    named = fields.get_all("Original-Rcpt-To", [])
    return kind, frozenset(str(name).strip(" <>").casefold() for name in named)


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery-status part, however the parser took it."""
    if part.get_content_subtype() == "delivery-status" and part.is_multipart():
        yield from part.get_payload()  # type: ignore[misc]
        return
    for group in re.split(r"\r?\n[ \t]*\r?\n", _text(part)):
        yield message_from_string(group.lstrip())


def _text(part: Message) -> str:
    inner = part.get_payload(0) if part.is_multipart() else part
    assert isinstance(inner, Message)  # noqa: S101 - what get_payload(0) of a message part is
    return inner.as_string() if inner is not part else str(part.get_payload())


def _typed(block: Message, name: str) -> str:
    """A field ``rfc822; somebody@example.org`` without its type."""
    kind, separator, value = str(block.get(name, "")).partition(";")
    return " ".join((value if separator else kind).split()).strip("<>")
