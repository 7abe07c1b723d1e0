"""The command line as somebody meets it: quick help, honest exit codes."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from notifier.cli import main, verbs
from notifier.model.request import RulingSubject
from tests.company import Company, in_days, policy

HEAVY = {
    "alembic",
    "apscheduler",
    "babel",
    "boto3",
    "jinja2",
    "pydantic",
    "rich",
    "sqlalchemy",
    "starlette",
}


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from notifier.cli import main;"
        f"code = main({arguments!r}); print(*sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "notifier" in loaded
    assert not loaded & HEAVY


def test_examples_in_help_stand_on_lines_of_their_own(tmp_path: Path) -> None:
    company = Company(tmp_path)
    assert "\n    notifier read policy.md" in company.ok("--help")
    assert "\n    notifier redline old.md new.md" in company.ok("redline", "--help")


def every_command(group: click.Group = verbs, path: tuple[str, ...] = ()) -> Iterator[list[str]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield [*path, name]
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


@pytest.mark.parametrize("command", list(every_command()), ids=" ".join)
def test_every_verb_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Usage: notifier {' '.join(command)}")
    assert "\\b" not in said
    assert max(map(len, said.splitlines())) <= 100


@pytest.mark.parametrize("verb", verbs.list_commands(click.Context(verbs)))
def test_every_verb_has_examples_that_it_takes(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main([verb, "--help"])
    examples = re.findall(rf"(?m)^    notifier {verb}\b(.*)$", capsys.readouterr().out)
    assert examples
    for example in examples:
        arguments = shlex.split(re.split(r"\s{3,}", example)[0])
        found: click.Command | None = verbs.get_command(click.Context(verbs), verb)
        if isinstance(found, click.Group):
            found = found.get_command(click.Context(found), arguments.pop(0))
        assert found is not None
        found.make_context(verb, arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["paln"], "No such command 'paln'"),
        (["check", "--confg", "x"], "No such option"),
        (["hold"], "There is no configuration"),
        (["check"], "There is no configuration at notifier.toml"),
        (["read", "nothing.md"], "There is no file nothing.md"),
        (["read", "https://acme.example/privacy.html"], "privacy.html is named by a web address"),
        (["redline", "a.md", "b.md", "c.md"], "Name a policy, or two files"),
        (["send"], "notifier send --now"),
        (["approve", "--by", " "], "Invalid value for '--by': it is empty"),
        (["hold", "--why", ""], "Invalid value for '--why': it is empty"),
        (["plan", "--json", "--why", "initial-email"], "each print something else: name one"),
        (["feedback", "-", "--mailbox", "."], "two places to look: name one"),
    ],
)
def test_mistakes_are_told_in_words(tmp_path: Path, arguments: list[str], said: str) -> None:
    if arguments == ["hold"]:
        arguments = ["hold", "--why", "x"]
    done = Company(tmp_path).run(*arguments)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_told_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company(tmp_path).set_up()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("NOTIFIER_WEB__PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("NOTIFIER_WEB__HOST", "127.0.0.1")
        done = company.run("serve")
    assert "Nobody can be served on 127.0.0.1, port" in done.stderr
    assert "started" not in done.stderr


def test_the_help_of_a_ruling_names_every_subject(tmp_path: Path) -> None:
    said = Company(tmp_path).ok("ruling", "add", "--help")
    assert re.findall(r"(?m)^  ([a-z_]+)  +\S", said) == list(RulingSubject)


def test_a_home_directory_of_nobody_is_told_in_words(tmp_path: Path) -> None:
    company = Company(tmp_path).set_up()
    path = company.folder / "notifier.toml"
    path.write_text(path.read_text().replace("audience.csv", "~nobody-of-this-name/audience.csv"))
    done = company.run("status")
    assert "Traceback" not in done.stderr
    assert "the home directory of a user who is not known here" in done.stderr


def test_a_written_redline_is_made_with_the_companys_own_templates(tmp_path: Path) -> None:
    company = Company(tmp_path).set_up()
    path = company.folder / "notifier.toml"
    path.write_text('templates = "ours"\n' + path.read_text())
    (company.folder / "ours" / "redline").mkdir(parents=True)
    (company.folder / "ours" / "redline" / "page.html").write_text("<p>Acme: {{ title }}</p>")
    company.ok("check")
    company.ok("redline", "privacy", "-o", "changes.html")
    assert (company.folder / "changes.html").read_text() == "<p>Acme: Privacy Policy</p>"


def test_rulings_are_checked_when_they_are_recorded_and_listed(tmp_path: Path) -> None:
    company = Company(tmp_path).set_up(live=policy("September 1, 2021"))
    company.stage(policy(in_days(60), days=90))
    company.ok("check")
    assert "No ruling" in company.ok("ruling", "list")
    who = ("--by", "Ana Lima", "--why", "moved with the release")
    refused = company.run("ruling", "add", "effective_date", "1 March", *who)
    assert refused.returncode == 3
    assert "cannot be “1 March”: it must be a date such as 2027-04-01" in refused.stderr
    unknown = company.run("ruling", "add", "materiality", "editoral", *who)
    assert "it must be one of material, editorial." in unknown.stderr
    assert "No ruling" in company.ok("ruling", "list")
    day = in_days(70).isoformat()
    company.ok("ruling", "add", "effective_date", day, *who)
    listed = " ".join(company.ok("ruling", "list").split())
    assert f"effective_date {day}, by Ana Lima at" in listed
    assert listed.endswith(": moved with the release")
    assert f"effective date {day}" in " ".join(company.ok("plan").split())
