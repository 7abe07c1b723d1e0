from __future__ import annotations

import json
from urllib.parse import urlsplit

import boto3
import pytest
import time_machine
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import CredentialRetrievalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.app import open_transport
from notifier.channels.ses import Ses, Timeouts
from notifier.channels.ses.account import Account
from notifier.channels.ses.signing import Signer
from notifier.channels.transport import Scope
from notifier.config.schema import EmailConfig
from notifier.delivery import Outcome
from notifier.errors import DeliveryError
from tests.channels.contract import (
    CONTENT,
    PostOffice,
    TransportContract,
    envelope,
    hand_over,
    outcomes,
)
from tests.ses_fake import (
    DROP,
    DROP_AFTER_ACCEPT,
    NO_ID,
    SILENCE,
    SILENCE_AFTER_ACCEPT,
    Act,
    SesFake,
    refusal,
)

SECRET = "wJalrXUtnFEMI-example"
SOON = Timeouts(connect=0.3, answer=0.3, closing=0.3)
NOT_SENT, NOW, REFUSED = Outcome.NOT_SENT, Outcome.REFUSED_FOR_NOW, Outcome.REFUSED
UNKNOWN, ACCEPTED = Outcome.UNKNOWN, Outcome.ACCEPTED
PERSON, SERVER, SENDER = Scope.RECIPIENT, Scope.TRANSPORT, Scope.SENDER


ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
NOWHERE = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION")


@pytest.fixture(scope="module", autouse=True)
def credentials():
    with pytest.MonkeyPatch.context() as patch:
        for name in NOWHERE:
            patch.delenv(name, raising=False)
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def ses(monkeypatch):
    def reaching(fake: SesFake, **settings) -> Ses:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", fake.url)
        return Ses(**{"region": "eu-central-1", "in_flight": 8, **settings})

    return reaching


@pytest.fixture(scope="module")
def fake_and_session(credentials):
    """One session for many faults: opening one reads boto3's models, which takes its time."""
    with SesFake() as fake, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SESV2", fake.url)
        session = Ses("eu-central-1", in_flight=4, timeouts=SOON).open()
        yield fake, session
        assert session.close() == []


@pytest.fixture
def fake(fake_and_session):
    fake, _ = fake_and_session
    fake.script = lambda _: None
    fake.calls = 0
    fake.taken.clear()
    fake.requests.clear()
    return fake


@pytest.fixture
def session(fake_and_session):
    return fake_and_session[1]


class TestSes(TransportContract):
    takes_local_parts_beyond_ascii = False

    @pytest.fixture
    def session(self, post_office):
        session = post_office.transport.open()
        yield session
        assert session.close() == []

    @pytest.fixture
    def post_office(self, ses):
        with SesFake() as fake:
            yield PostOffice(
                ses(fake),
                lambda: [(t.sender, t.recipient, t.content) for t in fake.taken],
                fake.taken.clear,
            )


WHOLE = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"MessageId":"x"}'
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'f;as="is"\r\n{"MessageId":"x\r\n2\r\n"}\r\n0\r\nTrailer: t\r\n\r\n'
)
UNTIL_THE_END = b'HTTP/1.1 200 OK\r\n\r\n{"MessageId":"x"}'

ANSWERS = [
    (refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded"), NOW, SERVER),
    (refusal(400, "ThrottlingException", "Rate exceeded"), NOW, SERVER),
    (refusal(400, "Throttling", "Daily message quota exceeded"), NOT_SENT, SENDER),
    (refusal(429, "TooManyRequestsException", "Daily message quota exceeded."), NOT_SENT, SENDER),
    (Act(status=429, body=b"slow down"), NOW, SERVER),
    (refusal(503, "ServiceUnavailable"), NOW, SERVER),
    (refusal(400, "LimitExceededException", "too many"), NOT_SENT, SENDER),
    (refusal(400, "AccountSuspendedException"), NOT_SENT, SENDER),
    (refusal(400, "SendingPausedException"), NOT_SENT, SENDER),
    (refusal(400, "MailFromDomainNotVerifiedException"), NOT_SENT, SENDER),
    (refusal(404, "NotFoundException", "Configuration set <x> does not exist."), NOT_SENT, SENDER),
    (refusal(403, "AccessDeniedException"), NOT_SENT, SENDER),
    (refusal(403, "InvalidClientTokenId"), NOT_SENT, SENDER),
    (refusal(403, "SignatureDoesNotMatch"), NOT_SENT, SENDER),
    (refusal(400, "MessageRejected", "Email address is not verified. x@y.org"), NOT_SENT, SENDER),
    (
        refusal(400, "MessageRejected", "Local address contains control or whitespace"),
        REFUSED,
        PERSON,
    ),
    (refusal(400, "BadRequestException", "Illegal address"), REFUSED, PERSON),
    (refusal(400, "SomethingNew"), NOT_SENT, SENDER),
    (Act(status=413, body=b""), NOT_SENT, SENDER),
    (Act(take=True, status=500, body=b"{}"), UNKNOWN, SERVER),
    (Act(take=True, status=502, body=b"<html>bad gateway</html>"), UNKNOWN, SERVER),
    (Act(take=True, status=503, body=b""), UNKNOWN, SERVER),
    (refusal(500, "InternalFailure"), UNKNOWN, SERVER),
    (NO_ID, UNKNOWN, PERSON),
    (Act(take=True, status=200, body=b"<html>welcome to the hotel</html>"), UNKNOWN, PERSON),
    (Act(take=True, status=200, body=b"[]"), UNKNOWN, PERSON),
    (Act(take=True, status=302, body=b""), UNKNOWN, SERVER),
    (DROP, UNKNOWN, SERVER),
    (DROP_AFTER_ACCEPT, UNKNOWN, SERVER),
    (SILENCE, UNKNOWN, SERVER),
    (SILENCE_AFTER_ACCEPT, UNKNOWN, SERVER),
    (Act(take=True, raw=b"\x00rubbish\r\n\r\n", then="drop"), UNKNOWN, SERVER),
    (
        Act(take=True, raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", then="drop"),
        UNKNOWN,
        SERVER,
    ),
    (Act(take=True, raw=b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}"), UNKNOWN, SERVER),
    (Act(take=True, raw=b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n{}"), UNKNOWN, SERVER),
    (Act(take=True, raw=b"HTTP/2 200\r\n\r\n{}"), UNKNOWN, SERVER),
    (Act(take=True, raw=b"HTTP/1.1 200 OK\r\nx: " + b"x" * 70_000), UNKNOWN, SERVER),
    (Act(take=True, raw=WHOLE + WHOLE), UNKNOWN, SERVER),
    (Act(take=True, raw=CHUNKED.replace(b"\r\n2", b"\r\n-2")), UNKNOWN, SERVER),
    (Act(take=True, raw=WHOLE), ACCEPTED, PERSON),
    (Act(take=True, raw=b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE), ACCEPTED, PERSON),
    (Act(take=True, raw=CHUNKED), ACCEPTED, PERSON),
    (Act(take=True, raw=UNTIL_THE_END, then="drop"), ACCEPTED, PERSON),
    (Act(take=True, raw=WHOLE.replace(b"1.1", b"1.0")), ACCEPTED, PERSON),
]


@pytest.mark.parametrize(("act", "outcome", "scope"), ANSWERS)
def test_what_an_answer_means(fake, session, act, outcome, scope):
    """The fault hits the second of three; the others are none the worse."""
    fake.script = lambda call: act if call.attempt == "2" else None
    results = hand_over(session, [envelope(n) for n in (1, 2, 3)])
    assert (results[2].outcome, results[2].scope) == (outcome, scope)
    assert {results[1].outcome, results[3].outcome} == {ACCEPTED}
    assert "@" not in results[2].detail
    assert fake.calls == 3, "never a second call for one envelope"


def test_nobody_there(ses):
    with SesFake() as fake:
        transport = ses(fake)
    results = hand_over(transport.open(), [envelope(1)])
    assert (results[1].outcome, results[1].scope) == (NOT_SENT, SERVER)
    assert results[1].detail == "not sent: Connection refused"


def test_a_connection_closed_while_idle_harms_nobody(ses):
    closing = lambda call: Act(take=True, status=200, then="drop") if call.number == 1 else None  # noqa: E731
    with SesFake(script=closing) as fake:
        session = ses(fake, in_flight=1).open()
        assert hand_over(session, [envelope(1)])[1].outcome is ACCEPTED
        while fake._talks:
            pass
        assert hand_over(session, [envelope(2)])[2].outcome is ACCEPTED
        session.close()
    assert fake.connections == 2


def test_a_message_cut_off_before_its_last_byte_was_not_sent(ses):
    """Larger than any socket buffer, and nobody reads it."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        fake = SesFake(port=server.getsockname()[1])
        big = CONTENT + (b"y" * 76 + b"\r\n") * 300_000
        session = ses(fake, timeouts=SOON, in_flight=1).open()
        results = hand_over(session, [envelope(1, content=big)])
    assert (results[1].outcome, results[1].scope) == (NOT_SENT, SERVER)


def test_closing_waits_for_an_answer_but_not_for_ever(ses):
    with SesFake(script=lambda _: SILENCE_AFTER_ACCEPT) as fake:
        session = ses(fake, in_flight=1, timeouts=Timeouts(closing=0.3)).open()
        session.submit([envelope(1), envelope(2)])
        while not fake.taken:
            assert session.poll(0.01) == []
        results = {r.attempt: r for r in session.close()}
    assert outcomes(results) == {1: UNKNOWN, 2: NOT_SENT}


def test_a_local_part_beyond_ascii_is_refused_here(fake, session):
    results = hand_over(session, [envelope(1, "jörg@example.org")])
    assert (results[1].outcome, results[1].scope) == (REFUSED, PERSON)
    assert fake.calls == 0


def test_the_tag_and_the_configuration_set_lead_events_back(ses):
    with SesFake() as fake:
        results = hand_over(ses(fake, configuration_set="notices").open(), [envelope(77)])
    (taken,) = fake.taken
    assert taken.tags == {"attempt": "77"}
    assert taken.configuration_set == "notices"
    assert results[77].provider_id == "id-1"


def quota(rate: object) -> Act:
    body = {"SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": rate, "SentLast24Hours": 1.0}}
    return Act(status=200, body=json.dumps(body).encode())


@pytest.mark.parametrize(
    ("answer", "rate"),
    [
        (quota(14.0), 14.0),
        (refusal(403, "AccessDeniedException", "not authorized to perform ses:GetAccount"), None),
        (refusal(500, "InternalFailure"), None),
        (Act(status=200, body=b"{}"), None),
    ],
)
def test_the_account_says_how_fast_it_may(ses, answer, rate):
    with SesFake(account=answer) as fake:
        assert ses(fake).most_a_second() == rate


class _NoBody:
    def stream(self, *_: object, **__: object):
        yield b'{"MessageId":"x"}'


@pytest.mark.parametrize("token", ["", "FwoGZXIvYXdzEXAMPLE/+="])
@pytest.mark.parametrize("configuration_set", ["", "notices"])
@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1"])
def test_the_request_is_the_one_boto3_would_make(monkeypatch, token, configuration_set, region):
    """Method, address, body and every header that is signed, byte for byte, signature included."""
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    theirs = []

    def catch(request, **_):
        theirs.append(request)
        return AWSResponse(request.url, 200, {"content-type": "application/json"}, _NoBody())

    account = Account(region, configuration_set)
    message = envelope(5, "a+b=c@example.org", CONTENT + "Grüße\0\r\n".encode())
    client = boto3.Session(region_name=region).client(
        "sesv2", config=Config(retries={"total_max_attempts": 1})
    )
    client.meta.events.register("before-send.sesv2.SendEmail", catch)
    parameters = json.loads(account.body(message))
    parameters["Content"] = {"Raw": {"Data": message.content}}
    with time_machine.travel("2026-11-22T12:34:56Z", tick=False):
        client.send_email(**parameters)
        ours = account.send_email(message)
    (request,) = theirs
    own_words = {"User-Agent", "amz-sdk-invocation-id", "amz-sdk-request"}
    headers = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in request.headers.items()
        if name not in own_words
    }
    there = urlsplit(request.url)
    head, _, body = ours.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert request.method == "POST"
    assert request.url == account.endpoint + there.path
    assert first == f"POST {there.path} HTTP/1.1"
    assert body == request.body
    assert dict(line.split(": ", 1) for line in lines) == {"Host": there.netloc, **headers}
    assert "Signature=" in headers["Authorization"]


def test_the_signature_keeps_up_with_the_clock_and_the_credentials(monkeypatch):
    """Past midnight the day in the key is another; refreshed credentials are used at once."""
    theirs = []

    def catch(request, **_):
        theirs.append(request)
        return AWSResponse(request.url, 200, {"content-type": "application/json"}, _NoBody())

    turns = iter(range(1, 9))

    def refreshed():
        turn = next(turns)
        hour = f"2026-11-2{turn + 1}T01:00:00Z"
        return {"access_key": f"AKID{turn}", "secret_key": "x", "token": "", "expiry_time": hour}

    credentials = RefreshableCredentials.create_from_metadata(refreshed(), refreshed, "a test")
    signer = Signer(
        credentials,
        service="ses",
        region="eu-central-1",
        url="https://email.eu-central-1.amazonaws.com/v2/email/outbound-emails",
        host="email.eu-central-1.amazonaws.com",
    )
    for day, second in ((21, "T23:59:58"), (22, "T00:00:01"), (23, "T00:00:00")):
        with time_machine.travel(f"2026-11-{day}{second}Z", tick=False) as now:
            signer._good_until = 0.0
            whole = signer.whole(b'{"a": 1}')
            assert now is not None
            request = AWSRequest(
                "POST",
                signer._url,
                headers={"Host": signer._host, "Content-Type": "application/json"},
                data=b'{"a": 1}',
            )
            frozen = credentials.get_frozen_credentials()
            SigV4Auth(frozen, "ses", "eu-central-1").add_auth(request)
        assert f"Authorization: {request.headers['Authorization']}\r\n".encode() in whole
        assert f"/202611{day}/".encode() in whole
    assert frozen.access_key != "AKID1"


def test_nothing_leaves_with_a_signature_that_is_not_botocores(fake, session, monkeypatch):
    monkeypatch.setattr(SigV4Auth, "signature", lambda *_: "another way to sign")
    session._account._signer._good_until = 0.0
    result = hand_over(session, [envelope(1)])[1]
    assert (result.outcome, result.scope) == (NOT_SENT, SENDER)
    assert fake.calls == 0
    monkeypatch.undo()
    assert hand_over(session, [envelope(2)])[2].outcome is ACCEPTED


def test_credentials_that_cannot_be_refreshed_now_stop_nothing_for_good(fake, session, monkeypatch):
    def gone():
        raise CredentialRetrievalError(provider="a role", error_msg="no answer")

    signer = session._account._signer
    signer._good_until = 0.0
    monkeypatch.setattr(signer._credentials, "get_frozen_credentials", gone)
    result = hand_over(session, [envelope(1)])[1]
    assert (result.outcome, result.scope) == (NOT_SENT, SERVER)
    monkeypatch.undo()
    assert hand_over(session, [envelope(2)])[2].outcome is ACCEPTED
    assert fake.calls == 1


def test_on_the_wire_the_request_is_whole(fake, session):
    fake.script = lambda _: None
    hand_over(session, [envelope(1)])
    ((first, headers, body),) = fake.requests
    assert first == "POST /v2/email/outbound-emails HTTP/1.1"
    assert headers["host"] == f"127.0.0.1:{fake.port}"
    assert headers["content-type"] == "application/json"
    assert "SignedHeaders=content-type;host;x-amz-date" in headers["authorization"]
    assert json.loads(body)["Destination"] == {"ToAddresses": ["person1@example.org"]}


def test_without_credentials_or_region_it_does_not_open(monkeypatch):
    with pytest.raises(DeliveryError, match="region"):
        Ses("", in_flight=8).open()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(DeliveryError, match="no credentials"):
        Ses("eu-central-1", in_flight=8).open()


def test_the_secret_is_nowhere_to_be_seen(ses):
    with SesFake(script=lambda _: refusal(403, "SignatureDoesNotMatch", "no")) as fake:
        transport = ses(fake)
        session = transport.open()
        results = hand_over(session, [envelope(1)])
    assert SECRET not in repr(transport) + repr(session) + repr(results) + repr(vars(session))


ANY_ANSWER = st.sampled_from([None, None, *(act for act, *_ in ANSWERS if act.then != "silence")])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.dictionaries(st.integers(1, 20), ANY_ANSWER, max_size=12))
def test_whatever_ses_does_the_results_are_honest(fake_and_session, acts):
    fake, session = fake_and_session
    fake.calls = 0
    fake.taken.clear()
    fake.script = lambda call: acts.get(call.number)
    results = hand_over(session, [envelope(n) for n in range(1, 21)])
    there = [int(taken.tags["attempt"]) for taken in fake.taken]
    accepted = {n for n, r in results.items() if r.outcome is ACCEPTED}
    unknown = {n for n, r in results.items() if r.outcome is UNKNOWN}
    assert len(set(there)) == len(there)
    assert accepted <= set(there)
    assert set(there) - accepted <= unknown


def test_hostile_words_of_ses_are_bounded(fake, session):
    flood = refusal(400, "MessageRejected", "x" * 100_000 + " person1@example.org")
    fake.script = lambda _: flood
    assert len(hand_over(session, [envelope(1)])[1].detail) <= 300


def test_unless_told_otherwise_more_is_in_flight_than_by_smtp() -> None:
    """At 60 ms an answer, 64 calls would be 1,000 a second."""
    ses = EmailConfig.model_validate({"sender": "legal@acme.example", "ses": {}})
    smtp = EmailConfig.model_validate({"sender": "legal@acme.example", "smtp": {"host": "mx"}})
    assert (ses.in_flight, smtp.in_flight) == (128, 64)
    assert open_transport(ses).in_flight == 128
