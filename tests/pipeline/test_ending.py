"""A plan that ends leaves nothing open, and nothing leaves that is not what was approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from notifier.delivery import EventKind, State
from notifier.errors import ApprovalError, NotifierError
from notifier.ledger import calling_off, feedback, plans
from notifier.ledger.feedback import Event
from notifier.ledger.schema import attempts, contents, deliveries
from notifier.ledger.schema import notices as notices_table
from notifier.ledger.standing import standing
from notifier.model.plan import Channel
from notifier.model.stamp import Stamp
from notifier.pipeline.ending import void_plan
from tests.ledger.samples import NOW, planned
from tests.life import Life, begin
from tests.pipeline.samples import held_because, prepare, send, states, tried
from tests.smtp_sink import LOST_250, SmtpSink, reply

BOTH = [planned(channel=Channel.IN_APP), planned()]


def void(sample, clock) -> None:
    with sample.ledger.begin() as tx:
        void_plan(tx, sample.stored, Stamp("L. Egal", clock()), because="the text changed")


def reasons(sample, state: State) -> set[str]:
    with sample.ledger.begin() as tx:
        return set(
            tx.execute(select(deliveries.c.reason).where(deliveries.c.state == state)).scalars()
        )


def test_a_void_plan_calls_off_what_it_left_step_by_step(ledger, clock, monkeypatch):
    monkeypatch.setattr(calling_off, "STEP", 3)

    def busy(moment):
        return reply("450 4.2.1 later") if moment.recipient > "p5" else None

    with SmtpSink(script=busy) as sink:
        sample, sending = prepare(ledger, sink, clock, 10, BOTH)
        send(sending)
        taken = len(sink.committed)
        void(sample, clock)
        first = states(sample)
        assert sum(first.get(s, 0) for s in (State.WITHDRAWN, State.CANCELLED)) == 3
        send(sending)
        clock.move(timedelta(hours=2))
        send(sending)
        assert len(sink.committed) == taken
    assert states(sample) == {
        State.WITHDRAWN: 10,
        State.ACCEPTED: taken,
        State.CANCELLED: 10 - taken,
    }
    for state in (State.WITHDRAWN, State.CANCELLED):
        assert reasons(sample, state) == {f"plan {sample.stored.id} is void: the text changed"}
    with ledger.begin() as tx:
        assert calling_off.unfinished(tx) == []
        account = standing(tx, plans.load_plan(tx, sample.stored.id), clock())
    assert (account.told, account.untold, account.waiting) == (taken, 10 - taken, 0)


def test_a_doubt_outlives_its_plan_and_can_still_be_resolved(ledger, clock):
    def silent(moment):
        return LOST_250 if moment.step == "dot" else None

    with SmtpSink(script=silent) as sink:
        sample, sending = prepare(ledger, sink, clock, 1)
        send(sending)
        assert states(sample) == {State.UNKNOWN: 1}
        void(sample, clock)
        assert states(sample) == {State.UNRESOLVED: 1}
        clock.move(timedelta(hours=2))
        send(sending)
        assert tried(sample) == 1
    with ledger.begin() as tx:
        attempt = tx.execute(select(attempts.c.id)).scalar_one()
        feedback.record(tx, [Event("q1", EventKind.DELIVERED, attempt, clock())], clock())
    assert states(sample) == {State.DELIVERED: 1}


@pytest.mark.parametrize(
    ("key", "value"),
    [("sender", "Evil Twin <legal@evil.example>"), ("bounces_to", "bounces@evil.example")],
)
def test_a_sender_nobody_approved_sends_nothing(ledger, clock, key, value):
    with SmtpSink() as sink:
        sample, sending = prepare(ledger, sink, clock, 3)
        email = sending.config.email.model_copy(update={key: value})
        changed = replace(sending, config=sending.config.model_copy(update={"email": email}))
        (alarm,) = send(changed).alarms
        assert f"[email] {key} was" in alarm
        assert value in held_because(sample)
        assert sink.connections == 0
    assert tried(sample) == 0


@pytest.mark.parametrize(
    "damage",
    [
        update(contents).values(content=b"other words"),
        update(notices_table).values(before=NOW + timedelta(days=90)),
        update(notices_table).values(kind="late"),
    ],
    ids=["message", "deadline", "kind"],
)
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.IN_APP])
def test_a_notice_edited_in_the_ledger_never_begins(ledger, clock, damage, channel):
    with SmtpSink() as sink:
        sample, sending = prepare(ledger, sink, clock, 3, [planned(channel=channel)])
        with ledger.begin() as tx:
            tx.execute(damage)
        send(sending)
        assert "does not hold what was approved" in held_because(sample)
        assert states(sample) == {State.PENDING: 3}


def test_the_message_id_and_the_return_path_are_those_approved(ledger, clock):
    with SmtpSink() as sink:
        _, sending = prepare(ledger, sink, clock, 1)
        send(sending)
        (mail,) = sink.committed
    assert b"@acme.example>\r\n" in mail.content
    assert mail.sender == "legal@acme.example"


@pytest.fixture
def life(tmp_path, sqlite_url) -> Life:
    life = begin(tmp_path, sqlite_url)
    path = life.company.folder / "notifier.toml"
    path.write_text(path.read_text() + '[approval]\napprovers = ["Ana"]\n')
    return life


def test_a_plan_ends_when_nothing_more_comes_of_it_and_by_an_approver(life):
    life.announce()
    with pytest.raises(NotifierError, match="still told"):
        life.close()
    life.later(days=90)
    with pytest.raises(ApprovalError, match="Eve is not among the approvers"):
        life.close(who="Eve")
    closed = life.close()
    assert closed.state == "complete_with_exceptions"
    counted = [notice.states for notice in life.status().standing.notices]
    assert not {State.PENDING, State.SENDING, State.UNKNOWN} & {s for one in counted for s in one}
    assert life.verify() == []
