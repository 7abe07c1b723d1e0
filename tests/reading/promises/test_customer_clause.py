"""The clause the product was made for: it promises three things and contradicts itself."""

from __future__ import annotations

from notifier.model.reading import ChannelsMode, Obligation, PromisedChannel, Severity, Trigger
from notifier.model.text import Document
from notifier.reading.promises import read_promise
from tests.reading.promises.documents import document

POLICY = """
# Privacy Policy

Last updated: 1 March 2024

## Children

We do not address anyone under the age of 18.

## Changes to this Privacy Policy

We may update our Privacy Policy from time to time. We will notify you of any changes by posting the new Privacy Policy on this page.

We will let you know via email and/or a prominent notice on our Service, prior to the change becoming effective and update the “effective date” at the top of this Privacy Policy.

You are advised to review this Privacy Policy periodically for any changes. Changes to this Privacy Policy are effective when they are posted on this page.

## Contact us

If you have any questions, write to us.
"""


def _policy() -> Document:
    return document(POLICY)


def test_every_part_is_read():
    promise, _ = read_promise(_policy())
    assert set(promise.channels) == {
        PromisedChannel.EMAIL,
        PromisedChannel.PROMINENT_NOTICE,
        PromisedChannel.POSTING,
    }
    assert promise.mode is ChannelsMode.ANY_OF
    assert promise.obligation is Obligation.WILL
    assert promise.trigger is Trigger.ANY
    assert promise.period is None
    assert promise.prior
    assert promise.effective_when_posted is True
    assert promise.promises_to_update_date


def test_the_clause_is_the_whole_section_and_nothing_else():
    promise, _ = read_promise(_policy())
    assert promise.clause is not None
    assert promise.clause.text.startswith("We may update our Privacy Policy")
    assert promise.clause.text.endswith("effective when they are posted on this page.")
    assert promise.clause.text.count("\n") == 2


def test_the_contradiction_is_found_with_both_quotes_and_the_stricter_reading():
    _, findings = read_promise(_policy())
    (contradiction,) = [f for f in findings if f.code == "promise.contradiction"]
    assert contradiction.severity is Severity.WARNING
    assert "prior to the change becoming effective" in contradiction.quotes[0].text
    assert "effective when they are posted" in contradiction.quotes[1].text
    assert "told first" in contradiction.message
    assert "in force only later" in contradiction.message
    assert "ruling" in contradiction.remedy


def test_every_quote_is_verbatim_in_the_clause():
    promise, _ = read_promise(_policy())
    assert promise.clause is not None
    for name, quote in promise.quotes.items():
        for piece in quote.text.split(" … "):
            assert piece in promise.clause.text, name
