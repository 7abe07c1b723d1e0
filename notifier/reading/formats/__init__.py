"""A snapshot as a Document, whatever format it is in."""

from __future__ import annotations

from dataclasses import replace

from notifier.errors import ReadingError
from notifier.model.text import BlockKind, Document, Snapshot
from notifier.reading.formats import html, markdown, text
from notifier.reading.formats.bounds import check_size
from notifier.reading.formats.decoding import decode
from notifier.reading.formats.detection import Format, detect
from notifier.reading.formats.language import told
from notifier.reading.formats.numbering import numbered


def parse(snapshot: Snapshot, *, selector: str | None = None) -> Document:
    """Read a snapshot as blocks, with its title, its language and what it says about itself.

    Args:
        selector: CSS selector of the element that holds the policy; for HTML pages only.

    Raises:
        ReadingError: it is empty, too large, in no readable format or encoding, or built to
            exhaust a parser.
    """
    check_size(snapshot.content, snapshot.name)
    document = _read(snapshot, selector)
    if not document.blocks:
        raise ReadingError(
            f"{snapshot.name}: no text in {len(snapshot.content):,} bytes",
            remedy="Look at the source: the page may be drawn by a script, or the file be empty.",
        )
    blocks = numbered(document.blocks)
    titles = [block.text for block in blocks if block.kind is BlockKind.HEADING]
    return replace(
        document,
        blocks=blocks,
        title=document.title or (titles[0] if titles else ""),
        language=told(blocks, document.language or document.metadata.get("lang")),
    )


def _read(snapshot: Snapshot, selector: str | None) -> Document:
    found = detect(snapshot)
    name = snapshot.name
    written = decode(snapshot.content, name, snapshot.media_type)
    if found is Format.MARKDOWN:
        return markdown.read(written, name)
    if found is Format.HTML:
        return html.read(written, name, selector)
    return text.read(written, name)
