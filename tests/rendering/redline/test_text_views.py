"""Terminal, plain text and Markdown: readable, complete, and not to be broken out of."""

from __future__ import annotations

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt

from notifier.model.redline import BlockChange, Entry, Redline
from notifier.model.text import Document, Link
from notifier.redline import compare
from notifier.rendering.redline import markdown, terminal, text
from notifier.rendering.redline.commonmark import escaped
from tests.redline.texts import document
from tests.rendering.redline.samples import come, everything, hostile, nothing, paragraph

LONG = "We keep what you give us. " * 30


def test_colour_only_adds_to_what_the_terminal_shows_without_it() -> None:
    coloured = terminal(everything(), width=80, colour=True)

    assert "\x1b[" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    uncoloured = terminal(everything(), width=80, colour=False)
    assert [line.rstrip() for line in plain.splitlines()] == uncoloured.splitlines()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_terminal_view_keeps_to_its_width(width: int) -> None:
    lines = terminal(everything(), width=width, colour=False).splitlines()

    assert max(map(len, lines)) <= width


def test_a_policy_cannot_send_commands_to_the_terminal() -> None:
    shown = terminal(hostile(), width=80, colour=False)

    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "␛[31m" in shown
    assert "[U+202E]" in shown


def test_plain_text_quotes_the_sentence_that_changed_and_no_more() -> None:
    old = document(f"{LONG}We keep logs for 30 days. {LONG}")
    new = document(f"{LONG}We keep logs for 90 days. {LONG}")

    shown = " ".join(text(compare(old, new)).split())

    assert "Before: “… We keep logs for 30 days. …”" in shown
    assert "After: “… We keep logs for 90 days. …”" in shown


def test_plain_text_cuts_at_no_abbreviation() -> None:
    old = document(f"{LONG}We rely on Art. 6 GDPR for 30 days. {LONG}")
    new = document(f"{LONG}We rely on Art. 6 GDPR for 90 days. {LONG}")

    shown = " ".join(text(compare(old, new)).split())

    assert "Before: “… We rely on Art. 6 GDPR for 30 days. …”" in shown


def test_plain_text_speaks_in_words() -> None:
    shown = text(everything())

    for symbol in ("[-", "{+", "+++", "<del>", "~~"):
        assert symbol not in shown
    assert "Moved here from “How long we keep data”" in shown


def test_plain_text_within_a_budget_says_what_it_leaves_out() -> None:
    sections = [f"# Section {n}\nWe keep it for {{}} days." for n in range(40)]
    old, new = (
        document(*"\n".join(sections).replace("{}", days).split("\n")) for days in ("30", "90")
    )

    shown = text(compare(old, new), budget=2_000, link="https://example.org/r")

    assert len(shown.encode()) <= 2_200
    told = shown.count("Before:")
    assert 0 < told < 40
    assert f"… and {40 - told} more sections" in shown
    assert "https://example.org/r" in shown


@pytest.mark.parametrize("view", [text, markdown, lambda r: terminal(r, width=80, colour=False)])
def test_two_equal_texts_are_told_to_be_equal(view) -> None:
    assert view(nothing()) == "Nothing has changed.\n"


def test_markdown_marks_words_by_tags_that_every_reader_of_it_knows() -> None:
    shown = MarkdownIt("commonmark").render(markdown(everything()))

    assert "<del>30</del><ins>90</ins> days." in shown
    assert "Partner &amp; Sons &lt;advertising&gt;." in shown


def test_markdown_of_a_hostile_policy_holds_no_markup_of_its_own() -> None:
    shown = MarkdownIt("commonmark").render(markdown(hostile()))

    assert "<script" not in shown
    assert "<a " not in shown
    assert "<code>" not in shown
    assert "<b>" not in shown


@pytest.mark.parametrize(
    "words",
    ["1. x", "2024) x", "- x", "+ x", "# x", "> x", "a_b _c_ d", "* x *", "<b>", "&lt;", "|a|b|",
     "~~~", "```", "[a]: b", "![x](y)", "www.example.org", "https://example.org", "\\*", "---"],
)  # fmt: skip
def test_markdown_shows_words_as_they_are(words: str) -> None:
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(escaped(words))

    assert unescape(shown) == f"<p>{words}</p>\n"


def test_a_section_that_is_new_as_a_whole_is_called_new_and_its_heading_told_once() -> None:
    old = document("# One", "We keep logs.")
    new = document("# One", "We keep logs.", "# Advertising", "We share your address.")

    shown = text(compare(old, new))

    assert "Advertising (new section)" in shown
    assert shown.split("Added:")[1] == "\n    “We share your address.”\n"


def test_an_added_block_is_shown_when_nothing_stood_before() -> None:
    redline = Redline(
        Document(()),
        Document((paragraph("All new."),)),
        (Entry(BlockChange.ADDED, (), (0,), (come("All new."),)),),
    )

    assert text(redline) == "Introduction\n------------\n\nAdded:\n    “All new.”\n"


def test_white_space_that_replaces_white_space_is_no_change_to_a_reader() -> None:
    redline = compare(document("Ask\u00a0us anything."), document("Ask us anything."))

    assert text(redline) == "Nothing has changed.\n"


def test_a_paragraph_with_a_new_link_and_other_spaces_is_called_a_changed_link() -> None:
    old = Document((paragraph("Read\u00a0our page.", Link(9, 13, "https://example.org/a")),))
    new = Document((paragraph("Read our page.", Link(9, 13, "https://example.org/b")),))

    shown = terminal(compare(old, new), width=100, colour=False)

    assert "Links changed: 1" in shown
    assert "Edited" not in shown
