"""A promise that became weaker is always reported, with the words of both versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model.reading import Promise, Severity
from notifier.planning import weakened
from notifier.reading.promises import read_promise
from tests.reading.promises.documents import document


def promise(text: str) -> Promise:
    return read_promise(document(f"# Changes to this policy\n{text}", "en"))[0]


STRONG = "We will email you and post a notice on our website 30 days before any change to this policy takes effect, and update the effective date above."

WEAKER = [
    ("fewer channels", "We will email you 30 days before any change to this policy takes effect, and update the effective date above.", "prominent notice"),
    ("all to any", "We will email you or post a notice on our website 30 days before any change to this policy takes effect, and update the effective date above.", "enough"),
    ("a page is enough", "We will email you or publish changes of this policy on our website 30 days before they take effect, and update the effective date above.", "enough"),
    ("the way left open", "We will notify you and post a notice on our website 30 days before any change to this policy takes effect, and update the effective date above.", "no longer by email"),
    ("will to may", "We may email you and post a notice on our website 30 days before any change to this policy takes effect, and update the effective date above.", "may"),
    ("shorter", "We will email you and post a notice on our website 14 days before any change to this policy takes effect, and update the effective date above.", "14 days"),
    ("no number", "We will email you and post a notice on our website before any change to this policy takes effect, and update the effective date above.", "not stated"),
    ("afterwards", "We will email you and post a notice on our website about any change to this policy, and update the effective date above.", "before a change takes effect is gone"),
    ("on posting", STRONG + " Changes to this policy are effective when posted.", "posted"),
    ("material only", "We will email you and post a notice on our website 30 days before any material change to this policy takes effect, and update the effective date above.", "material"),
    ("no date", "We will email you and post a notice on our website 30 days before any change to this policy takes effect.", "date"),
]  # fmt: skip


@pytest.mark.parametrize(("new", "said"), [case[1:] for case in WEAKER], ids=[c[0] for c in WEAKER])
def test_each_way_of_weakening_is_found_with_both_quotes(new: str, said: str):
    (finding,) = weakened(promise(STRONG), promise(new))
    assert said in finding.message
    assert finding.code == "promise.weakened"
    assert finding.severity is Severity.WARNING
    assert "material change by itself" in finding.message
    assert len(finding.quotes) >= 2
    quoted = [quote.text.split(" … ")[0] for quote in finding.quotes]
    assert any(words in STRONG for words in quoted)
    assert any(words in new for words in quoted)


@pytest.mark.parametrize("new", [case[1] for case in WEAKER if case[0] != "on posting"])
def test_a_stronger_promise_is_not_weakened(new: str):
    assert weakened(promise(new), promise(STRONG)) == ()


def test_a_removed_clause_is_a_weakening():
    (finding,) = weakened(promise(STRONG), Promise())
    assert finding.code == "promise.weakened"
    assert "removed" in finding.message


@given(st.sampled_from([STRONG, *(case[1] for case in WEAKER)]))
def test_a_promise_is_never_weaker_than_itself(text: str):
    assert weakened(promise(text), promise(text)) == ()
