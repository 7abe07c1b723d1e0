"""Alarms that need two versions, or a calendar."""

import datetime as dt

import pytest

from notifier.model.reading import EffectiveDate, Severity
from notifier.reading.dates import compare_dates, read_effective_date
from tests.reading.dates.documents import document

TODAY = dt.date(2024, 5, 1)


def read(text: str) -> EffectiveDate:
    return read_effective_date(document(text))[0]


@pytest.mark.parametrize(
    ("old", "new", "text_changed", "codes"),
    [
        ("Effective: March 1, 2024", "Effective: June 1, 2024", True, set()),
        ("Effective: June 1, 2024", "Effective: June 1, 2024", True, {"date.unchanged"}),
        ("Effective: June 1, 2024", "Effective: June 1, 2024", False, set()),
        ("Effective: June 1, 2024", "Effective: July 1, 2024", False, {"date.moved"}),
        ("Effective: March 1, 2024", "Effective: April 1, 2024", True, {"date.past"}),
        ("Effective: March 1, 2024", "Effective: May 1, 2024", True, set()),
        ("Effective: August 1, 2024", "Effective: July 1, 2024", True, {"date.before_predecessor"}),
        ("Effective: June 2024", "Effective: June 2024", True, {"date.unchanged"}),
        ("Effective: June 2024", "Effective: June 3, 2024", False, {"date.moved"}),
        ("No date.", "Also none.", True, set()),
        ("Effective: June 1, 2024", "No date.", False, {"date.moved"}),
        ("Effective: June 1, 2024", "Effective: [TBD]", True, set()),
    ],
)
def test_two_versions(old: str, new: str, text_changed: bool, codes: set[str]) -> None:
    findings = compare_dates(read(old), read(new), text_changed=text_changed, today=TODAY)
    assert {finding.code for finding in findings} == codes
    for finding in findings:
        moved = finding.code == "date.moved"
        assert finding.severity is (Severity.WARNING if moved else Severity.QUESTION)
        assert finding.quotes
        assert finding.remedy
