"""Which changes are called to a lawyer's attention, why, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from babel.dates import format_date

from notifier.model.redline import Materiality, Redline
from notifier.model.text import Block, BlockKind, Document, Link
from notifier.reading.dates.vocabulary import supported
from notifier.redline import compare
from notifier.redline.wording import dates
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
        ("number", "Our office opens in 30 days.", "Our office opens in 30 months."),
        ("number", "Our office opens in two weeks.", "Our office opens in two years."),
        ("number", "Our office opens in 10 days.", "Our office opens in 10 working days."),
        ("retention", "We retain logs for 1 day.", "We retain logs for 1 year."),
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
        ("es", "retention", "Se borra en un plazo de 30 días.", "Se borra en un plazo de 90 días."),
        ("es", "negation", "Cedemos sus datos.", "No cedemos sus datos."),
        ("es", "duty", "Debemos informarle a tiempo.", "Podemos informarle a tiempo."),
        ("es", "rights", "Escríbanos.", "Tiene derecho a oponerse; escríbanos."),
        ("fr", "recipients", "Tout reste ici.", "Tout est communiqué à nos partenaires."),
        ("fr", "purposes", "Elles servent ici.", "Elles servent à la prospection."),
        ("fr", "transfers", "Tout reste ici.", "Un transfert vers des pays tiers a lieu."),
        ("fr", "negation", "Nous vendons cela.", "Nous ne vendons pas cela."),
        ("de", "recipients", "Alles bleibt hier.", "Alles geht auch an Dritte."),
        ("de", "purposes", "Wir nutzen sie hier.", "Wir nutzen sie hier und für Werbung."),
        ("de", "rights", "Schreiben Sie uns.", "Sie haben ein Recht auf Auskunft."),
        ("de", "duty", "Wir müssen Sie fragen.", "Wir können Sie fragen."),
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


def told_of_terms(old: str, new: str, heading: str = "# Conduct") -> set[str]:
    terms = "# Acme terms of service"
    before, after = document(terms, heading, old), document(terms, heading, new)
    return rules(compare(replace(before, language="en"), replace(after, language="en")))


@pytest.mark.parametrize(
    ("new", "wrong"),
    [
        ("You must not sell your username or your place in the queue to another player.", "recipients"),
        ("Unsolicited advertising on the boards of other people is removed from them.", "purposes"),
        ("Do not infringe the intellectual property rights of anybody who plays here.", "rights"),
        ("A chat with voice and video is open to everyone who plays with friends.", "data-categories"),
        ("We run shops in several physical locations all over the north of the country.", "data-categories"),
        ("Links to third-party websites are no recommendation of what is written there.", "recipients"),
    ],
)  # fmt: skip
def test_a_word_of_a_subject_in_another_sense_is_told_as_a_passage(new: str, wrong: str) -> None:
    told = told_of_terms("Be kind.", f"Be kind. {new}")

    assert wrong not in told
    assert told == {"passage"}


def test_terms_that_speak_of_personal_data_are_read_like_a_privacy_policy() -> None:
    told = told_of_terms("Be kind.", "Be kind. We share your personal data with our advertisers.")

    assert "recipients" in told


def test_a_rewording_far_from_a_subject_does_not_take_its_name() -> None:
    stays = "and our hosting company sends everybody a bill for the yearly subscription"
    redline = changed(
        f"The pages are drawn by hand in the old town hall {stays}.",
        f"The sheets are printed by machine in a new factory building {stays}.",
        heading="# How this site is made",
    )

    assert rules(redline) <= {"fees", "passage"}
    assert "purposes" not in rules(redline)


@pytest.mark.parametrize(
    "announcement",
    [
        "We have updated our privacy policy; read it before the changes take effect on 1 July 2026.",
        "This version is effective until 1 July 2026.",
    ],
)
def test_the_end_of_an_announcement_is_no_weaker_promise(announcement: str) -> None:
    stays = "Everything else about your privacy is written here."
    redline = changed(f"{announcement} {stays}", stays)

    assert not rules(redline) & {"promise", "promise-weakened"}


@pytest.mark.parametrize(
    ("language", "heading", "gone"),
    [
        ("en", "# Updates to this policy", "We will write to every member before it changes."),
        ("de", "# Änderungen dieser Erklärung", "Wir werden Sie vorher per E-Mail informieren."),
        ("fr", "# Mises à jour de la politique", "Nous vous avertirons par e-mail avant."),
        ("es", "# Cambios en esta política", "Le avisaremos por correo antes del cambio."),
    ],
)
def test_a_sentence_taken_out_of_the_promise_weakens_it(
    language: str, heading: str, gone: str
) -> None:
    stays = "Acme looks at this page once in a year."
    redline = changed(f"{stays} {gone}", stays, heading=heading, language=language)

    assert "promise-weakened" in rules(redline)


def test_a_sentence_that_came_is_quoted_alone() -> None:
    stays = "We keep your name for 30 days."
    redline = changed(stays, f"{stays} We share your photograph with Acme.")

    for signal in redline.signals:
        assert signal.before is None
        assert signal.after is not None
        assert signal.after.text == "We share your photograph with Acme."


def test_words_the_old_text_had_in_small_letters_are_no_new_names() -> None:
    redline = changed(
        "You find the premium service on our page.", "You find the Premium Service on our Page."
    )

    assert rules(redline) == set()


def test_the_year_of_a_law_is_no_quantity() -> None:
    redline = changed("The act of 2012 applies here.", "The act of 2019 applies here.")

    assert "number" not in rules(redline)


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

    plain = document("Our terms apply.")
    added = compare(plain, linked("https://example.com/a"))
    removed = compare(linked("https://example.com/a"), plain)

    assert rules(elsewhere) == rules(removed) == {"link"}
    assert rules(added) == set()
    assert not added.is_empty
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


DATE_LINES = {
    "cs": ("Datum účinnosti: 1. ledna 2026", "Datum účinnosti: 5. dubna 2027"),
    "da": ("Gælder fra 1. januar 2026", "Gælder fra 5. maj 2027"),
    "de": ("Gültig ab 1. Januar 2026", "Gültig ab 5. März 2027"),
    "en": ("Effective date: 1 January 2026", "Effective date: 5 April 2027"),
    "es": ("Fecha de entrada en vigor: 1 de enero de 2026", "Fecha de entrada en vigor: 5 de abril de 2027"),
    "fi": ("Voimassa alkaen 1. tammikuuta 2026", "Voimassa alkaen 5. huhtikuuta 2027"),
    "fr": ("Date d'entrée en vigueur : 1er janvier 2026", "Date d'entrée en vigueur : 5 avril 2027"),
    "it": ("Data di entrata in vigore: 1 gennaio 2026", "Data di entrata in vigore: 5 aprile 2027"),
    "ja": ("施行日：2026年1月1日", "施行日：2027年4月5日"),
    "nb": ("Gjelder fra 1. januar 2026", "Gjelder fra 5. mai 2027"),
    "nl": ("Ingangsdatum: 1 maart 2026", "Ingangsdatum: 5 mei 2027"),
    "pl": ("Data wejścia w życie: 1 stycznia 2026", "Data wejścia w życie: 5 kwietnia 2027"),
    "pt": ("Data de vigência: 1 de janeiro de 2026", "Data de vigência: 5 de abril de 2027"),
    "sv": ("Gäller från och med 1 januari 2026", "Gäller från och med 5 maj 2027"),
}  # fmt: skip


@pytest.mark.parametrize("language", supported())
def test_a_date_that_moved_is_no_change_of_the_text_in_any_language(language: str):
    redline = changed(*DATE_LINES[language], heading="# Privacy", language=language)
    assert redline.suggestion is Materiality.DATE_ONLY
    assert redline.signals == ()


@pytest.mark.parametrize("language", supported())
def test_a_date_in_words_is_known_as_one_in_every_month(language: str):
    written = [format_date(date(2026, month, 5), "long", locale=language) for month in range(1, 13)]
    assert [dates(text) for text in written] == [((0, len(text)),) for text in written]


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "We delete it on 1 January 2026.", "We delete it on 1 April 2027."),
        (
            "sv",
            "Vi raderar det senast den 1 januari 2026.",
            "Vi raderar det senast den 1 april 2027.",
        ),
    ],
)
def test_a_date_of_something_else_is_a_change_of_the_text(language: str, old: str, new: str):
    assert changed(old, new, language=language).suggestion is not Materiality.DATE_ONLY


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Our office opens in 30 day.", "Our office opens in 30 days."),
        ("See section 5 here for our office.", "See section 5 there for our office."),
        ("On March 5, 2027 our office opens.", "On March 5, 2027 your office opens."),
        ("Our office has 3 floors.", "Our office has 3 Floors."),
    ],
)
def test_what_stands_behind_a_number_and_is_no_unit_of_it_is_no_number(old: str, new: str):
    assert "number" not in rules(changed(old, new))
