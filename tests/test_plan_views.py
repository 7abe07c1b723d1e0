"""A plan shown to legal, and the gate for merges in the policy's own repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from icalendar import Calendar

from notifier.model.request import RulingSubject
from tests.company import CLAUSE, PEOPLE, Company, in_days, policy
from tests.life import FIRST_DAY, Life, begin


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return begin(tmp_path, "sqlite:///notifier.db", lead='["7d", "2d"]')


@pytest.fixture
def planned(tmp_path: Path) -> Life:
    company = Company(tmp_path / "real").set_up()
    company.ok("check")
    return Life(company)


def test_the_time_line_shows_deadline_notices_and_the_day(planned: Life) -> None:
    shown = planned.company.ok("plan")
    drawing = shown.split("Time line")[1].split("Duties")[0]
    assert "initial email" in drawing
    assert drawing.count("▶") >= 3
    assert "┃ takes effect" in drawing


def test_legal_is_told_what_to_do_next(planned: Life) -> None:
    company = planned.company
    assert "notifier approve privacy" in company.ok("plan")
    company.ok("approve", "--by", "Ana")
    assert "What has become of it: notifier status" in company.ok("plan")
    company.ok("pause", "--by", "Ana", "--why", "we wait")
    said = company.ok("status")
    assert "nothing more of it goes out" in said
    assert "deadline" not in said
    company.ok("resume", "--by", "Ana", "--why", "go on")
    company.stage(policy("October 1, 2021", days=91))
    company.ok("check")
    refused = company.run("plan")
    assert refused.returncode == 3
    assert "notifier ruling add send_late yes" in refused.stdout


def test_a_notice_can_be_asked_for_its_reason(planned: Life) -> None:
    shown = " ".join(planned.company.ok("plan", "--why", "initial-email").split())
    assert "They must be told before" in shown
    assert "late from" in shown
    refused = planned.company.run("plan", "--why", "initial-fax")
    assert refused.returncode == 1
    assert "the plan has: initial-email" in refused.stderr


def test_the_plan_as_json_calendar_and_page(planned: Life) -> None:
    company = planned.company
    printed = company.ok("plan", "--json", "--ics", "plan.ics", "--html", "plan.html")
    plan = json.loads(printed)["plan"]
    calendar = Calendar.from_ical((company.folder / "plan.ics").read_bytes())
    entries = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    assert "Privacy Policy: takes effect" in entries
    starts = entries["Privacy Policy: initial email to 4 people"]["dtstart"].dt
    assert starts.isoformat().startswith(plan["notices"][0]["due_at"][:19])
    assert len({str(event["uid"]) for event in entries.values()}) == len(entries)
    page = (company.folder / "plan.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "deadline" in page
    assert "http" not in page.replace("http-equiv", "")


def test_who_cannot_be_mailed_is_named_with_how_they_are_told(planned: Life) -> None:
    company = planned.company
    company.write_audience(
        [
            ("ana@mail.example", "1", "Ana", "en", "", "u1"),
            ("ben@", "2", "Ben", "en", "", "u2"),
            *(("", f"{number}", "", "en", "", "") for number in range(3, 16)),
        ]
    )
    shown = company.ok("plan", "--html", "plan.html").split("how they are told")[1]
    said = " ".join(shown.split("Findings")[0].split())
    assert "in the product 1 person: broken address Ben (2)" in said
    assert "not at all 13 people: no address 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 3 more" in said
    assert "notifier plan privacy --unmailed" in said
    page = (company.folder / "plan.html").read_text(encoding="utf-8")
    assert "<strong>Not at all: 13 people</strong>, no address: 3, 4," in page
    everybody = company.ok("plan", "--unmailed").splitlines()
    assert everybody[0] == "2\tBen\tbroken address\tin the product"
    assert [line.split("\t")[0] for line in everybody] == [f"{n}" for n in range(2, 16)]


def test_where_mail_alone_is_promised_the_product_tells_nobody(planned: Life) -> None:
    planned.company.ok("ruling", "add", "channels", "email", "--by", "Ana", "--why", "it says so")
    assert "not at all        1 person: broken address" in planned.company.ok("plan")


def test_a_plan_that_stops_speaks_of_those_alone_who_were_told(planned: Life) -> None:
    company = planned.company
    assert "Cy (3)" in company.ok("plan")
    company.ok("approve", "--by", "Ana")
    company.ok("send", "--now")
    company.ok("pause", "--by", "Ana", "--why", "we wait")
    assert "cannot be mailed" not in company.ok("plan")


def test_a_date_nobody_has_decided_is_called_a_proposal_wherever_it_stands(planned: Life) -> None:
    company = planned.company
    company.stage(policy("[DATE]", days=90))
    company.ok("check")
    done = company.run("plan", "--html", "plan.html", "--ics", "plan.ics")
    assert done.returncode == 3
    said = " ".join(done.stdout.split())
    assert ", proposed Nobody has decided this date: it is a proposal" in said
    page = (company.folder / "plan.html").read_text(encoding="utf-8")
    assert "<dt>Would take effect</dt>" in page
    assert "it is a proposal, the earliest that can be kept" in page
    calendar = Calendar.from_ical((company.folder / "plan.ics").read_bytes())
    entries = [str(event["summary"]) for event in calendar.walk("VEVENT")]
    assert all(entry.startswith("Privacy Policy: (proposed) ") for entry in entries)
    assert ", proposed" in company.ok("status")
    assert ", proposed" in company.run("rehearse").stdout


def gate(life: Life) -> tuple[int, str]:
    (life.company.folder / "audience.csv").unlink(missing_ok=True)
    done = life.company.run("check", "--ci")
    return done.returncode, " ".join(done.stdout.split())


def test_an_edit_that_keeps_the_promise_may_be_merged_without_an_audience(life: Life) -> None:
    code, said = gate(life)
    assert code == 0, said
    assert "may be merged" in said


@pytest.mark.parametrize(
    ("date", "says"),
    [
        ("[DATE]", "notifier ruling add effective_date"),
        ("September 1, 2021", "not later than the version in force"),
        ("October 1, 2021", "The earliest honest effective date is"),
    ],
)
def test_an_edit_that_cannot_is_stopped_and_told_what_to_fix(
    life: Life, date: str, says: str
) -> None:
    life.company.stage(policy(date, days=90))
    code, said = gate(life)
    assert code == 3
    assert says in said


def test_an_edit_that_weakens_the_promise_may_be_merged_and_is_spoken_of(life: Life) -> None:
    weaker = "We may change this policy from time to time."
    life.company.stage(policy(FIRST_DAY, days=90, clause=weaker))
    code, said = gate(life)
    assert code == 0, said
    assert "may be merged, once this was looked at:" in said
    assert "promise.weakened" in said


def test_a_ruling_on_the_very_text_opens_the_gate(life: Life) -> None:
    life.company.stage(policy("[DATE]", days=90))
    life.check()
    assert gate(life)[0] == 3
    life.rule(RulingSubject.EFFECTIVE_DATE, FIRST_DAY.isoformat())
    assert gate(life)[0] == 0


def test_a_rehearsal_forecasts_all_and_keeps_no_plan(planned: Life) -> None:
    shown = " ".join(planned.company.ok("rehearse").split())
    assert "a forecast, nothing is sent" in shown
    assert "Europe/Madrid 1" in shown
    assert "Load, mail a day" in shown
    assert "4 (4 in the busiest hour)" in shown
    assert "Datenschutzerklärung: Änderung zum" in shown
    assert "Hello Bob," in shown
    assert planned.company.outbox == []
    assert "plan none" in " ".join(planned.company.ok("status").split())


def test_a_rehearsal_of_a_refused_plan_says_so(life: Life) -> None:
    life.company.stage(policy("October 1, 2021", days=90))
    life.check()
    done = life.company.run("rehearse")
    assert done.returncode == 3
    assert "REFUSED" in done.stdout


def test_a_plan_that_tells_nobody_says_so_before_and_after_it_is_approved(tmp_path: Path) -> None:
    clause = CLAUSE.replace("We will", "When this policy changes materially, we will")
    texts = [policy(day, clause=clause) for day in ("October 1, 2021", in_days(40))]
    company = Company(tmp_path).set_up(live=texts[0], staged=texts[1])
    company.ok("check")
    company.ok("ruling", "add", "materiality", "editorial", "--why", "only the date moves")
    for verb in ("plan", "approve", "status"):
        assert "This plan has no notices: nobody is told of the change." in company.ok(verb)


def test_what_is_staged_and_no_policy_is_not_taken_for_no_change(planned: Life) -> None:
    company = planned.company
    company.stage("<html><body><h1>Log in</h1></body></html>")
    said = " ".join(company.ok("check").split())
    assert "upcoming unknown: what is staged is not the policy; the change seen before" in said
    assert "Next: see what `staged` leads to, then notifier check privacy" in said


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (",segment|,EU|,US", "it holds for nobody. The audience names the segments “EU”, “US”."),
        ("||", "it holds for nobody. The audience names no segment at all."),
    ],
)
def test_a_date_for_a_segment_that_nobody_is_in_is_spoken_of(
    life: Life, column: str, says: str
) -> None:
    company = life.company
    path = company.folder / "notifier.toml"
    dates = "segment_dates = { eu = 2027-06-01 }\nlead_times"
    path.write_text(path.read_text().replace("lead_times", dates, 1))
    rows = ("email,id,in_app_id", "ana@mail.example,1,u1", "bob@mail.example,2,u2")
    lines = [row + more for row, more in zip(rows, column.split("|"), strict=True)]
    (company.folder / "audience.csv").write_text("\n".join(lines) + "\n")
    life.check()
    life.plan()
    said = " ".join(company.ok("plan").split())
    assert "for the segment “eu”" in said
    assert says in said.replace(" │", "")


def test_what_init_wrote_as_an_example_is_named(life: Life) -> None:
    path = life.company.folder / "notifier.toml"
    path.write_text(path.read_text().replace('"legal@acme.example"', '"legal@example.com"', 1))
    life.check()
    said = {finding.code: finding.message for finding in life.plan().plan.findings}
    assert said["config.placeholder"].startswith("Still an example: [company] contact.")


def test_a_preview_holds_the_messages_of_this_plan_only(tmp_path: Path, sqlite_url: str) -> None:
    life = begin(tmp_path, sqlite_url)
    life.check()
    life.plan()
    life.preview()
    folder = life.company.folder / "preview"
    first = {path.name for path in folder.glob("*.eml")}
    assert any("-untold-email-" in name for name in first)
    (folder / "notes.txt").write_text("kept")
    life.company.write_audience([PEOPLE[1]])
    life.plan()
    shown = {each.path.name for each in life.preview()}
    left = {path.name for path in folder.iterdir() if path.suffix in {".eml", ".json"}}
    assert left == shown < first | shown
    assert (folder / "notes.txt").exists()
