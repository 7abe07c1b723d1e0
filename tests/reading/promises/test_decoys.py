"""What looks like a promise about changes of the text and is not one; where the clause may stand."""

from __future__ import annotations

import pytest

from notifier.model.reading import Obligation, PromisedChannel, Severity, Trigger
from notifier.reading.promises import read_promise
from tests.reading.promises.documents import document

NOT_A_PROMISE = [
    "We will give you 30 days' notice by email of any increase of our fees.",
    "If we change our prices, we will tell you by email 14 days in advance.",
    "If we are involved in a merger, acquisition or sale of assets, we will notify you by email 30 days before your data is transferred.",
    "You may change your email address in your account. We will notify you by email when it has been changed.",
    "You must notify us within 30 days of any change of your contact details.",
    "If there is a data breach, we will notify you by email within 72 hours.",
    "We store log files for 30 days. Backups are updated every 14 days.",
    "You will be notified by email about your order and about changes to its delivery date.",
    "Other websites have their own privacy policies, which may change without notice.",
    "We will notify you of changes to the arbitration agreement 30 days before they take effect.",
    "You can withdraw your consent at any time by changing your cookie settings.",
    "We may suspend or discontinue the Service at any time without notice.",
    "We notify customers of new subprocessors 30 days in advance by email.",
    "Last updated: 3 May 2021.",
    "You have 14 days from the date of delivery to return the goods.",
    "If a provision is found unenforceable, it is modified to the least extent that makes it enforceable, and we will notify you of that.",
    "We will email you 30 days before we change section 7 of these Terms.",
    "We send service messages by email, for example when a document that you watch has changed.",
    "You do not modify or update the material that you receive from us by email.",
    "New functions of the platform are announced by email 30 days before they are released.",
    "We use your data for these purposes:\n- To inform you of changes to our terms by email.\n- To answer you.",
    "Any addition or amendment to these terms of business must be made in writing and signed by both parties.",
    "Company may add, replace or remove parts of the platform, and will try to give advance notice of material changes to them.",
]


@pytest.mark.parametrize("text", NOT_A_PROMISE)
def test_a_notice_about_something_else_is_no_promise(text: str):
    promise, _ = read_promise(document(f"# Privacy Policy\n{text}\n# Contact\nWrite to us.", "en"))
    assert promise.obligation is Obligation.NONE
    assert promise.period is None
    assert not promise.prior
    assert not promise.channels


@pytest.mark.parametrize("text", NOT_A_PROMISE)
def test_a_decoy_beside_the_clause_adds_nothing_to_it(text: str):
    clause = "We may amend this policy. We will post the new version of this policy on this page."
    with_decoy, _ = read_promise(document(f"# Changes\n{clause}\n# Other\n{text}", "en"))
    assert with_decoy.channels == (PromisedChannel.POSTING,)
    assert with_decoy.obligation is Obligation.WILL
    assert with_decoy.period is None
    assert not with_decoy.prior


PLACES = [
    "# Changes to this policy\n{}",
    "# 12. Miscellaneous\nIf a clause is void, the others stand.\n{}\nThe courts of Bern decide.",
    "# FAQ\n# How will I find out about changes to this policy?\n{}",
    "Introduction. This policy explains what we do.\n{}\nContact us at our address.",
    "Policy changes\n{}\nContact\nWrite to us.",
    "# General\n- You are at least 18.\n- {}\n- These terms are governed by Swiss law.",
]


@pytest.mark.parametrize("place", PLACES)
def test_the_clause_is_found_wherever_it_stands(place: str):
    clause = "We will notify you by email at least 20 days before any change to this policy."
    promise, _ = read_promise(document(place.format(clause), "en"))
    assert promise.clause is not None
    assert clause in promise.clause.text
    assert "Bern" not in promise.clause.text
    assert promise.channels == (PromisedChannel.EMAIL,)
    assert promise.period is not None
    assert promise.period.days == 20


def test_a_list_of_channels_belongs_to_the_sentence_before_it():
    text = """
# Changes to these terms
We will notify you of changes to these Terms in one of the following ways:
- by email
- by a banner on our website
"""
    promise, _ = read_promise(document(text, "en"))
    assert set(promise.channels) == {PromisedChannel.EMAIL, PromisedChannel.PROMINENT_NOTICE}
    assert promise.mode == "any_of"


def test_two_of_three_channels_may_be_asked_for():
    text = "We will notify you of changes to these Terms in at least two of these ways: by email, in the app, by letter."
    promise, _ = read_promise(document(f"# Changes\n{text}", "en"))
    assert promise.mode == "any_of"
    assert promise.at_least == 2


def test_of_two_regions_on_one_page_the_stricter_governs_and_the_other_is_reported():
    text = """
# Terms for users outside Europe
# Changes to these Terms
We may change these Terms. We may notify you of changes by email.
# Terms for users in Europe
# Changes to these Terms
We may change these Terms. We will notify you of changes by email 30 days in advance.
"""
    promise, findings = read_promise(document(text, "en"))
    assert promise.obligation is Obligation.WILL
    assert promise.period is not None
    assert promise.period.days == 30
    (second,) = [f for f in findings if f.code == "promise.second_passage"]
    assert "We may notify you" in second.quotes[0].text


def test_rules_for_material_and_other_changes_are_two_rules_not_a_contradiction():
    text = """
# Changes
Changes to this policy are effective when posted. However, if a change to this policy is material, we will email you 30 days before it takes effect.
"""
    promise, findings = read_promise(document(text, "en"))
    codes = {finding.code for finding in findings}
    assert promise.trigger is Trigger.MIXED
    assert "promise.two_rules" in codes
    assert "promise.contradiction" not in codes


CONTRADICTIONS = [
    ("Changes to this policy take effect immediately on posting. We will email you before any change to this policy takes effect.", "told first"),
    ("We will notify you of every change to these Terms by email. We may change these Terms at any time without notice.", "are told"),
    ("We will email you thirty (20) days before any change to this policy.", "30"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "stricter"), CONTRADICTIONS)
def test_a_contradiction_names_the_stricter_reading_and_what_a_ruling_decides(
    text: str, stricter: str
):
    _, findings = read_promise(document(f"# Changes\n{text}", "en"))
    (found,) = [f for f in findings if f.code == "promise.contradiction"]
    assert found.severity is Severity.WARNING
    assert "stricter reading" in found.message
    assert stricter in found.message
    assert "ruling" in found.remedy
    assert all(quote.text in text for quote in found.quotes)


NOT_CONTRADICTORY = [
    "We may change this policy. We will email you 14 days before any change to this policy takes effect.",
    "We will post changes to this policy here. They take effect when posted.",
    "We may change this policy at any time without notice.",
    "Changes to this policy take effect ten days after posting.",
    "We will email you before changes to this policy take effect. Changes required by law may take effect immediately.",
    "We will tell you about important changes to this policy. We may make minor changes to it without notice.",
]


@pytest.mark.parametrize("text", NOT_CONTRADICTORY)
def test_contradictions_are_never_invented(text: str):
    _, findings = read_promise(document(f"# Changes\n{text}", "en"))
    assert not [f for f in findings if f.code == "promise.contradiction"]


def test_a_text_without_a_clause_says_so():
    promise, findings = read_promise(document("# Privacy\nWe keep your data safe and do not sell it to anybody.", "en"))  # fmt: skip
    assert promise.clause is None
    assert [finding.code for finding in findings] == ["promise.none"]


def test_an_unsupported_language_is_a_question_that_asks_for_the_config_section():
    text = "Módosíthatjuk ezt a szabályzatot. A változásokról e-mailben értesítjük Önt."
    promise, findings = read_promise(document(text, "hu"))
    assert promise.clause is None
    (question,) = findings
    assert question.code == "promise.language_unsupported"
    assert question.severity is Severity.QUESTION
    assert "[policy.promise]" in question.remedy
