"""A snapshot as a Document, whatever format it is in.

A format's parser is loaded when the first text in that format comes: to start all of them takes as
long as to read thirty policies.
"""

from __future__ import annotations

from dataclasses import replace

from notifier.errors import ReadingError
from notifier.model.text import BlockKind, Document, Snapshot
from notifier.reading.formats.bounds import check_size
from notifier.reading.formats.decoding import decode
from notifier.reading.formats.detection import Format, detect
from notifier.reading.formats.language import told
from notifier.reading.formats.numbering import numbered


def parse(snapshot: Snapshot, *, selector: str | None = None) -> Document:
    """Read a snapshot as blocks, with its title, its language and what it says about itself.

    Args:
        selector: CSS selector of the element that holds the policy; for HTML pages only.

    Returns:
        The document; without blocks for a page that only a script or a redirect fills.

    Raises:
        ReadingError: it is empty, too large, in no readable format or encoding, or built to
            exhaust a parser.
    """
    check_size(snapshot.content, snapshot.name)
    document = _read(snapshot, selector)
    if not document.blocks and not _is_shell(snapshot, document):
        raise ReadingError(
            f"{snapshot.name}: no text in {len(snapshot.content):,} bytes",
            remedy="look at the source: the page may be drawn by a script, or the file be empty",
        )
    blocks = numbered(document.blocks)
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    highest = min(headings, key=lambda block: block.level, default=None)
    return replace(
        document,
        blocks=blocks,
        title=document.title or (highest.text if highest else ""),
        language=told(blocks, document.language or _declared(document)),
    )


def _is_shell(snapshot: Snapshot, document: Document) -> bool:
    """True for a page that a script draws or that only leads elsewhere; its state says so."""
    drawn = detect(snapshot) is Format.HTML and b"<script" in snapshot.content.lower()
    return drawn or any(key.startswith(("refresh", "redirect")) for key in document.metadata)


def _declared(document: Document) -> str | None:
    """The language that front matter or document properties state."""
    stated = (document.metadata.get(key) for key in ("lang", "language", "locale"))
    return document.language or next(filter(None, stated), None)


def _read(snapshot: Snapshot, selector: str | None) -> Document:
    name = snapshot.name
    match detect(snapshot):
        case Format.DOCX:
            from notifier.reading.formats import docx

            return docx.read(snapshot.content, name)
        case Format.PDF:
            from notifier.reading.formats import pdf

            return pdf.read(snapshot.content, name)
        case Format.MARKDOWN:
            from notifier.reading.formats import markdown

            return markdown.read(_text(snapshot), name)
        case Format.HTML:
            from notifier.reading.formats import html

            return html.read(_text(snapshot), name, selector)
        case Format.RST:
            from notifier.reading.formats import rst

            return rst.read(_text(snapshot), name)
        case Format.TEXT:
            from notifier.reading.formats import text

            return text.read(_text(snapshot), name)


def _text(snapshot: Snapshot) -> str:
    return decode(snapshot.content, snapshot.name)
