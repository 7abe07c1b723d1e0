"""People who join during the notice window are told on joining, until the change takes effect."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from notifier.errors import NotifierError
from notifier.ledger.standing import Joined
from notifier.model.request import RulingSubject
from tests.company import CLAUSE, PEOPLE
from tests.life import begin, text_of

NIA = ("nia@mail.example", "6", "Nia", "en", "", "u6")
OLE = ("ole@mail.example", "7", "Ole", "de", "", "u7")


def codes(report) -> set[str]:
    return {finding.code for finding in report.findings}


def test_who_joins_gets_the_approved_message_and_is_counted_apart(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    plan = life.announce()
    before = life.mails()["bob@mail.example"]
    first = life.account()
    life.later(days=3)
    life.join(NIA, OLE)
    (found,) = [f for f in life.check().findings if f.code == "audience.joined"]
    assert found.message.startswith("2 people joined")
    assert life.account().joined == Joined(people=2, waiting=2)

    life.send()
    mails = life.mails()
    assert mails.keys() == {NIA[0], OLE[0]}
    assert mails[NIA[0]]["Subject"] == before["Subject"]
    assert text_of(mails[NIA[0]]) == text_of(before).replace("Bob", "Nia")
    assert "Änderung zum 1. März 2027" in mails[OLE[0]]["Subject"]
    (shown,) = life.shown_to("u6")
    assert "2027-03-01" in shown

    after = life.account()
    assert after.joined == Joined(people=2, told=2)
    assert (after.people, after.told, after.late) == (first.people, first.told, first.late)
    assert plan.manifest.definition.endswith(
        f"audience.csv, and who joins before {plan.plan.effective_at.isoformat()}"
    )

    assert "audience.joined" not in codes(life.check())
    life.send()
    assert life.mails() == {}
    assert life.plan().id == plan.id


def test_who_joined_hears_of_a_withdrawal_in_their_own_language(
    tmp_path: Path, ledger_url: str
) -> None:
    """The audience as frozen has nobody whose language is just German."""
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.later(days=1)
    life.join(OLE)
    life.check()
    life.send()
    life.mails()
    life.withdraw()
    life.approve()
    life.send()
    mails = life.mails()
    assert len(mails) == 5
    assert "keine Änderung" in mails[OLE[0]]["Subject"]
    assert any("withdrawal" in shown for shown in life.shown_to("u7"))


def test_after_the_deadline_it_is_not_late_and_after_the_day_nobody_is_told(
    tmp_path: Path, sqlite_url: str
) -> None:
    clause = CLAUSE.replace("prior to", "at least 14 days prior to")
    life = begin(tmp_path, sqlite_url, clause=clause)
    plan = life.announce().plan
    life.mails()
    life.now = plan.effective_at - timedelta(minutes=1)
    assert life.now > plan.deadline_at + timedelta(days=12)
    life.join(NIA)
    life.check()
    life.send()
    assert life.mails()[NIA[0]]["Subject"] == "We are changing our Privacy Policy on March 1, 2027"
    assert life.account().joined == Joined(people=1, told=1)
    assert life.account().late == 0
    life.shown_to("u3", see=True)
    with pytest.raises(NotifierError, match="still told"):
        life.close()
    life.now = plan.effective_at
    life.join(OLE)
    life.check()
    life.send()
    assert life.mails() == {}
    assert life.account().joined.people == 1


def test_found_in_time_and_not_told_by_the_day_is_an_exception_with_an_alarm(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url)
    plan = life.announce().plan
    life.mails()
    life.company.ok("hold", "--by", "Ana", "--why", "a complaint")
    life.join(NIA)
    life.check()
    life.send()
    life.company.ok("resume", "--by", "Ana", "--why", "settled")
    life.now = plan.effective_at
    alarms = life.send().alarms
    assert life.mails() == {}
    assert life.account().joined == Joined(people=1, untold=1)
    assert life.close().state == "complete_with_exceptions"
    assert any("1 person who joined could not be told by email" in alarm for alarm in alarms)
    assert any("too late to remind 4 people" in alarm for alarm in alarms)


def test_who_left_moved_or_has_a_second_account(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url, lead='["20d", "2d"]')
    life.check()
    life.plan()
    life.approve()
    ana, bob, cy, _karl, zoe = PEOPLE
    moved = ("bobby@mail.example", *bob[1:])
    second = (bob[0], "8", "Bob", "en", "", "u8")
    merged = (zoe[0], "9", "Zoé", "fr", "", "")
    life.company.write_audience([ana, moved, cy, zoe, second, merged])
    found = {f.code: f.message for f in life.check().findings}
    assert found["audience.moved"].startswith("1 person moved to another address")
    assert found["audience.joined"].startswith("1 person joined")
    life.now = life.status().plan.plan.target_at  # type: ignore[union-attr]
    life.send()
    assert {"karl@mail.example", bob[0]} <= life.mails().keys()
    assert len(life.shown_to("u8")) == 1
    joined = life.account().joined
    assert (joined.people, joined.told, joined.waiting) == (1, 0, 1)


def test_too_many_at_once_are_another_list_and_need_a_new_approval(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url)
    plan = life.announce()
    life.mails()
    crowd = [(f"p{n}@mail.example", f"c{n}", "", "en", "", "") for n in range(51)]
    life.join(*crowd)
    for _ in range(2):
        (found,) = [f for f in life.check().findings if f.code == "audience.another"]
        assert "More than 50 people" in found.message
    life.send()
    assert life.mails() == {}
    assert life.account().joined == Joined()
    assert [wrong.code for wrong in life.status().trouble] == ["audience.another"]
    again = life.plan()
    assert (again.id > plan.id, again.plan.people) == (True, 56)
    life.approve()
    life.send()
    assert len(life.mails()) == 51
    assert life.status().trouble == ()


def test_a_list_that_was_not_believed_is_trouble_until_it_is_mended(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    life.announce()
    crowd = [(f"p{n}@mail.example", f"c{n}", "", "en", "", "") for n in range(51)]
    life.join(*crowd)
    life.check()
    assert [wrong.code for wrong in life.status().trouble] == ["audience.another"]
    life.company.write_audience([*PEOPLE, NIA])
    assert "audience.joined" in codes(life.check())
    assert life.status().trouble == ()
    assert life.verify() == []


def test_a_plan_with_a_list_that_was_not_believed_does_not_end_as_complete(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url)
    life.company.write_audience([PEOPLE[1]])
    life.announce()
    life.join(*[(f"p{n}@mail.example", f"c{n}", "", "en", "", "") for n in range(51)])
    life.check()
    life.publish()
    life.now = datetime(2027, 3, 2, tzinfo=UTC)
    life.check()
    assert life.account().told == 1
    assert life.close().state == "complete_with_exceptions"


def test_a_language_nobody_had_before(tmp_path: Path, sqlite_url: str) -> None:
    life = begin(tmp_path, sqlite_url)
    life.company.write_audience([PEOPLE[1]])
    life.announce()
    life.mails()
    life.join(
        ("eva@mail.example", "10", "Eva", "es-MX", "", "u10"),
        ("jun@mail.example", "11", "Jun", "ja", "Tokyo", ""),
    )
    (unknown,) = [f for f in life.check().findings if f.code == "audience.unknown"]
    assert "not known, “Tokyo”; they are told" in unknown.message
    life.send()
    mails = life.mails()
    assert "1 de marzo de 2027" in mails["eva@mail.example"]["Subject"]
    assert "March 1, 2027" in mails["jun@mail.example"]["Subject"]
    assert len(life.shown_to("u10")) == 1


def test_paused_or_moved_who_joined_learns_of_it_too(tmp_path: Path, ledger_url: str) -> None:
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.join(NIA)
    life.check()
    life.send()
    life.mails()
    assert life.pause().told == 5
    life.approve()
    life.send()
    assert NIA[0] in life.mails()
    assert life.account().told == 5
    life.resume()
    life.stage(date(2027, 3, 9), days=90)
    life.announce()
    assert life.mails()[NIA[0]]["Subject"].startswith(
        "We are changing our Privacy Policy on March 9"
    )


def test_the_evidence_names_who_joined_and_finds_who_was_slipped_in(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url)
    life.announce()
    life.join(NIA)
    life.check()
    life.send()
    folder = life.evidence()
    with (folder / "people.csv").open(newline="") as file:
        rows = {(row["key"], row["channel"]): row for row in csv.DictReader(file)}
    assert (rows["6", "email"]["joined"], rows["6", "email"]["outcome"]) == ("1", "accepted")
    assert rows["2", "email"]["joined"] == "0"
    summary = json.loads((folder / "summary.json").read_text())
    assert (summary["people"], summary["joined"]["people"], summary["joined"]["told"]) == (5, 1, 1)
    (addition,) = summary["joined"]["additions"]
    assert (addition["number"], addition["people"]) == (1, 1)
    assert '"join"' in (folder / "journal.jsonl").read_text()
    assert life.verify() == []
    engine = create_engine(sqlite_url)
    with engine.begin() as tx:
        tx.execute(text("UPDATE recipients SET address = 'x@mail.example' WHERE key = '6'"))
    engine.dispose()
    assert life.verify() == ["audience 2: its recipients are not those that were frozen"]


def test_everything_that_shows_a_plan_names_who_joins(tmp_path: Path, sqlite_url: str) -> None:
    life = begin(tmp_path, sqlite_url)
    life.check()
    life.plan()
    keys = {notice.key for notice in life.rehearse().plan.notices}
    assert {"joiners-email", "joiners-in_app"} <= keys
    shown = life.company.ok("rehearse")
    assert "people who join" in shown
    assert "and who joins before" in life.company.ok("plan", "--by", "Bea")
    assert "they agree to a text that is about to change" in " ".join(
        life.company.ok("plan", "--by", "Bea", "--why", "joiners-email").split()
    )
    assert "joiners-email-es" in life.company.ok("preview")


def test_who_joined_left_before_being_told_and_comes_back_is_told(
    tmp_path: Path, ledger_url: str
) -> None:
    life = begin(tmp_path, ledger_url)
    life.announce()
    life.mails()
    life.join(NIA)
    life.check()
    life.company.write_audience(PEOPLE)
    life.later(days=1)
    life.stage(date(2027, 3, 9), days=60)
    life.announce()
    assert life.mails().keys() == {p[0] for p in PEOPLE if p[1] != "3"}
    life.join(NIA)
    life.check()
    life.send()
    assert "March 9" in life.mails()[NIA[0]]["Subject"]
    assert life.verify() == []


def test_who_was_told_on_joining_is_not_told_again_on_coming_back(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url)
    life.announce()
    life.join(NIA, OLE)
    life.check()
    life.send()
    life.mails()
    life.company.write_audience(PEOPLE)
    life.rule(RulingSubject.MATERIALITY, "material")
    life.announce()
    life.join(NIA)
    life.check()
    life.send()
    assert life.mails() == {}
    life.company.write_audience(PEOPLE)
    life.stage(date(2027, 3, 9))
    life.announce()
    gone = [f.message for f in life.plan().plan.findings if f.code == "audience.told_and_gone"]
    (said,) = gone
    assert said.startswith("2 people who were told otherwise before are not in the list any more")
    life.mails()
    life.join(OLE)
    life.check()
    life.send()
    assert "9. März 2027" in life.mails()[OLE[0]]["Subject"]
