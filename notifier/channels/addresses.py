"""Addresses as a command line takes them: nothing that could end one, nothing that could start one.

An address that came through an audience file is untrusted. Whatever does not fit the narrow form
below is refused before a byte of it is written (CR and LF would start a command of their own,
``>`` and a blank would add parameters).
"""

from __future__ import annotations

import re
from functools import lru_cache

import idna

_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-"
_PLAIN = re.compile(rf"[{_ATEXT}]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_LOCAL = re.compile(rf"[{_ATEXT}\x80-\U0010ffff]+")
_MOST_OCTETS = 254
_ANY = re.compile(r"<?[^\s<>@,;:()\[\]\"']+@[^\s<>@,;:()\"']+[^\s<>@,;:()\"'.]>?")
_LEAST_TELLING = 3


def wire_form(address: str) -> bytes:
    """Write an address for the wire: local part as it is, domain in ASCII.

    Quoted local parts (``"a b"@…``) are legal and refused all the same: every list, header and
    command they pass through is one more chance to be read as two addresses.

    A domain outside ASCII becomes its A-labels (IDNA 2008, RFC 5891; ``ß`` stays itself, as the
    older IDNA would lead to somebody else's domain). A result that is not ASCII has a local part
    that needs SMTPUTF8 (RFC 6531).

    Raises:
        ValueError: not an address that may be written into a command; the text repeats no part
            of it.
    """
    if _PLAIN.fullmatch(address) and len(address) <= _MOST_OCTETS:
        return address.encode("ascii")
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise ValueError("not an address: local part or domain is missing")
    if not (_LOCAL.fullmatch(local) and local.isprintable()):
        raise ValueError("not an address: a character that no command may carry")
    try:
        ascii_domain = idna.encode(domain, uts46=True)
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError("not an address: the domain is not a host name") from error
    written = local.encode() + b"@" + ascii_domain
    if len(written) > _MOST_OCTETS:
        raise ValueError(f"not an address: longer than {_MOST_OCTETS} octets (RFC 5321 4.5.3.1.3)")
    return written


def header_form(address: str) -> str:
    """Write an address for a header: in ASCII where its local part is, so that any server takes it.

    What cannot be sent to stays as it is.
    """
    if address.isascii():
        return address
    try:
        written = wire_form(address)
    except ValueError:
        return address
    return written.decode() if written.isascii() else address


@lru_cache(maxsize=256)
def _on_one_line(text: str) -> tuple[str, str]:
    """Words as they are shown, and folded; a server says the same few all day."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    return text, text.casefold()


def without_addresses(text: str, *known: str) -> str:
    """Take every address, and the local parts of those known, out of the other side's words.

    At most 300 printable characters come back, on one line.
    """
    text, folded = _on_one_line(text)
    for address in known:
        local = address.rpartition("@")[0]
        if len(local) >= _LEAST_TELLING and local.casefold() in folded:
            for telling in (address, local):
                whole = rf"(?<![^\W_]){re.escape(telling)}(?![^\W_])"
                text = re.sub(whole, "<…>", text, flags=re.IGNORECASE)
    if "@" in text:
        text = _ANY.sub("<…>", text)
    return text[:300]
