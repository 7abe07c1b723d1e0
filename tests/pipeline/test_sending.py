"""Sending through a real server and a real ledger: exact, whatever the other side does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from notifier.channels.smtp import Smtp
from notifier.delivery import UNKNOWN_WAIT, State, unknown_budget
from notifier.ledger import Ledger, approvals
from notifier.ledger.schema import attempts, deliveries, outcomes
from notifier.ledger.schema import plans as plans_table
from notifier.ledger.standing import put_off, standing
from notifier.model.plan import Channel, Window
from notifier.model.stamp import Stamp
from tests.ledger.samples import DEADLINE, LEGAL, NOW, approved, person, planned
from tests.pipeline.samples import (
    IN_FLIGHT,
    chains_fit,
    copies,
    held_because,
    message,
    pipeline,
    prepare,
    send,
    states,
    tried,
)
from tests.smtp_sink import LOST_250, SmtpSink, reply


def resume(sample, clock) -> None:
    with sample.ledger.begin() as tx:
        approvals.resume(tx, sample.stored.id, Stamp("L. Egal", clock(), "looked at it"))


def test_everybody_gets_one_mail(ledger, clock):
    with SmtpSink() as sink:
        sample, sending = prepare(ledger, sink, clock, 150)
        report = send(sending)
        assert report.states == {State.ACCEPTED: 150}
        assert report.alarms == []
        assert copies(sink) == {f"p{n}@example.org": 1 for n in range(1, 151)}
        assert sink.deepest <= IN_FLIGHT
        assert send(sending).states == {}
    with ledger.begin() as tx:
        account = standing(tx, sample.stored, NOW)
        ids = tx.execute(select(outcomes.c.provider_id)).scalars().all()
    assert (account.told, account.waiting, account.untold) == (150, 0, 0)
    assert all(ids)
    assert chains_fit(sample)


def test_the_product_goes_first(ledger, clock):
    def offered_already(moment):
        if moment.step == "connect":
            with ledger.begin() as tx:
                account = standing(tx, sample.stored, NOW)
                seen.append(account.notices[1].states)

    seen = []
    with SmtpSink(script=offered_already) as sink:
        both = [planned(), planned(channel=Channel.IN_APP)]
        sample, sending = prepare(ledger, sink, clock, 5, both)
        assert send(sending).states == {State.ACCEPTED: 5, State.OFFERED: 5}
    assert seen[0] == {State.OFFERED: 5}


def test_what_is_not_due_waits(ledger, clock):
    with SmtpSink() as sink:
        later = planned(due_at=clock() + timedelta(hours=1))
        _, sending = prepare(ledger, sink, clock, 3, [later])
        assert send(sending).states == {}
        clock.move(timedelta(hours=1))
        assert send(sending).states == {State.ACCEPTED: 3}


@pytest.mark.parametrize("damage", ["state", "digest"])
def test_only_what_was_approved_leaves(ledger, clock, damage):
    with SmtpSink() as sink:
        sample, sending = prepare(ledger, sink, clock)
        with ledger.begin() as tx:
            if damage == "state":
                approvals.void(tx, sample.stored.id, at=clock(), because="the text changed")
            else:
                tx.execute(update(plans_table).values(digest="0" * 64))
        assert send(sending).states == {}
        assert sink.connections == 0
    assert tried(sample) == 0


def test_no_attempt_opens_after_a_hold(ledger, clock):
    def hold(moment):
        if moment.step == "dot" and not opened:
            with ledger.begin() as tx:
                approvals.hold(tx, sample.stored.id, LEGAL)
                opened.append(tx.execute(select(func.count()).select_from(attempts)).scalar_one())

    opened = []
    with SmtpSink(script=hold) as sink:
        sample, sending = prepare(ledger, sink, clock, 100)
        send(sending)
        assert tried(sample) == opened[0] == len(sink.committed) <= IN_FLIGHT
        assert send(sending).states == {}
        resume(sample, clock)
        send(sending)
    assert states(sample) == {State.ACCEPTED: 100}
    assert copies(sink).most_common(1)[0][1] == 1


def test_a_provider_that_swallows_every_reply_stops_at_the_budget(ledger, clock):
    """And is never given a third copy, however often a person says to go on."""
    budget = unknown_budget(60)
    with SmtpSink(script=lambda m: LOST_250 if m.step == "dot" else None) as sink:
        sample, sending = prepare(ledger, sink, clock, 60)
        while not held_because(sample):
            assert send(sending).states[State.UNKNOWN] <= IN_FLIGHT
        assert "without an answer" in held_because(sample)
        assert budget < len(sink.committed) <= budget + IN_FLIGHT
        assert send(sending).states == {}
        for _ in range(20):
            resume(sample, clock)
            clock.move(UNKNOWN_WAIT)
            send(sending)
            send(sending)
        assert states(sample) == {State.UNRESOLVED: 60}
        assert set(copies(sink).values()) == {2}
    by_person: dict[str, set[bytes]] = {}
    for mail in sink.committed:
        line = next(x for x in mail.content.split(b"\r\n") if x.startswith(b"Message-ID"))
        by_person.setdefault(mail.recipient, set()).add(line)
    assert all(len(ids) == 1 for ids in by_person.values()), "both copies bear one Message-ID"
    assert len(set.union(*by_person.values())) == 60
    assert chains_fit(sample)


def test_an_unknown_waits_for_evidence_and_is_then_sent_once_more(ledger, clock):
    lost = lambda m: LOST_250 if m.step == "dot" and m.connection == 1 else None  # noqa: E731
    with SmtpSink(script=lost) as sink:
        sample, sending = prepare(ledger, sink, clock, 1)
        send(sending)
        assert states(sample) == {State.UNKNOWN: 1}
        clock.move(UNKNOWN_WAIT - timedelta(seconds=1))
        assert send(sending).states == {}
        clock.move(timedelta(seconds=1))
        assert send(sending).states == {State.ACCEPTED: 1}
        assert set(copies(sink).values()) == {2}


def test_refused_for_now_backs_off_and_refused_fails(ledger, clock):
    def picky(moment):
        if moment.step != "rcpt":
            return None
        if moment.recipient == "p1@example.org":
            return reply("550 5.1.1 no such user")
        return reply("451 4.7.1 later") if clock() == NOW else None

    with SmtpSink(script=picky) as sink:
        sample, sending = prepare(ledger, sink, clock, 3)
        send(sending)
        assert states(sample) == {State.FAILED: 1, State.PENDING: 2}
        assert send(sending).states == {}
        clock.move(timedelta(minutes=1))
        send(sending)
        assert states(sample) == {State.FAILED: 1, State.ACCEPTED: 2}


def test_a_second_copy_that_is_refused_leaves_the_doubt(ledger, clock):
    def lost_then_refused(moment):
        if moment.connection == 1:
            return LOST_250 if moment.step == "dot" else None
        return reply("550 5.1.1 gone") if moment.step == "rcpt" else None

    with SmtpSink(script=lost_then_refused) as sink:
        sample, sending = prepare(ledger, sink, clock, 1)
        send(sending)
        clock.move(UNKNOWN_WAIT)
        send(sending)
    assert states(sample) == {State.UNRESOLVED: 1}


def test_a_server_that_is_down_is_nobodys_fault(ledger, clock):
    with SmtpSink() as sink:
        sample, sending = prepare(ledger, sink, clock, 30)
    report = send(sending)
    assert states(sample) == {State.PENDING: 30}
    assert "not ready" in report.alarms[0]
    assert held_because(sample) == ""
    with ledger.begin() as tx:
        assert tx.execute(select(func.max(deliveries.c.attempts))).scalar_one() == 0


def test_one_mail_put_off_is_no_server_that_is_down(ledger, clock):
    def busy(moment):
        trouble = moment.step == "rcpt" and moment.recipient == "p7@example.org"
        return reply("451 4.3.0 lookup failed") if trouble else None

    with SmtpSink(script=busy) as sink:
        sample, sending = prepare(ledger, sink, clock, 40)
        report = send(sending)
    assert states(sample) == {State.PENDING: 1, State.ACCEPTED: 39}
    assert report.alarms[0].startswith("smtp answers and puts mail off for now: 451 4.3.0 lookup")
    assert held_because(sample) == ""
    with ledger.begin() as tx:
        (waiting,) = put_off(tx, sample.stored.id, at_most=5)
    assert (waiting.key, waiting.why) == ("k7", "451 4.3.0 lookup failed")


def test_a_server_that_closes_every_connection_after_some_mails_is_served_all_the_same(
    ledger, clock
):
    def tired(moment):
        return reply("421 4.7.0 enough") if moment.step == "mail" and moment.message > 10 else None

    with SmtpSink(script=tired) as sink:
        sample, sending = prepare(ledger, sink, clock, 200)
        send(sending)
        assert set(copies(sink).values()) == {1}
    assert states(sample) == {State.ACCEPTED: 200}


def test_a_domain_in_another_script_needs_nothing_of_the_server(ledger, clock):
    with SmtpSink(offers=("PIPELINING",)) as sink:
        sample = approved(ledger, [person(1, address="c@exämple.example")], message=message())
        transport = Smtp("127.0.0.1", sink.port, security="none", connections=1, in_flight=4)
        send(pipeline(ledger, transport, clock, in_flight=4))
    (mail,) = sink.committed
    assert mail.recipient == "c@xn--exmple-cua.example"
    assert b"\r\nTo: c@xn--exmple-cua.example\r\n" in mail.content
    assert states(sample) == {State.ACCEPTED: 1}


def test_a_server_that_refuses_us_holds_the_plan(ledger, clock):
    refuse = lambda m: reply("530 5.7.0 authentication required") if m.step == "mail" else None  # noqa: E731
    with SmtpSink(script=refuse) as sink:
        sample, sending = prepare(ledger, sink, clock, 30)
        report = send(sending)
    assert states(sample) == {State.PENDING: 30}
    assert "refuses us" in held_because(sample)
    assert report.alarms
    assert tried(sample) <= IN_FLIGHT


def test_what_is_accepted_after_the_deadline_is_late_and_the_rest_is_held(ledger, clock):
    def time_passes(moment):
        if moment.step == "dot" and moment.message == 3:
            clock.now = DEADLINE

    with SmtpSink(script=time_passes) as sink:
        sample, sending = prepare(ledger, sink, clock, 100)
        send(sending)
    with ledger.begin() as tx:
        account = standing(tx, sample.stored, NOW)
    assert account.told + account.late == len(sink.committed) < 100
    assert 0 < account.late <= IN_FLIGHT
    assert "was due before" in held_because(sample)


def test_outside_its_hours_a_notice_waits(ledger, clock):
    opens = clock() + timedelta(hours=2)
    notice = replace(planned(), windows=(Window(opens, opens + timedelta(hours=1)),))
    with SmtpSink() as sink:
        _, sending = prepare(ledger, sink, clock, 3, [notice])
        assert send(sending).states == {}
        clock.now = opens
        assert send(sending).states == {State.ACCEPTED: 3}


def test_a_large_audience_that_is_refused_costs_ten_mails(sqlite_url, clock):
    ledger = Ledger(sqlite_url)
    refuse = lambda m: reply("550 5.7.1 we do not know you") if m.step == "rcpt" else None  # noqa: E731
    with SmtpSink(script=refuse) as sink:
        sample, sending = prepare(ledger, sink, clock, 10_000)
        send(sending)
        assert tried(sample) == 10
        assert "of the first 10 mails 10 were refused" in held_because(sample)
    ledger.close()


def test_a_large_audience_goes_out_once_the_first_are_answered(sqlite_url, clock):
    ledger = Ledger(sqlite_url)
    with SmtpSink() as sink:
        _, sending = prepare(ledger, sink, clock, 10_000, in_flight=64)
        assert send(sending).states == {State.ACCEPTED: 10_000}
    ledger.close()
