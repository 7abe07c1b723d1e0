"""The faults of somebody else's server: Postfix's ``smtp-sink``, told to refuse and to hang up."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager

import pytest

from notifier.channels.smtp import Smtp
from notifier.delivery import Outcome
from tests.channels.contract import envelope, hand_over

SINK = shutil.which("smtp-sink") or shutil.which("/usr/sbin/smtp-sink")
pytestmark = pytest.mark.skipif(SINK is None, reason="Postfix's smtp-sink is not installed")

NOT_SENT, NOW = Outcome.NOT_SENT, Outcome.REFUSED_FOR_NOW
UNKNOWN, ACCEPTED = Outcome.UNKNOWN, Outcome.ACCEPTED


@contextmanager
def smtp_sink(*flags: str):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = ("-u", "nobody") if os.geteuid() == 0 else ()
    sink = subprocess.Popen([SINK, *user, *flags, f"127.0.0.1:{port}", "16"])
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield port
    finally:
        sink.kill()
        sink.wait()


@pytest.mark.parametrize(
    ("flags", "outcome"),
    [
        ((), ACCEPTED),
        (("-a",), ACCEPTED),
        (("-r", "rcpt"), NOW),
        (("-f", "rcpt"), NOT_SENT),  # 500 5.3.0 speaks of the mail system (RFC 3463), of no person
        (("-r", "."), NOW),
        (("-f", "."), NOT_SENT),
        (("-q", "ehlo"), NOT_SENT),
        (("-q", "mail"), NOT_SENT),
        (("-q", "rcpt"), NOT_SENT),
        (("-q", "data"), NOT_SENT),
        (("-q", "."), UNKNOWN),
        (("-w", "1"), ACCEPTED),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_becomes_of_a_message(flags, outcome):
    with smtp_sink(*flags) as port:
        session = Smtp("127.0.0.1", port, security="none", connections=2, in_flight=8).open()
        result = hand_over(session, [envelope(1)])[1]
        session.close()
    assert result.outcome is outcome, result.detail
