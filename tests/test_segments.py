"""Segments with effective dates of their own: a change is over when the last of them has come."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifier.errors import NotifierError
from tests.life import Life, begin, text_of


@pytest.fixture
def between_the_dates(tmp_path: Path, ledger_url: str) -> Life:
    """In force for most since 1 March, for the EU from 1 June."""
    life = begin(tmp_path, ledger_url)
    path = life.company.folder / "notifier.toml"
    path.write_text(
        path.read_text().replace("lead_times", "segment_dates = { eu = 2027-06-01 }\nlead_times", 1)
    )
    (life.company.folder / "audience.csv").write_text(
        "email,id,name,locale,zone,in_app_id,segment\n"
        "ana@mail.example,1,Ana,en,,u1,eu\nbob@mail.example,2,Bob,en,,u2,us\n"
    )
    life.announce()
    life.now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    life.publish()
    life.check()
    life.now = datetime(2027, 4, 5, 12, tzinfo=UTC)
    life.check()
    life.send()
    life.mails()
    return life


def test_it_is_not_over_before_the_last_date(between_the_dates: Life) -> None:
    life = between_the_dates
    with pytest.raises(NotifierError, match="still"):
        life.close()
    life.now = datetime(2027, 5, 26, 12, tzinfo=UTC)
    life.send()
    assert life.mails().keys() == {"ana@mail.example"}
    life.now = datetime(2027, 6, 1, 12, tzinfo=UTC)
    assert life.check().in_force.number == 2
    assert life.close().state == "complete"


def test_who_joins_a_later_segment_is_told_in_time(between_the_dates: Life) -> None:
    life = between_the_dates
    life.join(("eve@mail.example", "9", "Eve", "en", "", "u9", "eu"))
    life.check()
    life.send()
    assert life.mails().keys() == {"eve@mail.example"}


def test_it_can_still_be_withdrawn_each_in_the_words_of_their_own_date(
    between_the_dates: Life,
) -> None:
    life = between_the_dates
    life.company.git("reset", "-q", "--hard", "HEAD~1")
    life.check()
    assert life.withdraw().told == 2
    life.approve()
    life.send()
    mails = life.mails()
    assert "after that day" in text_of(mails["bob@mail.example"])
    assert "after that day" not in text_of(mails["ana@mail.example"])
    assert (life.account().told, life.account().late) == (1, 1)
