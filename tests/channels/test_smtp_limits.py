"""How much one server is asked at once: connections, messages on each, and all under way."""

from __future__ import annotations

from collections import Counter

import pytest

from notifier.channels.smtp import Smtp
from notifier.channels.transport import Scope
from notifier.delivery import Outcome
from tests.channels.contract import envelope, hand_over, outcomes
from tests.smtp_sink import SmtpSink, reply

ACCEPTED = Outcome.ACCEPTED


def smtp(sink: SmtpSink, **limits: int) -> Smtp:
    limits = {"connections": 16, "in_flight": 64, **limits}
    return Smtp("127.0.0.1", sink.port, security="none", **limits)


def test_a_wrong_server_is_asked_by_one_connection_only():
    with SmtpSink(
        script=lambda m: reply("554 5.7.1 go away") if m.step == "connect" else None
    ) as sink:
        results = hand_over(smtp(sink, connections=16).open(), [envelope(n) for n in range(100)])
        assert sink.connections == 1
    assert {(r.outcome, r.scope) for r in results.values()} == {(Outcome.NOT_SENT, Scope.SENDER)}


def test_a_limit_on_connections_is_lived_with():
    def third(moment):
        refused = moment.step == "connect" and moment.connection > 2
        return reply("421 4.7.0 too many") if refused else None

    with SmtpSink(script=third) as sink:
        results = hand_over(smtp(sink, connections=8).open(), [envelope(n) for n in range(200)])
    assert set(outcomes(results).values()) == {ACCEPTED}


@pytest.mark.parametrize("offers", [("PIPELINING",), ()], ids=["pipelined", "step by step"])
def test_a_connection_carries_no_more_messages_than_it_may(offers):
    with SmtpSink(offers=offers) as sink:
        session = smtp(sink, connections=2, messages_per_connection=3).open()
        results = hand_over(session, [envelope(n) for n in range(20)])
        session.close()
    assert set(outcomes(results).values()) == {ACCEPTED}
    each = Counter(committed.connection for committed in sink.committed)
    assert max(each.values()) == 3
    assert sum(each.values()) == 20


def test_in_flight_is_bounded():
    with SmtpSink() as sink:
        session = smtp(sink, connections=8, in_flight=3).open()
        results = hand_over(session, [envelope(n) for n in range(300)])
        session.close()
    assert set(outcomes(results).values()) == {ACCEPTED}
    assert sink.deepest <= 3
