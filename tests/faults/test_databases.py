"""The database fails under a sender: it waits, finds out what was kept, and goes on."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select, text

from notifier.channels.smtp import Smtp
from notifier.delivery import UNKNOWN_WAIT, State
from notifier.ledger import Ledger, handover, journal
from notifier.ledger.schema import deliveries
from notifier.ledger.workers import LEASE
from tests.databases import NoServer, a_database, a_server, make_template
from tests.faults.senders import Post, finish, start
from tests.ledger.samples import NOW, approved, people
from tests.pipeline.samples import message, pipeline, send
from tests.smtp_sink import SmtpSink


def states(ledger) -> dict[str, int]:
    with ledger.begin() as tx:
        rows = tx.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        return dict(tuple(row) for row in rows)


def chains_fit(ledger) -> bool:
    with ledger.begin() as tx:
        return not [*journal.verify(tx), *handover.verify(tx)]


def sender(ledger, sink, in_flight=8):
    transport = Smtp("127.0.0.1", sink.port, security="none", connections=2, in_flight=in_flight)
    return pipeline(ledger, transport, lambda: NOW, in_flight=in_flight)


class Every:
    """Does something at every n-th final dot."""

    def __init__(self, nth: int, deed) -> None:
        self._nth, self._deed, self._dots = nth, deed, 0
        self._lock = threading.Lock()

    def __call__(self, moment) -> None:
        if moment.step == "dot":
            with self._lock:
                self._dots += 1
                if self._dots % self._nth == 0:
                    self._deed()


def test_its_backends_are_killed_again_and_again(postgres_ledger_url):
    """Every connection to the ledger is cut, mid-transaction or not; nobody is in doubt for it."""
    ledger, other = Ledger(postgres_ledger_url), Ledger(postgres_ledger_url)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def kill_backends() -> None:
        with other.begin() as tx:
            tx.execute(cut)

    approved(ledger, people(120), message=message())
    with SmtpSink(script=Every(15, kill_backends)) as sink:
        assert send(sender(ledger, sink)).alarms == []
        assert set(Counter(mail.recipient for mail in sink.committed).values()) == {1}
    assert states(other) == {State.ACCEPTED: 120}
    assert chains_fit(other)
    ledger.close()
    other.close()


def test_the_server_crashes_and_comes_back(tmp_path):
    try:
        server_context = a_server(durable=True)
        server = server_context.__enter__()
    except NoServer as reason:
        pytest.skip(str(reason))
    try:
        make_template(server.url)
        with a_database(server.url) as url:
            ledger = Ledger(url)
            approved(ledger, people(60), message=message())
            crashes = iter([1])

            def crash() -> None:
                if next(crashes, None):
                    server.stop("immediate")
                    server.start()

            with SmtpSink(script=Every(20, crash)) as sink:
                send(sender(ledger, sink))
                assert set(Counter(mail.recipient for mail in sink.committed).values()) == {1}
            assert states(ledger) == {State.ACCEPTED: 60}
            assert chains_fit(ledger)
            ledger.close()
    finally:
        server_context.__exit__(None, None, None)


class Filling:
    """A SQLite ledger, or a line to it, whose disk is full for some of its transactions."""

    def __init__(self, real, full: range, begun=None) -> None:
        self._real, self._full = real, full
        self._begun = begun or count(1)

    def __getattr__(self, name):
        return getattr(self._real, name)

    def line(self):
        return Filling(self._real.line(), self._full, self._begun)

    @contextmanager
    def begin(self):
        number = next(self._begun)
        with self._real.begin() as tx:
            pages = 1 if number in self._full else 1_000_000
            tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            yield tx


def test_the_disk_is_full_for_a_while(sqlite_url):
    ledger = Ledger(sqlite_url)
    approved(ledger, people(400), message=message())
    with SmtpSink() as sink:
        send(sender(Filling(ledger, range(20, 26)), sink))
        assert set(Counter(mail.recipient for mail in sink.committed).values()) == {1}
    assert states(ledger) == {State.ACCEPTED: 400}
    assert chains_fit(ledger)
    ledger.close()


def test_a_sender_stopped_past_its_lease_and_woken(ledger, ledger_url, tmp_path):
    """SIGSTOP, an hour, SIGCONT: another one took over, and nobody gets a third copy."""
    held_up = threading.Event()
    go_on = threading.Event()

    def stop_it(moment) -> None:
        if moment.step == "dot" and not held_up.is_set():
            os.kill(asleep.pid, signal.SIGSTOP)
            held_up.set()
            go_on.wait(60)

    approved(ledger, people(80), message=message())
    with SmtpSink(script=stop_it) as sink:
        post = Post(ledger_url, sink.port, tmp_path / "later", in_flight=8)
        asleep = start(post)
        assert held_up.wait(60)
        post.move(LEASE + timedelta(seconds=5))
        finish([start(post)])
        os.kill(asleep.pid, signal.SIGCONT)
        go_on.set()
        finish([asleep])
        assert asleep.exitcode == 1, "it was given up and says so"
        post.move(UNKNOWN_WAIT)
        finish([start(post)])
        copies = Counter(mail.recipient for mail in sink.committed)
    assert len(copies) == 80
    assert max(copies.values()) <= 2
    assert sum(copies.values()) - 80 <= 8
    assert states(ledger) == {State.ACCEPTED: 80}
    assert chains_fit(ledger)


@pytest.mark.parametrize("step", [timedelta(hours=-6), timedelta(minutes=30)], ids=str)
def test_the_clock_steps_while_sending(ledger, step):
    clock = {"now": NOW}

    def jump() -> None:
        if clock["now"] == NOW:
            clock["now"] = NOW + step

    approved(ledger, people(60), message=message())
    with SmtpSink(script=Every(25, jump)) as sink:
        transport = Smtp("127.0.0.1", sink.port, security="none", connections=2, in_flight=8)
        sending = pipeline(ledger, transport, lambda: clock["now"], in_flight=8)
        send(sending)
        clock["now"] = NOW + timedelta(minutes=31)
        send(sending)
        assert set(Counter(mail.recipient for mail in sink.committed).values()) == {1}
    assert states(ledger) == {State.ACCEPTED: 60}
    assert chains_fit(ledger)
