"""The proof of a change stays within reach when the next one has been found, planned, approved."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.company import Company
from tests.life import Life, begin


@pytest.fixture
def after_the_next(tmp_path: Path, ledger_url: str) -> Life:
    """One change told and over, another one found."""
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.now = datetime(2027, 3, 2, tzinfo=UTC)
    life.publish()
    life.check()
    life.close()
    life.later(days=200)
    life.stage(date(2028, 3, 1), days=365)
    life.check()
    return life


def certificate(company: Company, name: str, *more: str) -> str:
    company.ok("evidence", "--by", "A", "-o", name, "--person", "bob@mail.example", *more)
    return (company.folder / name / "certificate.txt").read_text()


def test_a_change_that_is_only_found_hides_no_proof(after_the_next: Life) -> None:
    company = after_the_next.company
    company.ok("evidence", "--by", "A", "-o", "all")
    assert "Takes effect  2027-03-01" in (company.folder / "all" / "README.txt").read_text()
    (plan,) = json.loads((company.folder / "all" / "summary.json").read_text())["plans"]
    assert "plan.lead_missed" in {finding["code"] for finding in plan["findings"]}
    assert "Told           yes, by email" in certificate(company, "bob")


def test_each_change_is_proved_by_one_of_its_plans(after_the_next: Life) -> None:
    company = after_the_next.company
    after_the_next.plan()
    after_the_next.approve()
    now = certificate(company, "now")
    assert "Told           no" in now
    assert "Another change  2027-03-01" in now
    assert "notifier evidence privacy --plan 1" in now
    assert "Told           yes, by email" in certificate(company, "before", "--plan", "1")
    refused = company.run("evidence", "--by", "A", "-o", "none", "--plan", "9")
    assert refused.returncode == 4
    assert "There is no plan 9 for privacy" in refused.stderr
    assert not (company.folder / "none").exists()
