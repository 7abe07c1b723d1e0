"""The whole product, told as its users live it: real git, real SMTP, real databases, real kills."""

from __future__ import annotations

import csv
import email
import email.policy
import json
import re
import signal
import socket
import subprocess
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.company import CLAUSE, PEOPLE, Company, in_days, policy

MAILED = {"ana@mail.example", "bob@mail.example", "karl@mail.example", "zoe@mail.example"}


class Inbox:
    """Everything the mail server took, and a way to wait for it."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self._arrived = threading.Condition()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        with self._arrived:
            self.messages += [(to, envelope.content) for to in envelope.rcpt_tos]
            self._arrived.notify_all()
        return "250 taken"

    def wait_for(self, count: int) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.messages) >= count, timeout=30)

    def per_person(self) -> Counter[str]:
        return Counter(to for to, _ in self.messages)


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """A real SMTP server on loopback."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield inbox, controller.port
    controller.stop()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def get(port: int, path: str, *, post: bool = False) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", method="POST" if post else "GET"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def until(process: subprocess.Popen[str], happened: Callable[[], bool]) -> None:
    """Wait while the process runs until something has happened."""
    for _ in range(1500):
        if happened():
            return
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"the daemon ended: {process.stdout and process.stdout.read()}")
    pytest.fail("it did not happen within 30 s")


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> str:
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    return output


def test_the_whole_story(tmp_path: Path, ledger_url: str, inbox: tuple[Inbox, int]) -> None:
    mails, smtp_port = inbox
    web_port = free_port()
    company = Company(
        tmp_path / "acme",
        ledger=ledger_url,
        mail=f'[email.smtp]\nhost = "127.0.0.1"\nport = {smtp_port}\nsecurity = "none"',
        more='[daemon]\nsend_every = "1s"\n[approval]\napprovers = ["Ana Lima", "Bea Murphy"]\n',
    ).set_up()
    company.folder.joinpath("notifier.toml").write_text(
        company.folder.joinpath("notifier.toml")
        .read_text()
        .replace("port = 0", f"port = {web_port}")
    )

    found = company.ok("check")
    assert "effective date    2021-09-01" in found
    assert f"effective date    {in_days(20).isoformat()}" in found
    assert "email or a prominent notice; one is enough" in found

    changed = company.ok("redline")
    assert "[-30-]{+90+}" in changed.replace("\n", " ")

    planned = company.ok("plan", "--by", "Bea Murphy")
    assert "Nothing has been sent" in planned
    assert "in the product    1 person: broken address" in planned

    company.ok("preview")
    previewed = (company.folder / "preview" / "1-initial-email-es.eml").read_bytes()

    own = company.run("approve", "--by", "Bea Murphy")
    assert own.returncode == 4
    assert "made plan 1 and cannot approve it" in own.stderr
    company.ok("approve", "--by", "Ana Lima")
    assert not mails.messages

    daemon = company.start("serve")
    mails.wait_for(len(MAILED))
    until(daemon, lambda: bool(asked(web_port, "/notices/u3").get("notices")))
    notice = get(web_port, "/notices/u3")["notices"][0]
    assert notice["effective_date"] == in_days(20).isoformat()
    assert "Privacy Policy" in notice["heading"]
    get(web_port, f"/notices/u3/{notice['id']}/shown", post=True)
    get(web_port, f"/notices/u3/{notice['id']}/acknowledged", post=True)
    assert get(web_port, "/notices/u3")["notices"] == []
    assert get(web_port, "/health")["trouble"] == {}

    daemon.send_signal(signal.SIGKILL)
    daemon.communicate()
    daemon = company.start("serve")
    until(daemon, lambda: "send" in asked(web_port, "/health").get("beats", {}))
    assert end(daemon).count("Traceback") == 0
    assert mails.per_person() == dict.fromkeys(MAILED, 1)

    personal = dict(mails.messages)
    assert without_stamps(personal["ana@mail.example"]) == without_stamps(previewed)
    assert parsed(personal["karl@mail.example"])["Subject"].startswith("Datenschutzerklärung")
    for to, content in mails.messages:
        others = {row[0] for row in PEOPLE} - {to}
        assert not [other for other in others if other.encode() in content]

    status = company.ok("status")
    assert re.search(r"told in time\s+5  \(by email 4, in the product 1\)", status)
    assert re.search(r"exceptions\s+0", status)

    company.ok("evidence")
    company.ok("verify")
    with (company.folder / "evidence" / "people.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "initial"]
    assert {row["address"] for row in rows if row["outcome"] == "accepted"} == MAILED
    assert {row["state"] for row in rows if row["key"] == "3"} == {"skipped", "acknowledged"}
    for row in rows:
        if row["content_sha256"]:
            suffix = "eml" if row["channel"] == "email" else "json"
            kept = company.folder / "evidence/messages" / f"{row['content_sha256']}.{suffix}"
            assert kept.is_file()


def asked(port: int, path: str) -> dict[str, Any]:
    """The answer, or nothing while the daemon is not listening yet."""
    try:
        answer: dict[str, Any] = get(port, path)
    except OSError:
        return {}
    return answer


def parsed(content: bytes) -> Any:
    return email.message_from_bytes(content, policy=email.policy.default)


def without_stamps(content: bytes) -> bytes:
    """A message without what differs between preview and hand-over: its id and its date."""
    return re.sub(rb"(?m)^(Message-ID|Date|Received|X-[A-Za-z]+): .*\r?\n", b"", content).strip()


@pytest.mark.parametrize("kills", [4])
def test_killed_again_and_again_everybody_is_told_once(
    tmp_path: Path, ledger_url: str, kills: int
) -> None:
    company = Company(
        tmp_path / "acme", ledger=ledger_url, more='[daemon]\nsend_every = "1s"\n'
    ).set_up()
    people = 400
    company.write_audience(
        (f"p{n}@mail.example", str(n), f"P{n}", "en", "", f"u{n}") for n in range(people)
    )
    company.ok("check")
    company.ok("plan")
    company.ok("approve")
    for round_ in range(1, kills + 1):
        daemon = company.start("serve")
        until(daemon, lambda: len(company.outbox) >= people * round_ // (kills + 2))  # noqa: B023
        daemon.send_signal(signal.SIGKILL)
        daemon.communicate()
    company.ok("send", "--now")

    told = Counter(parsed(path.read_bytes())["Delivered-To"] for path in company.outbox)
    assert told == {f"p{n}@mail.example": 1 for n in range(people)}
    assert re.search(rf"told in time\s+{people}", company.ok("status"))
    company.ok("verify")


def test_sigterm_ends_in_good_order_and_the_next_start_goes_on(
    tmp_path: Path, ledger_url: str
) -> None:
    company = Company(tmp_path / "acme", ledger=ledger_url).set_up()
    company.configure()
    people = 300
    company.write_audience((f"p{n}@mail.example", str(n), "", "en", "", "") for n in range(people))
    company.ok("check")
    company.ok("plan")
    company.ok("approve")
    sender = company.start("send", "--now")
    until(sender, lambda: len(company.outbox) >= 20)
    end(sender)
    assert sender.returncode == 0
    handed_over = len(company.outbox)
    assert f"told in time      {handed_over}" in company.ok("status")

    company.ok("send", "--now")
    told = Counter(parsed(path.read_bytes())["Delivered-To"] for path in company.outbox)
    assert told == {f"p{n}@mail.example": 1 for n in range(people)}


def test_two_daemons_on_one_ledger_tell_everybody_once(tmp_path: Path, ledger_url: str) -> None:
    company = Company(
        tmp_path / "acme", ledger=ledger_url, more='[daemon]\nsend_every = "1s"\n'
    ).set_up()
    people = 300
    company.write_audience((f"p{n}@mail.example", str(n), "", "en", "", "") for n in range(people))
    company.ok("check")
    company.ok("plan")
    company.ok("approve")
    pair = [company.start("serve"), company.start("serve")]
    until(pair[0], lambda: len(company.outbox) >= people)
    for daemon in pair:
        assert "Traceback" not in end(daemon)
    told = Counter(parsed(path.read_bytes())["Delivered-To"] for path in company.outbox)
    assert told == {f"p{n}@mail.example": 1 for n in range(people)}


def test_hold_stops_and_resume_goes_on(tmp_path: Path, ledger_url: str) -> None:
    company = Company(tmp_path / "acme", ledger=ledger_url).set_up()
    company.ok("check")
    company.ok("plan")
    company.ok("approve")
    company.ok("hold", "--by", "Ana Lima", "--why", "a typing error in the German text")
    waiting = " ".join(company.ok("send", "--now").split())
    assert "8 messages are due and held by Ana Lima: a typing error" in waiting
    assert company.outbox == []
    assert "HELD by Ana Lima" in company.ok("status")
    company.ok("resume", "--by", "Ana Lima", "--why", "it was correct after all")
    company.ok("send", "--now")
    assert len(company.outbox) == len(MAILED)


def test_a_changed_text_voids_the_approval(tmp_path: Path) -> None:
    company = Company(tmp_path / "acme").set_up()
    company.ok("check")
    company.ok("plan")
    company.ok("approve")
    company.stage(policy(in_days(20), days=120))
    assert "approval of plan 1 is void" in company.ok("check")
    assert "Nothing was due" in company.ok("send", "--now")
    assert company.outbox == []


def test_a_new_reading_of_an_old_text_is_never_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from notifier.app import open_pipeline
    from notifier.pipeline import check as checking
    from notifier.reading import reader

    company = Company(tmp_path / "acme").set_up(staged=policy("September 1, 2021") + "\n")
    with open_pipeline(company.folder / "notifier.toml") as pipeline:
        checking.check(pipeline, pipeline.policy("privacy"))
        monkeypatch.setattr(checking, "READER", reader.READER + 1)
        monkeypatch.setattr(reader, "READER", reader.READER + 1)
        again = checking.check(pipeline, pipeline.policy("privacy"))
    assert again.upgraded == (1,)
    assert again.change is None
    assert again.new_versions == ()


def test_the_promise_in_force_binds_and_its_contradiction_is_told(tmp_path: Path) -> None:
    """The customer's clause contradicts itself; dropping half of it in the new text hides nothing."""
    both = (
        f"{CLAUSE} Changes to this Privacy Policy are effective when they are posted on this page."
    )
    company = Company(tmp_path / "acme").set_up(live=policy("September 1, 2021", clause=both))
    found = " ".join(company.ok("check").split())
    assert found.count("[promise.contradiction]") == 1
    assert "people are told first, and the change is in force only later" in found
    assert "notifier ruling add effective_when_posted no" in found
    company.stage(policy(in_days(20), days=90, clause=both))
    assert company.ok("check").count("[promise.contradiction]") == 1


def test_nothing_is_sent_after_the_deadline_has_passed(tmp_path: Path) -> None:
    from datetime import timedelta

    from notifier.app import open_pipeline
    from notifier.pipeline.approving import approve
    from notifier.pipeline.check import check
    from notifier.pipeline.pipeline import silent
    from notifier.pipeline.planning import plan
    from notifier.pipeline.sending import send_due

    company = Company(tmp_path / "acme").set_up()
    now = datetime.now(UTC)
    with open_pipeline(company.folder / "notifier.toml", clock=lambda: now) as pipeline:
        privacy = pipeline.policy("privacy")
        check(pipeline, privacy)
        plan(pipeline, privacy, who="Bea", progress=silent)
        approve(pipeline, privacy, who="Ana", why="")
    later = now + timedelta(days=21)
    with open_pipeline(company.folder / "notifier.toml", clock=lambda: later) as pipeline:
        report = send_due(pipeline, stop=threading.Event(), progress=silent)
    assert company.outbox == []
    assert not report.states
    assert "was due before" in report.alarms[0]
    assert "HELD by notifier" in company.ok("status")
