"""Word: accepting all changes gives the new text, rejecting all gives the old."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import mammoth
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from notifier.model.redline import Redline
from notifier.model.text import BlockKind, Document
from notifier.redline import compare
from notifier.rendering.redline.characters import xml_safe
from notifier.rendering.redline.sections import titled
from notifier.rendering.redline.word import docx
from tests.redline.texts import document, two_documents
from tests.rendering.redline.samples import cell, everything, hostile, nothing

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
GONE_WHEN = {"accept": ("del", "moveFrom"), "reject": ("ins", "moveTo")}


def part(file: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return etree.fromstring(archive.read(name))


def paragraphs(file: bytes, decision: str) -> list[str]:
    """What Word's "accept all" or "reject all" leaves: an end that goes joins two paragraphs."""
    gone = GONE_WHEN[decision]
    left, line = [], ""
    body = part(file, "word/document.xml").find(f"{W}body")
    assert body is not None
    for paragraph in body.iter(f"{W}p"):
        line += "".join(words(paragraph, gone))
        marks = paragraph.find(f"{W}pPr/{W}rPr")
        if marks is None or not any(marks.find(W + name) is not None for name in gone):
            left.append(line)
            line = ""
    return [text for text in [*left, line] if text]


def words(paragraph: etree._Element, gone: tuple[str, ...]) -> list[str]:
    return [
        "\n" if node.tag == f"{W}br" else node.text or ""
        for node in paragraph.iter(f"{W}t", f"{W}delText", f"{W}br")
        if not any(above.tag[len(W) :] in gone for above in node.iterancestors())
    ]


def told(text: Document) -> list[str]:
    return [xml_safe(titled(block)) for block in text.blocks]


@pytest.mark.parametrize("redline", [everything(), hostile(), nothing()])
def test_accepting_gives_the_new_text_and_rejecting_the_old(redline: Redline) -> None:
    file = docx(redline)

    assert paragraphs(file, "accept") == told(redline.new)
    assert paragraphs(file, "reject") == told(redline.old)


@settings(max_examples=80, deadline=None)
@given(two_documents())
def test_accepting_and_rejecting_are_exact_for_any_two_texts(pair) -> None:
    file = docx(compare(*pair))

    assert paragraphs(file, "accept") == told(pair[1])
    assert paragraphs(file, "reject") == told(pair[0])


@settings(max_examples=60, deadline=None)
@given(two_documents(), st.integers(1, 4))
def test_tables_are_exact_too(pair, columns: int) -> None:
    old, new = (with_cells(text, columns) for text in pair)
    file = docx(compare(old, new))

    assert paragraphs(file, "accept") == told(new)
    assert paragraphs(file, "reject") == told(old)


def with_cells(text: Document, columns: int) -> Document:
    """The same blocks, every second run of three of them as cells of a table."""
    blocks = [
        replace(block, kind=BlockKind.TABLE_CELL, cell=divmod(at, columns))
        if at // 3 % 2
        else block
        for at, block in enumerate(text.blocks)
    ]
    return replace(text, blocks=tuple(blocks))


def test_a_table_stays_a_table_and_its_new_row_is_tracked_as_one() -> None:
    rows = ["Logs", "30 days", "Mails", "One year"]
    cells = [cell(text, at // 2, at % 2) for at, text in enumerate(rows)]
    old, new = Document(tuple(cells[:2])), Document(tuple(cells))

    body = part(docx(compare(old, new)), "word/document.xml").find(f"{W}body")

    assert body is not None
    tracked = [row.find(f"{W}trPr/{W}ins") is not None for row in body.iter(f"{W}tr")]
    assert tracked == [False, True]


@settings(max_examples=8, deadline=None)
@given(two_documents())
def test_another_reader_of_word_files_accepts_to_the_new_text(pair) -> None:
    read = mammoth.extract_raw_text(io.BytesIO(docx(compare(*pair)))).value

    assert re.sub(r"\s", "", read) == re.sub(r"\s", "", "".join(told(pair[1])))


def test_the_changes_are_words_own() -> None:
    tree = part(docx(everything()), "word/document.xml")

    for name in ("ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeEnd"):
        assert tree.find(f".//{W}{name}") is not None, name
    numbers = [node.get(f"{W}id") for node in tree.iter(f"{W}ins", f"{W}del", f"{W}moveTo")]
    assert len(numbers) == len(set(numbers))
    names = {node.get(f"{W}name") for node in tree.iter(f"{W}moveFromRangeStart")}
    assert names == {node.get(f"{W}name") for node in tree.iter(f"{W}moveToRangeStart")}


def test_the_changes_have_an_author_and_no_clock_is_read() -> None:
    tracked = part(docx(everything()), "word/document.xml")

    assert {node.get(f"{W}author") for node in tracked.iter(f"{W}ins")} == {"notifier"}
    assert {node.get(f"{W}date") for node in tracked.iter(f"{W}ins")} == {None}
    assert docx(everything()) == docx(everything())


def test_a_changed_link_is_a_comment_beside_its_words() -> None:
    comments = "".join(part(docx(everything()), "word/comments.xml").itertext())

    assert "now link to https://example.org/new (before: https://example.org/old)" in comments


def test_edits_made_in_word_afterwards_are_tracked_too() -> None:
    settings_of = part(docx(everything()), "word/settings.xml")

    assert settings_of.find(f"{W}trackRevisions") is not None


def test_a_removed_last_paragraph_leaves_nothing_behind() -> None:
    redline = compare(document("One.", "Two is long enough."), document("One."))

    assert paragraphs(docx(redline), "accept") == ["One."]
    assert paragraphs(docx(redline), "reject") == ["One.", "Two is long enough."]
