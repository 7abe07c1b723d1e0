from __future__ import annotations

import errno
import os
import re

import pytest

from notifier.channels.outbox import Outbox
from notifier.channels.transport import Scope
from notifier.delivery import Outcome
from notifier.errors import DeliveryError
from tests.channels.contract import PostOffice, TransportContract, envelope, hand_over, outcomes

_TRACE = re.compile(rb"Return-Path: <(.*?)>\r\nDelivered-To: (.*?)\r\n(.*)", re.DOTALL)


class TestOutbox(TransportContract):
    @pytest.fixture
    def post_office(self, tmp_path):
        directory = tmp_path / "deep" / "outbox"

        def arrived():
            files = [_TRACE.fullmatch(f.read_bytes()).groups() for f in directory.glob("*.eml")]
            return [(s.decode(), r.decode(), content) for s, r, content in files]

        def forget():
            for file in directory.glob("*.eml"):
                file.unlink()

        return PostOffice(Outbox(directory), arrived, forget)


def test_a_repeated_attempt_shows_as_a_second_file(tmp_path):
    session = Outbox(tmp_path).open()
    for _ in range(3):
        hand_over(session, [envelope(42)])
    assert sorted(f.name for f in tmp_path.iterdir()) == [
        "000000000042-again-1.eml",
        "000000000042-again-2.eml",
        "000000000042.eml",
    ]


def test_the_file_name_is_the_provider_id(tmp_path):
    results = hand_over(Outbox(tmp_path).open(), [envelope(7)])
    assert (tmp_path / results[7].provider_id).exists()


@pytest.mark.parametrize("call", ["fsync", "rename", "write"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch, call, nth):
    """Fail the n-th call; of three messages exactly the one concerned is not there."""
    calls = 0

    def failing(real):
        def instead(*arguments, **named):
            nonlocal calls
            calls += 1
            if calls == nth:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **named)

        return instead

    if call == "write":
        from notifier.channels import outbox

        monkeypatch.setattr(outbox, "_write_through", _half_written(failing, outbox._write_through))
    else:
        monkeypatch.setattr(os, call, failing(getattr(os, call)))
    results = hand_over(Outbox(tmp_path).open(), [envelope(n) for n in (1, 2, 3)])
    assert results[nth].outcome is Outcome.NOT_SENT
    assert results[nth].scope is Scope.TRANSPORT
    assert "No space left" in results[nth].detail
    written = sorted(f.name for f in tmp_path.iterdir())
    assert written == [f"{n:012d}.eml" for n in (1, 2, 3) if n != nth]


def _half_written(failing, real):
    def instead(path, data):
        path.write_bytes(data[:10])
        failing(real)(path, data)

    return instead


def test_a_name_that_may_be_lost_is_not_called_accepted(tmp_path, monkeypatch):
    real, calls = os.fsync, []

    def third_fails(fd):
        calls.append(fd)
        if len(calls) == 3:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(fd)

    monkeypatch.setattr(os, "fsync", third_fails)
    results = hand_over(Outbox(tmp_path).open(), [envelope(1), envelope(2)])
    assert outcomes(results) == {1: Outcome.UNKNOWN, 2: Outcome.UNKNOWN}
    assert len(calls) == 3, "two files and, once for both, their directory"


def test_an_outbox_that_cannot_be_is_said_so_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError, match="cannot be used"):
        Outbox(tmp_path / "file" / "outbox").open()
