"""The mail fragment: what survives Gmail, within its budget, honest about the rest."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from notifier.model.redline import Redline
from notifier.redline import compare
from notifier.rendering.environment import Templates
from notifier.rendering.redline import email_fragment, words_for
from tests.redline.texts import document, two_documents
from tests.rendering.redline.golden import LINK
from tests.rendering.redline.samples import everything, hostile, nothing

TEMPLATES = Templates()
WORDS = words_for(TEMPLATES, "en")


def fragment(redline: Redline, budget: int = 48_000, locale: str = "en") -> str:
    words = words_for(TEMPLATES, locale)
    return email_fragment(redline, templates=TEMPLATES, words=words, link=LINK, budget=budget)


def many_sections(count: int) -> Redline:
    return compare(
        document(*(t for n in range(count) for t in (f"# Part {n}", f"We keep {n} for 30 days."))),
        document(*(t for n in range(count) for t in (f"# Part {n}", f"We keep {n} for 90 days."))),
    )


def test_nothing_in_it_depends_on_what_gmail_drops() -> None:
    html = fragment(everything())

    for dropped in ("<ins", "<del", "<style", "<script", "class=", "<link", "<img"):
        assert dropped not in html
    assert 'style="background-color' in html


def test_edits_differ_by_more_than_colour() -> None:
    html = fragment(everything())

    assert all("line-through" in span for span in re.findall(r'<span role="deletion"[^>]*>', html))
    assert all("underline" in span for span in re.findall(r'<span role="insertion"[^>]*>', html))


def test_a_redline_that_fits_is_whole_and_ends_without_a_link() -> None:
    html = fragment(many_sections(20))

    assert html.count("Part ") == 20
    assert "more section" not in html
    assert LINK.replace("&", "&amp;") not in html


@pytest.mark.parametrize("budget", [2_500, 5_000, 20_000, 48_000])
def test_what_does_not_fit_is_counted_and_linked(budget: int) -> None:
    html = fragment(many_sections(400), budget)

    assert len(html.encode()) <= budget
    shown = len(re.findall(r"<strong>Part \d+</strong>", html))
    assert 0 < shown < 400
    assert f"… and {400 - shown} more sections" in html
    assert f'href="{LINK.replace("&", "&amp;")}"' in html


def test_the_budget_is_used() -> None:
    assert len(fragment(many_sections(400)).encode()) > 46_000


def test_a_new_heading_with_nothing_under_it_does_not_end_the_mail() -> None:
    old = document("# One", "We keep logs for 30 days.")
    new = document("# Zero", "# One", "We keep logs for 90 days.")

    html = fragment(compare(old, new))

    assert "Zero (new section)" in html
    assert "We keep logs for" in html
    assert "more section" not in html


def test_a_section_too_long_for_the_mail_says_how_many_changes_are_left() -> None:
    old = document("# Part", *(f"Clause {n} lasts 30 days." for n in range(300)))
    new = document("# Part", *(f"Clause {n} lasts 90 days." for n in range(300)))

    html = fragment(compare(old, new), 10_000)

    shown = html.count("Clause ")
    assert 0 < shown < 300
    assert f"… and {300 - shown} more changes in this section" in html
    assert len(html.encode()) <= 10_000


def test_a_single_paragraph_longer_than_the_budget_is_linked_not_cut() -> None:
    html = fragment(compare(document(), document("# New", "Long " * 20_000)), 5_000)

    assert len(html.encode()) <= 5_000
    assert "… and one more section" in html
    assert "Long Long" not in html


@settings(max_examples=60, deadline=None)
@given(two_documents(), st.integers(1_500, 20_000))
def test_the_budget_is_never_exceeded(pair, budget: int) -> None:
    assert len(fragment(compare(*pair), budget).encode()) <= budget


def test_a_hostile_policy_stays_text() -> None:
    tree = LexborHTMLParser(fragment(hostile()))

    assert {node.tag for node in tree.css("body *")} <= {
        *("div", "p", "ul", "li", "span", "strong", "em", "br")
    }
    attributes = {name for node in tree.css("body *") for name in node.attributes}
    assert attributes <= {"style", "role", "lang"}
    assert "\x1b" not in tree.html


def test_the_labels_are_the_readers() -> None:
    html = fragment(everything(), locale="de")

    assert "Hinzugefügt" in html
    assert "Hierher verschoben aus „How long we keep data“" in html
    assert "Added" not in html


def test_two_equal_texts_are_told_to_be_equal() -> None:
    assert "Nothing has changed." in fragment(nothing())
