"""Markdown as real policies write it."""

import pytest

from notifier.errors import ReadingError
from notifier.model.text import BlockKind, Document, Link, Snapshot
from notifier.reading.formats import parse


def md(text: str, name: str = "policy.md") -> Document:
    return parse(Snapshot(text.encode(), name))


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def test_headings_paragraphs_and_lists_are_blocks_with_their_lines():
    document = md("# Privacy\n\nWe keep\nyour data.\n\n* one\n* two\n  * inner\n\n> quoted\n")
    assert [(b.kind, b.text, b.level, b.line) for b in document.blocks] == [
        (BlockKind.HEADING, "Privacy", 1, 1),
        (BlockKind.PARAGRAPH, "We keep your data.", 0, 3),
        (BlockKind.LIST_ITEM, "one", 1, 6),
        (BlockKind.LIST_ITEM, "two", 1, 7),
        (BlockKind.LIST_ITEM, "inner", 2, 8),
        (BlockKind.QUOTATION, "quoted", 0, 10),
    ]
    assert document.title == "Privacy"


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: Terms\nDate: 2024-13-01\n---\n",
        '+++\ntitle = "Terms"\ndate = "2024-13-01"\n+++\n',
        '{\n"title": "Terms", "date": "2024-13-01"\n}\n',
    ],
)
def test_front_matter_is_metadata_and_not_text(head: str):
    document = md(head + "\nText.\n")
    assert texts(document) == ["Text."]
    assert document.title == "Terms"
    assert document.metadata["date"] == "2024-13-01"
    assert document.blocks[0].line == head.count("\n") + 2


def test_front_matter_with_a_slip_in_it_is_read_line_by_line():
    document = md("---\ntitle: Terms: what you agree to\nupdated: 19 August 2026\n---\n\nText.\n")
    assert document.metadata["updated"] == "19 August 2026"
    assert texts(document) == ["Text."]


def test_a_rule_at_the_top_is_not_front_matter():
    assert texts(md("---\nWe may: change.\n\nNo.\n\n---\nEnd.\n")) == [
        "We may: change.",
        "No.",
        "End.",
    ]


def test_what_is_struck_through_is_no_text_of_the_policy():
    document = md(
        "We keep it for ~~30~~ 90 days, <s>or</s> <del>not</del> as `~~it~~` is.\n\n~~No.~~\n"
    )
    assert texts(document) == ["We keep it for 90 days, as ~~it~~ is."]


def test_a_raised_figure_is_no_digit_of_the_number_before_it():
    document = md(
        "Fees up to 10<sup>2</sup> euro, 30 <sup>1</sup> days, the 1<sup>st</sup> of May.\n"
    )
    assert texts(document) == ["Fees up to 10^2 euro, 30 1 days, the 1st of May."]


def test_links_keep_their_targets_and_places():
    block = md("See our [*new* terms](../terms.md) now.").blocks[0]
    assert block.text == "See our new terms now."
    assert block.links == (Link(8, 17, "../terms.md"),)
    assert block.text[8:17] == "new terms"


def test_a_hard_break_is_kept_as_an_offset():
    block = md("**Effective**: 1 May 2024  \nUpdated: 2 May 2024<br>Version 3").blocks[0]
    assert block.lines == ("Effective: 1 May 2024", "Updated: 2 May 2024", "Version 3")


def test_a_tag_html_does_not_know_is_text():
    assert texts(md("Mail <your name>, <b>now</b>.\n\n<Company Name>\n")) == [
        "Mail <your name>, now.",
        "<Company Name>",
    ]


def test_template_code_goes_and_printed_values_stay():
    text = (
        "{% include x.html %}\n# T {#top}\n\nMail [{{ site.mail }}](mailto:{{ site.mail }}).\n{: .note}\n\n"
        '*Effective April 5*{: datetime="2023-04-05" }\n'
    )
    document = md(text)
    assert texts(document) == ["T", "Mail {{ site.mail }}.", "Effective April 5"]
    assert document.blocks[1].links == (Link(5, 20, "mailto:{{ site.mail }}"),)
    assert document.metadata["datetime"] == "2023-04-05"
    assert [b.line for b in document.blocks] == [2, 4, 7]


def test_mdx_modules_and_components_go_and_their_children_stay():
    text = "import X from './x'\n\n# T\n\n<Callout type='a'>Kept words.</Callout>\n\n{/* gone */}\n"
    assert texts(md(text, "p.mdx")) == ["T", "Kept words."]


def test_tables_give_a_block_for_each_cell():
    cells = md("| a | b |\n|---|---|\n| c | [d](e) |\n").blocks
    assert [(b.kind, b.text, b.cell) for b in cells] == [
        (BlockKind.TABLE_CELL, "a", (0, 0)),
        (BlockKind.TABLE_CELL, "b", (0, 1)),
        (BlockKind.TABLE_CELL, "c", (1, 0)),
        (BlockKind.TABLE_CELL, "d", (1, 1)),
    ]


def test_numbering_is_an_attribute_where_the_document_counts():
    document = md(
        "## 1. Scope\n\n1.1 You agree.\n\n## 2. Notice\n\n25\\. Mai 2018\n\n30 days' notice.\n"
    )
    assert [(b.number, b.text) for b in document.blocks] == [
        ("1.", "Scope"),
        ("1.1", "You agree."),
        ("2.", "Notice"),
        ("", "25. Mai 2018"),
        ("", "30 days' notice."),
    ]


def test_renumbering_and_markup_are_no_change_of_text_but_a_target_is():
    before = md("1. We’ll tell you.\n2. See [terms](a).\n")
    assert before.content_hash == md("We'll   tell **you**.\n\n* See\n  [terms](a).").content_hash
    assert before.content_hash != md("1. We'll tell you.\n2. See [terms](b).\n").content_hash
    assert before.content_hash != md("1. We'll tell you.\n2. See, terms\n").content_hash


@pytest.mark.parametrize("text", ["", "   \n", "---\ntitle: x\n---\n", "<!-- only a comment -->\n"])
def test_no_text_is_an_error(text: str):
    with pytest.raises(ReadingError, match="no text"):
        md(text)


def test_white_space_alone_is_no_change():
    assert md("A change,the list.").content_hash == md("A  change, the\nlist.").content_hash


def test_a_permalink_of_a_heading_is_not_text():
    assert texts(md("### [#](#scope)Scope\n\nSee [scope](#scope).")) == ["Scope", "See scope."]


def test_pictures_are_not_text_unless_they_are_the_heading():
    assert texts(md("# ![Terms](logo.png)\n\nYou![a smile](smile.png)agree.")) == [
        "Terms",
        "You agree.",
    ]


@pytest.mark.parametrize(
    ("slip", "mended"),
    [
        ("**This holds for us only.*", "*This holds for us only.*"),
        ("[Example][] is open to all.", "[Example]() is open to all."),
    ],
)
def test_mending_a_slip_of_markup_is_no_change(slip: str, mended: str):
    assert md(slip).content_hash == md(mended).content_hash


def test_signs_that_are_no_slip_stay():
    assert texts(md("Price* excludes tax\n\n\\* *no tax*\n\n[Name] [Date]")) == [
        "Price* excludes tax",
        "* no tax",
        "[Name] [Date]",
    ]
