"""A promise that became weaker is always reported, with the words of both versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model.reading import Promise, Severity
from notifier.reading.promises import compare_promises, read_promise
from tests.reading.promises.documents import document


def promise(text: str) -> Promise:
    return read_promise(document(f"# Changes to this policy\n{text}", "en"))[0]


STRONG = "We will email you and post a notice on our website 30 days before any change to this policy takes effect, and update the effective date above."

WEAKER = [
    ("fewer channels", "We will email you 30 days before any change to this policy takes effect, and update the effective date above.", "prominent notice"),
    ("all to any", "We will email you or post a notice on our website 30 days before any change to this policy takes effect, and update the effective date above.", "enough"),
    ("will to may", "We may email you and post a notice on our website 30 days before any change to this policy takes effect, and update the effective date above.", "may"),
    ("shorter", "We will email you and post a notice on our website 14 days before any change to this policy takes effect, and update the effective date above.", "14 days"),
    ("no number", "We will email you and post a notice on our website before any change to this policy takes effect, and update the effective date above.", "no number"),
    ("afterwards", "We will email you and post a notice on our website about any change to this policy, and update the effective date above.", "no longer promised"),
    ("on posting", STRONG + " Changes to this policy are effective when posted.", "posted"),
    ("material only", "We will email you and post a notice on our website 30 days before any material change to this policy takes effect, and update the effective date above.", "material"),
    ("no date", "We will email you and post a notice on our website 30 days before any change to this policy takes effect.", "date"),
]  # fmt: skip


@pytest.mark.parametrize(("new", "said"), [case[1:] for case in WEAKER], ids=[c[0] for c in WEAKER])
def test_each_way_of_weakening_is_found_with_both_quotes(new: str, said: str):
    findings = compare_promises(promise(STRONG), promise(new))
    assert findings
    assert any(said in finding.message for finding in findings)
    for finding in findings:
        assert finding.code == "promise.weakened"
        assert finding.severity is Severity.WARNING
        assert "material" in finding.message
        assert len(finding.quotes) == 2


@pytest.mark.parametrize("new", [case[1] for case in WEAKER if case[0] != "on posting"])
def test_a_stronger_promise_is_not_weakened(new: str):
    assert compare_promises(promise(new), promise(STRONG)) == ()


def test_a_removed_clause_is_a_weakening():
    (finding,) = compare_promises(promise(STRONG), Promise())
    assert finding.code == "promise.weakened"
    assert "removed" in finding.message


@given(st.sampled_from([STRONG, *(case[1] for case in WEAKER)]))
def test_a_promise_is_never_weaker_than_itself(text: str):
    assert compare_promises(promise(text), promise(text)) == ()
