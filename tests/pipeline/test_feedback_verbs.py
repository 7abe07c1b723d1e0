"""Feedback and suppressions from a terminal, as a mail server and a person use them."""

from __future__ import annotations

import email
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.channels.bounces import ANSWER, dsn
from tests.company import Company, Done

BOUNCES = 'outbox = "outbox"\nbounces_to = "bounces@acme.example"'


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Four mails are out."""
    company = Company(tmp_path / "acme", mail=BOUNCES).set_up()
    for verb in (("check",), ("plan",), ("approve",), ("send", "--now")):
        company.ok(*verb)
    return company


def bounce_for(company: Company, address: str) -> bytes:
    mails = [email.message_from_bytes(path.read_bytes()) for path in company.outbox]
    (mail,) = [mail for mail in mails if address in mail["To"]]
    return dsn(message_id=mail["Message-ID"], person=address, own_id=f"<{address}>")


def give(company: Company, content: bytes) -> Done:
    """One mail, as a file."""
    (company.folder / "bounce.eml").write_bytes(content)
    return company.run("feedback", "bounce.eml")


def people(company: Company) -> dict[str, str]:
    """What ``notifier status`` counts."""
    lines = company.ok("status").split("People")[1].split("Notices")[0].splitlines()
    return dict(re.split(r"\s{2,}", line.strip())[:2] for line in lines if line.strip())


def test_a_bounce_through_a_pipe_moves_the_numbers(company: Company) -> None:
    assert people(company)["told in time"] == "4"
    done = subprocess.run(
        [sys.executable, "-m", "notifier", "feedback", "-"],
        input=bounce_for(company, "ana@mail.example"),
        capture_output=True,
        cwd=company.folder,
        env=company.environment_of_processes,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    give(company, bounce_for(company, "karl@mail.example"))
    now = people(company)
    assert now["all"] == "5"
    assert now["told in time"] == "2"
    assert now["still to be told"] == "2", "Ana and Cy have it waiting in the product"
    assert now["exceptions"] == "1", "Karl has no account"

    for content in (ANSWER, b"x" * 2_000_000, b""):
        assert give(company, content).returncode == 0
    assert people(company) == now


def test_the_mail_server_tries_again_while_it_cannot_be_recorded(tmp_path: Path) -> None:
    company = Company(tmp_path / "acme", mail=BOUNCES, more="[nonsense]\n").set_up()
    done = give(company, dsn())
    assert done.returncode == 75
    assert "nonsense" in done.stderr


def test_a_mailbox_given_by_hand_or_configured(company: Company) -> None:
    box = company.folder / "bounces"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    (box / "new" / "1").write_bytes(bounce_for(company, "ana@mail.example"))
    assert "nowhere to look" in company.run("feedback").stderr
    assert "bounced for good  1" in company.ok("feedback", "--mailbox", "bounces")
    company.more = '[feedback]\nmailbox = "bounces"\n'
    company.configure()
    assert "nothing new" in company.ok("feedback")
    (box / "new" / "2").write_bytes(bounce_for(company, "zoe@mail.example"))
    assert "bounced for good  1" in company.ok("feedback")
    assert company.ok("verify")


def test_suppressions_are_shown_and_lifted_by_name(company: Company) -> None:
    assert "No address" in company.ok("suppression", "list")
    give(company, bounce_for(company, "ana@mail.example"))
    assert re.search(
        r"ana@mail\.example  since .*: bounced for good: 550 5\.1\.1",
        company.ok("suppression", "list"),
    )
    assert "--why" in company.run("suppression", "lift", "ana@mail.example").stderr
    lifted = company.ok("suppression", "lift", "Ana@mail.example", "--by", "L", "--why", "typo")
    assert "mailed again" in lifted
    assert "No address" in company.ok("suppression", "list")
    again = company.run("suppression", "lift", "ana@mail.example", "--by", "L", "--why", "typo")
    assert again.returncode == 1
    assert "ana@" not in again.stderr


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ('[email.ses]\nregion = "eu-central-1"\nconfiguration_set = "notices"', "by ses"),
        ('outbox = "o"\n[email.ses]\nregion = "eu-central-1"', "one transport"),
        ('[email.ses]\nregion = "eu/central"', "region"),
        ('[email.ses]\nbucket = "x"', "not a known key"),
    ],
)
def test_exactly_one_transport_is_configured(tmp_path: Path, mail: str, said: str) -> None:
    company = Company(tmp_path / "acme", mail=mail).set_up()
    done = company.run("config", "--check")
    assert said in done.stdout + done.stderr


def test_where_feedback_comes_from_is_shown(tmp_path: Path) -> None:
    queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/ses-events"
    company = Company(tmp_path / "acme").set_up()
    assert "feedback: none: a bounce would go unnoticed" in company.ok("config", "--check")
    company.more = f'[feedback]\nqueue = "{queue}"\nmailbox = "box"\n'
    company.configure()
    (company.folder / "box").mkdir()
    shown = company.ok("config", "--check")
    assert "feedback: events of SES from the queue ses-events" in shown
    assert "feedback: bounce mails from" in shown
