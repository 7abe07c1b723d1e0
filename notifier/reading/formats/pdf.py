"""PDF: the text layer, line by line, without running heads and page numbers.

A PDF knows glyphs and places but no paragraphs. Paragraphs are told from the space between lines,
headings from the size of the type; words divided at line ends are joined.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2
from pypdfium2 import raw

from notifier.errors import ReadingError
from notifier.model.text import BlockKind, Document
from notifier.reading.formats.blocks import BlockBuilder

_PDFIUM = threading.Lock()
"""PDFium is not thread-safe."""

_MAX_PAGES = 1_000
_MAX_TEXT = 4_000_000
_MARGIN = 0.12
"""Running heads and feet stand in the outer eighth of a page."""
_NEW_PARAGRAPH = 1.35
"""A gap this many times the usual one begins a paragraph."""
_HEADING = 1.15
"""Type this many times the usual size is a heading."""
_SHORT_LINE = 0.85
"""A line this part of the width, and a full stop, end a paragraph."""
_BROKEN_LINE = 0.6
"""A line this part of the width was broken on purpose: rows, addresses, verse."""
_NUMERAL = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|p\.|s\.|página|pagina|sida|side|strona|strana)\s*)?"
    r"(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|de|di|van|av|af|z)\s*\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"[\u2022\u25cf\u25cb\u25aa\u25a0\u25e6\u2023\u2013\uf0a7\uf0b7\uf0d8*-]\s+(?=\S)"
)
"""What begins an item: bullets, also those of the fonts Symbol and Wingdings."""
_COUNTED = re.compile(r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+\.?)\s+\S")
_DIVIDED = "\ufffe"
"""What PDFium gives for a hyphen at the end of a line, in place of the line end."""
_LINE = re.compile(rf"([^\r\n{_DIVIDED}]+)(\r\n|[\r\n{_DIVIDED}]|$)")
_END = (".", ":", ";", "?", "!")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line, in points from the page's lower left corner; its letters stand at ``base``."""

    text: str
    left: float
    right: float
    base: float
    size: float
    divided: bool
    in_margin: bool


def read(content: bytes, name: str) -> Document:
    """Read a PDF.

    Raises:
        ReadingError: it is broken, encrypted, too long, or holds pictures of text only.
    """
    try:
        with _PDFIUM:
            pages, title = _pages(content, name)
    except pypdfium2.PdfiumError as problem:
        raise ReadingError(
            f"{name}: not a readable PDF ({problem})",
            remedy="save it anew without a password, or give the text in another format",
        ) from problem
    if not any(pages):
        raise ReadingError(
            f"{name}: no text in {len(pages)} pages of PDF",
            remedy="it is a scan: give the text in another format",
        )
    lines = [line for page in _without_running(pages) for line in page]
    builder = BlockBuilder(name)
    _add(builder, lines)
    return Document(builder.blocks, title=title)


def _pages(content: bytes, name: str) -> tuple[list[list[_Line]], str]:
    document = pypdfium2.PdfDocument(content)
    try:
        if len(document) > _MAX_PAGES:
            raise ReadingError(f"{name}: {len(document):,} pages; at most {_MAX_PAGES:,} are read")
        pages: list[list[_Line]] = []
        length = 0
        for page in document:
            lines = list(_lines(page))
            pages.append(lines)
            length += sum(len(line.text) for line in lines)
            if length > _MAX_TEXT:
                raise ReadingError(f"{name}: more than {_MAX_TEXT:,} characters of text")
        return pages, document.get_metadata_value("Title")
    finally:
        document.close()


def _lines(page: pypdfium2.PdfPage) -> Iterator[_Line]:
    text_page = page.get_textpage()
    try:
        text = _text(text_page)
        count = text_page.count_chars()
        height = page.get_height()
        for found in _LINE.finditer(text):
            words = found[1].strip()
            if not words:
                continue
            first = found.start(1) + len(found[1]) - len(found[1].lstrip())
            last = min(first + len(words) - 1, count - 1)
            letter = next((at for at, sign in enumerate(words) if sign.isalnum()), 0)
            base, size = _type_at(text_page, min(first + letter, count - 1))
            left = text_page.get_charbox(min(first, count - 1), loose=True)[0]
            right = text_page.get_charbox(last, loose=True)[2]
            in_margin = not _MARGIN * height < base < (1 - _MARGIN) * height
            yield _Line(words, left, right, base, size, found[2] == _DIVIDED, in_margin)
    finally:
        text_page.close()
        page.close()


def _text(text_page: pypdfium2.PdfTextPage) -> str:
    """The text of a page; the library looks for its first letter by recursion."""
    try:
        return str(text_page.get_text_range())
    except (RecursionError, ctypes.ArgumentError) as problem:  # ctypes wraps the first
        raise pypdfium2.PdfiumError("a page of signs that are no letters") from problem


def _type_at(text_page: pypdfium2.PdfTextPage, at: int) -> tuple[float, float]:
    """Where a letter stands and its type size; its box would tell the shape of the letter."""
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    raw.FPDFText_GetCharOrigin(text_page.raw, at, x, y)
    scale = (
        math.hypot(matrix.b, matrix.d) if raw.FPDFText_GetMatrix(text_page.raw, at, matrix) else 1
    )
    return y.value, round(raw.FPDFText_GetFontSize(text_page.raw, at) * scale, 1)


def _without_running(pages: Sequence[Sequence[_Line]]) -> list[list[_Line]]:
    """The pages without what stands at the edge of most of them, and without page numbers."""
    if len(pages) == 1:
        return [list(pages[0])]
    at_edge = Counter(text for page in pages for text in {_mask(k) for k in page if k.in_margin})
    often = {text for text, times in at_edge.items() if times > 1 and 2 * times >= len(pages)}
    return [
        [
            line
            for line in page
            if not line.in_margin
            or (_mask(line) not in often and not _PAGE_NUMBER.fullmatch(line.text))
        ]
        for page in pages
    ]


def _mask(line: _Line) -> str:
    """The line as it is on every page: numbers count up."""
    return _NUMERAL.sub("0", line.text)


def _add(builder: BlockBuilder, lines: Sequence[_Line]) -> None:
    if not lines:
        return
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    levels = sorted({k.size for k in lines if k.size >= _HEADING * usual}, reverse=True)
    gaps = [a.base - b.base for a, b in pairwise(lines) if a.size == b.size == usual]
    gap = median([g for g in gaps if g > 0] or [usual])
    width = max(1, max(line.right for line in lines) - min(line.left for line in lines))
    vocabulary = set(re.findall(r"[\w-]+", " ".join(line.text for line in lines).lower()))
    before: _Line | None = None
    for line in lines:
        if before is None or _begins(before, line, gap, width):
            _open(builder, line, levels)
            builder.text(_ITEM.sub("", line.text, count=1))
        else:
            builder.text(_joint(before, line, vocabulary) + line.text)
        before = line
    builder.end()


def _begins(before: _Line, line: _Line, gap: float, width: float) -> bool:
    """Whether a line begins a block."""
    if before.divided:
        return False
    if line.size != before.size or _ITEM.match(line.text) or _COUNTED.match(line.text):
        return True
    fall = before.base - line.base
    if fall < 0:  # a new page or column: the sentence goes on, or it does not
        return before.text.endswith(_END) or not line.text[0].islower()
    if fall > _NEW_PARAGRAPH * gap:
        return True
    if line.text[0].islower():
        return False
    length = (before.right - before.left) / width
    return length < _BROKEN_LINE or (length < _SHORT_LINE and before.text.endswith(_END))


def _open(builder: BlockBuilder, line: _Line, levels: Sequence[float]) -> None:
    if line.size in levels:
        builder.open(BlockKind.HEADING, level=min(6, levels.index(line.size) + 1))
    elif _ITEM.match(line.text):
        builder.open(BlockKind.LIST_ITEM, level=1)
    else:
        builder.end()


def _joint(before: _Line, line: _Line, vocabulary: set[str]) -> str:
    """What stands between two lines: a space, nothing, or the hyphen that was divided at."""
    if not before.divided:
        return " "
    head = re.split(r"[^\w-]", before.text)[-1].lower()
    tail = re.split(r"[^\w-]", line.text)[0].lower()
    if not tail[:1].islower() and not line.text[0].islower():
        return "-"
    written_with, written_without = f"{head}-{tail}" in vocabulary, head + tail in vocabulary
    return "-" if written_with and not written_without else ""
