"""One text in full, as a page beside the comparison: nothing marked, nothing folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from notifier.model.text import Block, BlockKind, Document
from notifier.rendering.environment import Templates
from notifier.rendering.redline.characters import language_tag, visible
from notifier.rendering.redline.html import source_of

_LAST_LEVEL = 6


@dataclass(frozen=True, slots=True)
class _Passage:
    """A block, or a table's rows, ready to be shown; ``level`` of a heading on this page."""

    kind: str
    number: str = ""
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def text_page(document: Document, *, templates: Templates, title: str) -> str:
    """A document as one HTML file that loads nothing, in its own language.

    Args:
        title: what to call the text, for the browser; its own first heading where it has one
            stands on the page instead.

    Raises:
        RenderingError: ``templates/redline/text.*`` is wrong.
    """
    style = templates.render("redline/text.css")
    return templates.render(
        "redline/text.html",
        title=visible(title),
        language=language_tag(document.language),
        style=style,
        policy=f"default-src 'none'; style-src {source_of(style)}; base-uri 'none'",
        passages=list(_passages(document)),
        has_heading=any(block.kind is BlockKind.HEADING for block in document.blocks),
        hash=document.content_hash,
    )


def _passages(document: Document) -> Iterator[_Passage]:
    levels = [block.level for block in document.blocks if block.kind is BlockKind.HEADING]
    top, level = min(levels, default=1), 0
    for is_cell, run in groupby(document.blocks, lambda b: b.kind is BlockKind.TABLE_CELL):
        if is_cell:
            yield _Passage("table", rows=tuple(_rows(run)))
            continue
        for block in run:
            depth = block.level
            if block.kind is BlockKind.HEADING:
                depth = level = min(block.level - top + 1, level + 1, _LAST_LEVEL)
            yield _Passage(block.kind.value, visible(block.number), _words(block), depth)


def _rows(cells: Iterable[Block]) -> Iterator[tuple[str, ...]]:
    for _, row in groupby(cells, key=lambda block: block.cell and block.cell[0]):
        yield tuple(_words(block) for block in row)


def _words(block: Block) -> str:
    return "\n".join(visible(line) for line in block.lines)
