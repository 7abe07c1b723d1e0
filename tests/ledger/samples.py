"""A ledger with something in it: people, a plan for them, an approval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from notifier.channels.transport import Scope
from notifier.delivery import Outcome
from notifier.ledger import (
    Ledger,
    Tx,
    approvals,
    audiences,
    changes,
    expansion,
    plans,
    texts,
    workers,
)
from notifier.ledger.audiences import FrozenAudience
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.deliveries import Claim, Ending
from notifier.ledger.handover import HandOver
from notifier.ledger.plans import Manifest, StoredNotice, StoredPlan
from notifier.model.people import Recipient
from notifier.model.plan import Addressees, Channel, Group, NoticeKind, Plan, PlannedNotice
from notifier.model.reading import DateStatus, EffectiveDate, Promise, Reading
from notifier.model.stamp import Stamp
from notifier.model.text import Block, BlockKind, Document, Snapshot

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DEADLINE = NOW + timedelta(days=20)
LEGAL = Stamp("L. Egal", NOW, "as discussed")
SENDER = "Acme Legal <legal@acme.example>"
MESSAGE = b"Subject: changes\r\n\r\nHello.\r\n"


def seconds(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


def person(number: int, **more: str) -> Recipient:
    fields = {
        "key": f"k{number}",
        "address": f"p{number}@example.org",
        "locale": "en",
        "in_app_id": f"u{number}",
        **more,
    }
    return Recipient(**fields)


def people(count: int) -> list[Recipient]:
    return [person(number) for number in range(1, count + 1)]


def freeze(ledger: Ledger, rows: Iterable[Recipient], digest: str = "d" * 64) -> FrozenAudience:
    return audiences.freeze(
        ledger,
        rows,
        digest=digest,
        definition="a list",
        at=NOW,
        progress=lambda _rows: None,
    )


def add_text(tx: Tx, words: str, policy: str = "privacy") -> texts.Version:
    snapshot = Snapshot(words.encode(), "privacy.md", f"file:{words[:8]}")
    document = Document((Block(BlockKind.PARAGRAPH, words),))
    reading = Reading(document, EffectiveDate(DateStatus.STATED, date(2026, 4, 1)), Promise())
    snapshot_id = texts.record_snapshot(tx, policy, snapshot, NOW)
    texts.record_reading(tx, snapshot_id, reading, NOW)
    return texts.add_version(tx, policy, snapshot_id, NOW)


def planned(
    kind: NoticeKind = NoticeKind.INITIAL,
    channel: Channel = Channel.EMAIL,
    *,
    due_at: datetime = NOW,
    before: datetime = DEADLINE,
    count: int = 1,
    addressees: Addressees | None = None,
) -> PlannedNotice:
    whom = addressees or Addressees()
    return PlannedNotice(kind, channel, due_at, before, before, count, "because", addressees=whom)


@dataclass(frozen=True)
class Sample:
    """An approved plan in a ledger, and what is needed to send it."""

    ledger: Ledger
    stored: StoredPlan
    notices: list[StoredNotice]

    @property
    def mail(self) -> StoredNotice:
        return next(n for n in self.notices if n.channel is Channel.EMAIL)

    @property
    def in_app(self) -> StoredNotice:
        return next(n for n in self.notices if n.channel is Channel.IN_APP)

    def enlist(self, at: datetime = NOW) -> HandOver:
        with self.ledger.begin() as tx:
            return HandOver(self.ledger, workers.enlist(tx, at))


def approved(
    ledger: Ledger,
    rows: Sequence[Recipient],
    notices: Sequence[PlannedNotice] = (),
    *,
    expand: bool = True,
    message: bytes = MESSAGE,
    digest: str = "d" * 64,
    bounces_to: str = "",
) -> Sample:
    """Freeze people, plan, approve; by default one mail notice, expanded."""
    audience = freeze(ledger, rows, digest)
    notices = notices or (planned(),)
    plan = Plan(
        effective_date=date(2026, 4, 1),
        effective_at=DEADLINE,
        deadline_at=DEADLINE,
        target_at=DEADLINE,
        strictest="the promise",
        notices=tuple(notices),
        groups=(Group("en", audience.people),),
    )
    messages = {
        (position, locale): message
        for position in range(len(notices))
        for locale in {row.locale for row in rows}
    }
    with ledger.begin() as tx:
        old, new = add_text(tx, f"old words {digest}"), add_text(tx, f"new words {digest}")
        change = changes.open_change(tx, "privacy", old.id, new.id, NOW)
        manifest = Manifest(
            "old",
            "new",
            "redline",
            sha256(canonical(plan)),
            audience.digest,
            audience.people,
            SENDER,
            {f"{place}/{locale}": sha256(message) for place, locale in messages},
            bounces_to=bounces_to,
        )
        stored = plans.add_plan(
            tx,
            change_id=change.id,
            audience_id=audience.id,
            plan=plan,
            manifest=manifest,
            messages=messages,
            by=Stamp("A. Author", NOW),
        )
        approvals.approve(tx, stored, LEGAL)
        stored = plans.load_plan(tx, stored.id)
        if expand:
            for notice in plans.notices_of(tx, stored.id):
                while expansion.expand(tx, stored, notice, NOW):
                    pass
        return Sample(ledger, stored, plans.notices_of(tx, stored.id))


def advance(
    sample: Sample,
    hand_over: HandOver,
    endings: Sequence[Ending] = (),
    *,
    limit: int = 100,
    at: datetime = NOW,
) -> list[Claim]:
    """One group commit: what ended is closed, and up to ``limit`` are opened."""
    with hand_over.group(at) as group:
        group.close(endings)
        return group.open(
            sample.mail,
            plan_digest=sample.stored.digest,
            contents={"en": sha256(MESSAGE), "de": sha256(MESSAGE)},
            limit=limit,
            room={},
        )


def ended(
    claim: Claim,
    outcome: Outcome = Outcome.ACCEPTED,
    *,
    at: datetime = NOW,
    scope: Scope = Scope.RECIPIENT,
    **more: object,
) -> Ending:
    return Ending(claim, outcome, at, blameless=scope is not Scope.RECIPIENT, **more)
