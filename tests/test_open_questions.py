"""What a text leaves open is asked and never guessed: no plan is made until somebody answers."""

from pathlib import Path

import pytest

from notifier.errors import NotifierError
from notifier.model.request import RulingSubject
from tests.company import policy
from tests.life import FIRST_DAY, Life, begin

ELSEWHERE = (
    "We may change this Privacy Policy. Changes are announced in the manner described in our "
    "Master Agreement."
)
STATED = """
[policy.promise]
channels = ["email"]
obligation = "will"
prior = true
lead_time_days = 14
who = "Ana"
why = "section 9 of the Master Agreement"
"""
BY_GROUP = "\n\nFor users in California, this Privacy Policy is effective April 1, 2027.\n"


def refused(life: Life) -> str:
    life.check()
    refusal = life.plan().plan.refusal
    assert refusal.startswith("Legal has to decide first:")
    with pytest.raises(NotifierError):
        life.approve()
    life.send()
    assert not life.mails()
    return refusal


def test_a_promise_that_stands_in_another_document_is_asked_for(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url, clause=ELSEWHERE)
    assert "another document" in refused(life)
    path = life.company.folder / "notifier.toml"
    before, audience, after = path.read_text().partition("[audience]")
    path.write_text(f"{before}{STATED}\n{audience}{after}")
    assert not life.plan().plan.refusal
    life.approve()
    life.send()
    assert len(life.mails()) == 4


def test_a_ruling_on_the_channels_says_how_people_are_told(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url, clause=ELSEWHERE)
    refused(life)
    life.rule(RulingSubject.CHANNELS, "email")
    assert not life.plan().plan.refusal


def test_a_text_with_a_date_of_its_own_for_some_is_asked_about(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    life.company.stage(policy(FIRST_DAY, days=90) + BY_GROUP)
    assert "another date for some readers" in refused(life)
    life.rule(RulingSubject.EFFECTIVE_DATE, FIRST_DAY.isoformat())
    assert not life.plan().plan.refusal
