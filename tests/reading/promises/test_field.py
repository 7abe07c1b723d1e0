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
    "da": """Vi kan ændre denne politik. Vi giver dig besked via e-mail mindst 30 dage før ændringen
    træder i kraft, og du kan altid finde den nyeste version af politikken på denne side.""",
    "no": """Vi kan endre denne erklæringen. Vi varsler deg på e-post minst 30 dager før endringen
    trer i kraft, og du finner alltid den nyeste versjonen av erklæringen her.""",
    "pl": """Możemy zmienić niniejszą politykę. O zmianach powiadomimy użytkowników e-mailem co
    najmniej 14 dni przed wejściem w życie.""",
    "cs": """Tyto zásady můžeme změnit. O změnách vás budeme informovat e-mailem nejméně 30 dní
    předem.""",
    "ja": "当社は本ポリシーを変更することがあります。変更の30日前までに電子メールで通知します。",
}


@pytest.mark.parametrize("text", UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_a_language_without_a_table_is_named_as_a_question_not_read_as_its_neighbour(text: str):
    promise, findings = read_promise(document(" ".join(text.split())))
    assert promise.clause is None
    assert [finding.code for finding in findings] == ["promise.language-unsupported"]
