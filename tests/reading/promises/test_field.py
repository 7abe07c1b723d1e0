"""Whole documents from the field, in every supported language, by the share that is read right."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

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
