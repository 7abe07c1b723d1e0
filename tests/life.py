"""A company on a simulated clock: every verb as legal and the daemon use it."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from notifier.app import open_pipeline
from notifier.config import PolicyConfig
from notifier.delivery import EventKind
from notifier.ledger import feed
from notifier.ledger.plans import StoredPlan
from notifier.ledger.standing import PlanStanding
from notifier.model.request import Ruling, RulingSubject
from notifier.pipeline import approving, evidence, previewing, reporting, stopping
from notifier.pipeline.check import CheckReport, check
from notifier.pipeline.keeping import SendReport
from notifier.pipeline.pipeline import Pipeline, silent
from notifier.pipeline.planning import plan
from notifier.pipeline.rehearsing import Rehearsal, rehearse
from notifier.pipeline.sending import send_due
from tests.company import CLAUSE, Company, policy

BEGINS = datetime(2027, 1, 4, 9, tzinfo=UTC)
FIRST_DAY = date(2027, 3, 1)


@dataclass
class Life:
    """One company and its clock."""

    company: Company
    now: datetime = BEGINS
    seen: set[Path] = field(default_factory=set)

    @contextmanager
    def _open(self) -> Iterator[tuple[Pipeline, PolicyConfig]]:
        path = self.company.folder / "notifier.toml"
        with open_pipeline(path, clock=lambda: self.now) as pipeline:
            yield pipeline, pipeline.policy("privacy")

    def check(self) -> CheckReport:
        with self._open() as (pipeline, privacy):
            return check(pipeline, privacy)

    def plan(self) -> StoredPlan:
        with self._open() as (pipeline, privacy):
            return plan(pipeline, privacy, who="Bea", progress=silent)

    def approve(self) -> StoredPlan:
        with self._open() as (pipeline, privacy):
            return approving.approve(pipeline, privacy, who="Ana", why="read")

    def preview(self) -> list[previewing.Preview]:
        with self._open() as (pipeline, privacy):
            return previewing.preview(pipeline, privacy, self.company.folder / "preview")

    def send(self) -> SendReport:
        with self._open() as (pipeline, _):
            return send_due(pipeline, stop=threading.Event(), progress=silent)

    def rule(self, subject: RulingSubject, value: str) -> None:
        with self._open() as (pipeline, privacy):
            ruling = Ruling(subject, value, "Ana", self.now, "decided")
            approving.rule(pipeline, privacy, ruling)

    def pause(self) -> stopping.Stopped:
        with self._open() as (pipeline, privacy):
            return stopping.pause(pipeline, privacy, who="Ana", why="the partner left")

    def withdraw(self) -> stopping.Stopped:
        with self._open() as (pipeline, privacy):
            return stopping.withdraw(pipeline, privacy, who="Ana", why="not needed")

    def resume(self) -> str:
        with self._open() as (pipeline, privacy):
            return approving.resume(pipeline, privacy, who="Ana", why="settled")

    def status(self) -> reporting.PolicyStatus:
        with self._open() as (pipeline, privacy):
            return reporting.status(pipeline, privacy)

    def evidence(self) -> Path:
        with self._open() as (pipeline, privacy):
            folder = self.company.folder / f"evidence-{self.now:%Y%m%d%H%M}"
            return evidence.evidence(pipeline, privacy, folder, who="Ana", progress=silent)

    def verify(self) -> list[str]:
        with self._open() as (pipeline, _):
            return reporting.verify(pipeline, silent)

    def rehearse(self) -> Rehearsal:
        with self._open() as (pipeline, privacy):
            return rehearse(pipeline, privacy, progress=silent)

    def close(self, who: str = "Ana") -> StoredPlan:
        with self._open() as (pipeline, privacy):
            return reporting.close(pipeline, privacy, who=who, why="signed")

    def shown_to(self, who: str, *, see: bool = False) -> list[str]:
        """What stands in a person's product, as raw JSON, looked at or not."""
        with self._open() as (pipeline, _), pipeline.ledger.begin() as tx:
            items = feed.feed(tx, who)
            for item in items if see else ():
                feed.mark(tx, who, item.delivery, EventKind.SHOWN, self.now)
            return [item.content.decode() for item in items]

    def announce(self) -> StoredPlan:
        """Check, plan, approve and send what is due at once."""
        self.check()
        self.plan()
        stored = self.approve()
        self.send()
        return stored

    def stage(self, effective: date, *, days: int = 90) -> None:
        self.company.stage(policy(effective, days=days))

    def publish(self) -> None:
        """The staged text goes live."""
        self.company.git("merge", "-q", "--ff-only", "upcoming")

    def join(self, *people: tuple[str, ...]) -> None:
        """These are in the company's list as well from here on."""
        with (self.company.folder / "audience.csv").open("a") as file:
            file.writelines(",".join(row) + "\n" for row in people)

    def account(self) -> PlanStanding:
        """What ``notifier status`` counts."""
        standing = self.status().standing
        assert standing is not None
        return standing

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def mails(self) -> dict[str, Any]:
        """The mails written since the last look, by address."""
        new = [path for path in self.company.outbox if path not in self.seen]
        self.seen.update(new)
        read = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in new
        ]
        assert len({mail["Delivered-To"] for mail in read}) == len(read)
        return {mail["Delivered-To"]: mail for mail in read}


def begin(
    folder: Path, ledger_url: str, *, lead: str = '["60d", "7d"]', clause: str = CLAUSE
) -> Life:
    """A company whose change on 1 March 2027 is announced as soon as it is found."""
    company = Company(folder / "acme", ledger=ledger_url)
    company.set_up(
        live=policy("September 1, 2021", clause=clause),
        staged=policy(FIRST_DAY, days=90, clause=clause),
    )
    path = company.folder / "notifier.toml"
    path.write_text(path.read_text().replace("[audience]", f"lead_times = {lead}\n[audience]", 1))
    return Life(company)


def text_of(mail: Any) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())
