"""The way to SES: TLS with the right host only, through the proxy of the environment, in time."""

from __future__ import annotations

import socket
import threading

import pytest

from notifier.channels.ses import Ses, Timeouts
from notifier.channels.transport import Scope
from notifier.delivery import Outcome
from notifier.errors import DeliveryError
from tests.certificates import self_signed
from tests.channels.contract import CONTENT, PostOffice, TransportContract, envelope, hand_over
from tests.proxy import Proxy
from tests.ses_fake import SILENCE_AFTER_ACCEPT, Act, SesFake

SOON = Timeouts(connect=0.3, answer=0.3, closing=0.3)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


def open_session(monkeypatch, url: str, **settings):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", url)
    return Ses("eu-central-1", in_flight=8, **settings).open()


def end(session, count: int = 3):
    """The one thing that all of several messages met."""
    results = hand_over(session, [envelope(n) for n in range(count)])
    assert session.close() == []
    (met,) = {(r.outcome, r.scope, r.detail) for r in results.values()}
    return met


class TestSesUnderTls(TransportContract):
    takes_local_parts_beyond_ascii = False

    @pytest.fixture
    def post_office(self, certificate, monkeypatch):
        with SesFake(tls=certificate.server) as fake:
            monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", fake.url)
            monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate.ca_file))
            yield PostOffice(
                Ses("eu-central-1", in_flight=8),
                lambda: [(t.sender, t.recipient, t.content) for t in fake.taken],
                fake.taken.clear,
            )


def test_a_stranger_gets_nothing(certificate, monkeypatch):
    """Not trusted; and trusted, but for another host."""
    with SesFake(tls=certificate.server) as fake:
        outcome, scope, detail = end(open_session(monkeypatch, fake.url))
        assert (outcome, scope) == (Outcome.NOT_SENT, Scope.SENDER)
        assert "not trusted" in detail
        assert fake.connections <= 1, "asked once, not once a message"
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate.ca_file))
        elsewhere = fake.url.replace("127.0.0.1", "localhost")
        assert end(open_session(monkeypatch, elsewhere))[:2] == (Outcome.NOT_SENT, Scope.SENDER)
    assert fake.calls == 0


def test_no_tls_where_there_should_be(monkeypatch):
    with SesFake() as fake:
        session = open_session(monkeypatch, fake.url.replace("http:", "https:"), timeouts=SOON)
        assert end(session)[:2] == (Outcome.NOT_SENT, Scope.TRANSPORT)
    assert fake.calls == 0


def test_certificates_that_cannot_be_read(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    with pytest.raises(DeliveryError, match="AWS_CA_BUNDLE"):
        open_session(monkeypatch, "https://127.0.0.1:1")


@pytest.mark.parametrize("secure", [True, False])
def test_through_the_proxy_of_the_environment(certificate, monkeypatch, secure):
    """TLS is with SES, not with the proxy; the proxy's password is for the proxy only."""
    with SesFake(tls=certificate.server if secure else None) as fake, Proxy() as proxy:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate.ca_file))
        name = "HTTPS_PROXY" if secure else "HTTP_PROXY"
        monkeypatch.setenv(name, f"http://me:open%20sesame@127.0.0.1:{proxy.port}")
        assert end(open_session(monkeypatch, fake.url))[0] is Outcome.ACCEPTED
        assert 0 < fake.connections <= len(proxy.asked), "nobody went past the proxy"
        for asked in proxy.asked:
            assert asked.startswith(f"CONNECT 127.0.0.1:{fake.port} HTTP/1.1\r\n")
            assert "Proxy-Authorization: Basic bWU6b3BlbiBzZXNhbWU=\r\n" in asked
        assert all("proxy-authorization" not in headers for _, headers, _ in fake.requests)
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert end(open_session(monkeypatch, fake.url))[0] is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("answer", "scope"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno", "sender"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "transport"),
        (b"HTTP/1.1 200 OK\r\n\r\nand more", "transport"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "transport"),
        (b"", "transport"),
    ],
)
def test_a_proxy_that_will_not(monkeypatch, answer, scope):
    with Proxy(answer=answer) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        session = open_session(monkeypatch, "http://127.0.0.1:1", timeouts=SOON)
        assert end(session)[:2] == (Outcome.NOT_SENT, Scope(scope))


def test_a_proxy_of_another_kind(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "https://127.0.0.1:1")
    with pytest.raises(DeliveryError, match="kind https"):
        open_session(monkeypatch, "https://127.0.0.1:1")


def test_a_server_that_never_shakes_hands(certificate, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        met = end(open_session(monkeypatch, url, timeouts=SOON))
    assert met == (Outcome.NOT_SENT, Scope.TRANSPORT, "not sent: TLS did not come in 0.3 s")


def test_the_second_address_is_tried(monkeypatch):
    """A name with several addresses, of which the first does not answer."""
    with SesFake() as fake, socket.create_server(("127.0.0.2", 0)) as unused:
        refusing = unused.getsockname()
        unused.close()
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", place)
            for place in (refusing, ("127.0.0.1", fake.port))
        ]
        session = open_session(monkeypatch, fake.url)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert end(session)[0] is Outcome.ACCEPTED


def test_a_name_that_leads_nowhere(monkeypatch):
    session = open_session(monkeypatch, "http://nowhere.invalid")
    outcome, scope, detail = end(session)
    assert (outcome, scope) == (Outcome.NOT_SENT, Scope.TRANSPORT)
    assert "leads nowhere" in detail


def test_an_answer_before_the_whole_question(monkeypatch):
    """A refusal that comes while we still write is heard, and the connection used no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        session = open_session(monkeypatch, f"http://127.0.0.1:{server.getsockname()[1]}")

        def refuse() -> None:
            there, _ = server.accept()
            there.recv(1000)
            there.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
            done.wait(20)
            there.close()

        done = threading.Event()
        threading.Thread(target=refuse, daemon=True).start()
        big = CONTENT + (b"y" * 76 + b"\r\n") * 300_000
        results = hand_over(session, [envelope(1, content=big)])
        done.set()
    assert (results[1].outcome, results[1].scope) == (Outcome.NOT_SENT, Scope.SENDER)
    assert results[1].detail == "413"


def test_a_line_long_idle_is_not_trusted_with_a_message(monkeypatch):
    """Another one is opened instead: a request into a closing connection would end in doubt."""
    with SesFake() as fake:
        session = open_session(monkeypatch, fake.url)
        for n in (1, 2, 3):
            for line in session._idle:
                line.deadline -= Timeouts().idle
            assert hand_over(session, [envelope(n)])[n].outcome is Outcome.ACCEPTED
        assert session.close() == []
    assert fake.connections == 3


def test_calls_go_on_while_one_is_answered_never(monkeypatch):
    """One silent call holds up none of the others, and ends in doubt by itself."""
    silent = lambda call: SILENCE_AFTER_ACCEPT if call.attempt == "0" else None  # noqa: E731
    with SesFake(script=silent) as fake:
        session = open_session(monkeypatch, fake.url, timeouts=Timeouts(answer=1))
        results = hand_over(session, [envelope(n) for n in range(40)])
    assert results.pop(0).outcome is Outcome.UNKNOWN
    assert {result.outcome for result in results.values()} == {Outcome.ACCEPTED}


def test_ses_closing_each_connection_loses_nothing(monkeypatch):
    """``Connection: close`` is obeyed: no message is written to a connection that ends."""
    close = Act(
        take=True,
        raw=b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 17\r\n\r\n{"MessageId":"x"}',
        then="drop",
    )
    with SesFake(script=lambda _: close) as fake:
        assert end(open_session(monkeypatch, fake.url), 60)[0] is Outcome.ACCEPTED
    assert fake.calls == fake.connections == 60
