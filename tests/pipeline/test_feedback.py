"""What comes back: whose it is, whether it is believed, and what becomes of the people."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import select

from notifier.channels.feedback import Maildir, MailReader, Taken
from notifier.channels.feedback.ses_events import read
from notifier.channels.feedback.sqs import SqsInbox
from notifier.channels.ses import Ses
from notifier.channels.smtp import Smtp
from notifier.daemon import Daemon
from notifier.delivery import UNKNOWN_WAIT, EventKind, State
from notifier.errors import NotifierError
from notifier.ledger import deliveries as claims
from notifier.ledger import feedback, journal
from notifier.ledger.schema import deliveries, events, notices, recipients
from notifier.ledger.standing import standing
from notifier.ledger.workers import LEASE
from notifier.model.plan import Channel
from notifier.pipeline.feedback import record_feedback, record_mail
from notifier.pipeline.suppressing import lift, suppressed
from tests.channels.bounces import ANSWER, arf, dsn
from tests.channels.ses_events import bounce, by_eventbridge, by_sns, delivery, event
from tests.ledger.samples import NOW, advance, approved, ended, person, planned
from tests.pipeline.samples import message, pipeline, send
from tests.ses_fake import SesFake
from tests.smtp_sink import LOST_250, SmtpSink

REGION = "eu-central-1"
BOTH = (planned(), planned(channel=Channel.IN_APP))
PEOPLE = (
    person(1, address="Ann@mail.example"),
    person(2, address="bob@mail.example", in_app_id=""),
    person(3, address="cy@mail.example"),
)

BOUNCES = "bounces@acme.example"


@pytest.fixture
def sink():
    with SmtpSink() as sink:
        yield sink


@contextmanager
def sent(ledger, sink, clock, notices=BOTH, people=PEOPLE):
    """Everybody's mail handed over to a real server that took it."""
    sample = approved(ledger, people, notices, message=message(), bounces_to=BOUNCES)
    transport = Smtp("127.0.0.1", sink.port, security="none", connections=1, in_flight=8)
    ours = pipeline(ledger, transport, clock, bounces_to=BOUNCES, in_flight=8)
    send(ours)
    yield sample, ours, {mail.recipient.casefold(): mail for mail in sink.committed}


def returned(mail, **more) -> bytes:
    """The report a mail server makes of a mail it has seen."""
    (message_id,) = re.findall(rb"Message-ID: (\S+)", mail.content)
    quoted = {"to": mail.sender, "message_id": message_id.decode(), "person": mail.recipient}
    return dsn(**{"own_id": f"<dsn-{mail.sender}>", **quoted, **more})


def state(sample, address: str, channel=Channel.EMAIL) -> str:
    with sample.ledger.begin() as tx:
        return tx.execute(
            select(deliveries.c.state)
            .join(recipients, recipients.c.id == deliveries.c.recipient_id)
            .join(notices, notices.c.id == deliveries.c.notice_id)
            .where(recipients.c.address_key == address, notices.c.channel == channel)
        ).scalar_one()


def account(sample):
    with sample.ledger.begin() as tx:
        return standing(tx, sample.stored, NOW)


def test_who_bounced_is_covered_by_the_product_or_is_an_exception(ledger, sink, clock):
    with sent(ledger, sink, clock) as (sample, ours, mails):
        before = account(sample)
        assert (before.told, before.waiting, before.untold) == (3, 0, 0)
        for address in ("ann@mail.example", "bob@mail.example"):
            report = record_mail(ours, returned(mails[address]))
            assert report.events == {EventKind.BOUNCED_FOR_GOOD: 1}
        now = account(sample)
        assert (now.people, now.told, now.waiting, now.offered, now.untold) == (3, 1, 1, 1, 1)
        assert state(sample, "ann@mail.example", Channel.IN_APP) == State.OFFERED
        assert [one.address for one in suppressed(ours)] == ["ann@mail.example", "bob@mail.example"]
        with ledger.begin() as tx:
            assert [*journal.verify(tx), *feedback.verify(tx)] == []


def test_what_bounces_only_for_now_suppresses_nobody(ledger, sink, clock):
    with sent(ledger, sink, clock) as (sample, ours, mails):
        record_mail(ours, returned(mails["ann@mail.example"], action="delayed", status="4.4.1"))
        record_mail(ours, returned(mails["bob@mail.example"], status="5.2.2"))
        assert state(sample, "ann@mail.example") == State.ACCEPTED
        assert state(sample, "bob@mail.example") == State.BOUNCED
        assert list(suppressed(ours)) == []


def test_a_complaint_takes_nothing_back(ledger, sink, clock):
    with sent(ledger, sink, clock) as (sample, ours, mails):
        (message_id,) = re.findall(rb"Message-ID: (\S+)", mails["cy@mail.example"].content)
        record_mail(ours, arf(message_id=message_id.decode()))
        assert state(sample, "cy@mail.example") == State.COMPLAINED
        assert account(sample).told == 3
        assert list(suppressed(ours)) == []


def test_a_report_of_delivery_resolves_a_lost_answer(ledger, clock):
    with (
        SmtpSink(script=lambda m: LOST_250 if m.step == "dot" else None) as sink,
        sent(ledger, sink, clock, people=PEOPLE[:1]) as (sample, ours, mails),
    ):
        assert state(sample, "ann@mail.example") == State.UNKNOWN
        record_mail(ours, returned(mails["ann@mail.example"], action="delivered", status="2.0.0"))
        assert state(sample, "ann@mail.example") == State.DELIVERED


@pytest.mark.parametrize(
    ("more", "becomes", "suppresses"),
    [
        ({"message_id": "<none@acme.example>"}, State.BOUNCED, False),
        (
            {"message_id": "<none@acme.example>", "person": "eve@mail.example"},
            State.ACCEPTED,
            False,
        ),
        (
            {"message_id": f"<{'0' * 24}.1@acme.example>", "person": "x@y.example"},
            State.ACCEPTED,
            False,
        ),
        ({"message_id": "<none@acme.example>", "action": "delivered"}, State.ACCEPTED, False),
        (
            {"to": "bounces+999999@acme.example", "person": "forwarded@x.example"},
            State.BOUNCED,
            True,
        ),
        ({"to": "postmaster@acme.example"}, State.BOUNCED, True),
    ],
    ids=[
        "number and address: it may have bounced, the address may be fine",
        "a number guessed",
        "a message id made up",
        "number and address prove no delivery",
        "our message id is proof enough",
        "without a return path",
    ],
)
def test_what_a_mail_must_prove(ledger, sink, clock, more, becomes, suppresses):
    with sent(ledger, sink, clock, people=PEOPLE[:1]) as (sample, ours, mails):
        report = record_mail(ours, returned(mails["ann@mail.example"], **more))
        assert state(sample, "ann@mail.example") == becomes
        assert bool(list(suppressed(ours))) == suppresses
        assert report.strangers == (becomes == State.ACCEPTED)


def test_one_persons_message_id_says_nothing_of_another(ledger, sink, clock):
    """Numbers are easy to count on; the name before them is another one for each delivery."""
    with sent(ledger, sink, clock) as (sample, ours, mails):
        (mine,) = re.findall(rb"Message-ID: <(\w+)\.(\d+)@", mails["ann@mail.example"].content)
        for number in range(1, 20):
            if number != int(mine[1]):
                forged = f"<{mine[0].decode()}.{number}@acme.example>"
                record_mail(ours, dsn(message_id=forged, person="x@y.example", own_id=str(number)))
        assert account(sample).told == 3


def test_a_suppressed_address_is_left_out_of_the_next_plan_until_it_is_lifted(ledger, sink, clock):
    with sent(ledger, sink, clock) as (_, ours, mails):
        record_mail(ours, returned(mails["ann@mail.example"]))
    with ledger.begin() as tx:
        tx.execute(deliveries.update().values(state=State.CANCELLED, reason="made way"))
    with pytest.raises(NotifierError, match="not suppressed"):
        lift(ours, "cy@mail.example", who="L. Egal", why="a mistake")
    assert next_states(ledger, "2") == {"ann@mail.example": "skipped", "cy@mail.example": "pending"}
    assert lift(ours, "ANN@mail.example", who="L. Egal", why="back again").address
    assert next_states(ledger, "3") == {"ann@mail.example": "pending", "cy@mail.example": "pending"}
    with ledger.begin() as tx:
        assert "@" not in "".join(entry.facts for entry in journal.all_entries(tx))
        assert journal.verify(tx) == []


def next_states(ledger, digest: str) -> dict[str, str]:
    """States in a later plan for Ann and Cy."""
    sample = approved(ledger, [PEOPLE[0], PEOPLE[2]], digest=digest, bounces_to=BOUNCES)
    with ledger.begin() as tx:
        rows = tx.execute(
            select(recipients.c.address_key, deliveries.c.state)
            .join(recipients, recipients.c.id == deliveries.c.recipient_id)
            .where(deliveries.c.notice_id == sample.mail.id)
        )
        return dict(tuple(row) for row in rows)


# What a provider tells.


class Told:
    """An inbox that holds these events until they are done with, as a queue does."""

    def __init__(self, *bodies: str) -> None:
        self.left = [Taken(body, read(body)) for body in bodies]

    def describe(self) -> str:
        return "events"

    def take(self, now) -> list[Taken]:
        return self.left[:2]

    def done(self, taken) -> None:
        self.left = self.left[len(taken) :]


def hear(ours, *bodies: str):
    return record_feedback(ours, Told(*bodies), stop=threading.Event())


@pytest.fixture
def opened(ledger, clock):
    """One mail under way; its outcome not recorded yet."""
    sample = approved(ledger, PEOPLE[:1], BOTH)
    hand_over = sample.enlist()
    (claim,) = advance(sample, hand_over)
    return sample, hand_over, claim, pipeline(ledger, None, clock)


def kinds(sample) -> list[str]:
    with sample.ledger.begin() as tx:
        return sorted(tx.execute(select(events.c.kind)).scalars())


def test_events_may_come_before_the_outcome(opened):
    sample, hand_over, claim, ours = opened
    hear(ours, delivery(str(claim.attempt)))
    assert state(sample, "ann@mail.example") == State.SENDING
    with hand_over.group(NOW) as group:
        group.close([ended(claim)])
        feedback.match_early(group.tx, NOW)
    assert state(sample, "ann@mail.example") == State.DELIVERED


def test_what_came_before_its_dead_worker_was_accounted_for_counts(opened, clock):
    """The proof is in the ledger already: no second copy."""
    sample, _, claim, ours = opened
    hear(ours, delivery(str(claim.attempt)))
    clock.now += LEASE + timedelta(seconds=1)
    with SmtpSink() as sink:
        transport = Smtp("127.0.0.1", sink.port, security="none", connections=1, in_flight=8)
        ours = replace(ours, transport=transport)
        send(ours)
        clock.now += UNKNOWN_WAIT + timedelta(seconds=1)
        send(ours)
        assert not sink.committed
    assert state(sample, "ann@mail.example") == State.DELIVERED


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_events_may_come_in_any_order_and_often(opened, order):
    sample, hand_over, claim, ours = opened
    advance(sample, hand_over, [ended(claim)])
    number = str(claim.attempt)
    three = [event("Send", attempt=number), delivery(number), bounce(attempt=number)]
    for at in (*order, *order):
        hear(ours, three[at], three[at])
    assert state(sample, "ann@mail.example") == State.BOUNCED
    assert kinds(sample) == ["accepted", "bounced_for_good", "delivered"]


def test_events_of_others_are_counted_and_dropped(opened):
    sample, hand_over, claim, ours = opened
    advance(sample, hand_over, [ended(claim)])
    report = hear(
        ours,
        bounce(attempt="999999999"),
        event("Open"),
        delivery(str(claim.attempt)),
        bounce(attempt="0"),
    )
    assert report.events == {EventKind.DELIVERED: 1}
    assert (report.strangers, report.silent) == (2, 1)
    assert list(suppressed(ours)) == []


def test_what_was_recorded_but_not_done_with_is_told_again_without_harm(opened):
    sample, hand_over, claim, ours = opened
    advance(sample, hand_over, [ended(claim)])
    inbox = Told(bounce(attempt=str(claim.attempt)))
    inbox.done = lambda taken: (_ for _ in ()).throw(ConnectionError)
    with pytest.raises(ConnectionError):
        record_feedback(ours, inbox, stop=threading.Event())
    assert hear(ours, *(one.receipt for one in inbox.left)).events
    assert kinds(sample) == ["bounced_for_good"]


def test_it_stops_when_it_is_told_to(opened):
    _, _, claim, ours = opened
    stop = threading.Event()
    stop.set()
    inbox = Told(delivery(str(claim.attempt)))
    record_feedback(ours, inbox, stop=stop)
    assert len(inbox.left) == 1


def one_of(ses: SesFake, address: str) -> dict[str, str]:
    """What SES's events say of the mail it took for somebody."""
    (mail,) = [taken for taken in ses.taken if taken.recipient == address]
    return {"attempt": mail.tags["attempt"], "message": mail.message_id, "person": address}


def test_an_event_about_another_ledgers_mail_is_not_ours(opened):
    """A configuration set may be shared: its attempts have the same numbers."""
    sample, hand_over, claim, ours = opened
    number = str(claim.attempt)
    assert hear(ours, delivery(number, person="other@mail.example")).strangers == 1
    advance(sample, hand_over, [ended(claim, provider_id="ours-1")])
    assert hear(ours, bounce(attempt=number, message="theirs-1")).strangers == 1
    assert list(suppressed(ours)) == []
    assert state(sample, "ann@mail.example") == State.ACCEPTED
    assert hear(ours, delivery(number, message="ours-1")).strangers == 0
    assert state(sample, "ann@mail.example") == State.DELIVERED


def test_from_ses_through_its_queue_to_the_person(ledger, clock, monkeypatch):
    """The tag given to SES is the one its events bring back; moto is the queue."""
    monkeypatch.setattr("notifier.channels.feedback.sqs._WAIT_SECONDS", 0)
    with mock_aws(), SesFake() as ses:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"http://127.0.0.1:{ses.port}")
        sqs = boto3.Session(region_name=REGION).client("sqs")
        queue = sqs.create_queue(QueueName="events")["QueueUrl"]
        sample = approved(ledger, PEOPLE, BOTH, message=message())
        ours = pipeline(ledger, Ses(REGION, 4, "notices"), clock)
        send(ours)
        ann, bob, cy = (one_of(ses, person.address) for person in PEOPLE)
        for body in (
            by_sns(delivery(**ann)),
            by_eventbridge(bounce(**bob)),
            by_sns(delivery(**ann), "sns-2"),
            by_sns(bounce(**{**cy, "message": "of-another-ledger"})),
            "rubbish",
        ):
            sqs.send_message(QueueUrl=queue, MessageBody=body)
        report = record_feedback(ours, SqsInbox(queue, REGION), stop=threading.Event())
        left = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert report.unreadable == {"not JSON": 1}
    assert report.strangers == 1
    assert state(sample, "ann@mail.example") == State.DELIVERED
    assert state(sample, "bob@mail.example") == State.BOUNCED
    assert state(sample, "cy@mail.example") == State.ACCEPTED
    assert kinds(sample) == ["bounced_for_good", "delivered"]
    assert left["ApproximateNumberOfMessagesNotVisible"] == "1", "left for the dead-letter queue"


# The mailbox, by the daemon.


def test_the_daemon_reads_the_mailbox_by_itself(ledger, sink, clock, tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    with sent(ledger, sink, clock) as (sample, ours, mails):
        (tmp_path / "new" / "1").write_bytes(returned(mails["ann@mail.example"]))
        (tmp_path / "new" / "2").write_bytes(ANSWER)
        recorded = threading.Event()

        class Watched(Maildir):
            def done(self, taken):
                super().done(taken)
                recorded.set()

        reader = MailReader(ours.config.email.bounces_to)
        inboxes = (Watched(tmp_path, reader),)
        with Daemon(replace(ours, inboxes=inboxes, clock=lambda: datetime.now(UTC))):
            assert recorded.wait(30)
        assert state(sample, "ann@mail.example") == State.BOUNCED
        assert sorted(path.name for path in (tmp_path / "cur").iterdir()) == ["1:2,S", "2:2,FS"]


def test_nothing_is_claimed_for_a_bounced_delivery(opened):
    """Nobody gets a second copy because the first came back."""
    sample, hand_over, claim, ours = opened
    advance(sample, hand_over, [ended(claim)])
    hear(ours, bounce("Transient", attempt=str(claim.attempt)))
    with sample.ledger.begin() as tx:
        assert claims.due(tx, sample.mail.id, NOW) == 0
