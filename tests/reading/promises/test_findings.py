"""What a clause leaves open is a finding: its words, the stricter reading, what a ruling decides."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from notifier.model.reading import ClockStart, Finding, Severity
from notifier.model.request import Ruling, RulingSubject
from notifier.planning import unreadable
from notifier.reading.promises import read_promise
from tests.reading.promises.documents import document

HEADINGS = {
    "en": "Changes", "de": "Änderungen", "fr": "Modifications", "es": "Modificaciones",
    "it": "Modifiche", "nl": "Wijzigingen", "pt": "Alterações", "sv": "Ändringar",
}  # fmt: skip


def _findings(text: str, language: str = "en") -> tuple[Finding, ...]:
    return read_promise(document(f"# {HEADINGS[language]}\n{text}", language))[1]


DOUBTS = [
    ("en", "no firm duty", "We may email you about changes to this policy."),
    ("en", "no firm duty", "Where possible, we will email you before this policy changes."),
    ("en", "no firm duty", "We will try to tell you by email when these Terms change."),
    ("en", "appropriate or required", "We will, where appropriate, tell you by email of changes to this policy."),
    ("en", "appropriate or required", "We will notify you by email of changes to this policy as required by law."),
    ("en", "does not say how", "We will notify you of every change to these Terms."),
    ("en", "on the day itself", "We will tell you by email about any change to this policy on or before the day it takes effect."),
    ("en", "no number of days", "We will give you reasonable advance notice by email of changes to these Terms."),
    ("en", "own judgement", "We will email you about changes to this policy that we, in our sole discretion, consider material."),
    ("en", "only some people", "We will email everybody with a verified email address before this policy changes."),
    ("en", "only some people", "We will announce changes to these Terms by email to the subscribers of our legal updates list."),
    ("en", "only some people", "We will notify the administrators of your account of changes to these Terms by email."),
    ("de", "only some people", "Über Änderungen dieser Bedingungen informieren wir registrierte Nutzer per E-Mail."),
    ("de", "own judgement", "Über wesentliche Änderungen dieser Bedingungen, was nach unserem Ermessen bestimmt wird, informieren wir Sie per E-Mail."),
    ("de", "appropriate or required", "Über Änderungen dieser Bedingungen informieren wir Sie, soweit erforderlich, per E-Mail."),
    ("fr", "appropriate or required", "Nous vous informerons, le cas échéant, par e-mail de toute modification de la présente politique."),
    ("es", "appropriate or required", "Le informaremos, en su caso, por correo electrónico de los cambios en esta política."),
    ("it", "only some people", "Informeremo gli utenti registrati via e-mail di ogni modifica alla presente informativa."),
    ("nl", "only some people", "Wij informeren geregistreerde gebruikers per e-mail over wijzigingen van dit privacybeleid."),
    ("pt", "only some people", "Informaremos os usuários cadastrados por e-mail sobre alterações nesta política."),
    ("sv", "only some people", "Vi informerar registrerade användare via e-post om ändringar i denna policy."),
]  # fmt: skip


CONTRADICTIONS = [
    "We will email you before any change to this policy takes effect. Changes are effective when they are posted.",
    "We will email you of every change to these Terms. We may change these Terms at any time without notice.",
    "We will email you thirty (60) days before a change to this policy takes effect.",
    "We will email you 30 days before a material change to this policy, and 60 days before any change of fees.",
    "We will email you before material changes to this policy take effect; other changes are effective when posted.",
]  # fmt: skip


@pytest.mark.parametrize(("language", "doubt", "text"), DOUBTS)
def test_what_is_left_open_is_a_doubt_with_the_words_it_rests_on(
    language: str, doubt: str, text: str
):
    found = [f for f in _findings(text, language) if doubt in f.message]
    assert [f.code for f in found] == ["promise.doubt"]
    assert found[0].quotes
    assert all(quote.text in text for quote in found[0].quotes)


@pytest.mark.parametrize("text", [text for language, _, text in DOUBTS if language == "en"])
def test_every_doubt_says_what_somebody_has_to_decide(text: str):
    for finding in _findings(text):
        assert "stricter reading" in finding.message or "no number of days" in finding.message
        advised = ("notifier ruling add", "[policy.promise]", "give the audience")
        nothing_to_decide = "the day before" in finding.message
        assert nothing_to_decide or any(how in finding.remedy for how in advised)


@pytest.mark.parametrize("text", [text for _, _, text in DOUBTS] + CONTRADICTIONS)
def test_a_ruling_that_a_finding_advises_can_be_recorded(text: str):
    for finding in _findings(text):
        for subject, value in re.findall(r"`notifier ruling add (\S+) (\S+)`", finding.remedy):
            said = Ruling(
                RulingSubject(subject), value, "Ana", datetime(2027, 1, 4, tzinfo=UTC), ""
            )
            assert not unreadable(said)


PLAIN = [
    "We will notify you by email 30 days before any change to these Terms takes effect.",
    "We will post every change to this policy on this page.",
    "We will tell all users by email about every change to this policy.",
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_promise_raises_no_doubt(text: str):
    assert not _findings(text)


ELSEWHERE = [
    ("en", "We may amend this notice. How we announce amendments is described in our Terms of Service."),
    ("en", "This policy may be changed as set out in our Master Agreement."),
    ("de", "Wir können diese Richtlinie ändern. Wie wir Änderungen ankündigen, ist in unseren Nutzungsbedingungen geregelt."),
    ("fr", "Nous pouvons modifier la présente politique. La procédure de modification est décrite dans nos conditions générales."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), ELSEWHERE)
def test_a_promise_that_stands_in_another_document_is_a_question(language: str, text: str):
    promise, findings = read_promise(document(f"# {HEADINGS[language]}\n{text}", language))
    (question,) = [f for f in findings if f.code == "promise.elsewhere"]
    assert question.severity is Severity.QUESTION
    assert "[policy.promise]" in question.remedy
    assert promise.obligation == "none"


def test_an_exception_is_reported_and_takes_nothing_from_the_rule():
    text = "We will email you 10 days before any change to these Terms, except where the law requires us to act sooner."
    promise, findings = read_promise(document(f"# Changes\n{text}"))
    assert promise.period is not None
    assert promise.period.days == 10
    (exception,) = [f for f in findings if f.code == "promise.exception"]
    assert exception.quotes[0].text == text
    assert "no change is excepted" in exception.message
    assert "ruling" in exception.remedy


CLOCKS = [
    (ClockStart.NOTICE, "We will email you 15 days before any change to these Terms."),
    (ClockStart.POSTING, "Changes to these Terms take effect 15 days after they are posted on this page."),
    (ClockStart.DISPATCH, "Changes to these Terms take effect 15 days after we send you an email about them."),
    (ClockStart.RECEIPT, "Changes to these Terms take effect 15 days after you receive our email about them."),
    (ClockStart.RECEIPT, "We will notify you of changes to these Terms by email, which counts as received one day after it was sent. Changes take effect 15 days after receipt."),
]  # fmt: skip


@pytest.mark.parametrize(("start", "text"), CLOCKS)
def test_the_clock_starts_where_the_text_says(start: ClockStart, text: str):
    promise, _ = read_promise(document(f"# Changes\n{text}"))
    assert promise.period is not None
    assert (promise.period.days, promise.period.starts_at) == (15, start)


def test_two_periods_are_a_doubt_with_both_quotes_and_the_longer_one_is_taken():
    text = "We will email you 30 days before a material change to these Terms. We will email you 10 days before any other change to these Terms."
    promise, findings = read_promise(document(f"# Changes\n{text}"))
    assert promise.period is not None
    assert promise.period.days == 30
    (doubt,) = [f for f in findings if "several notice periods" in f.message]
    assert len(doubt.quotes) == 2
    assert "30 days" in doubt.message
    assert "ruling" in doubt.remedy


FORM = [
    ("en", "Changes to this Agreement must be made in writing and signed by both parties."),
    ("de", "Änderungen dieses Vertrages bedürfen der Schriftform."),
]


@pytest.mark.parametrize(("language", "text"), FORM)
def test_the_form_of_an_amendment_is_no_announcement(language: str, text: str):
    promise, _ = read_promise(document(f"# {HEADINGS[language]}\n{text}", language))
    assert promise.obligation == "none"
    assert not promise.channels
    assert promise.period is None


def test_notice_of_a_change_of_the_product_is_no_period_of_the_text():
    text = "Änderungen dieser Bedingungen veröffentlichen wir auf dieser Seite.\n\n# Leistungsumfang\n\nÄnderungen des Leistungsumfangs kündigen wir 30 Tage im Voraus per E-Mail an."
    promise, _ = read_promise(document(f"# Änderungen der Bedingungen\n{text}", "de"))
    assert promise.period is None
    assert promise.channels == ("posting",)
