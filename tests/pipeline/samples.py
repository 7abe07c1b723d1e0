"""A pipeline around a ledger with an approved plan: enough to send, nothing to plan with."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from notifier.audience import CsvAudience
from notifier.channels.smtp import Smtp
from notifier.channels.transport import Transport
from notifier.config import Config
from notifier.ledger import Ledger, approvals, handover, journal
from notifier.ledger.schema import attempts, deliveries
from notifier.pipeline.mailing import SendReport
from notifier.pipeline.pipeline import Pipeline, silent
from notifier.pipeline.sending import send_due
from notifier.rendering import Templates
from notifier.rendering.mail import Slot
from notifier.sources import FileSource
from tests.ledger.samples import SENDER, approved, people

IN_FLIGHT = 16


def message(size: int = 0) -> bytes:
    """An approved mail with its slots, filled up to about ``size`` bytes."""
    head = (
        f"From: {SENDER}\r\nTo: {Slot.TO}\r\nSubject: Our policy changes\r\n"
        f"Date: {Slot.DATE}\r\nMessage-ID: {Slot.MESSAGE_ID}\r\n\r\n"
        f"Hello=\r\n{Slot.NAME_TEXT}=\r\n,\r\n<p>Hello=\r\n{Slot.NAME_HTML}=\r\n,</p>\r\n"
    ).encode()
    line = b"What we promised stays as it is, word for word, to the end of it.\r\n"
    return head + line * max(0, (size - len(head)) // len(line))


def pipeline(
    ledger: Ledger, transport: Transport, clock: Callable[[], datetime], **email: object
) -> Pipeline:
    """Everything ``send_due`` needs, around this transport."""
    settings = {"sender": SENDER, "outbox": "unused", "rate": 1e9, **email}
    policy = {
        "key": "privacy",
        "title": "Privacy Policy",
        "url": "https://acme.example/privacy",
        "live": {"file": "privacy.md"},
    }
    config = Config.model_validate(
        {
            "company": {"name": "Acme", "contact": "legal@acme.example"},
            "policy": [policy],
            "audience": {"csv": "people.csv"},
            "email": settings,
        }
    )
    return Pipeline(
        config=config,
        ledger=ledger,
        templates=Templates(None),
        audience=CsvAudience(Path("people.csv")),
        transport=transport,
        inboxes=(),
        open_source=lambda source: FileSource(source.file),
        clock=clock,
    )


def send(sending: Pipeline, stop: threading.Event | None = None) -> SendReport:
    return send_due(sending, stop=stop or threading.Event(), progress=silent)


def prepare(ledger, sink, clock, count=40, notices=(), **email):
    """People, an approved plan for them, and a pipeline that leads to this sink."""
    sample = approved(ledger, people(count), notices, message=message())
    settings = {"in_flight": IN_FLIGHT, **email}
    transport = Smtp(
        "127.0.0.1", sink.port, security="none", connections=4, in_flight=settings["in_flight"]
    )
    return sample, pipeline(ledger, transport, clock, **settings)


def states(sample) -> dict[str, int]:
    with sample.ledger.begin() as tx:
        rows = tx.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        return dict(tuple(row) for row in rows)


def tried(sample) -> int:
    with sample.ledger.begin() as tx:
        return tx.execute(select(func.count()).select_from(attempts)).scalar_one()


def held_because(sample) -> str:
    with sample.ledger.begin() as tx:
        stamp = approvals.hold_on(tx, sample.stored.id)
        return stamp.why if stamp else ""


def copies(sink) -> Counter[str]:
    return Counter(mail.recipient for mail in sink.committed)


def chains_fit(sample) -> bool:
    with sample.ledger.begin() as tx:
        return not [*journal.verify(tx), *handover.verify(tx)]
