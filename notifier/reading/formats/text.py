"""Plain text: paragraphs between blank lines, underlined headings, bullets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notifier.model.text import BlockKind, Document
from notifier.reading.formats.blocks import BlockBuilder
from notifier.reading.formats.spacing import closed_up

_RULE = re.compile(r"\s*([^\w\s])(?:\s*\1){2,}\s*")
_BULLET = re.compile(r"(\s*)[-*\u2022\u2023\u25e6\u00b7\u2013]\s+(?=\S)")
_COUNTED = re.compile(
    r"\s*(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+\.?|§ ?\d+)\s+\S"
)
_UNWRAPPED = 120
"""A file with a line longer than this is not wrapped by hand: every line is a paragraph."""
_TITLE = 80


def read(text: str, name: str) -> Document:
    """Read plain text.

    Raises:
        ReadingError: it has too many paragraphs.
    """
    builder = BlockBuilder(name)
    written = closed_up(text).split("\n")
    layout = _layout(written)
    for first, paragraph in _paragraphs(written):
        _add(builder, paragraph, first, layout)
    builder.end()
    return Document(builder.blocks)


def _paragraphs(written: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that are not blank, each with its first line's number."""
    run: list[str] = []
    for number, line in enumerate([*written, ""], start=1):
        if line.strip():
            run.append(line)
        elif run:
            yield number - len(run), run
            run = []


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file is set: whether lines are wrapped by hand, and where bullets stand."""

    wrapped: bool
    indents: tuple[int, ...]


def _layout(written: list[str]) -> _Layout:
    bullets = {len(bullet[1]) for line in written if (bullet := _BULLET.match(line))}
    return _Layout(max(map(len, written)) <= _UNWRAPPED, tuple(sorted(bullets)))


def _add(builder: BlockBuilder, paragraph: list[str], first: int, layout: _Layout) -> None:
    builder.end()
    underlined = len(paragraph) > 1 and _RULE.fullmatch(paragraph[1]) is not None
    alone = len(paragraph) == 1 and _is_title(paragraph[0])
    for place, line in enumerate(paragraph):
        if _RULE.fullmatch(line):
            builder.end()
            continue
        if place == 0 and (underlined or alone):
            level = 1 if underlined and "=" in paragraph[1] else 2
            builder.open(BlockKind.HEADING, level=level)
        elif bullet := _BULLET.match(line):
            builder.open(BlockKind.LIST_ITEM, level=1 + layout.indents.index(len(bullet[1])))
            builder.text(line[bullet.end() :], first + place)
            continue
        elif not layout.wrapped or _COUNTED.match(line):
            builder.end()
        elif place:
            builder.line_break()
        builder.text(line, first + place)


def _is_title(line: str) -> bool:
    line = line.strip()
    if len(line) > _TITLE or line[-1] in ".,;:?!":
        return False
    return line.isupper() or _COUNTED.match(line) is not None
