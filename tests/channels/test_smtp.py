from __future__ import annotations

import pytest

from notifier.channels.smtp import Smtp
from tests.channels.contract import PostOffice, TransportContract
from tests.smtp_sink import SmtpSink

PLAIN = ("8BITMIME", "SMTPUTF8")


def _post_office(sink: SmtpSink, **settings) -> PostOffice:
    return PostOffice(
        Smtp(
            "127.0.0.1",
            sink.port,
            security="none",
            **{"connections": 16, "in_flight": 64, **settings},
        ),
        lambda: [(c.sender, c.recipient, c.content) for c in sink.committed],
        sink.committed.clear,
    )


class TestSmtpPipelined(TransportContract):
    @pytest.fixture
    def post_office(self):
        with SmtpSink() as sink:
            yield _post_office(sink)


class TestSmtpStepByStep(TransportContract):
    @pytest.fixture
    def post_office(self):
        with SmtpSink(offers=PLAIN) as sink:
            yield _post_office(sink)


class TestSmtpOneConnection(TransportContract):
    @pytest.fixture
    def post_office(self):
        with SmtpSink() as sink:
            yield _post_office(sink, connections=1, in_flight=1)
