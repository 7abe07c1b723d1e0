"""Which format a snapshot is in: by its first bytes, else by its name."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath

from notifier.errors import ReadingError
from notifier.model.text import Snapshot


class Format(StrEnum):
    """A format that can be read."""

    MARKDOWN = "markdown"
    HTML = "html"
    RST = "rst"
    TEXT = "text"
    DOCX = "docx"
    PDF = "pdf"


_BY_SUFFIX = {
    **dict.fromkeys((".md", ".mdx", ".markdown", ".mkd", ".mdown", ".qmd"), Format.MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".spt", ".eex", ".erb"), Format.HTML),
    **dict.fromkeys((".j2", ".jinja", ".jinja2", ".liquid", ".njk", ".php"), Format.HTML),
    **dict.fromkeys((".rst", ".rest"), Format.RST),
    **dict.fromkeys((".txt", ".text"), Format.TEXT),
    ".docx": Format.DOCX,
    ".pdf": Format.PDF,
}
_TEMPLATE = frozenset({".j2", ".jinja", ".jinja2", ".eex", ".erb", ".liquid", ".njk"})
_HTML_START = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_START = 4096


def detect(snapshot: Snapshot) -> Format:
    """Tell the format. The bytes win over the name.

    Raises:
        ReadingError: it is a binary format that cannot be read.
    """
    start = snapshot.content[:_START]
    if start.startswith(b"%PDF-"):
        return Format.PDF
    if start.startswith(b"PK\x03\x04"):
        return Format.DOCX
    named = _named(snapshot.name)
    if named in {Format.DOCX, Format.PDF} or start.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise ReadingError(
            f"{snapshot.name}: not a readable {named or 'text'} file",
            remedy="save it as .docx, .pdf, .html or .md; old .doc and .rtf are not read",
        )
    if _HTML_START.match(start.removeprefix(b"\xef\xbb\xbf")):
        return Format.HTML
    return named or Format.TEXT


def _named(name: str) -> Format | None:
    path = PurePosixPath(name.lower())
    inner = PurePosixPath(path.stem)
    if path.suffix in _TEMPLATE and inner.suffix in _BY_SUFFIX:
        path = inner
    return _BY_SUFFIX.get(path.suffix)
