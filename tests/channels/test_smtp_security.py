"""TLS and logging in: never in plain text, never with a stranger, never told to anybody."""

from __future__ import annotations

import pytest

from notifier.channels.smtp import Smtp, Timeouts
from notifier.channels.transport import Scope
from notifier.delivery import Outcome
from notifier.errors import DeliveryError
from tests.certificates import self_signed
from tests.channels.contract import (
    CONTENT,
    PostOffice,
    TransportContract,
    envelope,
    hand_over,
    outcomes,
)
from tests.smtp_sink import LOST_250, SILENCE, SmtpSink, reply

SECRET = "opensesame-ü"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(params=["starttls", "tls"])
def security(request):
    return request.param


def secured(certificate, security, **settings) -> SmtpSink:
    return SmtpSink(tls=certificate.server, tls_first=security == "tls", **settings)


def smtp(sink, certificate, security, **settings) -> Smtp:
    return reaching("127.0.0.1", sink.port, security, ca_file=certificate.ca_file, **settings)


def reaching(host: str, port: int, security: str, **settings) -> Smtp:
    return Smtp(host, port, security, **{"connections": 16, "in_flight": 64, **settings})


def failed(transport: Smtp):
    results = hand_over(transport.open(), [envelope(n) for n in (1, 2, 3)])
    (met,) = {(r.outcome, r.scope, r.detail) for r in results.values()}
    return met


class TestSmtpUnderTls(TransportContract):
    @pytest.fixture
    def post_office(self, certificate):
        with secured(certificate, "starttls", login=("me", SECRET)) as sink:
            yield PostOffice(
                smtp(sink, certificate, "starttls", username="me", password=SECRET),
                lambda: [(c.sender, c.recipient, c.content) for c in sink.committed],
                sink.committed.clear,
            )


@pytest.mark.parametrize("mechanisms", ["PLAIN LOGIN", "LOGIN", "CRAM-MD5 PLAIN"])
def test_logging_in(certificate, security, mechanisms):
    offers = ("PIPELINING", "AUTH " + mechanisms)
    with secured(certificate, security, offers=offers, login=("me", SECRET)) as sink:
        transport = smtp(sink, certificate, security, username="me", password=SECRET)
        assert outcomes(hand_over(transport.open(), [envelope(1)])) == {1: Outcome.ACCEPTED}


def test_a_wrong_password_is_tried_once_and_told_to_nobody(certificate, security):
    with secured(certificate, security, login=("me", SECRET)) as sink:
        transport = smtp(sink, certificate, security, username="me", password="wrong-one")
        outcome, scope, detail = failed(transport)
        assert sink.connections == 1
    assert (outcome, scope) == (Outcome.NOT_SENT, Scope.SENDER)
    assert detail == "refused at AUTH: 535 5.7.8"
    assert "wrong-one" not in repr(transport) + repr(transport.open())


def test_trouble_at_logging_in_that_passes(certificate, security):
    later = lambda m: reply("454 4.7.0 later") if m.step == "auth" else None  # noqa: E731
    with secured(certificate, security, login=("me", SECRET), script=later) as sink:
        transport = smtp(sink, certificate, security, username="me", password=SECRET)
        assert failed(transport)[:2] == (Outcome.NOT_SENT, Scope.TRANSPORT)


def test_no_mechanism_we_know(certificate, security):
    offers = ("AUTH GSSAPI",)
    with secured(certificate, security, offers=offers, login=("me", SECRET)) as sink:
        transport = smtp(sink, certificate, security, username="me", password=SECRET)
        assert failed(transport)[:2] == (Outcome.NOT_SENT, Scope.SENDER)


def test_a_stranger_is_told_nothing(certificate, security):
    with secured(certificate, security, login=("me", SECRET)) as sink:
        stranger = reaching("127.0.0.1", sink.port, security, username="me", password=SECRET)
        outcome, scope, detail = failed(stranger)
        assert (outcome, scope) == (Outcome.NOT_SENT, Scope.SENDER)
        assert detail.startswith("the server's certificate is not trusted")
        assert sink.commands("AUTH") == []


def test_a_certificate_for_another_host_is_not_taken(tmp_path, security):
    other = self_signed(tmp_path, host="other.example")
    with secured(other, security) as sink:
        outcome, scope, detail = failed(smtp(sink, other, security))
    assert (outcome, scope) == (Outcome.NOT_SENT, Scope.SENDER)
    assert "certificate" in detail


def test_a_server_without_starttls_gets_no_mail(certificate):
    with SmtpSink(login=("me", SECRET)) as sink:
        transport = smtp(sink, certificate, "starttls", username="me", password=SECRET)
        assert failed(transport)[:2] == (Outcome.NOT_SENT, Scope.SENDER)
        assert sink.commands("AUTH") + sink.commands("MAIL") == []


def test_words_put_in_before_tls_are_not_believed(certificate):
    """The injection of CVE-2011-0411, from the client's side."""

    def injected(moment):
        return reply("220 go on\r\n250 AUTH PLAIN") if moment.step == "starttls" else None

    with secured(certificate, "starttls", script=injected) as sink:
        assert failed(smtp(sink, certificate, "starttls"))[0] is Outcome.NOT_SENT
        assert sink.commands("MAIL") == []


def test_tls_to_a_server_that_speaks_plain_text(certificate):
    with SmtpSink() as sink:
        assert failed(smtp(sink, certificate, "tls"))[:2] == (Outcome.NOT_SENT, Scope.TRANSPORT)


def test_a_handshake_that_never_ends(certificate, security):
    soon = Timeouts(connect=0.3, command=0.3)
    script = lambda m: SILENCE if m.step in ("connect", "starttls") else None  # noqa: E731
    with SmtpSink(tls=certificate.server, script=script) as sink:
        outcome, scope, detail = failed(smtp(sink, certificate, security, timeouts=soon))
    assert (outcome, scope) == (Outcome.NOT_SENT, Scope.TRANSPORT)
    assert detail.startswith("no answer to")


def test_the_lost_answer_under_tls(certificate, security):
    lost = lambda m: LOST_250 if m.step == "dot" else None  # noqa: E731
    with secured(certificate, security, script=lost) as sink:
        results = hand_over(smtp(sink, certificate, security).open(), [envelope(1)])
    assert outcomes(results) == {1: Outcome.UNKNOWN}
    assert len(sink.committed) == 1


def test_a_message_larger_than_every_buffer_under_tls(certificate, security):
    big = CONTENT + (b"z" * 76 + b"\r\n") * 100_000
    with secured(certificate, security, offers=("PIPELINING",)) as sink:
        sent = [envelope(n, content=big) for n in (1, 2, 3)]
        results = hand_over(smtp(sink, certificate, security, connections=1).open(), sent)
    assert set(outcomes(results).values()) == {Outcome.ACCEPTED}
    assert [c.content for c in sink] == [big] * 3


def test_a_password_never_crosses_the_network_in_plain_text():
    with pytest.raises(DeliveryError, match="without TLS") as refused:
        reaching("mail.example.com", 587, "none", username="me", password=SECRET).open()
    assert SECRET not in str(refused.value)


def test_a_missing_ca_file_is_said_at_once(tmp_path):
    with pytest.raises(DeliveryError, match="cannot be read"):
        reaching("mail.example.com", 587, "starttls", ca_file=tmp_path / "none.pem").open()
