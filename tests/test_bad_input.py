"""Bad input: each a clear error that says what to do, nothing sent, nothing half done (G9)."""

from __future__ import annotations

import email
import email.policy
import json
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from notifier.rendering.environment import shipped_templates
from tests.company import PEOPLE, Company, in_days, policy
from tests.smtp_sink import Act, Moment, SmtpSink, reply


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "acme").set_up()


def refused(company: Company, *arguments: str) -> str:
    """What the program says when it refuses; never a traceback, always what to do next."""
    done = company.run(*arguments)
    assert done.returncode not in {0, 1} or done.stderr, done.stdout
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert company.outbox == []
    return " ".join(said.split())


def edit(company: Company, old: str, new: str) -> None:
    path = company.folder / "notifier.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


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


def smtp(port: int) -> str:
    return f'[email.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"'


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


TEMPLATES = [
    ("a misspelt variable", "{{ words.subjekt }}", "no attribute 'subjekt'"),
    ("a syntax error", "{{ words.subject", "initial/subject.txt, line 1"),
    ("an escape from the sandbox", "{{ words.__class__.__mro__ }}", "initial/subject.txt"),
]


@pytest.mark.parametrize(
    ("template", "what"), [t[1:] for t in TEMPLATES], ids=[t[0] for t in TEMPLATES]
)
def test_a_broken_template(company: Company, template: str, what: str) -> None:
    own = company.folder / "own" / "email" / "initial"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text(template)
    edit(company, "[company]", 'templates = "own"\n[company]')
    company.ok("check")
    said = refused(company, "plan")
    assert what in said
    assert "plan              none" in company.ok("status")


def test_a_language_without_all_its_sentences_stops_the_plan(company: Company) -> None:
    own = company.folder / "own" / "locales"
    own.mkdir(parents=True)
    (own / "es.toml").write_text(
        '[common]\ngreeting = "Hola{{ name }}:"\n[initial]\nsubject = "x"\n'
    )
    edit(company, "[company]", 'templates = "own"\n[company]')
    company.ok("check")
    said = refused(company, "plan")
    assert "templates/locales/es.toml lacks sentences" in said
    assert "never mixed from two languages" in said


@pytest.mark.parametrize(
    ("wording", "what"),
    [
        ("greeting = 1", "greeting is no sentence"),
        ('common = "x"', "common is no sentence"),
        ("[initial]\nsubject = 7", "initial.subject is no sentence"),
        ('[correction.text_changed.more]\nopening = "x"', "correction.text_changed.more is no"),
        ('[initial]\nsubject = "x"', "lacks sentences"),
        ("[common", "is not valid TOML"),
    ],
)
def test_a_wording_file_that_holds_something_else(
    company: Company, wording: str, what: str
) -> None:
    own = company.folder / "own" / "locales"
    own.mkdir(parents=True)
    (own / "es.toml").write_text(wording)
    edit(company, "[company]", 'templates = "own"\n[company]')
    company.ok("check")
    assert what in refused(company, "plan")


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


def test_every_mistake_in_the_configuration_is_told_at_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(company, "rate = 1000", 'rate = -1\nratte = 2\n[email.smtp]\nhost = ""')
    edit(
        company,
        'key = "privacy"',
        'key = "Privacy Policy"\nzone = "Mars"\nlead_times = ["7d", "30x"]',
    )
    monkeypatch.setenv("NOTIFIER_EMAIL__SMTP__PASSWORD", "s3cret")
    monkeypatch.setenv("NOTIFIER_EMIAL__RATE", "5")
    said = refused(company, "config", "--check")
    for mistake in (
        "variable NOTIFIER_EMIAL__RATE: is not a known key",
        "policy.0.key (line 6)",
        'policy.0.zone (line 7): "Mars" is not an IANA time zone',
        'policy.0.lead_times.1 (line 8): "30x" is not a duration',
        "email.rate (line ",
        "email.ratte (line ",
        "email.smtp.host (line ",
    ):
        assert mistake in said, said
    assert "s3cret" not in said
    assert "default factory" not in said


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("lead_times = [30, 7]", 'lead_times.0 (line 11): "30" is not a duration'),
        ("deemed_receipt = 24", 'deemed_receipt (line 11): "24" is not a duration; write "30d"'),
        ("bounce_allowance = -5", 'bounce_allowance (line 11): "-5" is not a duration'),
        ('in_app_offset = "-1d"', 'in_app_offset (line 11): "-1d" is not a duration'),
        ('lead_times = ["900000d"]', '"900000d" is longer than ten years'),
        ('lead_times = ["99999999999d"]', '"99999999999d" is longer than ten years'),
        ('selector = ""\n[policy.staged]\nfile = "a\\u0000b"', "a character that no path has"),
    ],
)
def test_a_number_without_a_unit_and_what_no_calendar_holds_is_refused(
    company: Company, key: str, said: str
) -> None:
    path = company.folder / "notifier.toml"
    text = "\n".join(row for row in path.read_text().split("\n") if not row.startswith("staged"))
    path.write_text(text.replace("[audience]", f"{key}\n[audience]", 1))
    assert said in refused(company, "config", "--check")


def test_a_sender_whom_not_every_server_takes_is_refused(company: Company) -> None:
    edit(company, "<legal@acme.example>", "<légal@acme.example>")
    assert "email.sender (line 15): must be in ASCII before the @" in refused(company, "check")


def test_a_database_without_a_port_number_is_told_without_its_password(company: Company) -> None:
    url = "postgresql+psycopg://me:s3cret@host:port/people"
    edit(company, 'csv = "audience.csv"', f'sql_url = "{url}"\nsql_query = "select 1"')
    company.ok("check")
    said = refused(company, "plan")
    assert "The URL of the audience's database cannot be understood" in said
    assert "s3cret" not in said
    edit(company, 'url = "sqlite:///notifier.db"', f'url = "{url}"')
    said = refused(company, "check")
    assert "The ledger's URL cannot be understood" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("option", ["--html", "--ics"])
def test_a_plan_that_cannot_be_written_where_it_should(company: Company, option: str) -> None:
    company.ok("check")
    said = refused(company, "plan", option, "gone/plan")
    assert "The plan is recorded, but gone/plan cannot be written: No such file" in said
    assert "plan              1, draft" in company.ok("status")


@pytest.mark.parametrize("verb", [("config", "--check"), ("check",)])
def test_a_language_or_a_folder_that_is_not_there_is_told_before_anything(
    company: Company, verb: tuple[str, ...]
) -> None:
    edit(company, "[email]", 'default_locale = "pt"\n[email]')
    said = refused(company, *verb)
    assert (
        'default_locale is "pt", and there is no wording in it (there is: de, en, es, fr)' in said
    )
    edit(company, "[company]", 'templates = "own"\n[company]')
    assert "own. → correct `templates`, or leave it out" in refused(company, *verb)
    (company.folder / "own" / "locales").mkdir(parents=True)
    english = shipped_templates() / "locales" / "en.toml"
    (company.folder / "own" / "locales" / "pt.toml").write_bytes(english.read_bytes())
    company.ok(*verb)


def test_secrets_are_never_shown(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(company, 'outbox = "outbox"', smtp(25))
    monkeypatch.setenv("NOTIFIER_EMAIL__SMTP__PASSWORD", "s3cret")
    shown = company.ok("config") + company.ok("config", "--check")
    assert "s3cret" not in shown
    assert "notifier.db" not in company.ok("config")


def test_a_ledger_that_cannot_be_reached(company: Company) -> None:
    edit(company, "sqlite:///notifier.db", "postgresql+psycopg://u:pa55@127.0.0.1:9/none")
    said = refused(company, "check")
    assert "cannot be reached" in said
    assert "pa55" not in said
    edit(company, "postgresql+psycopg://u:pa55@127.0.0.1:9/none", "oracle://x")
    assert "ledger's URL cannot be understood" in refused(company, "check")


def test_a_ledger_of_a_newer_release(company: Company) -> None:
    import sqlite3

    company.ok("check")
    with sqlite3.connect(company.folder / "notifier.db") as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = '9999'")
    ledger.close()
    assert "written by a newer release" in refused(company, "status")


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


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sqlite:///notifier.db", "postgres://db/x", "ledger: "),
        ("[web]", '[feedback]\nmailbox = "bounces"\n[web]', "feedback: there is no folder"),
        ('csv = "audience.csv"', 'csv = "empty.csv"', "audience: it has no rows"),
    ],
)
def test_a_check_of_the_configuration_finds_what_the_next_verb_would(
    company: Company, old: str, new: str, said: str
) -> None:
    (company.folder / "empty.csv").write_text("email,id\n")
    edit(company, old, new)
    assert said in refused(company, "config", "--check")


def test_a_file_that_is_no_ledger_is_told_in_words(company: Company) -> None:
    (company.folder / "notifier.db").write_text("these are no records")
    for verb in ("check", "status"):
        assert "is no ledger, or a damaged one" in refused(company, verb)


def test_init_writes_a_configuration_that_is_right_and_never_overwrites(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ok("init", "--company", 'Quote " & Co', "--contact", "l@acme.example")
    checked = company.run("config", "--check")
    assert checked.returncode == 2
    for missing in ("live: ", "staged: ", "There is no audience file"):
        assert missing in checked.stderr
    for name in ("privacy-policy.md", "upcoming-privacy-policy.md"):
        (tmp_path / name).write_text(policy("1 March 2027"))
    (tmp_path / "audience.csv").write_text("email\nana@mail.example\n")
    assert "is right, and all it names is there" in company.ok("config", "--check")
    before = (tmp_path / "notifier.toml").read_text()
    assert "There is a notifier.toml already" in refused(company, "init")
    assert (tmp_path / "notifier.toml").read_text() == before


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--contact", "legal", "company.contact: is not a mail address"),
        ("--url", "example.com/privacy", "policy.0.url: must begin with https://"),
        ("--key", "Our Terms", "policy.0.key: must be small letters"),
        ("--title", " ", "policy.0.title: must be one line of text, not empty"),
    ],
)
def test_init_writes_nothing_that_would_be_refused(
    tmp_path: Path, option: str, value: str, said: str
) -> None:
    assert said in refused(Company(tmp_path), "init", option, value)
    assert not (tmp_path / "notifier.toml").exists()


def test_init_takes_any_company_and_a_contact_with_a_name(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ok("init", "--company", "Müller, Söhne", "--contact", "Recht <r@mueller.example>")
    assert json.loads(company.ok("config"))["email"]["sender"] == (
        '"Müller, Söhne" <r@mueller.example>'
    )
