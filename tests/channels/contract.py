"""What every mail transport does, whatever is behind it.

A test module makes a class of its own out of :class:`TransportContract` and gives it a
``post_office`` fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.channels.transport import Envelope, Result, Scope, Session, Transport
from notifier.delivery import Outcome

CONTENT = b"Subject: Our policy changes\r\nTo: x@example.org\r\n\r\nHello.\r\n"

HOSTILE = [
    "",
    "nobody",
    "@example.org",
    "a@",
    "a@example.org\r\nRCPT TO:<b@example.org>",
    "a@example.org\nDATA",
    "a@example.org\r",
    "a\r\n@example.org",
    "a@example.org> NOTIFY=NEVER ORCPT=rfc822;x",
    "a b@example.org",
    "a@example.org\0",
    "a\u2028b@example.org",
    "a@exa mple.org",
    "a@example.org,b@example.org",
    "<a@example.org>",
    "a@-",
    "a@b@example.org",
    "ä<b@example.org",
    "ä\\b@example.org",
    "\udce4@example.org",
    "a@" + "x" * 250 + ".org",
]


@dataclass
class PostOffice:
    """A transport, and what truly arrived behind it as (sender, recipient, content)."""

    transport: Transport
    arrived: Callable[[], list[tuple[str, str, bytes]]]
    forget: Callable[[], None] = lambda: None


def envelope(attempt: int, recipient: str = "", content: bytes = CONTENT) -> Envelope:
    return Envelope(
        attempt,
        f"bounces+{attempt}@example.com",
        f"person{attempt}@example.org" if recipient == "" else recipient,
        content,
    )


def hand_over(session: Session, envelopes: Iterable[Envelope]) -> dict[int, Result]:
    """Submit, poll until each has its result, and see that each has just one."""
    envelopes = list(envelopes)
    session.submit(envelopes)
    return collect(session, len(envelopes))


def collect(session: Session, count: int) -> dict[int, Result]:
    results: list[Result] = []
    while len(results) < count:
        polled = session.poll(20)
        assert polled, f"no result in 20 s after {len(results)} of {count}"
        results += polled
    by_attempt = {result.attempt: result for result in results}
    assert len(by_attempt) == len(results) == count, "one envelope, one result"
    return by_attempt


def outcomes(results: dict[int, Result]) -> dict[int, Outcome]:
    return {attempt: result.outcome for attempt, result in results.items()}


_line = st.binary(max_size=30).map(lambda b: b.replace(b"\r", b"").replace(b"\n", b""))
_ascii_line = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(
    str.encode
)


def _message(lines: list[bytes]) -> bytes:
    return b"Subject: x\r\n\r\n" + b"".join(line + b"\r\n" for line in lines)


class TransportContract:
    takes_local_parts_beyond_ascii = True

    @pytest.fixture
    def post_office(self) -> PostOffice:
        raise NotImplementedError

    @pytest.fixture
    def session(self, post_office):
        session = post_office.transport.open()
        yield session
        assert session.close() == []

    def test_each_message_arrives_once_byte_for_byte(self, post_office):
        sent = [envelope(n, content=CONTENT + b"%d\r\n" % n) for n in range(1, 301)]
        session = post_office.transport.open()
        results = hand_over(session, sent)
        assert session.close() == []
        assert set(outcomes(results).values()) == {Outcome.ACCEPTED}
        assert sorted(post_office.arrived()) == sorted(
            (e.sender, e.recipient, e.content) for e in sent
        )

    def test_an_idle_session_has_nothing_to_say(self, post_office):
        session = post_office.transport.open()
        assert session.poll(60) == []
        hand_over(session, [envelope(1)])
        assert session.poll(60) == []
        assert session.close() == []

    def test_a_session_is_used_again_and_again(self, post_office):
        session = post_office.transport.open()
        for n in range(1, 6):
            assert outcomes(hand_over(session, [envelope(n)])) == {n: Outcome.ACCEPTED}
        session.close()
        assert len(post_office.arrived()) == 5

    def test_closing_unpolled_accounts_for_everything(self, post_office):
        session = post_office.transport.open()
        session.submit([envelope(n) for n in range(1, 201)])
        self._accounts_for_everything(post_office, session.close())

    def test_closing_half_way_accounts_for_everything(self, post_office):
        session = post_office.transport.open()
        session.submit([envelope(n) for n in range(1, 201)])
        results = session.poll(20)
        assert results
        self._accounts_for_everything(post_office, results + session.close())

    def _accounts_for_everything(self, post_office, results):
        assert sorted(r.attempt for r in results) == list(range(1, 201))
        assert {r.outcome for r in results} <= {Outcome.ACCEPTED, Outcome.NOT_SENT}
        accepted = {r.attempt for r in results if r.outcome is Outcome.ACCEPTED}
        assert sorted(post_office.arrived()) == sorted(
            (e.sender, e.recipient, e.content) for e in map(envelope, accepted)
        )

    def test_no_address_can_say_more_than_an_address(self, post_office, session):
        hostile = [
            Envelope(n, "bounces@example.com", address, CONTENT)
            for n, address in enumerate(HOSTILE)
        ]
        results = hand_over(session, [*hostile, envelope(1000)])
        assert results.pop(1000).outcome is Outcome.ACCEPTED
        for n, result in results.items():
            met = (HOSTILE[n], result.outcome, result.scope)
            assert met == (HOSTILE[n], Outcome.REFUSED, Scope.RECIPIENT)
            assert not HOSTILE[n] or HOSTILE[n] not in result.detail
        assert [recipient for _, recipient, _ in post_office.arrived()] == [
            "person1000@example.org"
        ]

    def test_a_bad_return_path_is_the_senders_fault(self, post_office, session):
        hostile = [
            Envelope(n, address, "a@example.org", CONTENT) for n, address in enumerate(HOSTILE)
        ]
        for n, result in hand_over(session, hostile).items():
            met = (HOSTILE[n], result.outcome, result.scope)
            assert met == (HOSTILE[n], Outcome.NOT_SENT, Scope.SENDER)
        assert post_office.arrived() == []

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.differing_executors,
        ],
    )
    @given(
        st.lists(
            st.one_of(_ascii_line, _line, st.sampled_from([b".", b"..", b".x", b""])), max_size=12
        )
    )
    def test_any_content_arrives_as_it_was(self, post_office, session, lines):
        post_office.forget()
        content = _message(lines)
        results = hand_over(session, [envelope(7, content=content)])
        assert results[7].outcome is Outcome.ACCEPTED
        assert [arrived for _, _, arrived in post_office.arrived()] == [content]

    def test_an_address_beyond_ascii_keeps_its_own_domain(self, post_office):
        local = "Jörg" if self.takes_local_parts_beyond_ascii else "Joerg"
        session = post_office.transport.open()
        results = hand_over(
            session, [envelope(1, f"{local}@straße.example"), envelope(2, "a@münchen.example")]
        )
        session.close()
        assert set(outcomes(results).values()) == {Outcome.ACCEPTED}
        assert sorted(recipient for _, recipient, _ in post_office.arrived()) == [
            f"{local}@xn--strae-oqa.example",
            "a@xn--mnchen-3ya.example",
        ]
