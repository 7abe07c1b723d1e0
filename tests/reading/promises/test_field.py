"""Whole documents from the field, in every supported language, by the share that is read right."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from notifier.reading.promises import read_promise
from tests.reading.promises.documents import document
from tests.reading.promises.field import FIELDS, LANGUAGES, Case, cases, fields

BAR = {"en": 0.95, "de": 0.95, "fr": 0.95, "es": 0.95}
"""Share of the documents in which a field must be read right."""

OTHER_LANGUAGES = 0.95


@cache
def _readings() -> tuple[tuple[Case, dict[str, object]], ...]:
    return tuple((case, fields(case.read()[0])) for case in cases())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_is_read_in_nearly_every_document(language: str):
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case, got in _readings():
        if case.language == language:
            for field, wanted in case.expected.items():
                total[field] += 1
                right[field] += got[field] == wanted
    shares = {field: right[field] / total[field] for field in FIELDS}
    bar = BAR.get(language, OTHER_LANGUAGES)
    assert {field: share for field, share in shares.items() if share < bar} == {}


def test_no_promise_is_found_where_there_is_none():
    claimed = [
        case.clause
        for case, got in _readings()
        if case.nothing and not case.open and got["obligation"] != "none"
    ]
    assert claimed == []


def test_a_lead_time_is_never_invented():
    invented = [
        case.clause
        for case, got in _readings()
        if "lead_time_days" in case.expected
        and case.expected["lead_time_days"] is None
        and got["lead_time_days"] is not None
    ]
    assert invented == []


UNSUPPORTED = {
    "hu": """Módosíthatjuk ezt a szabályzatot. A változásról legalább 30 nappal a hatálybalépés
    előtt e-mailben értesítjük Önt, és az új szöveget az oldalon is közzétesszük.""",
    "sk": """Tieto zásady môžeme zmeniť. O zmenách vás budeme informovať e-mailom najmenej 30 dní
    vopred a nové znenie zverejníme na tejto stránke.""",
    "hr": """Ova pravila možemo promijeniti. O promjenama ćemo vas obavijestiti e-poštom najmanje 14
    dana prije nego što stupe na snagu.""",
    "et": """Me võime käesolevat teadet muuta. Teavitame teid muudatustest e-posti teel vähemalt 30
    päeva enne nende jõustumist ning avaldame uue teksti sellel lehel.""",
    "ko": "당사는 본 방침을 변경할 수 있습니다. 변경 30일 전까지 이메일로 통지합니다.",
}


@pytest.mark.parametrize("text", UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_a_language_without_a_table_is_named_as_a_question_not_read_as_its_neighbour(text: str):
    promise, findings = read_promise(document(" ".join(text.split())))
    assert promise.clause is None
    assert [finding.code for finding in findings] == ["promise.language_unsupported"]
