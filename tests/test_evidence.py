"""The proof handed to a lawyer: whole, readable, and true to the byte."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from notifier.delivery import EventKind, State
from notifier.ledger.codec import canonical, sha256
from notifier.model.request import RulingSubject
from notifier.pipeline.explaining import MEANINGS
from tests.company import PEOPLE, Company
from tests.life import Life, begin
from tests.test_tampering import tell


def corrected(folder: Path, ledger_url: str) -> Life:
    """Told, then corrected after the text changed again: two approved plans, the first void."""
    life = begin(folder, ledger_url)
    life.announce()
    life.shown_to("u3", see=True)
    life.later(days=2)
    tell(life, "zoe@mail.example", EventKind.BOUNCED, "5.2.2 mailbox full")
    life.stage(date(2027, 3, 4), days=120)
    life.check()
    life.announce()
    life.company.ok("evidence", "--by", "Ana Lima")
    return life


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return corrected(tmp_path_factory.mktemp("evidence"), "sqlite:///notifier.db")


@pytest.fixture
def export(life: Life, tmp_path: Path) -> Path:
    """A copy of the export to lay hands on."""
    return Path(shutil.copytree(life.company.folder / "evidence", tmp_path / "evidence"))


def lines_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "people.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_plan_of_the_change_is_in_it_for_every_person(
    tmp_path: Path, ledger_url: str
) -> None:
    life = corrected(tmp_path, ledger_url)
    folder = life.company.folder / "evidence"
    lines = lines_of(folder)
    assert {line["key"] for line in lines} == {row[1] for row in PEOPLE}
    told = [line for line in lines if line["key"] == "2" and line["channel"] == "email"]
    assert [(line["plan_state"], line["kind"], line["approved_by"]) for line in told] == [
        ("void", "initial", "Ana"),
        ("approved", "correction", "Ana"),
    ]
    (zoe,) = (x for x in lines if x["key"] == "5" and x["plan_state"] == "void" and x["attempt"])
    assert (zoe["state"], zoe["told"], zoe["outcome"]) == ("bounced", "no", "accepted")
    assert zoe["bounced_at"]
    assert zoe["feedback"] == "5.2.2 mailbox full"
    (cy,) = (x for x in lines if x["key"] == "3" and x["plan_state"] == "void" and x["shown_at"])
    assert (cy["state"], cy["told"], cy["channel"]) == ("shown", "yes", "in_app")
    withdrawn = [x for x in lines if x["state"] == "withdrawn"]
    assert {x["key"] for x in withdrawn} == {"1", "2", "5"}
    assert all("is void: " in x["reason"] for x in withdrawn)
    for line in lines:
        if line["content_sha256"]:
            assert list((folder / "messages").glob(f"{line['content_sha256']}.*"))
    summary = json.loads((folder / "summary.json").read_text())
    assert [plan["state"] for plan in summary["plans"]] == ["void", "approved"]
    assert summary["plans"][0]["approvals"][0]["void_because"]
    assert summary["ledger_is_intact"] is True
    texts = sorted(path.name for path in folder.glob("text-*"))
    assert texts == ["text-v1-privacy.md", "text-v2-privacy.md", "text-v3-privacy.md"]


def test_an_export_proves_itself_without_us(export: Path) -> None:
    """Neither the configuration nor the ledger is beside it."""
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=export, check=True)
    said = Company(export.parent).ok("verify", "evidence")
    assert "as it was exported" in said
    head = json.loads((export / "summary.json").read_text())["journal_head"]
    assert f"kept elsewhere: {head}" in said
    assert head in (export / "README.txt").read_text()


@pytest.mark.parametrize("state", State)
def test_every_state_is_explained(state: State) -> None:
    assert re.search(rf"^{state} ", MEANINGS, re.MULTILINE)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("name", "old", "new", "names"),
    [
        ("people.csv", "bounced", "accepted", "people.csv: was changed"),
        ("journal.jsonl", '"who": "Ana"', '"who": "Eve"', "was changed after it was written"),
        ("summary.json", "approved", "complete", "summary.json: was changed"),
    ],
)
def test_an_edited_export_is_named(export: Path, name: str, old: str, new: str, names: str) -> None:
    edit(export / name, old, new)
    done = Company(export.parent).run("verify", "evidence")
    assert done.returncode == 6
    assert names in done.stderr


@pytest.mark.parametrize(
    ("name", "edit_line", "named"),
    [
        ("people.csv", lambda line: line.replace("bob@mail", "eve@mail"), "names another person"),
        ("people.csv", lambda line: line.replace(",accepted,", ",refused,"), "is not what was ha"),
        ("people.csv", lambda line: "" if "bob@" in line else line, "leaves out attempt"),
        ("people.csv", lambda line: "" if ",email," in line else line, "leaves out attempt"),
        ("people.csv", lambda line: "" if ",Zoé," in line else line, "leaves out person"),
        ("audience-1.txt", lambda line: line.replace("bob@mail", "eve@mail"), "is not the list"),
        ("hand-overs.txt", lambda line: line.replace("accepted", "refused"), "is not what the jou"),
        ("hand-overs.txt", lambda line: "", "is not what was handed over"),
    ],
)
def test_new_sums_do_not_hide_an_edit(export: Path, name: str, edit_line, named: str) -> None:
    """Whoever edits the folder can write SHA256SUMS anew, but not the journal."""
    path = export / name
    lines = path.read_bytes().decode().splitlines(keepends=True)
    edited = list(map(edit_line, lines))
    assert edited != lines
    path.write_bytes("".join(edited).encode())
    sum_anew(export)
    done = Company(export.parent).run("verify", "evidence")
    assert done.returncode == 6
    assert named in done.stderr


def test_a_chain_of_hand_overs_written_anew_is_not_the_one_that_was_kept(export: Path) -> None:
    for name in ("people.csv", "hand-overs.txt"):
        text = (export / name).read_bytes()
        (export / name).write_bytes(text.replace(b"000000000001.eml", b"000000000099.eml"))
    texts = {
        (f"worker {worker}", int(entry)): text
        for worker, entry, text in (
            line.split("\t", 2) for line in (export / "hand-overs.txt").read_text().splitlines()
        )
    }
    previous, entries = {}, []
    for line in (export / "journal.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["verb"] == "hand over":
            text = texts[entry["chain"], entry["number"]]
            facts = json.loads(entry["facts"]) | {"rows": sha256(text)}
            entry["facts"] = canonical(facts)
        told = [entry[name] for name in ("at", "who", "verb", "subject", "facts")]
        last = previous.get(entry["chain"], "0" * 64)
        entry["hash"] = previous[entry["chain"]] = sha256("\x1f".join([last, *told]))
        entries.append(json.dumps(entry, ensure_ascii=False) + "\n")
    (export / "journal.jsonl").write_text("".join(entries))
    sum_anew(export)
    done = Company(export.parent).run("verify", "evidence")
    assert "the chain of worker 1 is not the one that the main chain names" in done.stderr
    assert done.stderr.count("  - ") == 1


def sum_anew(export: Path) -> None:
    files = sorted(p.relative_to(export) for p in export.rglob("*") if p.is_file())
    listed = [str(file) for file in files if file.name != "SHA256SUMS"]
    with (export / "SHA256SUMS").open("w") as sums:
        subprocess.run(["sha256sum", "--", *listed], cwd=export, stdout=sums, check=True)


def test_files_that_go_missing_or_come_in_are_named(export: Path) -> None:
    (export / "summary.json").unlink()
    (export / "more.txt").write_text("x")
    shutil.copy(next(export.glob("messages/*.eml")), export / "messages" / "0.eml")
    done = Company(export.parent).run("verify", "evidence")
    for wrong in ("summary.json: is missing", "more.txt: was added", "messages/0.eml: was added"):
        assert wrong in done.stderr


def test_a_folder_that_is_no_export_is_refused(tmp_path: Path) -> None:
    assert "is no export" in Company(tmp_path).run("verify", ".").stderr


def test_the_export_itself_goes_on_record(life: Life) -> None:
    life.company.ok("evidence", "--by", "Ana Lima", "-o", "again")
    told = (life.company.folder / "again" / "journal.jsonl").read_text()
    sums = life.company.folder / "evidence" / "SHA256SUMS"
    digest = subprocess.run(["sha256sum", sums], capture_output=True, text=True, check=True)
    assert digest.stdout.split()[0] in told
    life.company.ok("verify")


@pytest.mark.parametrize("name", ["2", "bob@mail.example", "BOB@mail.example", "u2"])
def test_a_certificate_reproduces_the_very_mail(life: Life, name: str) -> None:
    life.company.ok("evidence", "--person", name, "-o", name, "--by", "Ana Lima")
    folder = life.company.folder / name
    sent = {
        path.read_bytes().split(b"\r\n", 2)[2]
        for path in life.company.outbox
        if b"Delivered-To: bob@mail.example\r\n" in path.read_bytes()
    }
    assert {path.read_bytes() for path in folder.glob("mail-*.eml")} == sent
    assert len(sent) == 2
    assert {line["key"] for line in lines_of(folder)} == {"2"}
    told = (folder / "certificate.txt").read_text()
    assert re.search(r"^Told +yes, by email, .* in time, before ", told, re.MULTILINE)
    assert "approved       by Ana, " in told
    assert "compared with the journal then: as it was written" in told
    assert "mail.example" not in told.replace("bob@mail.example", "")
    assert "as it was exported" in life.company.ok("verify", name)


def test_a_certificate_of_who_was_not_told_says_why(life: Life) -> None:
    life.company.write_audience([*PEOPLE, ("", "9", "Nobody", "en", "", "")])
    life.check()
    life.send()
    life.company.ok("evidence", "--person", "9", "-o", "nobody", "--by", "Ana Lima")
    told = (life.company.folder / "nobody" / "certificate.txt").read_text()
    assert re.search(r"^Told +no: ", told, re.MULTILINE)
    assert "no address" in told
    assert "no account in the product" in told


def test_a_reminder_after_the_deadline_is_late_for_who_learns_of_it_there(
    tmp_path: Path, ledger_url: str
) -> None:
    clause = (
        "We will notify you by email at least 30 days before any change to this policy applies."
    )
    life = begin(tmp_path, ledger_url, lead='["50d", "7d"]', clause=clause)
    life.check()
    plan = life.plan().plan
    life.approve()
    life.now = min(notice.due_at for notice in plan.notices)
    life.later(days=6)
    life.send()
    tell(life, "bob@mail.example", EventKind.BOUNCED, "4.2.2 mailbox full")
    life.now = max(notice.due_at for notice in plan.notices)
    life.send()
    mailed = [line for line in lines_of(life.evidence()) if line["channel"] == "email"]
    late = {(line["key"], line["kind"]): line["late"] for line in mailed if line["told"] == "yes"}
    assert (late["2", "reminder"], late["5", "reminder"], late["5", "initial"]) == (
        "yes",
        "no",
        "no",
    )
    life.company.ok("evidence", "--person", "2", "-o", "bob", "--by", "Ana")
    told = (life.company.folder / "bob" / "certificate.txt").read_text()
    assert re.search(r"^Told +yes, by email, .*: LATE, not before 2027-01-30", told, re.MULTILINE)


def told_of(life: Life, person: str) -> str:
    folder = f"certificate-{person}-{life.now:%Y%m%d%H%M}"
    life.company.ok("evidence", "--person", person, "-o", folder, "--by", "Ana")
    head, _, _ = (life.company.folder / folder / "certificate.txt").read_text().partition("Plan 1,")
    return " ".join(head.split())


def test_a_certificate_says_whether_what_was_told_still_holds(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url)
    life.announce()
    assert "Takes effect 2027-03-01 Told yes, by email" in told_of(life, "2")
    life.later(days=1)
    life.withdraw()
    assert "Takes effect not: the change is withdrawn Told not of this: " in told_of(life, "2")
    life.approve()
    life.send()
    life.later(hours=1)
    assert "Takes effect not: the change is withdrawn Told yes, by email" in told_of(life, "2")
    life.resume()
    life.rule(RulingSubject.EFFECTIVE_DATE, "2027-04-01")
    life.plan()
    life.later(hours=1)
    told = told_of(life, "2")
    assert "Takes effect 2027-04-01 as planned; that plan is draft" in told
    assert "Told not of this: last told by email, 2027-01-05" in told
    assert "that the change is withdrawn" in told


def test_who_is_owed_two_ways_together_is_told_by_both(tmp_path: Path, ledger_url: str) -> None:
    both = (
        "We will notify you both by email and by a notice in our app at least 10 days before a "
        "change to this policy takes effect."
    )
    life = begin(tmp_path, ledger_url, clause=both)
    life.announce()
    life.shown_to("u1", see=True)
    life.later(hours=1)
    account = life.account()
    assert (account.told, account.waiting, account.untold) == (1, 2, 2)
    said = {finding.code: finding.message for finding in life.plan().plan.findings}
    assert said["plan.partly_reachable"].endswith(": 1 not by email, 1 not in the product.")
    assert "Told yes, by email and a notice in the product, 2027-01-04" in told_of(life, "1")
    lacking = told_of(life, "4")
    assert "Told in part: by email, 2027-01-04" in lacking
    assert "the promise asks for a notice in the product as well" in lacking


def test_proof_of_a_change_that_was_withdrawn_says_so_at_once(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url)
    life.announce()
    life.later(days=1)
    life.withdraw()
    life.approve()
    life.send()
    folder = life.evidence()
    said = " ".join((folder / "README.txt").read_text().split())
    assert "Takes effect not: the change is withdrawn To be told before" in said
    assert "People 4 had been told of it" in said
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["takes_effect"] == "not: the change is withdrawn"


def test_a_key_is_looked_for_before_another_persons_id(tmp_path: Path, sqlite_url: str) -> None:
    life = begin(tmp_path, sqlite_url)
    life.company.write_audience(
        [
            ("ana@mail.example", "1", "Ana", "en", "", "2"),
            ("bob@mail.example", "2", "Bob", "en", "", "7"),
            ("bob@mail.example", "3", "Bob", "en", "", "8"),
        ]
    )
    life.announce()
    life.company.ok("evidence", "--person", "2", "-o", "two", "--by", "Ana")
    assert {line["key"] for line in lines_of(life.company.folder / "two")} == {"2"}
    done = life.company.run("evidence", "--person", "bob@mail.example", "-o", "x", "--by", "Ana")
    assert "2 people in the audiences of privacy have that address or id" in done.stderr
    assert "bob@" not in done.stderr


def test_nobody_of_that_name(life: Life) -> None:
    done = life.company.run("evidence", "--person", "stranger@mail.example", "-o", "x")
    assert done.returncode == 1
    assert "stranger" not in done.stderr
    assert not (life.company.folder / "x").exists()


def test_where_nobody_had_to_be_told_the_proof_says_so_and_why(
    tmp_path: Path, sqlite_url: str
) -> None:
    material = "We will notify you by email 30 days before material changes take effect."
    life = begin(tmp_path, sqlite_url, clause=material)
    life.check()
    life.rule(RulingSubject.MATERIALITY, "editorial")
    life.plan()
    life.approve()
    account = life.account()
    assert (account.told, account.untold, account.waiting) == (0, 0, 0)
    said = " ".join((life.evidence() / "README.txt").read_text().split())
    assert "Nobody had to be told. The promise covers material changes only" in said
    assert "Ana" in said.split("Nobody had to be told.")[1].split("People")[0]
    assert life.close().state == "complete"


def test_drafts_of_a_change_are_no_other_changes_and_lend_no_numbers(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url)
    life.check()
    life.plan()
    life.rule(RulingSubject.MATERIALITY, "material")
    life.announce()
    assert "Another change" not in told_of(life, "2")
    assert "Told not yet: still under way" in told_of(life, "3")
    life.later(days=1)
    life.withdraw()
    life.resume()
    life.later(hours=1)
    said = " ".join((life.evidence() / "README.txt").read_text().split())
    assert "Takes effect 2027-03-01 as planned; that plan is void" in said
    assert "in time 4 told: 4 by email" in said
    life.stage(date(2027, 4, 1))
    life.announce()
    life.company.ok("evidence", "--plan", "2", "-o", "earlier", "--by", "Ana")
    earlier = (life.company.folder / "earlier" / "README.txt").read_text()
    assert "To be told    before 2027-02-28" in earlier


def test_who_signed_the_end_and_why_stands_in_the_account(tmp_path: Path, sqlite_url: str) -> None:
    life = begin(tmp_path, sqlite_url)
    life.announce()
    life.now = datetime(2027, 3, 2, tzinfo=UTC)
    life.close()
    folder = life.evidence()
    said = (folder / "README.txt").read_text()
    assert "Closed        by Ana, 2027-03-02 00:00:00 UTC: signed" in said
    assert "Takes effect  2027-03-01\n" in said
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["closed"] == {"who": "Ana", "at": "2027-03-02 00:00:00 UTC", "why": "signed"}
