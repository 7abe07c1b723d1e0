"""The daemon as the engineer on call meets it: how it ends, what it says is wrong."""

from __future__ import annotations

import re
import signal
import threading
from pathlib import Path

import pytest

from tests.company import Company
from tests.smtp_sink import Moment, SmtpSink
from tests.test_story import until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order_with_mails_under_way(
    tmp_path: Path, number: signal.Signals
) -> None:
    answers = threading.Event()
    under_way = threading.Semaphore(0)

    def waits(moment: Moment) -> None:
        if moment.step == "dot":
            under_way.release()
            answers.wait(30)

    with SmtpSink(script=waits) as sink:
        mail = f'in_flight = 4\n[email.smtp]\nhost = "127.0.0.1"\nport = {sink.port}\n'
        company = Company(tmp_path / "acme", mail=f'{mail}security = "none"\nconnections = 4')
        company.set_up()
        company.write_audience((f"p{n}@mail.example", str(n), "", "en", "", "") for n in range(40))
        for verb in ("check", "plan", "approve"):
            company.ok(verb)
        daemon = company.start("serve")
        until(daemon, lambda: under_way.acquire(blocking=False))
        daemon.send_signal(number)
        answers.set()
        said, _ = daemon.communicate(timeout=60)
        assert daemon.returncode == 0, said
        taken = len(sink.committed)
    assert "daemon stopped" in said
    status = company.ok("status")
    assert re.search(rf"told in time\s+{taken}\b", status)
    assert not re.search(r"\d sending|\d unknown", status)
