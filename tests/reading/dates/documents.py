"""Small documents for tests: one line of text per block, ``# `` for headings."""

from __future__ import annotations

from collections.abc import Mapping

from notifier.model.reading import DateStatus, EffectiveDate
from notifier.model.text import Block, BlockKind, Document


def document(
    text: str, language: str | None = "en", metadata: Mapping[str, str] | None = None
) -> Document:
    """Return the document of ``text``: headings start with #, list items with -, cells with |."""
    blocks: list[Block] = []
    row = -1
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("|"):
            row += 1
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            blocks += [
                Block(BlockKind.TABLE_CELL, cell, line=number, cell=(row, column))
                for column, cell in enumerate(cells)
                if cell
            ]
            continue
        row = -1
        kind = {"#": BlockKind.HEADING, "-": BlockKind.LIST_ITEM}.get(line[:1], BlockKind.PARAGRAPH)
        shown = line.lstrip("#").strip() if kind is BlockKind.HEADING else line
        shown = shown.removeprefix("- ") if kind is BlockKind.LIST_ITEM else shown
        if shown.strip():
            blocks.append(
                Block(kind, shown.strip(), level=int(kind is not BlockKind.PARAGRAPH), line=number)
            )
    return Document(tuple(blocks), language=language, metadata=metadata or {})


def said(effective: EffectiveDate) -> str:
    """Return a reading as the tables of cases write it."""
    kind = effective.kind.value if effective.kind else ""
    if effective.status is DateStatus.STATED:
        return f"{effective.date} {kind}"
    if effective.status is DateStatus.MONTH_ONLY:
        return f"{effective.month} {kind}"
    if effective.status is DateStatus.AMBIGUOUS:
        return "ambiguous " + " ".join(map(str, effective.readings))
    return effective.status.value
