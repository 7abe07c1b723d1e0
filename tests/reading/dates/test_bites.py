"""What bites when a date is read: decoys, doubles, swaps, gaps. Expected: the day, or the honest doubt.

Each case is (text, reading, finding codes that must be there). Lines are blocks.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from notifier.model.reading import Severity
from notifier.reading.dates import read_effective_date
from tests.reading.dates.documents import document, said


class Case(NamedTuple):
    text: str
    expected: str
    codes: frozenset[str] = frozenset()
    language: str | None = "en"
    metadata: dict[str, str] = {}  # noqa: RUF012 - never changed


def of(text, expected, *codes, language="en", **metadata):
    return Case(text, expected, frozenset(codes), language, metadata)


DECOYS = [
    of("# Privacy\nThe GDPR, effective May 25, 2018, gives you rights.", "none", "date.none"),
    of(
        "As of May 25, 2018, the General Data Protection Regulation (GDPR) provides every user the right to receive a copy.",
        "none",
    ),
    of("# Terms\n© 2019 Example Inc. All rights reserved.", "none"),
    of("Copyright 2010-2024 Example", "none"),
    of("We comply with Regulation (EU) 2016/679 of 27 April 2016.", "none"),
    of("We certified to the Privacy Shield on 12 April 2017.", "none"),
    of("The California Consumer Privacy Act took effect on January 1, 2020.", "none"),
    of("As of January 1, 2024, Example has received zero warrants.", "none"),
    of(
        "Warrant canary, last updated January 1, 2024: no subpoenas received.\nLast updated: March 3, 2024",
        "2024-03-03 last_updated",
    ),
    of("Effective until October 6, 2025", "none", "date.ends"),
    of("These terms apply until October 6, 2025.", "none"),
    of(
        "# Terms (valid until 16.04.2024)\nDate of entry into force: 01.10.2020.\nOld price list of 16.04.2024",
        "2020-10-01 effective",
        "date.ends",
    ),
    of(
        "For the version effective before June 3, 2020, click here.\nEffective: June 3, 2020",
        "2020-06-03 effective",
    ),
    of("As of March 3, 2024, these terms also apply to our shop.", "none", "date.none"),
    of(
        "Applies to new shops on acceptance and from June 3, 2020 to all.\nIt is effective from June 3, 2020. "
        "The [previous amendment of these terms](#Former Terms) was effective for all on May 1, 2019.",
        "2020-06-03 effective",
    ),
    of(
        "These terms took effect on June 3, 2020. Previous versions of these terms:\n"
        "- Terms of 2019: effective from May 1, 2019, until June 3, 2020\n"
        "- Terms of 2017: effective from May 1, 2017, until May 1, 2019",
        "2020-06-03 effective",
    ),
    of("Privacy statement update: 9/19/17", "2017-09-19 last_updated"),
    of("Previous version of May 1, 2019\nLast updated: June 3, 2020", "2020-06-03 last_updated"),
    of("Effective June 3, 2020 (replaces the version of May 1, 2019)", "2020-06-03 effective"),
    of(
        "This version replaces the version dated May 1, 2019. Last updated: June 3, 2020.",
        "2020-06-03 last_updated",
    ),
    of(
        "Last updated: February 14, 2025. To see prior version, click here.",
        "2025-02-14 last_updated",
    ),
    of(
        "For example, if your subscription starts on January 1, 2024, it ends on January 31, 2024.",
        "none",
    ),
    of("Example Inc. was founded on March 3, 2009 and is registered in Delaware.", "none"),
    of("# Privacy\nLaw 78-17 of 6 January 1978 applies to files.", "none"),
    of(
        "Our Cookie Policy was last amended by law on some day; see Directive 2009/136/EC of 25 November 2009.",
        "none",
    ),
    of("We will stop supporting version 2 on June 30, 2026.", "none"),
    of("# Terms\nIf you bought a ticket on or after 1 June 2023, Section 4 applies.", "none"),
    of("La loi n° 78-17 du 6 janvier 1978 s'applique.", "none", language="fr"),
    of(
        "Verordnung (EU) 2016/679 vom 27. April 2016, gültig ab 25. Mai 2018", "none", language="de"
    ),
    of("Gesetz vom 3. Mai 2013\nStand: 1. Juni 2020", "2020-06-01 stand_status", language="de"),
    of(
        "Versión anterior: 3 de mayo de 2019\nÚltima actualización: 1 de junio de 2020",
        "2020-06-01 last_updated",
        language="es",
    ),
    of(
        "Legge 3 maggio 2013, n. 12\nUltimo aggiornamento: 1 giugno 2020",
        "2020-06-01 last_updated",
        language="it",
    ),
    of(
        "Gyldig til 3. maj 2019\nSidst opdateret: 1. juni 2020",
        "2020-06-01 last_updated",
        language="da",
    ),
    of(
        "Obowiązuje do 3 maja 2019 r.\nObowiązuje od 4 maja 2019 r.",
        "2019-05-04 effective",
        language="pl",
    ),
    of(
        "本規約は2020年3月31日まで有効です。\n2020年4月1日 施行",
        "2020-04-01 effective",
        language="ja",
    ),
    of("# Cookies\n| Cookie | Expires |\n| sid | December 31, 2025 |", "none"),
    of(
        "# Who we are\n"
        + "We are a company that makes things. " * 40
        + "\n| Created at | 2020-09-21 05:03:13 |\n"
        + "More text about us. " * 5
        + "\nx\n" * 9,
        "none",
    ),
]

DOUBLES = [
    of("Last updated: May 1, 2024\nEffective: June 1, 2024", "2024-06-01 effective"),
    of("Effective July 1, 2026. Last Revised May 26, 2026", "2026-07-01 effective"),
    of("Effective as of March 1, 2023 | Posted: December 1, 2022", "2023-03-01 effective"),
    of("Posted: December 1, 2022 / Effective: March 1, 2023", "2023-03-01 effective"),
    of(
        "Effective: May 1, 2024\nLast updated: June 1, 2024",
        "2024-05-01 effective",
        "date.effective_before_updated",
    ),
    of(
        "Effective: May 1, 2024\nEffective: June 1, 2024",
        "ambiguous 2024-05-01 2024-06-01",
        "date.two_dates",
    ),
    of(
        "Last updated: May 1, 2024\n"
        + "Some words about data. " * 60
        + "\nLast updated: June 1, 2024",
        "2024-05-01 last_updated",
        "date.two_dates",
    ),
    of(
        "Last updated: June 1, 2024\n"
        + "Some words about data. " * 60
        + "\nLast updated: June 1, 2024",
        "2024-06-01 last_updated",
    ),
    of("Terms of Use Effective Date:\nJuly 14, 2020", "2020-07-14 effective"),
    of("Effective date\nJuly 14, 2020", "2020-07-14 effective"),
    of("# Effective date\nJuly 14, 2020", "2020-07-14 effective"),
    of("| Effective date | July 14, 2020 |\n| Owner | Legal |", "2020-07-14 effective"),
    of("| Version | Effective date |\n| 3 | July 14, 2020 |", "2020-07-14 effective"),
    of("# Privacy Policy\nJuly 14, 2020\nWe care.", "2020-07-14 bare_date"),
    of("# Privacy Policy\nMonday, 14 July 2020\nWe care.", "2020-07-14 bare_date"),
    of("# Privacy Policy (effective July 14, 2020)\nWe care.", "2020-07-14 effective"),
    of("# Datenschutzerklärung – Stand: Mai 2021", "2021-05 stand_status", language="de"),
    of(
        "This policy was created on 3 June 2018 and last updated on 5 July 2020.",
        "2020-07-05 last_updated",
    ),
    of("Established 1 July 2021. Updated 8 October 2021.", "2021-10-08 last_updated"),
    of("We have updated these terms, which are effective June 3, 2020.", "2020-06-03 effective"),
    of(
        "# Change log\nText\n"
        + "Words words words words. " * 40
        + "\n# Change log\n- April 16, 2026: Replaced one processor.\n- January 8, 2026: Added one.",
        "2026-04-16 changelog",
    ),
    of(
        "Last updated: March 1, 2026\n"
        + "Words words words words. " * 40
        + "\n# Change log\n- April 16, 2026: Replaced one processor.\n- January 8, 2026: Added one.",
        "2026-03-01 last_updated",
    ),
    of(
        "# Résultats\n### Mise à jour du 12/10/2021\nTexte.\n### Mise à jour du 21/01/2022\nTexte.",
        "2022-01-21 last_updated",
        language="fr",
    ),
    of(
        "Last updated: June 2024\nThis policy is effective as of June 15, 2024.",
        "2024-06-15 effective",
    ),
    of(
        "Effective: June 2024\nThis policy is effective as of June 15, 2024.",
        "2024-06-15 effective",
    ),
]

NUMBERS = [
    of("Last updated: 01/02/2026", "ambiguous 2026-01-02 2026-02-01", "date.ambiguous"),
    of("Effective 3.4.2024", "ambiguous 2024-03-04 2024-04-03", "date.ambiguous"),
    of(
        "Last updated: 01/02/2026\nOur last audit ended on 13/01/2026.",
        "2026-02-01 last_updated",
        "date.order_decided",
    ),
    of(
        "Last updated: 01/02/2026\nOur last audit ended on 01/13/2026.",
        "2026-01-02 last_updated",
        "date.order_decided",
    ),
    of(
        "Last updated: 01/02/2026\nAudits: 01/13/2026 and 13/01/2026.",
        "ambiguous 2026-01-02 2026-02-01",
    ),
    of("Last updated: 01/02/2026\nUpdated February 1, 2026", "2026-02-01 last_updated"),
    of(
        "Last updated: 01/02/2026",
        "2026-02-01 last_updated",
        "date.order_decided",
        language="en-GB",
    ),
    of(
        "Last updated: 01/02/2026",
        "2026-01-02 last_updated",
        "date.order_decided",
        language="en-US",
    ),
    of("Last updated: 01/02/2026", "ambiguous 2026-01-02 2026-02-01", language=None),
    of("Stand: 01.02.2026", "2026-02-01 stand_status", language="de"),
    of("Senast uppdaterad: 01/02/2026", "ambiguous 2026-01-02 2026-02-01", language="sv"),
    of("Last updated: 01/02/2026", "2026-02-01 last_updated", datetime="2026-02-01"),
    of("Last updated: 02/02/2026", "2026-02-02 last_updated"),
    of(
        "This policy was reviewed on 26/06/2023 and last updated on 11/12/2023.",
        "2023-12-11 last_updated",
    ),
    of("Last updated: 31/04/2024", "none", "date.impossible"),
    of("Effective date: June 31, 2024", "none", "date.impossible"),
    of("Effective date: 29 February 2023", "none", "date.impossible"),
    of("Effective date: 29 February 2024", "2024-02-29 effective"),
    of("Effective date: 1 January 1970", "none", "date.impossible"),
    of("Effective date: 13/13/2024", "none", "date.impossible"),
    of("Last updated: 2024", "none", "date.incomplete"),
    of("Effective: March 3", "none", "date.incomplete"),
    of("Version 2.0.1", "none"),
    of("Version 1.2.2020.4", "none"),
    of("Last updated: 10.0.0.1", "none"),
]

PLACEHOLDERS = [
    of(text, "placeholder", "date.placeholder", language=language)
    for text, language in (
        ("Effective date: [To be determined]", "en"),
        ("Effective date: TBD", "en"),
        ("Effective Date: [●]", "en"),
        ("Effective Date: [●] 2025", "en"),
        ("Effective date: [DATE]", "en"),
        ("Effective date: [insert date]", "en"),
        ("Effective date: {{ effective_date }}", "en"),
        ("Effective date: <date>", "en"),
        ("Effective date: ____ 2025", "en"),
        ("Effective date: MM/DD/YYYY", "en"),
        ("Effective date: XX/XX/2025", "en"),
        ("Effective date: March XX, 2025", "en"),
        ("Effective date: 00/00/0000", "en"),
        ("Effective date: 2025-XX-XX", "en"),
        ("Effective date: ??/??/????", "en"),
        ("Last updated: coming soon", "en"),
        ("Date d'entrée en vigueur : XX mars 2025", "fr"),
        ("Dernière mise à jour : JJ/MM/AAAA", "fr"),
        ("Date d'entrée en vigueur : à définir", "fr"),
        ("Gültig ab: TT.MM.JJJJ", "de"),
        ("Gültig ab: noch festzulegen", "de"),
        ("Stand: XX.XX.2025", "de"),
        ("Fecha de entrada en vigor: por determinar", "es"),
        ("In vigore dal gg/mm/aaaa", "it"),
        ("Ingangsdatum: nader te bepalen", "nl"),
        ("Data wejścia w życie: do ustalenia", "pl"),
        ("施行日：未定", "ja"),
    )
] + [
    of("Effective date: [TBD]\nLast updated: March 1, 2025", "placeholder", "date.placeholder"),
    of(
        "Effective date: March 1, 2025\nLast updated: [TBD]",
        "2025-03-01 effective",
        "date.placeholder_beside",
    ),
    of("Effective date: [March 1, 2025]", "2025-03-01 effective"),
]

COMPUTED = [
    of(
        "Posted: June 1, 2024\nThis policy is effective 10 days after the posted date above.",
        "2024-06-11 computed",
        "date.computed",
    ),
    of(
        "Published June 1, 2024\nThese terms take effect thirty (30) days after publication.",
        "2024-07-01 computed",
    ),
    of(
        "Posted: June 1, 2024\nAny changes are effective 10 days after posting.",
        "2024-06-01 published",
    ),
    of(
        "Last Updated: June 15, 2022\nAny amended Terms will become effective no earlier than 14 days after they are posted.",
        "2022-06-15 last_updated",
    ),
    of(
        "Posted: June 1, 2024\nEffective: June 5, 2024\nThis policy is effective 10 days after posting.",
        "2024-06-05 effective",
    ),
    of(
        "Veröffentlicht am 1. Juni 2024\nDiese Nutzungsbedingungen treten 14 Tage nach Veröffentlichung in Kraft.",
        "2024-06-15 computed",
        language="de",
    ),
]

GROUPS = [
    of(
        "This User Agreement is effective from 16 November 2022 for existing users and upon acceptance for new users.",
        "2022-11-16 effective",
        "date.by_group",
    ),
    of(
        "Terms related to Health are effective as of May 13, 2026.",
        "ambiguous 2026-05-13",
        "date.by_group",
    ),
    of(
        "Last Revised: October 30, 2025\nWe updated our Terms as of October 30, 2025. If you created your account before October 30, 2025, some changes will be effective as of November 13, 2025.",
        "2025-10-30 last_revised",
        "date.by_group",
    ),
    of(
        "Effective: June 1, 2024\nFor existing users, these terms take effect on July 1, 2024.",
        "2024-06-01 effective",
        "date.by_group",
    ),
    of(
        "For new users these terms are effective June 1, 2024. For existing users these terms are effective July 1, 2024.",
        "ambiguous 2024-06-01 2024-07-01",
        "date.by_group",
    ),
    of(
        "This notice takes effect for the EEA and the UK on May 2, 2024.\n# Privacy\nWe keep your data safe.\nEffective date outside EEA and UK: March 4, 2024",
        "ambiguous 2024-03-04 2024-05-02",
        "date.by_group",
    ),
    of(
        "Effective: June 12, 2026\nTerms related to Health are effective as of May 13, 2026.",
        "2026-06-12 effective",
        "date.by_group",
    ),
    of(
        "Für Neukunden gilt diese Fassung ab dem 1. Juni 2024, für Bestandskunden ab dem 1. August 2024.",
        "ambiguous 2024-06-01 2024-08-01",
        "date.by_group",
        language="de",
    ),
    of("We’re updating our terms of use on Monday 3 June 2024.", "none", "date.announced"),
    of(
        "Last updated: 1 May 2024\nWe're updating our terms of use on Monday 3 June 2024.",
        "2024-05-01 last_updated",
        "date.announced",
    ),
    of(
        "This policy is in community review. It will take effect at the end of this period estimated on May 20th, 2025.\nLast updated: March 18, 2025",
        "2025-05-20 effective_estimated",
        "date.estimated",
    ),
]

FOREIGN = [
    of("# Privacy\nWe care.\nMise à jour : 20/05/2024", "2024-05-20 last_updated"),
    of("# Privacy\nWe care.\nStand: Mai 2024", "2024-05 stand_status"),
    of("# Privacy\nWe care.\nMise à jour : 04/05/2024", "ambiguous 2024-04-05 2024-05-04"),
    of(
        "Last updated: 20 May 2024",
        "2024-05-20 last_updated",
        "date.language_unsupported",
        language="hu",
    ),
    of("Frissítve: 20.5.2024", "none", "date.language_unsupported", language="hu"),
]

METADATA = [
    of("# Privacy\nWe care.", "2024-05-01 last_modified", lastmod="2024-05-01"),
    of(  # what readers see goes before what they do not
        "Last updated: June 1, 2024",
        "2024-06-01 last_updated",
        "date.metadata_disagrees",
        last_updated="2024-05-01",
    ),
    of("Effective: June 1, 2024", "2024-06-01 effective", date="2020-01-01"),
    of("Last updated: {{ page.updated }}", "2024-05-01 last_updated", updated="May 1, 2024"),
    of("Last updated: {{ page.date | date: '%B' }}", "2024-05-01 last_updated", date="2024-05-01"),
    of(
        "Effective: June 1, 2024",
        "2024-06-01 effective",
        "date.metadata_disagrees",
        datetime="2024-07-01",
    ),
    of("Effective: June 1, 2024", "2024-06-01 effective", datetime="2024-06-01T00:00:00Z"),
    of("# Privacy", "2024-05-01 effective", effective_date="2024-05-01T00:00:00Z"),
]

CASES = {
    "decoy": DECOYS,
    "double": DOUBLES,
    "number": NUMBERS,
    "placeholder": PLACEHOLDERS,
    "computed": COMPUTED,
    "group": GROUPS,
    "foreign": FOREIGN,
    "metadata": METADATA,
}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{name}-{number}")
        for name, cases in CASES.items()
        for number, case in enumerate(cases)
    ],
)
def test_nothing_is_guessed(case: Case) -> None:
    effective, findings = read_effective_date(document(case.text, case.language, case.metadata))
    assert said(effective) == case.expected
    assert case.codes <= {finding.code for finding in findings}
    if effective.date is None or not effective.governs:
        assert any(finding.severity is Severity.QUESTION and finding.remedy for finding in findings)


@pytest.mark.parametrize(
    ("text", "governs"),
    [
        ("Effective: June 1, 2024", True),
        ("Last updated: June 1, 2024", False),
        ("Last updated: June 1, 2024\nThis policy is effective as of the date above.", True),
        ("Last updated: June 1, 2024\nChanges are effective as of the “Last Updated” date.", True),
        ("June 1, 2024\nWe care.", False),
    ],
)
def test_only_the_text_makes_a_date_the_effective_one(text: str, governs: bool) -> None:
    effective, _ = read_effective_date(document(text))
    assert effective.governs is governs


@pytest.mark.parametrize(
    ("text", "language", "at", "zone"),
    [
        ("Effective March 1, 2027 (UTC).", "en", None, "UTC"),
        ("Effective March 1, 2027 (Pacific Time).", "en", None, "America/Los_Angeles"),
        ("Effective March 1, 2027 PST.", "en", None, "PST"),
        ("Effective March 1, 2027. UTC is what our logs use.", "en", None, None),
        ("Effective June 1, 2024 at 5 pm PT", "en", "17:00", "PT"),
        (
            "Effective at 12:01 a.m. Pacific Time on June 1, 2024",
            "en",
            "00:01",
            "America/Los_Angeles",
        ),
        ("Updated: December 29 2025, 09:44 GMT", "en", "09:44", "GMT"),
        ("Effective 05/13/2024 – 12:00 a.m. ET", "en", "00:00", "ET"),
        ("Last updated: 2024-05-01T10:00:00Z", "en", "10:00", "Z"),
        ("Effective June 1, 2024, midnight UTC", "en", "00:00", "UTC"),
        ("Effective June 1, 2024 at noon (Europe/Berlin)", "en", "12:00", "Europe/Berlin"),
        ("Gültig ab 1. Juni 2024, 0:00 Uhr MEZ", "de", "00:00", "MEZ"),
        ("Gültig ab 1. Juni 2024 um 12 Uhr", "de", "12:00", None),
        ("En vigueur le 1er juin 2024 à 14h30 (heure de Paris)", "fr", "14:30", "Europe/Paris"),
        ("Effective June 1, 2024. Call us at 5 pm.", "en", None, None),
        ("Effective June 1, 2024", "en", None, None),
    ],
)
def test_the_time_of_day_is_read_where_stated(text, language, at, zone) -> None:
    effective, _ = read_effective_date(document(text, language))
    assert (effective.at.strftime("%H:%M") if effective.at else None, effective.zone) == (at, zone)


def test_the_quote_is_the_line_as_it_stands() -> None:
    text = "# Privacy Policy\nEffective Date: March 3,\u00a02020 “at last”"
    effective, _ = read_effective_date(document(text))
    assert effective.quote is not None
    assert (effective.quote.text, effective.quote.line) == (
        "Effective Date: March 3,\u00a02020 “at last”",
        2,
    )
