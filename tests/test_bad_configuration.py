"""Wrong configuration, or a ledger that is none: told in words, all at once, nothing begun (G9)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notifier.rendering.environment import shipped_templates
from tests.company import Company, edit, policy, refused, smtp


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "acme").set_up()


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
