"""What stands on the page without an announcement is not in force: people stay told what they are.

Each test is a life: a change is announced, somebody edits the live page or the staged branch.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from notifier.ledger.changes import ChangeState
from notifier.model.request import RulingSubject
from tests.company import policy
from tests.life import FIRST_DAY, Life, begin

OLD = policy("September 1, 2021")
MENDED = OLD.replace("open an account.", "open your account.")


def announced(folder: Path, ledger_url: str) -> Life:
    life = begin(folder, ledger_url)
    life.announce()
    life.mails()
    life.later(days=2)
    return life


def codes(life: Life) -> list[str]:
    return [finding.code for finding in life.check().findings]


def test_an_edit_of_the_live_page_takes_nothing_back_and_tells_nobody_twice(
    tmp_path: Path, ledger_url: str
) -> None:
    life = announced(tmp_path, ledger_url)
    life.company.commit("main", MENDED)
    for _ in range(2):
        found = life.check()
        assert [finding.code for finding in found.findings] == ["change.first_seen_live"]
        assert (found.in_force.number, found.shown.number) == (1, 3)
    assert life.plan().id == 1
    assert life.account().told == 4
    life.send()
    assert not life.mails()


def test_a_page_that_flaps_voids_no_approval(tmp_path: Path, ledger_url: str) -> None:
    life = announced(tmp_path, ledger_url)
    for text in (MENDED, OLD, MENDED, OLD):
        life.company.commit("main", text)
        assert "plan.void" not in codes(life)
    assert life.status().plan.state == "approved"  # type: ignore[union-attr]


def test_people_are_set_right_although_the_live_page_was_edited(
    tmp_path: Path, ledger_url: str
) -> None:
    life = announced(tmp_path, ledger_url)
    life.company.commit("main", MENDED)
    life.check()
    assert life.withdraw().told == 4
    life.approve()
    life.send()
    assert len(life.mails()) == 4


def test_a_clause_weakened_on_the_live_page_does_not_bind(tmp_path: Path, ledger_url: str) -> None:
    firm = "We will notify you by email at least 60 days before any change takes effect."
    life = begin(tmp_path, ledger_url, clause=firm)
    life.check()
    before = life.plan().plan
    soft = "We may change this policy at any time. Changes are effective when posted."
    life.company.commit("main", policy("September 1, 2021", clause=soft))
    life.check()
    after = life.plan().plan
    assert before.refusal
    assert (after.refusal, after.deadline_at) == (before.refusal, before.deadline_at)


def test_a_staged_branch_that_lags_behind_opens_no_change_back(
    tmp_path: Path, ledger_url: str
) -> None:
    life = announced(tmp_path, ledger_url)
    life.now = datetime(2027, 3, 2, tzinfo=UTC)
    life.publish()
    life.check()
    life.close()
    life.company.stage(OLD)
    life.company.commit("main", policy(FIRST_DAY, days=90).replace("account.", "account or two."))
    found = life.check()
    assert {"change.staged_lags", "change.first_seen_live"} <= {f.code for f in found.findings}
    assert found.change is not None
    assert (found.change.from_version, found.change.to_version) == (2, 3)


def test_a_text_replaced_in_staging_takes_effect_all_the_same_when_it_is_published(
    tmp_path: Path, ledger_url: str
) -> None:
    life = announced(tmp_path, ledger_url)
    life.publish()
    life.check()
    life.stage(date(2027, 6, 1), days=60)
    assert "plan.void" in codes(life)
    life.now = datetime(2027, 3, 2, tzinfo=UTC)
    found = life.check()
    assert found.in_force.number == 2
    assert found.change is not None
    assert (found.change.from_version, found.change.state) == (2, ChangeState.OPEN)


def test_a_commit_on_the_staged_branch_lifts_no_pause(tmp_path: Path, ledger_url: str) -> None:
    life = announced(tmp_path, ledger_url)
    life.pause()
    life.stage(FIRST_DAY, days=91)
    found = life.check()
    assert [finding.code for finding in found.findings] == ["change.paused"]
    assert found.change is None
    life.approve()
    life.send()
    assert len(life.mails()) == 4
    life.resume()
    assert life.check().change is not None


def test_a_ruling_on_the_text_before_is_named_and_not_taken_for_one_on_this(
    tmp_path: Path, ledger_url: str
) -> None:
    life = announced(tmp_path, ledger_url)
    life.rule(RulingSubject.MATERIALITY, "material")
    life.stage(FIRST_DAY, days=91)
    life.check()
    (found,) = [f for f in life.plan().plan.findings if f.code == "ruling.other_text"]
    assert "Ana ruled on privacy v2 that materiality is material" in found.message
    life.rule(RulingSubject.MATERIALITY, "material")
    assert "ruling.other_text" not in {f.code for f in life.plan().plan.findings}


def test_what_legal_stopped_stays_stopped_though_the_page_shows_it(
    tmp_path: Path, ledger_url: str
) -> None:
    life = announced(tmp_path, ledger_url)
    life.publish()
    life.check()
    assert life.withdraw().told == 4
    found = life.check()
    assert [finding.code for finding in found.findings] == ["change.withdrawn"]
    life.approve()
    life.send()
    assert len(life.mails()) == 4
    assert life.status().stopped == ChangeState.WITHDRAWN
    assert "change.withdrawn" in {finding.code for finding in life.status().trouble}


def test_another_text_after_a_withdrawal_is_a_new_change(tmp_path: Path, ledger_url: str) -> None:
    life = announced(tmp_path, ledger_url)
    life.withdraw()
    life.approve()
    life.send()
    life.mails()
    life.later(days=300)
    life.stage(date(2028, 3, 1), days=365)
    found = life.check()
    assert found.change is not None
    assert found.change.state is ChangeState.OPEN
    life.plan()
    life.approve()
    life.send()
    assert len(life.mails()) == 4


def test_a_staged_source_that_shows_no_policy_for_once_voids_nothing(
    tmp_path: Path, ledger_url: str
) -> None:
    life = announced(tmp_path, ledger_url)
    life.company.commit("main", MENDED)
    life.check()
    life.company.stage("<html><title>503</title>Service unavailable</html>\n")
    assert "plan.void" not in codes(life)
    assert life.status().plan.state == "approved"  # type: ignore[union-attr]
