"""One mail per notice and language, built once; a recipient's own fields are filled in as bytes.

The bytes with their slots are what legal approves and what the ledger keeps. Filling a slot can
neither add a header nor leave its encoding: header values must be single lines, and names are
escaped for HTML and encoded as quoted-printable (RFC 2045 §6.7) on lines of their own.
"""

from __future__ import annotations

import hashlib
import html
import re
from binascii import b2a_qp
from datetime import datetime
from email import message_from_bytes
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from notifier.errors import RenderingError
from notifier.rendering.environment import Templates
from notifier.rendering.redline.telling import told
from notifier.rendering.redline.words import words_for as redline_words
from notifier.rendering.wording import Facts, text_direction, words_for

MAX_BYTES = 100 * 1024
"""Gmail clips a message beyond about 102 kB; what is clipped was not told."""

_SUMMARY_BUDGET = 6_000
"""Bytes of the summary after which further sections are counted; a minute's reading."""


class Slot(StrEnum):
    """A place for a recipient's own field; letters only, so that no encoding changes it."""

    TO = "NOTIFIERslotTO"
    MESSAGE_ID = "NOTIFIERslotMESSAGEID"
    DATE = "NOTIFIERslotDATE"
    NAME_TEXT = "NOTIFIERslotNAMEasTEXT"
    NAME_HTML = "NOTIFIERslotNAMEasHTML"


_SOME_SUBJECT = "NOTIFIERsubject"
_SOME_DATE = "Thu, 01 Jan 1970 00:00:00 +0000"
_SOFT_BREAK = "(?:=\r\n)?"
_SLOTS = re.compile(
    "|".join(f"({_SOFT_BREAK.join(slot)})" for slot in Slot).encode(),
)
_PERSONAL = {Slot.NAME_TEXT, Slot.NAME_HTML}
_OCTETS_A_LINE = 25
_UNCLEAN = re.compile(rb"(?<!\r)\n|\r(?!\n)|^\.|\n\.|(?<!\n)\Z")


class Addressee(NamedTuple):
    """A recipient's own fields.

    Attributes:
        message_id: with angle brackets; the same for a second copy of the same delivery.
    """

    address: str
    name: str
    message_id: str
    at: datetime


class Mail:
    """An approved message, ready to be filled in for one recipient after another.

    Attributes:
        clean: that, however filled in, CR and LF come as pairs only, the last line ends with one,
            and no line begins with a dot.
    """

    def __init__(self, content: bytes) -> None:
        """Find the slots in approved bytes."""
        self._parts: list[bytes] = []
        self._slots: list[tuple[int, int]] = []
        position = 0
        for match in _SLOTS.finditer(content):
            slot = (match.lastindex or 1) - 1
            self._parts += (content[position : match.start()], b"")
            self._slots.append((len(self._parts) - 1, slot))
            position = match.end()
        self._parts.append(content[position:])
        self.clean = not _UNCLEAN.search(_SLOTS.sub(_worst, content))

    def fill(self, addressee: Addressee) -> bytes:
        """The whole message for one recipient, CRLF line ends.

        Raises:
            RenderingError: a field might break out of its header: anything in it that cannot be
                printed, such as CR, NUL, or one of Unicode's line separators.
        """
        name = addressee.name
        escaped = html.escape(name)
        as_text = _name(name)
        fields = (
            _header(addressee.address),
            _header(addressee.message_id),
            _date(addressee.at),
            as_text,
            as_text if escaped == name else _name(escaped),
        )
        parts = self._parts.copy()
        for place, slot in self._slots:
            parts[place] = fields[slot]
        return b"".join(parts)


def html_part(content: bytes) -> str:
    """The HTML part of a message, as a mail program would show it."""
    part = message_from_bytes(content, policy=SMTP).get_body(("html",))
    return str(part.get_content()) if part else ""


def compose(
    templates: Templates,
    facts: Facts,
    locale: str,
    *,
    sender: str,
    redline_text: str,
    redline_html: str,
) -> bytes:
    """A notice as mail, with slots where a recipient's own fields go.

    Args:
        sender: ``Name <address>`` of the From header.
        redline_text, redline_html: the changes word for word, already safe for their part.

    Raises:
        RenderingError: a template or sentence is missing or wrong, or the mail grows beyond
            100 kB.
    """
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    words = words_for(templates, locale, facts, name=Slot.NAME_TEXT)
    folder = f"email/{facts.kind}"
    values = {
        "locale": locale,
        "direction": text_direction(locale),
        "company": facts.company,
        "contact": facts.contact,
        "contact_address": parseaddr(facts.contact)[1],
        "url": facts.url,
        "links": facts.links,
        "promise": facts.promise,
        "summary": told(facts.summary, redline_words(templates, locale), _SUMMARY_BUDGET),
        "policy_language": facts.policy_language,
    }
    message["From"] = Address(name, addr_spec=address)
    message["To"] = f"{Slot.TO}@slot.invalid"
    message["Reply-To"] = facts.contact
    message["Subject"] = _SOME_SUBJECT
    message["Date"] = _SOME_DATE
    message["Message-ID"] = f"<{Slot.MESSAGE_ID}>"
    message["Auto-Submitted"] = "auto-generated"
    text = templates.render(
        f"{folder}/body.txt", words=words, redline=redline_text.strip(), **values
    )
    words = words_for(templates, locale, facts, name=Slot.NAME_HTML)
    marked = Markup(redline_html)  # noqa: S704 - the view has escaped the policy's words
    page = templates.render(f"{folder}/body.html", words=words, redline=marked, **values)
    message.set_content(text.strip() + "\n", cte="quoted-printable")
    message.add_alternative(page + "\n", subtype="html", cte="quoted-printable")
    message["Content-Language"] = locale
    message.set_boundary(f"=_{hashlib.sha256(page.encode()).hexdigest()[:32]}")
    subject = templates.render(f"{folder}/subject.txt", words=words)
    content = _open_slots(message.as_bytes().replace(_SOME_SUBJECT.encode(), _subject(subject), 1))
    if len(content) > MAX_BYTES:
        raise RenderingError(
            f"The {facts.kind} mail in {locale} is {len(content) // 1024} kB; "
            "beyond 100 kB mail programs cut it off.",
            remedy="shorten the template, or let the mail link to the changes",
        )
    return content


def _subject(text: str) -> bytes:
    """One line as it is when it is ASCII, else encoded words (RFC 2047).

    The library would fold an ASCII subject of more than 68 characters behind the empty rest of
    its first line, which some mail filters take for a forgery.
    """
    line = " ".join(text.split())
    if line.isascii():
        return line.encode()
    return Header(line, "utf-8", header_name="Subject").encode(linesep="\r\n").encode()


def _open_slots(content: bytes) -> bytes:
    """Make header placeholders bare slots, and put personal ones on lines of their own."""
    content = content.replace(f"{Slot.TO}@slot.invalid".encode(), Slot.TO.encode())
    content = content.replace(f"<{Slot.MESSAGE_ID}>".encode(), Slot.MESSAGE_ID.encode())
    content = content.replace(_SOME_DATE.encode(), Slot.DATE.encode(), 1)
    found = []

    def alone(match: re.Match[bytes]) -> bytes:
        slot = list(Slot)[(match.lastindex or 1) - 1]
        found.append(slot)
        return f"=\r\n{slot}=\r\n".encode() if slot in _PERSONAL else slot.encode()

    content = _SLOTS.sub(alone, content)
    if sorted(found) != sorted(Slot):
        raise RenderingError(
            "The mail template must greet the recipient exactly once in each part.",
            remedy="keep {{ words.greeting }} once in body.txt and once in body.html, and "
            "{{ name }} once in the sentence `greeting`",
        )
    return content


def _worst(match: re.Match[bytes]) -> bytes:
    """What could stand in a slot that makes a message unclean: names never begin with a dot."""
    return b"" if list(Slot)[(match.lastindex or 1) - 1] in _PERSONAL else b"."


@lru_cache(maxsize=4)
def _date(at: datetime) -> bytes:
    """The Date header's value; many messages in a row bear the same."""
    return format_datetime(at).encode()


def _header(value: str) -> bytes:
    if not value.isprintable():
        raise RenderingError(
            "A recipient's field holds a line break or an unprintable character and was not put "
            "into a mail.",
            remedy="correct that row of the audience",
        )
    return value.encode()


def _name(name: str) -> bytes:
    """A name behind a greeting, or nothing, as quoted-printable lines of at most 76 characters."""
    if not name:
        return b""
    octets = f" {name}".encode()
    encoded = b2a_qp(octets, quotetabs=True, istext=False)
    if b"\n" not in encoded:
        return encoded
    # Too long for one line: by number, as then no line can begin with a dot.
    lines = (octets[at : at + _OCTETS_A_LINE] for at in range(0, len(octets), _OCTETS_A_LINE))
    return b"=\r\n".join(b"".join(b"=%02X" % octet for octet in line) for line in lines)
