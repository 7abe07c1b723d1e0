"""Word: real tracked changes. Accepting all of them gives the new text, rejecting all the old."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx as python_docx
from docx.document import Document as WordFile
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run

from notifier.model.redline import Redline
from notifier.model.text import Block, BlockKind
from notifier.rendering.redline.characters import language_tag, xml_safe
from notifier.rendering.redline.grids import Grid, grids
from notifier.rendering.redline.revisions import AUTHOR, Revisions
from notifier.rendering.redline.tracked import TrackedParagraph, tracked
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import english

_DEEPEST_LIST = 3
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def docx(redline: Redline) -> bytes:
    """The redline as a Word file with tracked changes; the same redline gives the same bytes.

    Numbers stand in the text as written and are tracked with it. A changed link is told in a
    comment beside its words. Characters that XML cannot carry are shown as signs. The changes have
    an author, as Word requires, and no time: when they were made is nobody's to say.
    """
    file = python_docx.Document()
    writer = _Writer(file, redline)
    last: TrackedParagraph | Grid | None = None
    for last in grids(tracked(redline)):
        writer.append(last)
    if isinstance(last, Grid) or (last is not None and last.mark):
        file.add_paragraph()
    _describe(file, redline)
    return _packed(file)


class _Writer:
    def __init__(self, file: WordFile, redline: Redline) -> None:
        self._file = file
        self._revisions = Revisions()
        self._wording = Wording(redline, english())
        self._styles = {style.name: style.style_id for style in file.styles}

    def append(self, content: TrackedParagraph | Grid) -> None:
        if isinstance(content, Grid):
            self._table(content)
        else:
            self._fill(self._file.element.body.add_p(), content)

    def _table(self, grid: Grid) -> None:
        columns = max(len(row.cells) for row in grid.rows)
        self._file.add_table(rows=0, cols=columns, style="Table Grid")
        table = self._file.element.body.tbl_lst[-1]
        for row in grid.rows:
            tracked_row = self._revisions.row(row.track)
            table.append(tracked_row)
            for content in [*row.cells, *[None] * (columns - len(row.cells))]:
                cell = OxmlElement("w:tc")
                paragraph = OxmlElement("w:p")
                cell.append(paragraph)
                tracked_row.append(cell)
                if content is not None:
                    self._fill(paragraph, content)

    def _fill(self, element: Any, content: TrackedParagraph) -> None:
        style = self._styles[_style(content.block)]
        before = self._styles[_style(content.before or content.block)]
        element.style = style
        self._revisions.fill(element, content, before if before != style else "")
        if content.links:
            self._comment(element, content)

    def _comment(self, element: Any, content: TrackedParagraph) -> None:
        runs = [Run(run, self._file) for run in element.xpath(".//w:r")]
        for link in content.links if runs else ():
            words = xml_safe(self._wording.note(link))
            self._file.add_comment(runs, words, AUTHOR)


def _style(block: Block) -> str:
    if block.kind is BlockKind.HEADING:
        return f"Heading {max(block.level, 1)}"
    if block.kind is BlockKind.LIST_ITEM:
        depth = min(block.level, _DEEPEST_LIST)
        name = "List Continue" if block.number else "List Bullet"
        return name if depth <= 1 else f"{name} {depth}"
    return "Quote" if block.kind is BlockKind.QUOTATION else "Normal"


def _describe(file: WordFile, redline: Redline) -> None:
    """Whose file it is, in which language, and that edits made in Word are tracked as well.

    The library stamps its own clock and name on the file; both go.
    """
    properties = file.core_properties
    properties.title = xml_safe(redline.new.title)[:255]
    properties.author = AUTHOR
    properties.comments = ""
    for part in file.part.package.iter_parts():
        element = getattr(part, "element", None)
        for stamped in () if element is None else element.iter(qn("w:comment")):
            stamped.attrib.pop(qn("w:date"), None)
    language = language_tag(redline.new.language)
    if language:
        for element in file.styles.element.iter(qn("w:lang")):
            element.set(qn("w:val"), language)
    file.settings.element[0].addnext(OxmlElement("w:trackRevisions"))


def _packed(file: WordFile) -> bytes:
    """The file's parts in a ZIP archive without times of their own."""
    loose, packed = io.BytesIO(), io.BytesIO()
    file.save(loose)
    with zipfile.ZipFile(loose) as parts, zipfile.ZipFile(packed, "w") as archive:
        for part in parts.infolist():
            entry = zipfile.ZipInfo(part.filename, _EARLIEST)
            archive.writestr(entry, parts.read(part), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
