"""Entries stand under the heading where a reader looks for them, and none gets lost."""

from __future__ import annotations

from hypothesis import given, settings

from notifier.model.redline import BlockChange
from notifier.redline import compare
from notifier.rendering.redline.passages import is_told
from notifier.rendering.redline.sections import only_moved, sections
from tests.redline.texts import document, two_documents


@settings(max_examples=200, deadline=None)
@given(two_documents())
def test_every_entry_stands_in_one_section_in_order(pair) -> None:
    redline = compare(*pair)

    assert tuple(e for section in sections(redline) for e in section.entries) == redline.entries


@settings(max_examples=200, deadline=None)
@given(two_documents())
def test_everything_changed_is_told_but_what_a_title_tells(pair) -> None:
    for section in sections(compare(*pair)):
        told = [entry for group in section.groups for entry in group]
        silent = [entry for entry in section.entries if is_told(entry) and entry not in told]
        by_title = [section.entries[0]] if section.fate else []
        if section.fate is BlockChange.MOVED:
            by_title += [entry for entry in section.entries[1:] if only_moved(entry)]

        assert [e for e in silent if e.change is not BlockChange.MOVED_AWAY] == by_title


def test_what_follows_a_removed_section_goes_on_under_the_section_before() -> None:
    old = document("# Fees", "Free.", "# Limits", "None at all.", "We answer questions by mail.")
    new = document("# Fees", "Free.", "We answer questions by mail.", "Ask us whenever you like.")

    found = [(section.title, section.fate) for section in sections(compare(old, new))]

    assert ("Limits", BlockChange.REMOVED) in found
    assert found[-1] == ("Fees", None)


def test_a_section_that_moved_as_a_whole_is_told_by_its_title_and_its_edits_below() -> None:
    rules = ["# Rules", *(f"Rule {n}: be kind to others in place {n}." for n in range(9))]
    fees = [
        "# Fees",
        "The plan of the first year costs 5 euros in all countries we serve.",
        "Pay by card or by bank transfer.",
    ]
    old = document("# Start", "Welcome.", *fees, *rules)
    fees[1] = "The plan of the first year costs 9 euros in all countries we serve."
    new = document("# Start", "Welcome.", *rules, *fees)

    (moved,) = [section for section in sections(compare(old, new)) if section.fate]

    assert (moved.title, moved.fate) == ("Fees", BlockChange.MOVED)
    assert [entry.new_text for group in moved.groups for entry in group] == [fees[1]]
