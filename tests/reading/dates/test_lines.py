"""Lines as policies write them, in every supported language, and the reading each must get."""

from datetime import date

import pytest

from notifier.model.text import Snapshot
from notifier.reading.dates import read_effective_date
from notifier.reading.formats import parse
from tests.reading.dates.documents import document, said

LONG = "word " * 300

LINES = [
    ("en", "These Regulations enter into force on 1 June 2020.", "2020-06-01 effective"),
    ("en", "Law Enforcement Guidelines (last updated June 1, 2020)", "2020-06-01 last_updated"),
    (
        "en",
        "Originally published: June 1, 2018. Last updated: July 1, 2020",
        "2020-07-01 last_updated",
    ),
    ("en", "Supersedes all prior versions. Effective June 1, 2019", "2019-06-01 effective"),
    ("en", "# Privacy Policy\nEffective September 22, 2023\nIntro", "2023-09-22 effective"),
    (
        "en",
        "# Privacy Policy\nThis Privacy Policy is effective as of March 1, 2024 and replaces all earlier versions.",
        "2024-03-01 effective",
    ),
    ("en", "Date of Last Revision: June 10, 2022", "2022-06-10 last_revised"),
    ("en", "Last Revised on December 16, 2021", "2021-12-16 last_revised"),
    (
        "en",
        "Our Privacy Policy was last updated on May 20, 2018. It governs the privacy terms of our Website.",
        "2018-05-20 last_updated",
    ),
    ("en", "# Terms\nLatest update: March 15, 2022", "2022-03-15 last_updated"),
    ("en", "(Last updated September 27, 2021)", "2021-09-27 last_updated"),
    ("en", "Last updated:\nSeptember 27, 2021", "2021-09-27 last_updated"),
    ("en", "*Last update: 2021/09/27*", "2021-09-27 last_updated"),
    ("en", "# Terms of Service\nUpdated: 9/27/2021", "2021-09-27 last_updated"),
    ("en", "Version: 3.2\nDate: 27 September 2021", "2021-09-27 dated"),
    ("en", "Version 3.2 (27 September 2021)", "2021-09-27 version_date"),
    ("en", "v1.4 – 27 September 2021", "2021-09-27 bare_date"),
    (
        "en",
        "# Privacy notice\nThis notice was last updated on 1 March 2024 and we will keep it under regular review.",
        "2024-03-01 last_updated",
    ),
    (
        "en",
        "We keep our privacy notice under regular review. This privacy notice was last updated in May 2018.",
        "2018-05 last_updated",
    ),
    (
        "en",
        "# Changes\nWe keep this under review.\nThis version was published on 25 May 2018.",
        "2018-05-25 published",
    ),
    ("en", "Terms of Service (“Terms”)\nLast updated: (add date)", "placeholder"),
    ("en", "In force as of: 01 September 2023", "2023-09-01 effective"),
    ("en", "Entry into force: 1st of September 2023", "2023-09-01 effective"),
    ("en", "EFFECTIVE DATE AND LAST UPDATED: APRIL 5, 2022", "2022-04-05 effective"),
    ("en", "Last Updated / Effective Date: April 5, 2022", "2022-04-05 effective"),
    ("en", "Published April 5, 2022. Effective May 5, 2022.", "2022-05-05 effective"),
    (
        "en",
        "This User Agreement is effective upon acceptance for new users, and from April 5, 2022 for existing users.",
        "2022-04-05 effective",
    ),
    (
        "en",
        "The previous amendment to this User Agreement was effective for all users on December 3, 2021.\nThis User Agreement is effective on April 5, 2022 for all users.",
        "2022-04-05 effective",
    ),
    (
        "en",
        "# Terms\nThis Agreement was last modified on the 14th day of March 2019.",
        "2019-03-14 last_modified",
    ),
    ("en", "Adopted: June 1, 2020. Last amended: July 2, 2021", "2021-07-02 last_modified"),
    ("en", "Effective Date: This Policy is effective as of June 1, 2020.", "2020-06-01 effective"),
    ("en", "Notice date: June 1, 2020", "2020-06-01 dated"),
    ("en", "Last updated June 1, 2020 • 5 min read", "2020-06-01 last_updated"),
    ("en", "Article last updated: 06-01-2020", "ambiguous 2020-01-06 2020-06-01"),
    (
        "en",
        "These Terms and Conditions were last updated on 2020-06-01 and are effective from 2020-07-01.",
        "2020-07-01 effective",
    ),
    (
        "en",
        "# Privacy\nPosted on: June 1, 2020\nEffective on: July 1, 2020",
        "2020-07-01 effective",
    ),
    ("en", "# Privacy\nEffective: June 1, 2020 (see what's changed)", "2020-06-01 effective"),
    (
        "en",
        "Effective January 1, 2023, we updated our Privacy Policy to address the CPRA.",
        "2023-01-01 effective",
    ),
    (
        "en",
        "Last Updated: January 1, 2023\n# California\nThe CPRA, effective January 1, 2023, gives residents rights.",
        "2023-01-01 last_updated",
    ),
    (
        "en",
        "Last Updated: March 4, 2023\n"
        + LONG
        + "\n# Notice to California residents\nEffective Date: January 1, 2020",
        "2023-03-04 last_updated",
    ),
    (
        "en",
        "Last updated: March 4, 2023\nYou may access the archived version effective January 2, 2020 here.",
        "2023-03-04 last_updated",
    ),
    (
        "en",
        "This Policy is effective 24 May 2018. Last updated 3 June 2021.",
        "2018-05-24 effective",
    ),
    (
        "en",
        "If you are an existing user, this policy will become effective on August 1, 2024. If you are a new user, it's effective now.\nLast modified: July 1, 2024",
        "2024-07-01 last_modified",
    ),
    ("en", "Page last reviewed: 3 June 2021. Next review due: 3 June 2024", "2021-06-03 drafted"),
    ("en", "Next review: June 2025\nLast updated: June 3, 2024", "2024-06-03 last_updated"),
    ("en", "Approved by the Board on 3 June 2021", "2021-06-03 drafted"),
    ("en", "# Terms\nMay 2021 Version", "2021-05 version_date"),
    ("en", "Rev. 05/2021", "2021-05 last_revised"),
    ("en", "REV 133EC897", "none"),
    ("en", "Effective: Immediately", "none"),
    ("en", "Effective Date: Upon posting", "none"),
    ("en", "Date of last update: 12.05.21", "ambiguous 2021-05-12 2021-12-05"),
    ("en", "Last updated 3 days ago", "none"),
    ("en", "Last updated on 25th May, 2018 by John", "2018-05-25 last_updated"),
    ("en", "Last Updated: Tues., Jan. 5, 2021", "2021-01-05 last_updated"),
    ("en", "Last updated 05 Jan 2021 14:33 UTC", "2021-01-05 last_updated"),
    ("en", "Amended and restated as of June 1, 2020", "2020-06-01 last_modified"),
    ("en", "Amended and Restated Effective: June 1, 2020", "2020-06-01 effective"),
    ("en", "Effective beginning June 1, 2020", "2020-06-01 effective"),
    ("en", "The effective date of this Privacy Policy is June 1, 2020.", "2020-06-01 effective"),
    (
        "en",
        "The date of the last revision of this Policy is June 1, 2020.",
        "2020-06-01 last_revised",
    ),
    ("en", "These terms come into force on 1/13/2025.", "2025-01-13 effective"),
    (
        "en",
        "# Foo\nWas this helpful?\nLast updated: June 1, 2020\n© 2021 Foo",
        "2020-06-01 last_updated",
    ),
    (
        "en",
        "For prior versions: June 1, 2018; July 1, 2019\nLast updated: June 1, 2020",
        "2020-06-01 last_updated",
    ),
    ("en", "# Past versions\n- Effective June 1, 2018\n- Effective July 1, 2019", "none"),
    (
        "en",
        "# Privacy\nEffective date: June 1, 2020\n"
        + LONG
        + "\n# Archived versions\n- Effective June 1, 2018\n- Effective July 1, 2019",
        "2020-06-01 effective",
    ),
    (
        "en",
        "See our Cookie Policy (last updated June 1, 2018).\nLast updated: July 1, 2020",
        "2020-07-01 last_updated",
    ),
    (
        "en",
        "# Subprocessors\n"
        + LONG
        + "\n| Name | Added |\n| AWS | June 1, 2018 |\n| GCP | July 1, 2019 |",
        "none",
    ),
    ("en", "Signed on June 1, 2018 in Geneva", "none"),
    ("en", "Effective date: 1. June 2020", "2020-06-01 effective"),
    ("en", "Valid from: 2020.06.01.", "2020-06-01 effective"),
    (
        "de",
        "Letzte Aktualisierung dieser Datenschutzerklärung: 25.05.2018",
        "2018-05-25 last_updated",
    ),
    (
        "de",
        "Diese Datenschutzerklärung ist aktuell gültig und hat den Stand Mai 2018.",
        "2018-05 stand_status",
    ),
    (
        "de",
        "Diese Datenschutzerklärung wurde zuletzt am 3. März 2021 aktualisiert.",
        "2021-03-03 last_updated",
    ),
    (
        "de",
        "Diese AGB gelten ab 1. April 2022 und ersetzen die bisherigen AGB.",
        "2022-04-01 effective",
    ),
    ("de", "(Stand: 01/2022)", "2022-01 stand_status"),
    ("de", "Version 2.0 vom 01.02.2022", "2022-02-01 version_date"),
    ("de", "AGB in der Fassung vom 1. Februar 2022", "2022-02-01 version_date"),
    ("de", "Berlin, den 3. März 2021", "2021-03-03 dated"),
    ("de", "Stand der AGB: 3.3.21", "2021-03-03 stand_status"),
    ("de", "Änderungen treten zum 01.01.2024 in Kraft.", "2024-01-01 effective"),
    ("de", "Die DSGVO gilt seit dem 25. Mai 2018.", "none"),
    ("de", "Inkrafttreten am 01.01.2024", "2024-01-01 effective"),
    ("de", "Gültig bis 31.12.2023", "none"),
    (
        "fr",
        "Cette politique de confidentialité a été mise à jour le 3 mars 2021.",
        "2021-03-03 last_updated",
    ),
    ("fr", "Dernière mise à jour le : 03/03/21", "2021-03-03 last_updated"),
    ("fr", "Conditions applicables au 1er juin 2023", "2023-06-01 effective"),
    ("fr", "CGV en vigueur au 01/06/2023", "2023-06-01 effective"),
    ("fr", "Version n° 3 du 1er juin 2023", "2023-06-01 version_date"),
    (
        "fr",
        "Ces CGU sont entrées en vigueur le 1er juin 2023 et remplacent la version précédente.",
        "2023-06-01 effective",
    ),
    ("fr", "Fait à Paris, le 3 mars 2021", "2021-03-03 drafted"),
    ("fr", "Paris, le 3 mars 2021", "2021-03-03 dated"),
    ("fr", "Le RGPD est entré en vigueur le 25 mai 2018.", "none"),
    ("fr", "Mentions légales — mise à jour : mars 2021", "2021-03 last_updated"),
    ("fr", "Applicables jusqu’au 3 mars 2021", "none"),
    ("fr", "Dernière mise à jour : le 3 mars 2021 à 14 h", "2021-03-03 last_updated"),
    ("es", "Última actualización: 3 de marzo, 2021", "2021-03-03 last_updated"),
    (
        "es",
        "Esta política fue actualizada por última vez el 3 de marzo de 2021.",
        "2021-03-03 last_updated",
    ),
    ("es", "Fecha de última revisión: marzo 2021", "2021-03 last_revised"),
    ("es", "En vigor desde el 25 de mayo de 2018", "2018-05-25 effective"),
    ("es", "Madrid, a 3 de marzo de 2021", "2021-03-03 dated"),
    ("it", "Data ultimo aggiornamento: 03/03/2021", "2021-03-03 last_updated"),
    ("it", "Ultima modifica: marzo 2021", "2021-03 last_modified"),
    (
        "it",
        "La presente Privacy Policy è stata aggiornata in data 3 marzo 2021.",
        "2021-03-03 last_updated",
    ),
    (
        "pt",
        "Esta política foi atualizada pela última vez em 3 de março de 2021.",
        "2021-03-03 last_updated",
    ),
    ("pt", "São Paulo, 3 de março de 2021", "2021-03-03 dated"),
    ("pt", "Esta política é efetiva a partir de Março/2021.", "2021-03 effective"),
    (
        "nl",
        "Deze privacyverklaring is op 3 maart 2021 voor het laatst gewijzigd.",
        "2021-03-03 last_modified",
    ),
    ("nl", "Versie: maart 2021", "2021-03 version_date"),
    ("nl", "Amsterdam, 3 maart 2021", "2021-03-03 dated"),
    (
        "sv",
        "Denna integritetspolicy uppdaterades senast den 3 mars 2021.",
        "2021-03-03 last_updated",
    ),
    ("sv", "Villkoren gäller från 2021-03-03", "2021-03-03 effective"),
    ("da", "Denne politik blev senest opdateret den 3. marts 2021.", "2021-03-03 last_updated"),
    ("da", "København, 3. marts 2021", "2021-03-03 dated"),
    ("pl", "Polityka prywatności obowiązująca od 3 marca 2021 r.", "2021-03-03 effective"),
    (
        "pl",
        "Niniejsza Polityka została ostatnio zaktualizowana dnia 3 marca 2021 r.",
        "2021-03-03 last_updated",
    ),
    ("pl", "RODO stosuje się od 25 maja 2018 r.", "none"),
    ("cs", "Tyto podmínky jsou platné a účinné od 1. 3. 2021", "2021-03-01 effective"),
    ("ja", "以上\n2020年4月1日制定\n2021年5月1日改定\n2022年6月1日改定", "2022-06-01 last_revised"),
    ("ja", "附則\n本規約は2020年4月1日から施行します。\n2022年4月1日改定", "2020-04-01 effective"),
    ("ja", "最終改定日 2022年6月1日", "2022-06-01 last_revised"),
    ("ja", "2022年6月1日現在", "2022-06-01 dated"),
    ("ja", "個人情報の保護に関する法律（平成15年5月30日法律第57号）", "none"),
]


@pytest.mark.parametrize(("language", "text", "expected"), LINES)
def test_a_line_is_read_as_a_lawyer_reads_it(language: str, text: str, expected: str) -> None:
    effective, _ = read_effective_date(document(text, language))
    assert said(effective) == expected


BODY = "We collect data to run the service. " * 40
MORE = "\n".join(["More about things we do."] * 10)

OTHERS = [
    (
        "en",
        "The European Data Protection Board published guidelines on November 11, 2020 with recommendations.",
    ),
    ("en", "The service was launched on June 1, 2015 and has grown since."),
    ("en", "We stopped selling version 4 on June 1, 2019."),
    ("en", "Your subscription is effective from June 1, 2019 until cancelled."),
    ("en", "Prices effective January 1, 2024"),
    ("en", "This offer is valid from June 1, 2024 to June 30, 2024."),
    ("en", "On 16 July 2020, the Court of Justice invalidated the Privacy Shield."),
    ("en", "The UK left the EU on January 31, 2020; the new rules apply from January 1, 2021."),
    ("en", "The new Standard Contractual Clauses, adopted on June 4, 2021, apply."),
    ("en", "iOS 14.5, released on April 26, 2021, asks for consent."),
    ("en", "The CCPA as amended by the CPRA (effective January 1, 2023) gives you rights."),
    ("en", "If you registered before May 25, 2018, your consent was recorded then."),
    ("en", "This clause does not apply to disputes filed before June 1, 2019."),
    ("en", "You agreed to an earlier version of these Terms effective before June 1, 2019."),
    (
        "en",
        "Class action waiver: claims that arose before June 1, 2019 are governed by the previous terms.",
    ),
    ("en", "Example: Order date: June 1, 2019"),
    ("en", "Google Analytics cookies expire on June 1, 2019."),
    ("en", "Request received: 06/13/2019"),
    ("en", "Accounts inactive since January 1, 2020 will be deleted."),
    ("en", "As of July 1, 2023, Google Analytics 3 stopped processing data."),
    ("en", "Our Transparency Report was last updated on June 1, 2019."),
    ("en", "Stripe’s privacy policy, last updated on June 1, 2019, applies to payments."),
    ("en", "Facebook's Data Policy (effective January 4, 2022) can be found on their site."),
    ("en", "Regulation (EU) 2016/679, in force since 24 May 2016 and applicable from 25 May 2018"),
    ("en", "© 2019-2024 Example Inc. Last audit: June 2019"),
    ("en", "Effective as of the date you first access the service (for example, June 1, 2019)."),
    ("en", "You may terminate this Agreement effective June 1, 2019 by notice."),
    ("en", "Our certificate was issued on June 1, 2019 and expires June 1, 2022."),
    ("en", "The contract was signed on June 1, 2019 (the “Effective Date”)."),
    ("en", "DMCA agent registration renewed June 1, 2019"),
    ("de", "Der EuGH hat am 16. Juli 2020 das Privacy Shield für ungültig erklärt."),
    ("de", "Das Urteil des BGH vom 28. Mai 2020 gilt."),
    ("de", "Die DSGVO gilt ab dem 25. Mai 2018."),
    ("de", "Google Analytics wird seit dem 1. Juli 2023 in der Version 4 eingesetzt."),
    ("de", "Angemessenheitsbeschluss der EU-Kommission vom 10. Juli 2023"),
    ("de", "Nach der Verordnung vom 3. März 2010 gilt das Folgende."),
    ("fr", "Le règlement (UE) 2016/679, applicable depuis le 25 mai 2018, protège vos données."),
    (
        "fr",
        "Conformément à la loi du 6 janvier 1978 modifiée le 20 juin 2018, vous disposez de droits.",
    ),
    ("fr", "Cour de justice, arrêt du 16 juillet 2020"),
    ("fr", "Délibération de la CNIL n° 2020-091 du 17 septembre 2020"),
    ("es", "Ley Orgánica 3/2018, de 5 de diciembre, en vigor desde el 7 de diciembre de 2018."),
    ("es", "Conforme al Reglamento (UE) 2016/679 de 27 de abril de 2016, tiene derechos."),
    (
        "it",
        "Ai sensi del D.Lgs. 30 giugno 2003, n. 196 e del Regolamento UE 2016/679 del 27 aprile 2016.",
    ),
    ("it", "Provvedimento del Garante del 10 giugno 2021, in vigore dal 10 gennaio 2022"),
    (
        "pt",
        "Nos termos da Lei nº 13.709, de 14 de agosto de 2018, em vigor desde 18 de setembro de 2020.",
    ),
    ("nl", "De AVG is van toepassing vanaf 25 mei 2018."),
    ("sv", "GDPR gäller från den 25 maj 2018."),
    ("da", "GDPR trådte i kraft den 25. maj 2018."),
    (
        "pl",
        "Ustawa z dnia 10 maja 2018 r. o ochronie danych osobowych obowiązuje od 25 maja 2018 r.",
    ),
    ("cs", "Zákon č. 110/2019 Sb. ze dne 12. března 2019 nabyl účinnosti dne 24. dubna 2019."),
    ("ja", "個人情報保護法は2022年4月1日に施行されました。"),
]


@pytest.mark.parametrize(
    "place", ["{0}\n" + BODY, BODY + "\n{0}\n" + MORE, BODY + "\n{0}"], ids=["head", "body", "foot"]
)
@pytest.mark.parametrize(("language", "text"), OTHERS)
def test_a_date_of_something_else_is_not_taken(language: str, text: str, place: str) -> None:
    effective, findings = read_effective_date(
        document("# Privacy\n" + place.format(text), language)
    )
    assert said(effective) == "none"
    assert [finding.code for finding in findings if finding.code == "date.none"]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Last updated: 5 April 2022", "plain"),
        ("Published: 13/01/2027\nEffective date: 01/02/2027", "decided"),
        ("Effective date: 01/02/2027", "open"),
        ("Effective date: April 2022", "open"),
        ("We collect your name.", "open"),
    ],
)
def test_how_sure_a_date_is_is_said(text, confidence):
    effective, _ = read_effective_date(document(text, "en"))
    assert effective.confidence == confidence


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("    Last edited: January 23, 2018\n", date(2018, 1, 23)),
        ("    {\n    Last edited: January 23, 2018\n    }\n", None),
    ],
)
def test_a_line_set_in_by_itself_is_text_and_a_sample_of_code_is_not(code, expected):
    source = f"# Privacy\n\nWe keep what you give us.\n\n{code}"
    effective, _ = read_effective_date(parse(Snapshot(source.encode(), "privacy.md", "")))
    assert effective.date == expected


def test_norwegian_is_read_by_whatever_tag_it_is_declared():
    for tag in ("no", "nb", "nn-NO"):
        effective, findings = read_effective_date(document("Sist oppdatert: 3. mai 2024", tag))
        assert said(effective).startswith("2024-05-03")
        assert "date.language_unsupported" not in {finding.code for finding in findings}
