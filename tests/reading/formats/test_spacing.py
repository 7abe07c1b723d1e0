"""Pages converted line by line, with a blank line after each: paragraphs all the same."""

import textwrap

import pytest

from notifier.model.text import Document, Snapshot
from notifier.reading import read as read_policy
from notifier.reading.formats import parse

POLICY = [
    paragraph.replace("\n", " ")
    for paragraph in """\
Terms of Use

1. These terms are made between you and Fernway Limited, and they hold for as long as you have an
account with us. They say what we owe you and what you owe us in turn.

2. We may change these terms. We will notify every account holder of any change by e-mail at least
thirty days before it takes effect, and will name in that message what is changed, so that you can
close your account in time if you do not agree with it.

• what you write in your account belongs to you and stays yours, whatever we may do with the
service in the years to come;

3. These terms are in force since the first of May. A copy of every earlier version is kept for you
and sent whenever you ask for one.""".split("\n\n")
]


def double_spaced(*, between: str, width: int = 60) -> str:
    return between.join("\n\n".join(textwrap.wrap(part, width)) for part in POLICY) + "\n"


def read(text: str, name: str) -> Document:
    return parse(Snapshot(text.encode(), name))


@pytest.mark.parametrize("name", ["terms.md", "terms.txt"])
@pytest.mark.parametrize("between", ["\n\n", "\n\n\n\n"])
def test_lines_set_apart_are_the_paragraphs_they_came_from(name: str, between: str):
    apart, whole = double_spaced(between=between), "\n\n".join(POLICY)
    assert read(apart, name).content_hash == read(whole, name).content_hash
    assert [b.line for b in read(apart, name).blocks] == [
        apart[: apart.index(part[:30])].count("\n") + 1 for part in POLICY
    ]


def test_where_the_lines_break_is_no_change():
    hashes = {
        read(double_spaced(between="\n\n\n\n", width=width), "terms.md").content_hash
        for width in (45, 60, 75)
    }
    assert len(hashes) == 1


def test_a_promise_that_runs_over_such_lines_is_read():
    apart = Snapshot(double_spaced(between="\n\n").encode(), "terms.md")
    promise = read_policy(apart, selector=None).promise
    assert (promise.channels, promise.period and promise.period.days) == (("email",), 30)


def test_short_paragraphs_without_full_stops_stay_apart():
    menu = "\n\n".join(f"Item number {n}\n\nand what it is for" for n in range(3))
    listed = [f"- {word}" for word in "name address birthday telephone".split()]
    text = "\n\n".join(["Our policy", *listed, *["A sentence that ends."] * 12, menu]) + "\n"
    assert len(read(text, "policy.md").blocks) == text.count("\n\n") + 1
