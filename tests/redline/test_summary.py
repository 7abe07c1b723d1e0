"""What a recipient is told changed: the texts' own words, cut sensibly, never invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from notifier.model.redline import (
    BlockChange,
    Materiality,
    PointKind,
    Redline,
    SectionSummary,
    SummaryPoint,
)
from notifier.model.text import Block, BlockKind, Document
from notifier.redline import compare
from notifier.redline.quoting import LONGEST, around
from tests.redline.texts import document, two_documents

HEADING = "# About your data"


def changed(old: str, new: str) -> Redline:
    before, after = document(HEADING, old), document(HEADING, new)
    return compare(replace(before, language="en"), replace(after, language="en"))


def points(old: str, new: str) -> tuple[SummaryPoint, ...]:
    return tuple(point for section in changed(old, new).summary for point in section.points)


@pytest.mark.parametrize(
    ("old", "new", "rule", "before", "after"),
    [
        ("We retain logs for 30 days.", "We retain logs for 90 days.", "retention", "30 days", "90 days"),
        ("It costs a fee of $10.", "It costs a fee of $12.50.", "fees", "$10", "$12.50"),
        ("We were founded on 1 May 2001.", "We were founded on 2 June 2001.", "date", "1 May 2001", "2 June 2001"),
        ("Effective date: 1 May 2025", "Effective date: 2 June 2026", "own-date", "1 May 2025", "2 June 2026"),
    ],
)  # fmt: skip
def test_a_number_or_date_is_told_as_a_pair(
    old: str, new: str, rule: str, before: str, after: str
) -> None:
    assert points(old, new) == (SummaryPoint(PointKind.VALUE, rule, before, after),)


def test_a_date_in_a_heading_is_told_as_a_pair() -> None:
    stays = "Everything you tell us stays in our house."
    redline = compare(
        document("# Effective date: 1 May 2025", stays),
        document("# Effective date: 2 June 2026", stays),
    )

    assert redline.suggestion is Materiality.DATE_ONLY
    assert [(point.before, point.after) for point in redline.summary[0].points] == [
        ("1 May 2025", "2 June 2026")
    ]


def test_the_number_of_a_list_ends_no_sentence() -> None:
    (point,) = points(
        "We give it away: 1. to courts, 2. to heirs.",
        "We give it away: 1. to courts, 2. to heirs, e.g. to children of ours.",
    )

    assert point.after == "We give it away: 1. to courts, 2. to heirs, e.g. to children of ours."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We rely on Art. 6 GDPR.", "We rely on Art. 6 GDPR and Art. 9 GDPR."),
        ("See Section No. 14.", "See Section No. 14 and No. 15."),
        ("Dies folgt aus Art. 6 Abs. 1 lit. f DSGVO.", "Dies folgt aus Art. 6 Abs. 2 lit. f BDSG."),
        ("We ask Acme Inc. and others.", "We ask Acme Inc. and Foo Ltd. and others."),
        ("We ask others, cf. Recital 47.", "We ask Dr. Who and others, cf. Recital 47."),
    ],
)
def test_an_abbreviation_ends_no_sentence_and_what_stays_is_not_called_added(
    old: str, new: str
) -> None:
    before, after = "We keep logs. ", " We keep them."
    (point,) = points(f"{before}{old}{after}", f"{before}{new}{after}")

    assert (point.kind, point.before, point.after) == (PointKind.WORDING, old, new)


def test_a_word_that_may_be_an_abbreviation_ends_a_sentence() -> None:
    (point,) = points("We like art. We sell.", "We like art. We collect names. We sell.")

    assert (point.kind, point.after) == (PointKind.ADDED, "We collect names.")


def test_a_short_sentence_is_told_as_it_was_and_as_it_is() -> None:
    (point,) = points("A photo is up to you.", "A photo and a telephone number are up to you.")

    assert point.kind is PointKind.WORDING
    assert point.before == "A photo is up to you."
    assert point.after == "A photo and a telephone number are up to you."


def test_a_duty_is_told_with_its_sentence() -> None:
    (point,) = points("We may give data to courts.", "We will give data to courts.")

    assert (point.rule, point.before, point.after) == (
        "duty",
        "We may give data to courts.",
        "We will give data to courts.",
    )


def test_a_long_sentence_is_told_as_it_is_now() -> None:
    rest = "and this sentence goes on about the many things that we do with all of it " * 2
    (point,) = points(f"We collect names {rest}.", f"We sell passport numbers to everybody {rest}.")

    assert point.before == ""
    assert point.after.startswith("We sell passport numbers to everybody and this")


def test_words_that_only_went_are_named_with_what_is_left() -> None:
    lost = "we never share it with anybody at all and we will also never sell any part of it"
    rest = "in this part of the text the company explains how it goes about its daily business"
    (point,) = points(f"{rest}, {lost}, {rest}.", f"{rest}, {rest}.")

    assert "we never share it with anybody" in point.before
    assert point.after


def test_a_sentence_that_came_or_went_is_told_alone() -> None:
    stays = "This sentence stays here as it is."

    assert [
        (p.kind, p.before, p.after) for p in points(stays, f"{stays} We share it with Acme.")
    ] == [(PointKind.ADDED, "", "We share it with Acme.")]
    assert [(p.kind, p.before, p.after) for p in points(f"We never sell it. {stays}", stays)] == [
        (PointKind.REMOVED, "We never sell it.", "")
    ]


def test_typing_errors_are_counted() -> None:
    assert points(
        "We recieve it all the time and keep a mesage.",
        "We receive it all the time and keep a message.",
    ) == (SummaryPoint(PointKind.CORRECTED, count=2),)


def test_a_new_section_is_told_with_what_stands_in_it() -> None:
    old = document("# Contact", "Write to us.")
    new = document("# Contact", "Write to us.", "# Partners", "We share your address with Acme.")

    assert compare(old, new).summary == (
        SectionSummary(
            "Partners",
            (SummaryPoint(PointKind.ADDED, "recipients", "", "We share your address with Acme."),),
            (2, 3),
            BlockChange.ADDED,
        ),
    )


def test_a_section_that_moved_is_one_point() -> None:
    law = ("# Law", "The law of the State applies to it.", "Its courts decide about it.")
    data = ("# Data", "We keep what you tell us here.", "We show it to nobody else.", "Only you.")
    redline = compare(document(*law, *data), document(*data, *law))

    assert [(s.heading, s.points) for s in redline.summary] == [
        ("Law", (SummaryPoint(PointKind.MOVED),))
    ]


def table(*rows: tuple[str, ...]) -> Document:
    return Document(
        tuple(
            Block(BlockKind.TABLE_CELL, text, cell=(at, column))
            for at, row in enumerate(rows)
            for column, text in enumerate(row)
        )
    )


HEAD, LOGS, CHATS = ("What", "Kept for"), ("Logs", "90 days"), ("Chats", "12 months")
HELP = ("Help desk", "2 years")


@pytest.mark.parametrize(
    "new",
    [(HEAD, LOGS, CHATS, HELP), (HEAD, CHATS, LOGS, HELP), (HEAD, LOGS, HELP, CHATS)],
    ids=str,
)
def test_a_row_that_came_beside_a_changed_one_takes_nothing_from_it(new) -> None:
    (section,) = compare(table(HEAD, ("Logs", "14 days"), HELP), table(*new)).summary
    assert {(p.kind, p.about, p.before, p.after) for p in section.points} == {
        (PointKind.VALUE, "Logs", "14 days", "90 days"),
        (PointKind.ADDED, "", "", "Chats | 12 months"),
    }


def test_a_row_that_went_beside_a_changed_one_gives_it_nothing() -> None:
    old = table(HEAD, ("Logs", "14 days"), CHATS, HELP)
    (section,) = compare(old, table(HEAD, LOGS, HELP)).summary
    assert {(p.kind, p.about, p.before, p.after) for p in section.points} == {
        (PointKind.VALUE, "Logs", "14 days", "90 days"),
        (PointKind.REMOVED, "", "Chats | 12 months", ""),
    }


def test_a_row_of_a_table_is_told_as_a_row() -> None:
    old = table(("What", "Kept for"), ("Logs", "30 days"))
    new = table(("What", "Kept for"), ("Logs", "90 days"), ("Photographs", "until deleted"))
    (section,) = compare(old, new).summary

    assert {(p.kind, p.about, p.before, p.after) for p in section.points} == {
        (PointKind.VALUE, "Logs", "30 days", "90 days"),
        (PointKind.ADDED, "", "", "Photographs | until deleted"),
    }


def test_material_sections_come_first_and_a_long_one_is_counted() -> None:
    old = document(
        "# Greeting", "We gladly help you.",
        "# Retention", *(f"We keep part {chr(97 + n)} of it for 30 days." for n in range(9)),
    )  # fmt: skip
    new = document(
        "# Greeting", "We happily help you.",
        "# Retention", *(f"We keep part {chr(97 + n)} of it for {n + 40} days." for n in range(9)),
    )  # fmt: skip
    first, second = compare(old, new).summary

    assert (first.heading, second.heading) == ("Retention", "Greeting")
    assert [point.after for point in first.points[:2]] == ["40 days", "41 days"]
    assert first.points[-1] == SummaryPoint(PointKind.MORE, count=4)


def _without_bars(text: str) -> str:
    """A table's row is told with bars between its cells; the words are the text's own."""
    return " ".join(text.replace("|", " ").split())


@settings(max_examples=300, deadline=None)
@given(two_documents())
def test_every_word_stands_in_one_of_the_texts(pair: tuple[Document, Document]) -> None:
    old, new = pair
    redline = compare(old, new)
    was, now = (_without_bars(" ".join(b.text for b in d.blocks)) for d in pair)

    for section in redline.summary:
        assert section.points
        for point in section.points:
            if point.kind is not PointKind.LINK:
                for quote, text in ((point.before, was), (point.after, now)):
                    words = quote.removeprefix("… ").removesuffix(" …")
                    assert _without_bars(words) in text
                    assert len(words) <= LONGEST


@pytest.mark.parametrize(("start", "end"), [(0, 0), (0, 900), (400, 410), (300, 800), (890, 900)])
def test_a_quote_is_cut_at_words_and_says_that_it_is_cut(start: int, end: int) -> None:
    text = " ".join(f"word{n}" for n in range(140))
    quote = around(text, text.index(" ", start) + 1, end)

    assert "…" in quote
    assert set(quote.replace("…", "").split()) <= set(text.split())
