"""Hostile characters of a policy's text, made visible before any view shows them.

Terminal escapes, bytes that XML cannot carry and bidirectional overrides (the way to show
``30`` where ``03`` is written, see Unicode TR36 and CVE-2021-42574) never reach a reader as
commands; each is shown as a visible sign of itself.
"""

from __future__ import annotations

import re

_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_DELETE = 0x7F
_LAST_C0 = 0x1F
_BIDI = range(0x202A, 0x206A)


def visible(text: str) -> str:
    """The text with every control character replaced by a visible sign; else unchanged."""
    return _HOSTILE.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= _LAST_C0:
        return chr(0x2400 + code)
    if code == _DELETE:
        return "\u2421"
    return f"[U+{code:04X}]" if code in _BIDI else "\ufffd"


def language_tag(stated: str | None) -> str:
    """The language a text says it is in, where that can be a BCP 47 tag; else empty."""
    return stated if stated and _TAG.fullmatch(stated) else ""


def xml_safe(text: str) -> str:
    """The text with only the characters replaced that XML 1.0 cannot carry."""
    return _NOT_XML.sub(_sign, text)
