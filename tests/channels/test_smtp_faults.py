"""Every fault at every phase gives exactly one stated outcome."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.channels.smtp import Smtp, Timeouts
from notifier.channels.transport import Envelope, Scope
from notifier.delivery import Outcome
from tests.channels.contract import CONTENT, collect, envelope, hand_over, outcomes
from tests.smtp_sink import (
    COMMITTED_SILENCE,
    DROP,
    LOST_250,
    LOST_250_RESET,
    RESET,
    SILENCE,
    Act,
    Moment,
    SmtpSink,
    garbage,
    reply,
)

PIPELINED = ("PIPELINING", "8BITMIME", "SMTPUTF8", "DSN")
STEP_BY_STEP = ("8BITMIME",)
SOON = Timeouts(connect=0.3, command=0.3, data=0.3, block=0.3, dot=0.3, closing=0.3)

NOT_SENT, NOW, REFUSED = Outcome.NOT_SENT, Outcome.REFUSED_FOR_NOW, Outcome.REFUSED
UNKNOWN, ACCEPTED = Outcome.UNKNOWN, Outcome.ACCEPTED
PERSON, SERVER, SENDER = Scope.RECIPIENT, Scope.TRANSPORT, Scope.SENDER


@pytest.fixture(params=[PIPELINED, STEP_BY_STEP], ids=["pipelined", "step by step"])
def offers(request):
    return request.param


def smtp(sink: SmtpSink, **settings) -> Smtp:
    settings = {"security": "none", "connections": 1, "in_flight": 64, **settings}
    return Smtp("127.0.0.1", sink.port, **settings)


def at(step: str, act: Act, *, message: int | None = None, recipient: str = ""):
    def script(moment: Moment) -> Act | None:
        hit = moment.step == step
        hit = hit and message in (None, moment.message)
        hit = hit and recipient in ("", moment.recipient)
        return act if hit else None

    return script


def one(sink: SmtpSink, **settings):
    session = smtp(sink, **settings).open()
    result = hand_over(session, [envelope(1)])[1]
    session.close()
    return result


REPLIES = [
    ("connect", "421 4.3.2 too many connections", NOT_SENT, SERVER),
    ("connect", "450 4.3.2 busy", NOT_SENT, SERVER),
    ("connect", "554 5.7.1 not from you", NOT_SENT, SENDER),
    ("ehlo", "421 4.3.0 going", NOT_SENT, SERVER),
    ("ehlo", "550 5.7.1 bad name", NOT_SENT, SENDER),
    ("mail", "421 4.7.0 slow down", NOT_SENT, SERVER),
    ("mail", "450 4.1.8 sender's domain not found", NOW, SERVER),
    ("mail", "452 4.3.1 insufficient storage", NOW, SERVER),
    ("mail", "530 5.7.0 log in first", NOT_SENT, SENDER),
    ("mail", "550 5.7.1 sender not yours", NOT_SENT, SENDER),
    ("mail", "552 5.3.4 too big", NOT_SENT, SENDER),
    ("rcpt", "421 4.3.2 going", NOT_SENT, SERVER),
    ("rcpt", "450 4.2.1 mailbox busy", NOW, PERSON),
    ("rcpt", "451 4.7.1 greylisted, come back", NOW, PERSON),
    ("rcpt", "452 4.2.2 mailbox full", NOW, PERSON),
    ("rcpt", "452 insufficient system storage", NOW, SERVER),
    ("rcpt", "451 4.3.0 queue file trouble", NOW, SERVER),
    ("rcpt", "550 5.1.1 no such user", REFUSED, PERSON),
    ("rcpt", "553 5.1.3 bad address", REFUSED, PERSON),
    ("rcpt", "501 5.1.3 bad address", REFUSED, PERSON),
    ("rcpt", "550 5.7.1 this person takes no mail from you", REFUSED, PERSON),
    ("rcpt", "554 5.7.1 Relay access denied", NOT_SENT, SENDER),
    ("rcpt", "550 relaying denied", NOT_SENT, SENDER),
    ("rcpt", "530 5.7.0 log in first", NOT_SENT, SENDER),
    ("rcpt", "503 5.5.1 bad sequence", NOT_SENT, SENDER),
    ("rcpt", "555 5.5.4 parameter not known", NOT_SENT, SENDER),
    ("rcpt", "504 5.5.2 <p>: need a fully-qualified address", REFUSED, PERSON),
    ("rcpt", "555 5.5.2 syntax error", REFUSED, PERSON),
    ("rcpt", "550 5.7.1 <x9f@privaterelay.example>: Recipient address rejected", REFUSED, PERSON),
    ("rcpt", "550 5.7.1 mx.relay.example: no such user here", REFUSED, PERSON),
    ("rcpt", "550 5.2.1 this account is suspended", REFUSED, PERSON),
    ("data", "550 5.4.5 Daily user sending limit exceeded", NOT_SENT, SENDER),
    ("data", "421 4.3.2 going", NOT_SENT, SERVER),
    ("data", "451 4.7.1 later", NOW, PERSON),
    ("data", "452 4.3.1 insufficient storage", NOW, SERVER),
    ("data", "554 5.7.1 not this", REFUSED, PERSON),
    ("dot", "421 4.3.2 going", NOW, SERVER),
    ("dot", "451 4.7.1 later", NOW, PERSON),
    ("dot", "452 4.3.1 insufficient storage", NOW, SERVER),
    ("dot", "552 5.2.2 over quota", REFUSED, PERSON),
    ("dot", "554 5.7.1 content refused", REFUSED, PERSON),
    ("dot", "554 Message rejected: Email address is not verified: a@b.example", NOT_SENT, SENDER),
    ("dot", "554 Message rejected: Sending suspended for this account", NOT_SENT, SENDER),
    ("dot", "554 Access denied: user is not authorized to perform sending", NOT_SENT, SENDER),
    ("dot", "550 The from address does not match a verified Sender Identity", NOT_SENT, SENDER),
    ("dot", "550 5.7.60 no permission", NOT_SENT, SENDER),
    ("dot", "454 Throttling failure: Daily message quota exceeded", NOT_SENT, SENDER),
    ("dot", "454 Throttling failure: Maximum sending rate exceeded", NOW, SERVER),
]


@pytest.mark.parametrize(("step", "text", "outcome", "scope"), REPLIES, ids=str)
def test_what_a_refusal_means(offers, step, text, outcome, scope):
    with SmtpSink(script=at(step, reply(text)), offers=offers) as sink:
        result = one(sink)
    assert (result.outcome, result.scope) == (outcome, scope)
    assert text[:3] in result.detail
    assert not sink.committed


BREAKS = [
    *[(step, DROP, NOT_SENT) for step in ("connect", "ehlo", "mail", "rcpt", "data")],
    *[(step, RESET, NOT_SENT) for step in ("connect", "ehlo", "mail", "rcpt", "data")],
    *[(step, garbage(), NOT_SENT) for step in ("connect", "ehlo", "mail", "rcpt", "data")],
    *[(step, Act(say=b"354 go\r\n"), NOT_SENT) for step in ("connect", "ehlo", "mail", "rcpt")],
    ("data", Act(say=b"250 fine\r\n"), NOT_SENT),
    ("body", DROP, UNKNOWN),
    ("body", RESET, UNKNOWN),
    ("dot", DROP, UNKNOWN),
    ("dot", RESET, UNKNOWN),
    ("dot", LOST_250, UNKNOWN),
    ("dot", LOST_250_RESET, UNKNOWN),
    ("dot", garbage(), UNKNOWN),
    ("dot", garbage(b"25"), UNKNOWN),
    ("dot", garbage(b"x" * 5000), UNKNOWN),
    ("dot", garbage(b"250-more\r\n" * 1000), UNKNOWN),
    ("dot", Act(commit=True, say=b"354 go on\r\n", then="silence"), UNKNOWN),
    ("dot", Act(commit=True, say=b"999 what\r\n", then="silence"), UNKNOWN),
]


@pytest.mark.parametrize(("step", "act", "outcome"), BREAKS)
def test_what_a_break_means(offers, step, act, outcome):
    with SmtpSink(script=at(step, act), offers=offers) as sink:
        result = one(sink, timeouts=SOON)
    assert (result.outcome, result.scope) == (outcome, SERVER)


SILENCES = [
    ("connect", SILENCE, NOT_SENT, "the greeting"),
    ("ehlo", SILENCE, NOT_SENT, "EHLO"),
    ("mail", SILENCE, NOT_SENT, "MAIL"),
    ("rcpt", SILENCE, NOT_SENT, "RCPT"),
    ("data", SILENCE, NOT_SENT, "DATA"),
    ("body", SILENCE, UNKNOWN, "the final dot"),
    ("dot", SILENCE, UNKNOWN, "the final dot"),
    ("dot", COMMITTED_SILENCE, UNKNOWN, "the final dot"),
]


@pytest.mark.parametrize(("step", "act", "outcome", "named"), SILENCES)
def test_what_silence_means(offers, step, act, outcome, named):
    with SmtpSink(script=at(step, act), offers=offers) as sink:
        result = one(sink, timeouts=SOON)
    assert (result.outcome, result.scope) == (outcome, SERVER)
    assert result.detail == f"no answer to {named} in 0.3 s"


def test_nobody_there():
    with SmtpSink() as sink:
        transport = smtp(sink)
    results = hand_over(transport.open(), [envelope(n) for n in (1, 2, 3)])
    assert {(r.outcome, r.scope) for r in results.values()} == {(NOT_SENT, SERVER)}
    assert results[1].detail == "no connection: Connection refused"


def test_a_name_that_leads_nowhere():
    results = hand_over(
        Smtp("no-such-host.invalid", 587, "none", connections=1, in_flight=1).open(), [envelope(1)]
    )
    assert (results[1].outcome, results[1].scope) == (NOT_SENT, SERVER)


@pytest.mark.parametrize("act", [DROP, RESET])
def test_a_message_cut_off_before_its_dot_was_not_sent(act):
    """Larger than any socket buffer, so the dot cannot have left."""
    big = CONTENT + b"x" * 70 + b"\r\n" + (b"y" * 76 + b"\r\n") * 400_000
    with SmtpSink(script=at("body", act), offers=PIPELINED) as sink:
        session = smtp(sink).open()
        result = hand_over(session, [envelope(1, content=big)])[1]
    assert result.outcome is NOT_SENT


def test_a_message_that_nobody_reads_was_not_sent():
    big = CONTENT + (b"y" * 76 + b"\r\n") * 400_000
    with SmtpSink(script=at("body", SILENCE), offers=PIPELINED) as sink:
        session = smtp(sink, timeouts=SOON).open()
        result = hand_over(session, [envelope(1, content=big)])[1]
    assert (result.outcome, result.detail) == (NOT_SENT, "no answer to the message in 0.3 s")


def test_only_the_message_whose_dot_left_is_in_doubt():
    """The second message's MAIL, RCPT and DATA shared the write with the first one's dot."""
    with SmtpSink(script=at("dot", LOST_250, message=1), offers=PIPELINED) as sink:
        results = hand_over(smtp(sink).open(), [envelope(1), envelope(2)])
    assert results[1].outcome is UNKNOWN
    assert results[2].outcome is NOT_SENT
    assert sink.committed[0].recipient == "person1@example.org"


def test_a_421_between_two_messages_settles_both(offers):
    with SmtpSink(script=at("mail", reply("421 4.7.0 enough"), message=2), offers=offers) as sink:
        results = hand_over(smtp(sink).open(), [envelope(1), envelope(2)])
    assert outcomes(results) == {1: ACCEPTED, 2: NOT_SENT}


def test_one_refused_recipient_does_not_touch_the_next(offers):
    refused = at("rcpt", reply("550 5.1.1 no such user"), recipient="person2@example.org")
    with SmtpSink(script=refused, offers=offers) as sink:
        results = hand_over(smtp(sink).open(), [envelope(n) for n in range(1, 6)])
    expected = dict.fromkeys(range(1, 6), ACCEPTED) | {2: REFUSED}
    assert outcomes(results) == expected
    assert [c.recipient for c in sink] == [f"person{n}@example.org" for n in (1, 3, 4, 5)]
    assert sink.connections == 1


def test_a_go_ahead_without_a_recipient_is_answered_by_the_dot_alone():
    """RFC 2920 3.1: a server may say 354 although it refused every recipient."""
    refused = at("rcpt", reply("550 5.1.1 no such user"), recipient="person1@example.org")
    with SmtpSink(script=refused, offers=("PIPELINING", "DATA WITHOUT RCPT")) as sink:
        results = hand_over(smtp(sink).open(), [envelope(1), envelope(2)])
    assert outcomes(results) == {1: REFUSED, 2: ACCEPTED}
    assert [c.recipient for c in sink] == ["person2@example.org"]
    assert sink.connections == 1


def test_an_answer_before_its_question_is_not_believed():
    """A 250 that was there before the dot says nothing about the message."""
    early = at("data", Act(say=b"354 go\r\n250 2.0.0 Ok\r\n", then="silence"))
    big = CONTENT + (b"y" * 76 + b"\r\n") * 400_000
    with SmtpSink(script=early, offers=PIPELINED) as sink:
        results = hand_over(smtp(sink).open(), [envelope(1, content=big)])
    assert results[1].outcome is NOT_SENT
    assert not sink.committed


def test_a_server_that_left_while_idle_harms_nobody():
    with SmtpSink(script=lambda m: DROP if m.connection == 1 and m.message == 2 else None) as sink:
        session = smtp(sink).open()
        assert hand_over(session, [envelope(1)])[1].outcome is ACCEPTED
        assert hand_over(session, [envelope(2)])[2].outcome is NOT_SENT
        assert hand_over(session, [envelope(3)])[3].outcome is ACCEPTED
        assert sink.connections == 2


def test_what_the_server_says_is_kept_without_addresses():
    text = "550 5.1.1 <person1@example.org>: person1 unknown; from bounces+1@example.com; Ünser"
    with SmtpSink(script=at("rcpt", reply(text))) as sink:
        result = one(sink)
    assert result.detail == "550 5.1.1 <<…>>: <…> unknown; from <…>; Ünser"


def test_the_servers_queue_id_is_the_provider_id():
    with SmtpSink() as sink:
        result = one(sink)
    assert (result.outcome, result.provider_id) == (ACCEPTED, "S1-1")


def test_closing_waits_for_the_answer_to_a_dot_but_not_for_ever():
    with SmtpSink(script=at("dot", COMMITTED_SILENCE), offers=PIPELINED) as sink:
        session = smtp(sink, timeouts=Timeouts(closing=0.3)).open()
        session.submit([envelope(1), envelope(2)])
        while not sink.committed:
            assert session.poll(0.01) == []
        results = {r.attempt: r for r in session.close()}
    assert outcomes(results) == {1: UNKNOWN, 2: NOT_SENT}


ANY_ACT = st.sampled_from(
    [
        None,
        None,
        None,
        reply("451 4.7.1 later"),
        reply("550 5.1.1 no"),
        reply("421 4.3.2 going"),
        DROP,
        RESET,
        Act(say=b"\x16\x03\x01\r\n", then="drop"),
    ]
)
ANY_END = st.one_of(
    ANY_ACT,
    st.sampled_from(
        [
            LOST_250,
            LOST_250_RESET,
            Act(commit=True, say=b"rubbish\r\n", then="drop"),
            Act(commit=True, say=b"250 2.0.0 Ok\r\n", then="drop"),
            Act(commit=True, say=b"250 2.0.0 Ok\r\n", then="reset"),
            Act(commit=True, say=b"250-2.0.0 more\r\n250 2.0.0 Ok\r\n"),
            Act(commit=True, say=b"250 2.0.0 Ok\r\n421 4.3.2 going\r\n", then="drop"),
            Act(commit=True, say=b"250 2.0.0 O", then="drop"),
        ]
    ),
)
STEPS = ("connect", "ehlo", "mail", "rcpt", "data", "body", "dot", "rset")


@dataclass
class Faults:
    acts: dict[tuple[str, int, int], Act | None]

    def __call__(self, moment: Moment) -> Act | None:
        return self.acts.get((moment.step, moment.connection, moment.message))


@st.composite
def scripts(draw):
    faults = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(STEPS), st.integers(1, 5), st.integers(0, 4)),
            st.none(),
            max_size=10,
        )
    )
    return Faults({key: draw(ANY_END if key[0] == "dot" else ANY_ACT) for key in faults})


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    script=scripts(),
    connections=st.integers(1, 3),
    in_flight=st.integers(1, 8),
    count=st.integers(1, 14),
)
def test_whatever_the_server_does_the_results_are_honest(
    offers, script, connections, in_flight, count
):
    """Accepted is truly there; what is there and not accepted is unknown; nothing is there twice."""
    with SmtpSink(script=script, offers=offers) as sink:
        session = smtp(sink, connections=connections, in_flight=in_flight).open()
        results = hand_over(session, [envelope(n) for n in range(1, count + 1)])
        assert session.close() == []
    there = [int(c.recipient.removeprefix("person").partition("@")[0]) for c in sink]
    accepted = {n for n, r in results.items() if r.outcome is ACCEPTED}
    unknown = {n for n, r in results.items() if r.outcome is UNKNOWN}
    assert len(set(there)) == len(there)
    assert accepted <= set(there)
    assert set(there) - accepted <= unknown


def test_results_keep_their_order_on_one_connection():
    with SmtpSink() as sink:
        session = smtp(sink).open()
        session.submit([envelope(n) for n in range(50)])
        assert list(collect(session, 50)) == list(range(50))


def test_too_big_for_the_server_is_seen_before_a_byte_is_sent():
    with SmtpSink(offers=("SIZE 100",)) as sink:
        session = smtp(sink).open()
        result = hand_over(session, [envelope(1, content=CONTENT * 3)])[1]
        session.close()
    assert (result.outcome, result.scope) == (NOT_SENT, SENDER)
    assert sink.commands("MAIL") == []


def test_what_is_not_offered_is_not_used_and_its_need_is_said():
    with SmtpSink(offers=()) as sink:
        session = smtp(sink).open()
        eight_bit = CONTENT + "Grüße\r\n".encode()
        results = hand_over(
            session,
            [
                envelope(1),
                envelope(2, content=eight_bit),
                envelope(3, "jörg@example.org"),
                Envelope(4, "bounces@example.com", "p@example.org", CONTENT + b"\nbare\r\n"),
                Envelope(5, "bounces@example.com", "p@example.org", CONTENT + b"\r.\r\n"),
            ],
        )
        session.close()
    assert outcomes(results) == {1: ACCEPTED, 2: NOT_SENT, 3: REFUSED, 4: NOT_SENT, 5: NOT_SENT}
    assert "8BITMIME" in results[2].detail
    assert "SMTPUTF8" in results[3].detail
    assert sink.commands("MAIL") == ["MAIL FROM:<bounces+1@example.com>"]
    assert sink.commands("RCPT") == ["RCPT TO:<person1@example.org>"]


def test_what_is_offered_is_used():
    with SmtpSink(offers=("SIZE", "8BITMIME", "SMTPUTF8", "DSN")) as sink:
        session = smtp(sink).open()
        content = CONTENT + "Grüße\r\n".encode()
        hand_over(
            session, [envelope(5, "a+b=c@example.org", content), envelope(6, "jörg@example.org")]
        )
        session.close()
    assert sink.commands("MAIL") == [
        f"MAIL FROM:<bounces+5@example.com> SIZE={len(content)} BODY=8BITMIME RET=HDRS ENVID=5",
        f"MAIL FROM:<bounces+6@example.com> SIZE={len(CONTENT)} SMTPUTF8 RET=HDRS ENVID=6",
    ]
    assert sink.commands("RCPT") == [
        "RCPT TO:<a+b=c@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb+3Dc@example.org",
        "RCPT TO:<jörg@example.org> NOTIFY=FAILURE,DELAY ORCPT=utf-8;j\\x{F6}rg@example.org",
    ]
