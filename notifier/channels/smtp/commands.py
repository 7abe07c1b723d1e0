"""One message as the bytes of its transaction, within what the server offered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from notifier.channels.addresses import wire_form
from notifier.channels.smtp.phases import Meaning
from notifier.channels.smtp.replies import Reply
from notifier.channels.transport import Envelope, Scope
from notifier.delivery import Outcome

_OURS = Meaning(Outcome.NOT_SENT, Scope.SENDER)
_THEIRS = Meaning(Outcome.REFUSED, Scope.RECIPIENT)
_NO_LINE_END = bytes(set(range(256)) - set(b"\r\n"))
_XTEXT = re.compile(rb"[^!-*,-<>-~]")


class Unsendable(Exception):
    """The message cannot be put to this server; nothing of it was written."""

    def __init__(self, meaning: Meaning, detail: str) -> None:
        super().__init__(detail)
        self.meaning = meaning
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Offer:
    """What the server's EHLO reply offers (RFC 5321 4.1.1.1).

    Attributes:
        size: largest message in octets (RFC 1870); 0 when no limit is stated.
        auth: SASL mechanisms in upper case (RFC 4954).
    """

    pipelining: bool = False
    eight_bit: bool = False
    utf8: bool = False
    dsn: bool = False
    starttls: bool = False
    sizes: bool = False
    size: int = 0
    auth: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def read(cls, reply: Reply) -> Offer:
        """Read the EHLO reply; keywords not known are passed over."""
        words: dict[str, list[str]] = {}
        for line in reply.lines[1:]:
            keyword, *parameters = line.decode("ascii", "replace").upper().split() or [""]
            words.setdefault(keyword, []).extend(parameters)
        limit = (words.get("SIZE") or ["0"])[0]
        return cls(
            pipelining="PIPELINING" in words,
            eight_bit="8BITMIME" in words,
            utf8="SMTPUTF8" in words,
            dsn="DSN" in words,
            starttls="STARTTLS" in words,
            sizes="SIZE" in words,
            size=int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 20 else 0,  # noqa: PLR2004
            auth=frozenset(words.get("AUTH", ())),
        )


class Transaction:
    """The bytes of one message's transaction, and how far it got.

    Attributes:
        body: dot-stuffed, without the final dot.
        dot_at: place in the connection's stream of the final dot once it is queued, else -1.
        settled: whether its result was given; at most once.
    """

    __slots__ = ("body", "dot_at", "envelope", "mail", "rcpt", "settled")

    def __init__(self, envelope: Envelope, mail: bytes, rcpt: bytes, body: bytes) -> None:
        self.envelope = envelope
        self.mail = mail
        self.rcpt = rcpt
        self.body = body
        self.dot_at = -1
        self.settled = False


_sender = lru_cache(maxsize=16)(wire_form)


def transaction(envelope: Envelope, offer: Offer) -> Transaction:
    """Write an envelope's commands and its dot-stuffed body.

    Raises:
        Unsendable: an address no command may carry, a content that needs what is not offered, or
            line ends other than CRLF (which some servers read as the end of the message).
    """
    try:
        sender = _sender(envelope.sender)
    except ValueError as error:
        raise Unsendable(_OURS, f"return path: {error}") from error
    try:
        recipient = wire_form(envelope.recipient)
    except ValueError as error:
        raise Unsendable(_THEIRS, f"recipient: {error}") from error
    content = envelope.content
    mail = b"MAIL FROM:<" + sender + b">"
    rcpt = b"RCPT TO:<" + recipient + b">"
    if offer.sizes:
        if 0 < offer.size < len(content):
            why = f"the message has {len(content)} octets, the server takes {offer.size}"
            raise Unsendable(_OURS, why)
        mail += b" SIZE=%d" % len(content)
    utf8_address = not (sender.isascii() and recipient.isascii())
    if utf8_address or not content.isascii():
        mail += _beyond_ascii(content, offer, utf8_address=utf8_address)
    if offer.dsn:
        mail += b" RET=HDRS ENVID=%d" % envelope.attempt
        rcpt += b" NOTIFY=FAILURE,DELAY ORCPT=" + _original(recipient)
    text = content if envelope.clean else body(content)
    return Transaction(envelope, mail + b"\r\n", rcpt + b"\r\n", text)


def body(content: bytes) -> bytes:
    """Dot-stuff a message and end its last line; the final dot is not part of it (RFC 5321 4.5.2).

    Raises:
        Unsendable: a CR or LF that stands alone.
    """
    ends = content.translate(None, _NO_LINE_END)
    if ends != b"\r\n" * (len(ends) // 2):
        raise Unsendable(_OURS, "the message has a line end other than CRLF")
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    if content.startswith(b"."):
        content = b"." + content
    if content and not content.endswith(b"\n"):
        content += b"\r\n"
    return content


def _beyond_ascii(content: bytes, offer: Offer, *, utf8_address: bool) -> bytes:
    headers, _, _ = content.partition(b"\r\n\r\n")
    parameters = b""
    if not content.isascii():
        if not offer.eight_bit:
            why = "the server does not offer 8BITMIME; have messages built as quoted-printable"
            raise Unsendable(_OURS, why)
        parameters += b" BODY=8BITMIME"
    if utf8_address or not headers.isascii():
        if not offer.utf8:
            why = "the server does not offer SMTPUTF8, which this address needs"
            raise Unsendable(_THEIRS, why)
        parameters += b" SMTPUTF8"
    return parameters


def _original(recipient: bytes) -> bytes:
    """The original recipient of RFC 3461 4.2, as xtext."""
    if not recipient.isascii():
        escaped = "".join(
            c if c.isascii() and c not in "+=\\" else f"\\x{{{ord(c):X}}}"
            for c in recipient.decode()
        )
        return b"utf-8;" + escaped.encode("ascii")
    if _XTEXT.search(recipient):
        recipient = _XTEXT.sub(lambda found: b"+%02X" % found[0][0], recipient)
    return b"rfc822;" + recipient
