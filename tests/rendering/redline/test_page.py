"""The page: whole, self-contained, safe, and saying exactly what the redline says."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser, LexborNode

from notifier.model.redline import BlockChange, Redline
from notifier.model.text import BlockKind
from notifier.redline import compare
from notifier.rendering.environment import Templates
from notifier.rendering.redline import page, words_for
from notifier.rendering.redline.characters import visible
from tests.redline.texts import document, two_documents
from tests.rendering.redline.samples import HOSTILE, everything, hostile, nothing

TEMPLATES = Templates()


def rendered(redline: Redline, **options) -> str:
    return page(
        redline,
        templates=TEMPLATES,
        title="Privacy policy",
        old_label="1 May 2023",
        new_label="1 June 2024",
        **options,
    )


def tree(redline: Redline, **options) -> LexborHTMLParser:
    return LexborHTMLParser(rendered(redline, **options))


def words_of(node: LexborNode, without: str) -> str:
    """The text of one side, without the labels and the other side."""
    part = LexborHTMLParser(node.html or "").body
    for hidden in part.css(f".reader, .number, .note, .what, {without}"):
        hidden.decompose()
    return bare(part.text())


def bare(text: str) -> str:
    """What a page shows of a text whatever its white space: no space, no paragraph signs."""
    return re.sub(r"[\s¶]", "", visible(text))


@settings(max_examples=60, deadline=None)
@given(two_documents())
def test_the_words_of_the_page_are_the_new_text_and_with_the_deleted_ones_the_old(pair) -> None:
    redline = compare(*pair)
    shown = tree(redline)
    if not any(entry.is_change for entry in redline.entries) or not shown.css("main"):
        return

    for at, entry in enumerate(redline.entries):
        if entry.change is BlockChange.MOVED_AWAY:
            continue
        node = shown.css_first(f"#c{at} .one") or shown.css_first(f"#c{at}")
        assert words_of(node, "del") == bare(entry.new_text)
        assert words_of(node, "ins") == bare(entry.old_text)


def test_nothing_is_loaded_from_anywhere() -> None:
    html = rendered(everything())

    assert not re.search(r"""(?:src|srcset|action|data|poster)\s*=\s*["']""", html)
    assert "<link" not in html
    assert "@import" not in html
    assert "url(" not in html
    assert "fetch(" not in html
    assert all(a.attributes["href"].startswith("#") for a in tree(everything()).css("a"))


def test_its_policy_allows_exactly_its_own_style_and_script() -> None:
    shown = tree(everything())
    policy = shown.css_first("meta[http-equiv='Content-Security-Policy']").attributes["content"]

    for tag in ("style", "script"):
        (node,) = shown.css(tag)
        digest = hashlib.sha256(node.text().encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not shown.css("[style], [onclick], [onload]")


def test_a_hostile_policy_stays_text() -> None:
    shown = tree(hostile())

    assert len(shown.css("script")) == 1
    assert not shown.css("[onmouseover], [onload]")
    assert not [a for a in shown.css("a") if "javascript" in (a.attributes["href"] or "")]
    assert "49" not in shown.css_first("main").text()
    assert visible(HOSTILE) in shown.css_first("main").text()
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", shown.html or "")


@pytest.mark.parametrize("redline", [everything(), hostile(), nothing()])
def test_every_anchor_leads_somewhere_and_stands_once(redline: Redline) -> None:
    shown = tree(redline)
    ids = [node.attributes["id"] for node in shown.css("[id]")]

    assert len(ids) == len(set(ids))
    assert {a.attributes["href"] for a in shown.css("a")} <= {f"#{name}" for name in ids}


def test_edits_are_ins_and_del_with_words_for_screen_readers() -> None:
    shown = tree(everything())

    for mark in shown.css("main ins:not(.number)"):
        assert mark.text().startswith("added: ")
        assert mark.text().endswith(" end of added words.")
    for mark in shown.css("main del:not(.number)"):
        assert mark.text().startswith("removed: ")


def test_headings_never_skip_a_level() -> None:
    levels = [int(node.tag[1]) for node in tree(everything()).css("h1, h2, h3, h4, h5, h6")]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_what_did_not_change_is_folded_and_still_there() -> None:
    kept = [f"Clause {n} stays as it is." for n in range(30)]
    old = document("# One", *kept, "We keep logs for 30 days.", "# Two", "Nothing here.")
    new = document("# One", *kept, "We keep logs for 90 days.", "# Two", "Nothing here.")

    shown = tree(compare(old, new))

    folds = [fold.css_first("summary").text() for fold in shown.css("details.fold")]
    assert folds == ["29 unchanged paragraphs", "One unchanged section: Two"]
    assert "Clause 7 stays as it is." in shown.css_first("main").text()


def test_a_table_stays_a_table() -> None:
    (table,) = tree(everything()).css("main table")

    assert table.css_first("th .words").text() == "Logs"
    assert table.css_first("del").text() == "removed: 30 end of removed words."


def test_moves_point_at_each_other() -> None:
    shown = tree(everything())
    here, away = shown.css_first("main .moved"), shown.css_first("main .moved_away")

    assert here.css_first("a").attributes["href"] == f"#{away.attributes['id']}"
    assert away.css_first("a").attributes["href"] == f"#{here.attributes['id']}"


def test_legals_reasons_can_be_kept_from_recipients() -> None:
    assert "Suggestion: material" in rendered(everything())
    assert "GDPR art. 13(2)(a)" in rendered(everything())
    assert "Suggestion" not in rendered(everything(), reasons=False)
    assert "GDPR" not in rendered(everything(), reasons=False)


def test_the_page_speaks_the_readers_language() -> None:
    shown = tree(everything(), words=words_for(TEMPLATES, "fr"))

    assert shown.css_first("html").attributes["lang"] == "fr"
    assert (
        "Déplacé ici depuis «\N{NO-BREAK SPACE}How long we keep data\N{NO-BREAK SPACE}»"
        in shown.body.text()
    )
    assert "Added" not in shown.body.text()


def test_two_equal_texts_are_told_to_be_equal() -> None:
    assert "Nothing has changed." in tree(nothing()).body.text()


def test_a_heading_alone_makes_a_section_even_without_a_block_below() -> None:
    redline = compare(document("# One"), document("# One", "# Two"))

    assert redline.new.blocks[1].kind is BlockKind.HEADING
    assert "Two" in tree(redline).css_first("main").text()
