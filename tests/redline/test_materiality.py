"""Which changes are called to a lawyer's attention, why, and in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifier.model.redline import Materiality, Redline
from notifier.model.text import Block, BlockKind, Document, Link
from notifier.redline import compare
from tests.redline.texts import document

HEADING = "# About your data"


def changed(old: str, new: str, heading: str = HEADING, language: str = "en") -> Redline:
    before, after = document(heading, old), document(heading, new)
    return compare(replace(before, language=language), replace(after, language=language))


def rules(redline: Redline) -> set[str]:
    return {signal.rule for signal in redline.signals}


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("retention", "We retain logs for 30 days.", "We retain logs for 90 days."),
        ("retention", "We retain logs for thirty days.", "We retain logs for sixty days."),
        ("recipients", "We keep it to ourselves.", "We share it with third parties."),
        (
            "recipients",
            "We share it with Acme for support.",
            "We share it with Zenith for support.",
        ),
        (
            "purposes",
            "We use it to run the service.",
            "We use it to run the service and for marketing.",
        ),
        ("controller", "The controller is Acme Ltd.", "The controller is Zenith Ltd."),
        ("data-categories", "We collect your name.", "We collect your name and precise location."),
        (
            "transfers",
            "Data stays here.",
            "Data may be transferred outside the European Economic Area.",
        ),
        ("rights", "You have the right to object.", "You have no right to object."),
        ("fees", "The service is free of charge.", "The service costs a monthly fee."),
        ("disputes", "Courts decide disputes.", "Binding arbitration decides disputes."),
        ("liability", "We are liable for damages.", "We are not liable for damages."),
        ("children", "You must be 13 years of age.", "You must be 16 years of age."),
        ("negation", "We will sell your data.", "We will not sell your data."),
        ("duty", "We may delete your account.", "We will delete your account."),
        ("number", "Our office has 3 floors.", "Our office has 4 floors."),
        ("date", "We were founded on 1 May 2001.", "We were founded on 2 June 2001."),
        (
            "name",
            "We count visits with Plausible here.",
            "We count visits with Plausible and Mixpanel here.",
        ),
    ],
)
def test_what_touches_the_reader_is_a_signal(rule: str, old: str, new: str) -> None:
    redline = changed(old, new)

    assert rule in rules(redline)
    assert redline.suggestion is Materiality.MATERIAL
    for signal in redline.signals:
        assert signal.source
        assert signal.section == "About your data"
        assert signal.before is None or signal.before.text in old
        assert signal.after is None or signal.after.text in new


@pytest.mark.parametrize(
    ("language", "rule", "old", "new"),
    [
        ("de", "retention", "Wir speichern Daten 30 Tage.", "Wir speichern Daten 90 Tage."),
        ("de", "negation", "Wir geben Daten weiter.", "Wir geben Daten nicht weiter."),
        (
            "fr",
            "retention",
            "Nous conservons vos données 30 jours.",
            "Nous conservons vos données 90 jours.",
        ),
        ("fr", "duty", "Nous devons vous informer.", "Nous pouvons vous informer."),
        ("es", "recipients", "Guardamos sus datos.", "Compartimos sus datos con terceros."),
    ],
)
def test_other_languages_have_their_own_words(language: str, rule: str, old: str, new: str) -> None:
    assert rule in rules(changed(old, new, language=language))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We recieve your mesage.", "We receive your message."),
        ("We share data with third parties", "We share data with third parties."),
        ("The Service is ours.", "The service is ours."),
        ("See section 4.2 for more of it.", "See section 5.2 for more of it."),
        ("© 2024 Acme", "© 2025 Acme"),
        ("We gladly help you.", "We happily help you."),
    ],
)
def test_typing_errors_punctuation_and_references_are_editorial(old: str, new: str) -> None:
    redline = changed(old, new)

    assert redline.signals == ()
    assert redline.suggestion is Materiality.EDITORIAL


def test_a_moved_own_date_is_only_the_date() -> None:
    redline = changed(
        "Last updated: May 1, 2025", "Last updated: June 2, 2026", heading="# Privacy"
    )

    assert redline.suggestion is Materiality.DATE_ONLY
    assert redline.signals == ()


@pytest.mark.parametrize(
    "new",
    [
        "We may notify you by email at least 30 days before changes take effect.",
        "We will notify you by email at least 10 days before changes take effect.",
        "We will notify you at least 30 days before changes take effect.",
        "Changes are effective when they are posted on this page.",
    ],
)
def test_a_weaker_promise_is_always_material(new: str) -> None:
    old = "We will notify you by email at least 30 days before changes take effect."
    redline = changed(old, new, heading="# Changes to this policy")

    assert "promise-weakened" in rules(redline)
    assert redline.suggestion is Materiality.MATERIAL


def test_a_new_name_in_a_list_of_recipients_is_a_new_recipient() -> None:
    redline = compare(
        document("# Our subprocessors", "Acme"), document("# Our subprocessors", "Acme", "Zenith")
    )

    assert rules(redline) == {"recipients"}


def test_a_link_that_leads_elsewhere_is_a_change_and_a_moved_file_is_not() -> None:
    def linked(target: str) -> Document:
        link = Link(4, 9, target)
        return Document((Block(BlockKind.PARAGRAPH, "Our terms apply.", links=(link,)),))

    elsewhere = compare(linked("https://example.com/a"), linked("https://example.com/b"))
    moved = compare(linked("/legal/terms.md"), linked("../legal/terms.md"))

    assert rules(elsewhere) == {"link"}
    assert not elsewhere.is_empty
    assert moved.is_empty


def test_telling_words_are_marked_inside_the_edit() -> None:
    redline = changed("We will share it.", "We may not share it.")
    marks = {span.text: span.rule for span in redline.entries[1].spans if span.rule}

    assert marks == {"will": "duty", "may": "duty", "not": "negation"}


def test_renumbering_is_no_change() -> None:
    old = document("One thing stands here.", "Another thing stands here.")
    new = replace(old, blocks=tuple(replace(b, number=f"{n}.") for n, b in enumerate(old.blocks)))
    redline = compare(old, new)

    assert (redline.is_empty, redline.summary) == (True, ())


def test_nothing_changed_has_nothing_to_tell() -> None:
    redline = changed("The same words.", "The same words.")

    assert (redline.is_empty, redline.signals, redline.summary) == (True, (), ())
