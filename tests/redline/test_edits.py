"""How edits read: whole words, no crumbs, at the place a person would tell them."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifier.model.redline import Op, Redline
from notifier.redline import compare
from tests.redline.texts import WORDS, document

_SPACED = [word for word in WORDS if word.isascii() or word == "“notice”"]


def marked(redline: Redline) -> str:
    """The redline in one line: ``[-gone-]{+come+}``."""
    signs = {Op.EQUAL: "{}", Op.DELETE: "[-{}-]", Op.INSERT: "{{+{}+}}"}
    return (
        "\n".join(
            "".join(signs[span.op].format(span.text) for span in entry.spans)
            for entry in redline.entries
        )
        .replace("-][-", "")
        .replace("+}{+", "")
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("We keep it 30 days.", "We keep it 90 days.", "We keep it [-30-]{+90+} days."),
        (
            "We keep it for thirty (30) days, unless you ask us to.",
            "We keep it for sixty (60) days, unless you ask us to.",
            "We keep it for [-thirty (30)-]{+sixty (60)+} days, unless you ask us to.",
        ),
        ("We will share data.", "We will not share data.", "We will {+not +}share data."),
        ("We log names.", "We log names, or dates.", "We log names{+, or dates+}."),
        (
            "We log names. We log dates.",
            "We log names. We log places. We log dates.",
            "We log names. {+We log places. +}We log dates.",
        ),
        (
            "It applies from 1 May 2026 on.",
            "It applies from 15 June 2026 on.",
            "It applies from [-1 May 2026-]{+15 June 2026+} on.",
        ),
        (
            "Write to privacy@example.com about your opt-out whenever you like.",
            "Write to legal@example.com about your opt-in whenever you like.",
            "Write to [-privacy@example.com about your opt-out-]{+legal@example.com about your opt-in+} whenever you like.",
        ),
        (
            "The fee is $1,000.00 and we charge it every year in advance.",
            "The fee is $1,500.00 and we charge it every year in advance.",
            "The fee is [-$1,000.00-]{+$1,500.00+} and we charge it every year in advance.",
        ),
        (
            "See https://example.com/a/b?x=1 for all of the details.",
            "See https://example.com/a/c?x=1 for all of the details.",
            "See [-https://example.com/a/b?x=1-]{+https://example.com/a/c?x=1+} for all of the details.",
        ),
        (
            "当社は個人情報を30日間保存します。",
            "当社は個人情報を90日間保存します。",
            "当社は個人情報を[-30日-]{+90日+}間保存します。",
        ),
        (
            "施行日は2026年4月1日です。",
            "施行日は2027年10月1日です。",
            "施行日は[-2026年4月1日-]{+2027年10月1日+}です。",
        ),
        ("我们会收集您的信息。", "我们不会收集您的信息。", "我们{+不+}会收集您的信息。"),
        (
            "เราเก็บข้อมูลของคุณเป็นเวลา 30 วัน",
            "เราไม่เก็บข้อมูลของคุณเป็นเวลา 30 วัน",
            "เรา{+ไม่+}เก็บข้อมูลของคุณเป็นเวลา 30 วัน",
        ),
    ],
)
def test_an_edit_reads_as_a_person_would_tell_it(old: str, new: str, expected: str) -> None:
    assert marked(compare(document(old), document(new))) == expected


def test_edits_with_a_stray_word_between_them_read_as_one() -> None:
    old = "Our staff reviews the requests of every customer within a week of their arrival."
    new = "Our staff answers the questions of every customer within a week of their arrival."

    assert marked(compare(document(old), document(new))) == (
        "Our staff [-reviews the requests-]{+answers the questions+} of every customer within a"
        " week of their arrival."
    )


def test_a_sentence_rewritten_beyond_recognition_is_shown_as_old_and_new() -> None:
    kept = "You can reach the data protection officer at the address below at any time."
    old = f"{kept} We might hand your details to the authorities of the state where you live."
    new = (
        f"{kept} Nothing of what the vault holds ever leaves it unless the keys of the owner agree."
    )
    redline = compare(document(old), document(new))

    assert [span.op for span in redline.entries[0].spans] == [
        Op.EQUAL,
        Op.DELETE,
        Op.INSERT,
        Op.EQUAL,
    ]


def test_a_repeated_word_does_not_pull_an_edit_apart() -> None:
    redline = compare(document("the " * 40 + "end"), document("the " * 30 + "end"))

    assert sum(span.op is not Op.EQUAL for span in redline.entries[0].spans) == 1


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(_SPACED), min_size=1, max_size=40),
    st.lists(st.sampled_from(_SPACED), min_size=1, max_size=40),
)
def test_no_word_is_ever_cut(old: list[str], new: list[str]) -> None:
    redline = compare(document(" ".join(old)), document(" ".join(new)))

    for entry in redline.entries:
        for other in (Op.INSERT, Op.DELETE):
            for before, after in pairwise(span for span in entry.spans if span.op is not other):
                assert not (before.text[-1].isalnum() and after.text[0].isalnum())
        for op, run in groupby(entry.spans, key=lambda span: span.op):
            known = {word.strip(".,;:") for word in (old if op is Op.DELETE else new)}
            if op is not Op.EQUAL:
                told = "".join(span.text for span in run).split()
                assert {word.strip(".,;:") for word in told} <= known | {""}


_NEVER_CUT = [
    "1 May 2026", "May 3, 2027", "30 avril 2025", "15. Juni 2026", "2026-05-01", "01/02/2026",
    "$1,000.00", "1.5", "30-day", "opt-out", "privacy@example.com", "https://example.com/a?b=c",
    "2026年4月1日", "30日",
]  # fmt: skip
_BETWEEN = ["we", "keep", "it", "until", "or", "the", "share", "never", "with"]


@settings(max_examples=400, deadline=None)
@example(["1 May 2026", "2026年4月1日"], ["15. Juni 2026", "2026年4月1日"])
@given(
    st.lists(st.sampled_from(_NEVER_CUT + _BETWEEN), min_size=1, max_size=25),
    st.lists(st.sampled_from(_NEVER_CUT + _BETWEEN), min_size=1, max_size=25),
)
def test_dates_amounts_and_addresses_are_never_cut(old: list[str], new: list[str]) -> None:
    redline = compare(document(" ".join(old)), document(" ".join(new)))

    for other, parts in ((Op.INSERT, old), (Op.DELETE, new)):
        whole: set[int] = set()
        at = 0
        for part in parts:
            whole.update(range(at + 1, at + len(part)))
            at += len(part) + 1
        at = 0
        for entry in redline.entries:
            for op, run in groupby(entry.spans, key=lambda span: span.op):
                if op is not other:
                    at += sum(len(span.text) for span in run)
                    assert at not in whole
