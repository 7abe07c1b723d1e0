"""Short documents for the tests: one line a block, ``#`` a heading, ``-`` a list item."""

from __future__ import annotations

from notifier.model.text import Block, BlockKind, Document


def document(text: str, language: str | None = None) -> Document:
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1)]
    return Document(
        tuple(_block(line, number) for number, line in lines if line), language=language
    )


def _block(line: str, number: int) -> Block:
    if line.startswith("#"):
        level = len(line) - len(line.lstrip("#"))
        return Block(BlockKind.HEADING, line[level:].strip(), level=level, line=number)
    if line.startswith("- "):
        return Block(BlockKind.LIST_ITEM, line[2:], level=1, line=number)
    return Block(BlockKind.PARAGRAPH, line, line=number)
