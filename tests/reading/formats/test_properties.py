"""Whatever comes: a document or a named refusal; and no word lost or added."""

import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifier.errors import ReadingError
from notifier.model.text import Document, Snapshot
from notifier.reading.formats import parse
from tests.reading.formats.pdfs import pdf

_PIECES = st.sampled_from(
    [
        "# ",
        "## ",
        "* ",
        "- ",
        "1. ",
        "(a) ",
        "> ",
        "    ",
        "\n",
        "\n\n",
        "**",
        "_",
        "`",
        "```",
        "~~",
        "[",
        "](",
        "](x)",
        "]: x",
        "![",
        "<",
        ">",
        "</",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<p>",
        "<table>",
        "<td>",
        "<br>",
        "<li>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<svg>",
        "<a href=x>",
        "<pre>",
        "<title>",
        "<select>",
        "<template>",
        "&amp;",
        "&#0;",
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{:",
        "}",
        "---\n",
        "+++\n",
        "===",
        "\\",
        "",
        "",
        "a: b\n",
        ".. ",
        "::",
        ":x:",
        "`_",
        "__",
        "\xa0",
        "\u200b",
        "\ufeff",
        "\ufdd0",
        "\ufdd10",
        "\x00",
        "é",
        "日本",
        "word",
        "25. Mai 2018",
        "1.1 ",
        "§ 3 ",
    ]
)
_TEXT = st.lists(_PIECES | st.text(max_size=8), max_size=60).map("".join)
_WORD = st.text(string.ascii_lowercase + "éß日", min_size=1, max_size=8)
_SENTENCE = st.lists(_WORD, min_size=1, max_size=12)


@pytest.mark.parametrize("name", ["a.md", "a.mdx", "a.html", "a.rst", "a.txt", "a.spt"])
@settings(max_examples=120, deadline=2000)
@given(text=_TEXT)
@example(text="{{a\ufdd07\ufdd1")
@example(text="<table><td><h1>x<table><td>y")
def test_any_text_is_read_or_refused(name: str, text: str):
    document = _read(text.encode("utf-8", "surrogatepass"), name)
    if document:
        for block in document.blocks:
            assert block.text == block.text.strip(" \n\t")
            assert block.text
            assert all(0 <= k.start < k.end <= len(block.text) and k.target for k in block.links)
            assert all(0 < at < len(block.text) for at in block.breaks)
        assert document.content_hash


@pytest.mark.parametrize(
    "start", [b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xff\xfe", b"<html>", b"---\n"]
)
@settings(max_examples=60, deadline=2000)
@given(rest=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes):
    _read(start + rest, "a")


@settings(max_examples=60, deadline=2000)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=20))
def test_a_damaged_pdf_is_read_or_refused(at: int, damage: bytes):
    whole = pdf([(72, 700, 11, "We tell you before."), (72, 680, 11, "Always.")])
    _read(whole[:at] + damage + whole[at + len(damage) :], "a.pdf")


def _read(content: bytes, name: str) -> Document | None:
    try:
        return parse(Snapshot(content, name))
    except ReadingError:
        return None


_WRAPPERS = {
    "a.md": [
        "{}",
        "# {}",
        "* {}",
        "> {}",
        "**{}**",
        "[{}](/x)",
        "1. {}",
        "| {} |\n|---|",
        "<b>{}</b>",
        "`{}`",
    ],
    "a.html": [
        "<p>{}</p>",
        "<h2>{}</h2>",
        "<ul><li>{}</ul>",
        "<table><td>{}</table>",
        "{}<br><br>",
        "<div>{}</div>",
    ],
    "a.rst": ["{}", "* {}", "*{}*"],
    "a.txt": ["{}", "* {}", "{}\n======"],
}


@pytest.mark.parametrize("name", list(_WRAPPERS))
@settings(max_examples=80, deadline=2000)
@given(data=st.data())
def test_no_word_is_lost_or_added(name: str, data: st.DataObject):
    parts = data.draw(st.lists(st.tuples(st.sampled_from(_WRAPPERS[name]), _SENTENCE), min_size=1))
    source = "\n\n".join(wrapper.format(" ".join(words)) for wrapper, words in parts)
    document = parse(Snapshot(source.encode(), name))
    read = [word for block in document.blocks for word in block.text.split()]
    assert read == [word for _, words in parts for word in words]


@given(st.lists(_SENTENCE, min_size=1, max_size=6), st.integers(20, 60))
def test_wrapping_and_renumbering_are_no_change(sentences: list[list[str]], width: int):
    plain = "\n\n".join(" ".join(words) for words in sentences)
    wrapped = "\r\n\r\n\r\n".join(
        re.sub(rf"(.{{{width}}}\S*) ", "\\1\r\n", " ".join(w)) for w in sentences
    )
    first = parse(Snapshot(plain.encode(), "a.md"))
    second = parse(Snapshot(wrapped.encode("utf-8-sig"), "a.md"))
    assert first.content_hash == second.content_hash
