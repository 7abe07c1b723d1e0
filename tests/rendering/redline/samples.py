"""Redlines to show: one with everything that can happen to a block, one hostile, one empty."""

from __future__ import annotations

from pydantic import TypeAdapter

from notifier.model.redline import (
    BlockChange,
    Entry,
    Materiality,
    Note,
    NoteKind,
    Op,
    PointKind,
    Redline,
    SectionSummary,
    Signal,
    Span,
    SummaryPoint,
)
from notifier.model.text import Block, BlockKind, Document, Link, Quote
from notifier.rendering.redline.exchange import RedlineFile


def read_back(text: str) -> Redline:
    """The redline of a JSON file."""
    return TypeAdapter(RedlineFile).validate_json(text).redline


def heading(text: str, number: str = "", level: int = 2) -> Block:
    return Block(BlockKind.HEADING, text, level=level, number=number)


def paragraph(text: str, *links: Link) -> Block:
    return Block(BlockKind.PARAGRAPH, text, links=links)


def item(text: str, number: str = "") -> Block:
    return Block(BlockKind.LIST_ITEM, text, level=1, number=number)


def cell(text: str, row: int, column: int) -> Block:
    return Block(BlockKind.TABLE_CELL, text, cell=(row, column))


def same(text: str) -> tuple[Span, ...]:
    return (Span(Op.EQUAL, text),)


def gone(text: str, rule: str = "") -> Span:
    return Span(Op.DELETE, text, rule)


def come(text: str, rule: str = "") -> Span:
    return Span(Op.INSERT, text, rule)


def kept(text: str) -> Span:
    return Span(Op.EQUAL, text)


def everything() -> Redline:
    """Every kind of change and of note, once."""
    old = Document(
        (
            heading("Privacy policy", level=1),
            paragraph("Effective 1 May 2023."),
            heading("Retention", "1."),
            paragraph("We keep logs for 30 days. Then we delete them."),
            paragraph("We never sell your data. Ask us for a copy at any time."),
            heading("Contact", "2."),
            paragraph("Write to the address below."),
            paragraph("Read our cookie page.", Link(9, 20, "https://example.org/old")),
            paragraph("Children may use the service."),
            paragraph("Post office box 1."),
            paragraph("12345 Town."),
            heading("Law", "3."),
            item("The law of the State applies.", "(a)"),
            cell("Logs", 0, 0),
            cell("30 days", 0, 1),
        ),
        title="Privacy policy",
        language="en",
    )
    new = Document(
        (
            heading("Privacy policy", level=1),
            paragraph("Effective 1 June 2024."),
            paragraph("We never sell or rent your data. Ask us for a copy at any time."),
            heading("How long we keep data", "1."),
            paragraph("We keep logs for 90 days."),
            paragraph("Then we delete them."),
            heading("Advertising", "2."),
            paragraph("We share your address with Partner & Sons <advertising>."),
            heading("Contact", "3."),
            paragraph("Write to the address below."),
            paragraph("Read our cookie page.", Link(9, 20, "https://example.org/new")),
            paragraph("Post office box 1. 12345 Town."),
            heading("Law", "4."),
            paragraph("The law of the State applies."),
            cell("Logs", 0, 0),
            cell("90 days", 0, 1),
        ),
        title="Privacy policy",
        language="en",
    )
    changes = (
        Entry(BlockChange.SAME, (0,), (0,), same("Privacy policy"), section="Privacy policy"),
        Entry(
            BlockChange.EDITED,
            (1,),
            (1,),
            (kept("Effective 1 "), gone("May 2023."), come("June 2024.")),
            section="Privacy policy",
        ),
        Entry(
            BlockChange.MOVED,
            (4,),
            (2,),
            (
                kept("We never sell "),
                come("or rent "),
                kept("your data. Ask us for a copy at any time."),
            ),
            section="Privacy policy",
            move=1,
        ),
        Entry(
            BlockChange.EDITED,
            (2,),
            (3,),
            (gone("Retention"), come("How long we keep data")),
            (Note(NoteKind.RENAMED, "Retention", "How long we keep data"),),
            section="How long we keep data",
        ),
        Entry(
            BlockChange.SPLIT,
            (3,),
            (4, 5),
            (
                kept("We keep logs for "),
                gone("30", "retention"),
                come("90", "retention"),
                kept(" days."),
                gone(" "),
                come("\n"),
                kept("Then we delete them."),
            ),
            section="How long we keep data",
        ),
        Entry(BlockChange.MOVED_AWAY, (4,), section="How long we keep data", move=1),
        Entry(BlockChange.ADDED, (), (6,), (come("Advertising"),), section="Advertising"),
        Entry(
            BlockChange.ADDED,
            (),
            (7,),
            (come("We share your address with Partner & Sons <advertising>.", "recipients"),),
            section="Advertising",
        ),
        Entry(
            BlockChange.SAME,
            (5,),
            (8,),
            same("Contact"),
            (Note(NoteKind.RENUMBERED, "2.", "3."),),
            section="Contact",
        ),
        Entry(BlockChange.SAME, (6,), (9,), same("Write to the address below."), section="Contact"),
        Entry(
            BlockChange.SAME,
            (7,),
            (10,),
            same("Read our cookie page."),
            (
                Note(
                    NoteKind.LINK,
                    "https://example.org/old",
                    "https://example.org/new",
                    "cookie page",
                ),
            ),
            section="Contact",
        ),
        Entry(
            BlockChange.REMOVED,
            (8,),
            (),
            (gone("Children may use the service."),),
            section="Contact",
        ),
        Entry(
            BlockChange.MERGED,
            (9, 10),
            (11,),
            (kept("Post office box 1."), gone("\n"), come(" "), kept("12345 Town.")),
            section="Contact",
        ),
        Entry(
            BlockChange.SAME,
            (11,),
            (12,),
            same("Law"),
            (Note(NoteKind.RENUMBERED, "3.", "4."),),
            section="Law",
        ),
        Entry(
            BlockChange.SAME,
            (12,),
            (13,),
            same("The law of the State applies."),
            (Note(NoteKind.FORMAT, "list item", "paragraph"),),
            section="Law",
        ),
        Entry(BlockChange.SAME, (13,), (14,), same("Logs"), section="Law"),
        Entry(
            BlockChange.EDITED,
            (14,),
            (15,),
            (gone("30", "retention"), come("90", "retention"), kept(" days")),
            section="Law",
        ),
    )
    return Redline(
        old,
        new,
        changes,
        Materiality.MATERIAL,
        (
            Signal(
                "retention",
                "GDPR art. 13(2)(a)",
                "How long we keep data",
                Quote("30 days"),
                Quote("90 days"),
                "Retention",
                4,
            ),
            Signal(
                "recipients",
                "WP260 rev.01 §30",
                "Advertising",
                None,
                Quote("We share your address with Partner & Sons <advertising>."),
                "New recipients",
                7,
            ),
        ),
        (
            SectionSummary(
                "How long we keep data",
                (
                    SummaryPoint(PointKind.VALUE, "retention", "30 days", "90 days"),
                    SummaryPoint(PointKind.RENAMED, "", "Retention", "How long we keep data"),
                ),
                (4,),
            ),
            SectionSummary(
                "Advertising",
                (
                    SummaryPoint(
                        PointKind.ADDED,
                        "recipients",
                        after="We share your address with Partner & Sons <advertising>.",
                    ),
                ),
                (6, 7),
                BlockChange.ADDED,
            ),
            SectionSummary(
                "Contact",
                (
                    SummaryPoint(
                        PointKind.LINK,
                        "link",
                        "https://example.org/old",
                        "https://example.org/new",
                        "cookie page",
                    ),
                    SummaryPoint(
                        PointKind.REMOVED, "children", before="Children may use the service."
                    ),
                    SummaryPoint(PointKind.CORRECTED, count=2),
                ),
                (10, 11),
            ),
            SectionSummary(
                "Privacy policy",
                (
                    SummaryPoint(PointKind.VALUE, "own-date", "1 May 2023", "1 June 2024"),
                    SummaryPoint(
                        PointKind.WORDING,
                        "",
                        "We never sell your data.",
                        "We never sell or rent your data.",
                    ),
                ),
                (1,),
            ),
        ),
    )


HOSTILE = (
    "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} **bold** [x](javascript:alert(1)) "
    "\x1b[31mred\x1b[0m \x00 \x07 \u202edesrever\u202c ]]> &amp; \" onmouseover='x' `code` ~~s~~"
)


def hostile() -> Redline:
    """A policy written to break out of every view it is shown in."""
    old = Document((heading(HOSTILE, "<b>1"), paragraph("Safe.")), language="en")
    new = Document(
        (heading(HOSTILE, "<b>1"), paragraph(HOSTILE, Link(0, 5, "javascript:alert(1)"))),
        language='en" onload="alert(1)',
    )
    link = Note(NoteKind.LINK, "", "javascript:alert(1)", HOSTILE)
    return Redline(
        old,
        new,
        (
            Entry(BlockChange.SAME, (0,), (0,), same(HOSTILE), section=HOSTILE),
            Entry(
                BlockChange.EDITED,
                (1,),
                (1,),
                (gone("Safe."), come(HOSTILE, "recipients")),
                (link,),
                section=HOSTILE,
            ),
        ),
        signals=(Signal(HOSTILE, HOSTILE, HOSTILE, Quote(HOSTILE), None, HOSTILE, 1),),
        summary=(
            SectionSummary(
                HOSTILE,
                (SummaryPoint(PointKind.WORDING, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
                (1,),
            ),
        ),
    )


def nothing() -> Redline:
    """Two equal texts."""
    text = Document((paragraph("We keep logs for 30 days."),), language="en")
    return Redline(
        text, text, (Entry(BlockChange.SAME, (0,), (0,), same("We keep logs for 30 days.")),)
    )
