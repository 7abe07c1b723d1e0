"""One mail that came back: a delivery report, a bounce in prose, a complaint, or none of these.

Anybody can write one. Size, parts and lines are bounded before anything is parsed, no form of it
raises anything but :class:`Unreadable`, and whether it is believed is decided by the pipeline.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256

from flufl.bounce import all_failures

from notifier.channels.addresses import without_addresses
from notifier.channels.feedback import reports
from notifier.channels.feedback.inbox import Feedback, Unreadable
from notifier.delivery import EventKind

logging.getLogger("flufl.bounce").disabled = True
"""Its tracebacks repeat what mails say."""

MOST_OCTETS = 1_000_000
_MOST_PARTS = 64
_PROSE_OCTETS = 64_000
_LONGEST_LINE = 998
_MOST_REFERENCES = 50
_PART = re.compile(rb"(?im)^content-type[ \t]*:")
_REFERENCE = re.compile(rb"<[0-9A-Za-z.+_-]{1,100}@[0-9A-Za-z.-]{1,253}>")
_OVERLONG = re.compile(rb"(?m)(^[^\n]{%d})[^\n]+" % _LONGEST_LINE)
_STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}


class MailReader:
    """Reads what arrives at the address bounces go to."""

    def __init__(self, bounces_to: str | None) -> None:
        """Take the address from which return paths are made.

        Args:
            bounces_to: ``[email] bounces_to``; without it, mails are matched by message id only.
        """
        local, _, domain = parseaddr(bounces_to or "")[1].rpartition("@")
        written = rf"{re.escape(local)}\+(\d{{1,18}})@{re.escape(domain)}"
        self._return_path = re.compile(written.encode(), re.IGNORECASE) if local else None

    def read(self, content: bytes, received_at: datetime) -> Feedback | None:
        """Read a mail.

        Args:
            received_at: aware UTC instant; no event is later.

        Returns:
            None where it tells nothing of a hand-over: an answer, an absence note.

        Raises:
            Unreadable: it is too large, too deep or broken.
        """
        if len(content) > MOST_OCTETS:
            raise Unreadable(f"larger than {MOST_OCTETS} octets")
        if len(_PART.findall(content)) > _MOST_PARTS:
            raise Unreadable(f"more than {_MOST_PARTS} parts")
        try:
            mail = message_from_bytes(content)
            told = _told(mail, content)
            return told and self._feedback(mail, content, told, received_at)
        except Unreadable:
            raise
        except Exception as error:  # whatever a hostile mail does to the parsers
            raise Unreadable("a mail whose structure is broken") from error

    def _feedback(
        self,
        mail: Message,
        content: bytes,
        told: tuple[EventKind, str, frozenset[str]],
        received_at: datetime,
    ) -> Feedback:
        kind, detail, recipients = told
        return Feedback(
            kind=kind,
            origin=_origin(mail, content),
            at=_happened_at(mail, received_at),
            attempt=self._attempt(content),
            references=tuple(_references(mail, content)),
            recipients=recipients,
            detail=detail,
        )

    def _attempt(self, content: bytes) -> int | None:
        found = self._return_path and self._return_path.search(content)
        return int(found[1]) if found else None


def _told(mail: Message, content: bytes) -> tuple[EventKind, str, frozenset[str]] | None:
    for part in mail.walk():
        if part.get_content_type() in _STATUS_PARTS:
            return reports.delivery_status(part)
        if part.get_content_type() == "message/feedback-report":
            found = reports.complaint(part)
            return found and (EventKind.COMPLAINED, *found)
    return None if mail.get_content_type() == "multipart/report" else _in_prose(content)


def _in_prose(content: bytes) -> tuple[EventKind, str, frozenset[str]] | None:
    """What a bounce says that follows no standard; only its beginning is looked at."""
    beginning = _OVERLONG.sub(rb"\1", content[:_PROSE_OCTETS])
    temporary, permanent = all_failures(message_from_bytes(beginning))
    if not (temporary or permanent):
        return None
    recipients = frozenset(
        found.decode("ascii", "replace").casefold() for found in (*permanent, *temporary)
    )
    if not permanent:
        return EventKind.DELAYED, "", recipients
    _, _, body = beginning.replace(b"\r\n", b"\n").partition(b"\n\n")
    status = reports.status_in(body.decode("ascii", "replace"))
    return reports.bounced(status), without_addresses(status), recipients


def _origin(mail: Message, content: bytes) -> str:
    """The mail's own id, so that one that comes by two ways is one.

    As a digest: it may hold anything.
    """
    own = str(mail.get("Message-ID", "")).strip().encode("utf-8", "replace")
    return f"mail {sha256(own or content).hexdigest()}"


def _happened_at(mail: Message, received_at: datetime) -> datetime:
    try:
        stated = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, OverflowError):
        return received_at
    stated = stated if stated.tzinfo else stated.replace(tzinfo=UTC)
    try:
        return min(stated.astimezone(UTC), received_at)
    except OverflowError:
        return received_at


def _references(mail: Message, content: bytes) -> Iterator[str]:
    """Every message id quoted anywhere, each once: returned headers come in many dresses."""
    seen: set[bytes] = set()
    for text in (content, *_decoded(mail)):
        for found in _REFERENCE.finditer(text):
            if found[0] not in seen:
                seen.add(found[0])
                yield found[0].decode("ascii")
            if len(seen) == _MOST_REFERENCES:
                return


def _decoded(mail: Message) -> Iterator[bytes]:
    for part in mail.walk():
        if not part.is_multipart() and part.get("Content-Transfer-Encoding"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload
