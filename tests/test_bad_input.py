"""Bad input: each a clear error that says what to do, nothing sent, nothing half done (G9)."""

from __future__ import annotations

import email
import email.policy
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.company import PEOPLE, Company, edit, in_days, policy, refused, smtp
from tests.smtp_sink import Act, Moment, SmtpSink, reply


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "acme").set_up()


SOURCES: list[tuple[str, Callable[[Company], object], str, str]] = [
    (
        "missing file",
        lambda c: edit(
            c, '{ git = ".", branch = "upcoming", path = "privacy.md" }', '{ file = "gone.md" }'
        ),
        "There is no file",
        "correct its path",
    ),
    (
        "a folder in place of a file",
        lambda c: edit(
            c, '{ git = ".", branch = "upcoming", path = "privacy.md" }', '{ file = "." }'
        ),
        "cannot be read: Is a directory",
        "let the user",
    ),
    (
        "not a git repository",
        lambda c: (
            (c.folder / "plain").mkdir()
            or edit(c, 'git = ".", branch = "upcoming"', 'git = "/proc", branch = "upcoming"')
        ),
        "is not a git repository",
        "use `file = ...`",
    ),
    (
        "unknown branch",
        lambda c: edit(c, 'branch = "upcoming"', 'branch = "next"'),
        "has no branch next (it has: main, upcoming)",
        "correct `branch = ...`",
    ),
    (
        "a branch that looks like an option",
        lambda c: edit(c, 'branch = "upcoming"', 'branch = "--upload-pack=x"'),
        "has no branch --upload-pack=x",
        "correct `branch = ...`",
    ),
    (
        "unknown path",
        lambda c: edit(
            c, 'branch = "upcoming", path = "privacy.md"', 'branch = "upcoming", path = "terms.md"'
        ),
        "There is no terms.md on branch upcoming",
        "correct `path = ...`",
    ),
    ("empty text", lambda c: c.stage("\n"), "is empty", "put the policy's text there"),
    (
        "too large a text",
        lambda c: c.stage("a word " * 1_200_000),
        "holds more than 8,000,000 bytes",
        "point the source at the policy's own text",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "what", "remedy"), [c[1:] for c in SOURCES], ids=[c[0] for c in SOURCES]
)
def test_a_source_that_does_not_return_the_text(
    company: Company, spoil: Callable[[Company], object], what: str, remedy: str
) -> None:
    spoil(company)
    said = refused(company, "check")
    assert what in said
    assert remedy in said
    assert "never checked" in company.ok("status")


def test_a_tag_with_the_name_of_a_branch_is_not_taken_for_it(company: Company) -> None:
    company.git("tag", "upcoming", "main")
    company.git("tag", "v2", "main")
    assert "upcoming          v2" in company.ok("check")
    edit(company, 'branch = "upcoming"', 'branch = "v2"')
    assert "has no branch v2 (it has: main, upcoming)" in refused(company, "check")
    company.git("update-ref", "refs/remotes/origin/next", "refs/heads/upcoming")
    edit(company, 'branch = "v2"', 'branch = "origin/next"')
    assert "upcoming          v2" in company.ok("check")


def test_nothing_of_a_broken_check_is_recorded(company: Company) -> None:
    company.ok("check")
    before = company.ok("status")
    company.stage("")
    refused(company, "check")
    assert company.ok("status") == before


DATES = [
    ("no date", policy("soon").replace("Effective date: soon\n", ""), "", 3),
    ("ambiguous", policy("01/02/2027"), "2027-01-02 or 2027-02-01", 3),
    ("placeholder", policy("XX mars 2027"), "placeholder", 3),
    ("month only", policy("March 2027"), "only a month is stated: 2027-03", 3),
    ("past", policy(in_days(-10)), "", 3),
    ("before the version in force", policy("August 1, 2021", days=90), "", 3),
    ("today", policy(in_days(0)), "", 3),
]


@pytest.mark.parametrize(
    ("text", "seen", "code"), [d[1:] for d in DATES], ids=[d[0] for d in DATES]
)
def test_a_date_that_cannot_be_planned(company: Company, text: str, seen: str, code: int) -> None:
    company.stage(text)
    assert seen in company.ok("check")
    planned = company.run("plan")
    assert planned.returncode == code
    assert "REFUSED" in planned.stdout
    assert "Nothing has been sent. Next" not in planned.stdout
    said = refused(company, "approve")
    assert "→" in said
    assert "Nothing was due" in company.ok("send", "--now")
    assert company.outbox == []


def test_too_late_names_the_earliest_honest_date_and_that_date_works(company: Company) -> None:
    clause = (
        "We will notify you by email at least 30 days before a change to this Policy takes effect."
    )
    company.commit("main", policy("September 1, 2021", clause=clause))
    company.stage(policy(in_days(20), days=90, clause=clause))
    company.ok("check")
    planned = company.run("plan")
    assert planned.returncode == 3
    honest = planned.stdout.split("  earliest honest ")[1].split()[0]
    assert in_days(30).isoformat() < honest <= in_days(40).isoformat()
    year, month, day = honest.split("-")
    company.ok(
        "ruling", "add", "effective_date", f"{year}-{month}-{day}", "--by", "Ana", "--why", "moved"
    )
    company.ok("plan")
    company.ok("approve")


AUDIENCES: list[tuple[str, str, str, str]] = [
    (
        "no address column",
        "mail,name\na@b.example,A\n",
        'has no column "email"',
        "[audience.columns]",
    ),
    ("no rows", "email,name\n", "has no rows", "nobody would be told"),
    ("empty file", "", "has no column", "[audience.columns]"),
    ("too many fields", "email,name\na@b.example,A,B\n", "line 2: 3 fields", "quote fields"),
    ("not text", "email,name\n\udcff\n", "is not UTF-8", "save it as UTF-8"),
]


@pytest.mark.parametrize(
    ("content", "what", "remedy"), [a[1:] for a in AUDIENCES], ids=[a[0] for a in AUDIENCES]
)
def test_an_audience_that_cannot_be_read(
    company: Company, content: str, what: str, remedy: str
) -> None:
    (company.folder / "audience.csv").write_bytes(content.encode(errors="surrogateescape"))
    company.ok("check")
    said = refused(company, "plan")
    assert what in said
    assert remedy in said
    assert "plan              none" in company.ok("status")


def test_a_missing_audience_file(company: Company) -> None:
    (company.folder / "audience.csv").unlink()
    company.ok("check")
    assert "There is no audience file" in refused(company, "plan")


def test_one_person_is_an_audience(company: Company) -> None:
    company.write_audience(PEOPLE[:1])
    company.ok("check")
    assert "1 person" in company.ok("plan")
    company.ok("approve")
    company.ok("send", "--now")
    assert len(company.outbox) == 1


def test_duplicates_are_told_once_and_broken_addresses_in_the_product(company: Company) -> None:
    company.write_audience(
        [
            ("ana@mail.example", "1", "Ana", "en", "", "u1"),
            ("ANA@mail.example", "2", "Ana", "en", "", ""),
            ("ana@mail.example", "3", "Ana again", "en", "", "u3"),
            ("not an address", "4", "Ben", "en", "", "u4"),
            ("", "5", "Cy", "en", "", "u5"),
        ]
    )
    company.ok("check")
    planned = company.ok("plan")
    assert "people            4 people" in planned
    said = " ".join(planned.split("how they are told")[1].split())
    assert "in the product 1 person: another account has the same address and gets" in said
    assert "in the product 1 person: broken address Ben (4)" in said
    assert "in the product 1 person: no address Cy (5)" in said
    company.ok("approve")
    company.ok("send", "--now")
    assert len(company.outbox) == 1
    assert "4 offered" in company.ok("status")


def test_a_locale_or_zone_nobody_knows_is_said_before_approval(company: Company) -> None:
    company.write_audience(
        [
            ("ana@mail.example", "1", "Ana", "en", "Europe/Madrid", ""),
            ("ben@mail.example", "2", "Ben", "english", "Berlin", ""),
            ("cy@mail.example", "3", "Cy", "en", "Berlin", ""),
        ]
    )
    company.ok("check")
    said = " ".join(company.ok("plan", "--html", "plan.html").split())
    assert "1 row gives a locale that is not known: “english” (row 2). These people are" in said
    assert "2 rows give a time zone that is not known: “Berlin” (rows 2, 3)." in said
    page = (company.folder / "plan.html").read_text(encoding="utf-8")
    assert "“Berlin” (rows 2, 3)" in page


def test_a_mail_server_that_is_down_costs_nobody_a_notice(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        company = Company(tmp_path / "acme", mail=smtp(nobody.getsockname()[1])).set_up()
        company.ok("check")
        company.ok("plan")
        company.ok("approve")
        sent = company.ok("send", "--now")
        assert "smtp is not ready" in sent
        assert "4 pending, 1 skipped" in company.ok("status")


def test_whose_mail_the_server_puts_off_is_named(tmp_path: Path) -> None:
    def later(moment: Moment) -> Act | None:
        put_off = moment.step == "rcpt" and moment.recipient.startswith("karl")
        return reply("450 4.2.1 mailbox busy") if put_off else None

    with SmtpSink(script=later) as sink:
        company = Company(tmp_path / "acme", mail=smtp(sink.port)).set_up()
        company.ok("check")
        company.ok("plan")
        company.ok("approve")
        assert "smtp is not ready" not in company.ok("send", "--now")
    status = company.ok("status")
    assert "3 accepted, 1 pending, 1 skipped" in status
    said = " ".join(status.split("Mail put off, to be tried again")[1].split())
    assert "Karl (4), 20" in said
    assert "450 4.2.1 mailbox busy" in said


def test_approving_what_has_changed_since_it_was_planned(company: Company, tmp_path: Path) -> None:
    company.ok("check")
    company.ok("plan")
    company.write_audience(PEOPLE[:3])
    said = refused(company, "approve")
    assert "Changed since it was made: the audience" in said
    assert "review it again" in said

    company.ok("plan")
    company.stage(policy(in_days(20), days=120))
    assert "Changed since it was made: the new text." in refused(company, "approve")
    company.ok("plan")
    company.ok("approve")


def test_approving_after_a_template_has_changed(tmp_path: Path) -> None:
    company = Company(tmp_path / "acme").set_up()
    own = company.folder / "own" / "email" / "initial"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("{{ words.subject }}\n")
    edit(company, "[company]", 'templates = "own"\n[company]')
    company.ok("check")
    company.ok("plan")
    (own / "subject.txt").write_text("Important: {{ words.subject }}\n")
    said = refused(company, "approve")
    assert "Changed since it was made: the messages" in said
    company.ok("plan")
    company.ok("approve")
    company.ok("send", "--now")
    sent = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in company.outbox
    ]
    assert all(mail["Subject"].startswith("Important: ") for mail in sent)


def test_a_full_disk_loses_nothing_and_sending_goes_on_afterwards(company: Company) -> None:
    """The process may write no file beyond a limit, as on a full disk: EFBIG instead of ENOSPC."""
    company.write_audience((f"p{n}@mail.example", str(n), "", "en", "", "") for n in range(600))
    company.ok("check")
    company.ok("plan")
    company.ok("approve")
    largest = (company.folder / "notifier.db").stat().st_size
    done = subprocess.run(
        [sys.executable, "-m", "notifier", "send", "--now"],
        cwd=company.folder,
        env=company.environment_of_processes,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
    )
    assert done.returncode == 6, done.stdout + done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    company.ok("send", "--now")
    told = sorted(
        path.read_bytes().split(b"Delivered-To: ")[1].split()[0] for path in company.outbox
    )
    assert told == sorted(f"p{n}@mail.example".encode() for n in range(600))
    company.ok("verify")


@pytest.mark.parametrize("option", ["--html", "--ics"])
def test_a_plan_that_cannot_be_written_where_it_should(company: Company, option: str) -> None:
    company.ok("check")
    said = refused(company, "plan", option, "gone/plan")
    assert "The plan is recorded, but gone/plan cannot be written: No such file" in said
    assert "plan              1, draft" in company.ok("status")


def test_nothing_to_plan_and_nothing_to_approve(company: Company) -> None:
    for verb in ("plan", "verify", "status"):
        assert "There is no ledger" in refused(company, verb)
    assert not (company.folder / "notifier.db").exists()
    company.stage((company.folder / "privacy.md").read_text())
    company.ok("check")
    assert "There is no open change" in refused(company, "plan")
    assert "There is no plan" in refused(company, "approve")
    assert "There is no plan" in refused(company, "evidence")
    assert not (company.folder / "evidence").exists()
    assert "cannot be made: Not a directory" in refused(company, "preview", "-o", "audience.csv/x")
    assert 'There is no policy "terms"' in refused(company, "check", "terms")
