"""Bytes to text: the encoding that is marked, declared, or valid."""

from __future__ import annotations

import codecs
import re

from notifier.errors import ReadingError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_.:-]{2,40})", re.IGNORECASE)
_TEXT_ENCODINGS = re.compile(
    r"utf-?(?:8|16|32)|us-?ascii|ascii|iso-?8859|latin|windows-?\d|cp\d|koi8|gb|big5|shift|euc|mac",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 2048
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a]")
_BINARY = 0.01


def decode(content: bytes, name: str) -> str:
    """The text, with LF line ends and without a byte order mark.

    A byte order mark wins, then UTF-8 where it is valid, then the encoding the text declares, then
    Windows-1252 (what an undeclared page is in practice, WHATWG Encoding).

    Raises:
        ReadingError: no encoding fits, or it is not text.
    """
    text = _decoded(content, name)
    control = len(_CONTROL.findall(text))
    if control > max(8, _BINARY * len(text)):
        raise ReadingError(
            f"{name}: not text ({control} control characters)",
            remedy="check that the source points at the policy and not at an image or archive",
        )
    return _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding, name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(content[:_DECLARED_WITHIN])
        encoding = (declared and _known(declared[1])) or "cp1252"
        return _strictly(content, "cp1252" if encoding == "utf-8" else encoding, name)


def _known(declared: bytes) -> str | None:
    """The codec for a declared name, if it is one of text; labels as browsers take them."""
    label = declared.decode("ascii")
    if not _TEXT_ENCODINGS.match(label):
        return None
    try:
        encoding = codecs.lookup(label).name
    except LookupError:
        return None
    return "cp1252" if encoding in {"iso8859-1", "ascii"} else encoding


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise ReadingError(
            f"{name}: byte {problem.start} is not valid {encoding}",
            remedy="save the text as UTF-8",
        ) from problem
