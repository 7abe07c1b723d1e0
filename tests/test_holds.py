"""A person's hold is on a policy's notices: no new plan and no approval lifts it, only resume."""

from datetime import timedelta
from pathlib import Path

import pytest

from notifier.errors import ApprovalError
from notifier.model.request import RulingSubject
from tests.life import Life, begin


def held(folder: Path, ledger_url: str) -> Life:
    life = begin(folder, ledger_url, lead='["30d"]')
    life.check()
    life.plan()
    life.approve()
    life.company.ok("hold", "--by", "Ana Lima", "--why", "the regulator asked us to wait")
    return life


def test_a_hold_outlasts_the_plan_it_was_put_on(tmp_path: Path, ledger_url: str) -> None:
    life = held(tmp_path, ledger_url)
    first = life.status().plan
    life.rule(RulingSubject.MATERIALITY, "material")
    assert life.plan().id != first.id  # type: ignore[union-attr]
    assert life.status().hold.why == "the regulator asked us to wait"  # type: ignore[union-attr]
    life.approve()
    life.now += timedelta(days=27)
    assert life.send().states == {}
    assert not life.mails()
    assert "goes on" in life.resume()
    life.send()
    assert len(life.mails()) == 4


def test_a_hold_is_lifted_once_and_stays_lifted(tmp_path: Path, ledger_url: str) -> None:
    life = held(tmp_path, ledger_url)
    life.resume()
    with pytest.raises(ApprovalError, match="Nobody holds"):
        life.resume()
    life.rule(RulingSubject.MATERIALITY, "material")
    life.plan()
    life.approve()
    assert life.status().hold is None


def test_what_tells_that_a_change_stops_waits_for_no_hold(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.mails()
    life.company.ok("hold", "--by", "Ana Lima", "--why", "wait")
    life.withdraw()
    life.approve()
    life.send()
    assert len(life.mails()) == 4


def test_resuming_held_messages_of_a_withdrawal_lets_them_go_and_nothing_else(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.mails()
    life.withdraw()
    life.approve()
    life.company.ok("hold", "--by", "Ana Lima", "--why", "a wrong word")
    life.send()
    assert not life.mails()
    assert "goes on" in life.resume()
    life.send()
    assert len(life.mails()) == 4
    assert life.status().stopped == "withdrawn"


def test_nobody_decides_in_the_name_of_the_program(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    life.check()
    life.plan()
    refused = life.company.run("approve", "--by", "notifier", "--why", "x")
    assert refused.returncode == 2
    assert "say who you are" in refused.stderr
