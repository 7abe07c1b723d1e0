"""What English policies say about their own date."""

import datetime as dt

import pytest

from notifier.model.reading import DateKind, DateStatus
from notifier.model.text import Block, BlockKind, Document
from notifier.reading.dates import read_effective_date


def document(text: str, language: str | None = "en") -> Document:
    blocks = tuple(
        Block(
            BlockKind.HEADING if line.startswith("# ") else BlockKind.PARAGRAPH,
            line.lstrip("# "),
            line=number,
        )
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    )
    return Document(blocks, language=language)


@pytest.mark.parametrize(
    ("text", "day", "kind"),
    [
        ("Effective date: March 3, 2020", dt.date(2020, 3, 3), DateKind.EFFECTIVE),
        ("Last updated on 06/30/2023", dt.date(2023, 6, 30), DateKind.LAST_UPDATED),
        (
            "These terms will apply from Monday 3 June 2024.",
            dt.date(2024, 6, 3),
            DateKind.EFFECTIVE,
        ),
        ("Terms of Use Effective Date:\nJuly 14, 2020", dt.date(2020, 7, 14), DateKind.EFFECTIVE),
    ],
)
def test_a_labelled_day_is_read(text: str, day: dt.date, kind: DateKind) -> None:
    effective, _ = read_effective_date(document(text))
    assert (effective.status, effective.date, effective.kind) == (DateStatus.STATED, day, kind)
