"""Fail the n-th call, for n = 1, 2, ... until a run in which nothing failed.

Calls are what a sender asks of its machine: a statement or a commit of the ledger, a socket's
connect, send or receive, an fsync of the outbox. Whichever fails, the next run ends the matter.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, func, select

from notifier.channels import wire
from notifier.channels.outbox import Outbox
from notifier.channels.smtp import Smtp
from notifier.delivery import UNKNOWN_WAIT, State
from notifier.errors import NotifierError
from notifier.ledger import Ledger, handover, journal
from notifier.ledger.schema import deliveries
from tests.ledger.samples import NOW, approved, people
from tests.pipeline.samples import message, pipeline, send
from tests.smtp_sink import SmtpSink

PEOPLE = 2
ROUNDS = 3
"""Runs that must be enough: back-off and the wait for evidence pass between them."""

pytestmark = pytest.mark.timeout(900)  # a whole story for every single call


class Nth:
    """Counts calls, and fails one of them."""

    def __init__(self, nth: int, failure: Callable[[], Exception]) -> None:
        self._left, self._failure = nth, failure

    @property
    def has_failed(self) -> bool:
        return self._left <= 0

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise self._failure()


def until_clean(fail: Callable[[int], Iterator[Nth]], story: Callable[[], None]) -> int:
    """Tell a story with its first, second, ... call failing; how many there were."""
    for n in range(1, 2_000):
        with contextmanager(fail)(n) as nth:
            story()
        if not nth.has_failed:
            return n - 1
    raise AssertionError("the story never ends")


def tell(ledger: Ledger, transport) -> None:
    """Send until nothing is left, an hour and more passing between the runs."""
    for hours in range(ROUNDS):
        now = NOW + hours * (UNKNOWN_WAIT + timedelta(minutes=1))
        with suppress(NotifierError):
            send(pipeline(ledger, transport, lambda now=now: now, in_flight=1))


def check(ledger: Ledger, copies: Counter[str], *, twice: int) -> None:
    """Nobody is lost, no more than ``twice`` people got a second copy, and it all adds up."""
    assert len(copies) == PEOPLE
    assert max(copies.values()) <= 2
    assert sum(copies.values()) - PEOPLE <= twice
    with ledger.begin() as tx:
        found = tx.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        assert dict(tuple(row) for row in found) == {State.ACCEPTED: PEOPLE}
        assert [*journal.verify(tx), *handover.verify(tx)] == []


@pytest.fixture
def fresh(sqlite_url, tmp_path) -> Callable[[], Ledger]:
    """Ledgers with an approved plan, each as if nothing had been done with it."""
    first = Ledger(sqlite_url)
    approved(first, people(PEOPLE), message=message())
    first.close()
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    numbers = iter(range(10_000))
    origin = Path(sqlite_url.removeprefix("sqlite:///"))

    def copy() -> Ledger:
        path = origin.with_name(f"copy-{next(numbers)}.db")
        shutil.copyfile(origin, path)
        return Ledger(f"sqlite:///{path}")

    return copy


def test_any_socket_call(fresh, monkeypatch):
    """A connection that breaks anywhere: only after the final dot may a copy be in doubt."""

    def fail(n: int) -> Iterator[Nth]:
        nth = Nth(n, lambda: ConnectionResetError(104, "Connection reset by peer"))

        class Failing(socket.socket):
            def _may_break(self):
                try:
                    nth()
                except OSError:
                    with suppress(OSError):
                        self.shutdown(socket.SHUT_RDWR)
                    raise

            def connect_ex(self, place):
                self._may_break()
                return super().connect_ex(place)

            def send(self, data, *flags):
                self._may_break()
                return super().send(data, *flags)

            def recv(self, size, *flags):
                self._may_break()
                return super().recv(size, *flags)

        with monkeypatch.context() as patch:
            patch.setattr(wire, "socket", SimpleNamespace(**{**vars(socket), "socket": Failing}))
            yield nth

    def story() -> None:
        ledger = fresh()
        transport = Smtp("127.0.0.1", sink.port, security="none", connections=1, in_flight=1)
        tell(ledger, transport)
        check(ledger, Counter(mail.recipient for mail in sink.committed), twice=1)
        sink.committed.clear()
        ledger.close()

    with SmtpSink() as sink:
        assert until_clean(fail, story) > 5


def test_any_statement_or_commit_of_the_ledger(fresh, monkeypatch):
    """The disk fails under any one of them: nobody gets a second copy for it."""
    state: dict[str, Nth] = {}

    class Failing(sqlite3.Connection):
        def execute(self, *said):
            if "nth" in state and not str(said[0]).startswith(("PRAGMA", "ROLLBACK")):
                state["nth"]()
            return super().execute(*said)

        def executemany(self, *said):
            if "nth" in state:
                state["nth"]()
            return super().executemany(*said)

        def commit(self):
            if "nth" in state:
                state["nth"]()
            return super().commit()

        def cursor(self, *_):
            return super().cursor(FailingCursor)

    class FailingCursor(sqlite3.Cursor):
        def execute(self, *said):
            if "nth" in state and not str(said[0]).startswith(("PRAGMA", "ROLLBACK")):
                state["nth"]()
            return super().execute(*said)

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3.dbapi2, "connect", lambda *a, **k: connect(*a, **{**k, "factory": Failing})
    )

    def fail(n: int) -> Iterator[Nth]:
        state["nth"] = Nth(n, lambda: sqlite3.OperationalError("disk I/O error"))
        yield state["nth"]
        state.pop("nth", None)

    def story() -> None:
        nth = state.pop("nth")
        ledger = fresh()
        transport = Smtp("127.0.0.1", sink.port, security="none", connections=1, in_flight=1)
        state["nth"] = nth
        tell(ledger, transport)
        state.pop("nth")
        check(ledger, Counter(mail.recipient for mail in sink.committed), twice=0)
        sink.committed.clear()
        ledger.close()

    with SmtpSink() as sink:
        assert until_clean(fail, story) > 50


def test_any_fsync_of_the_outbox(fresh, monkeypatch, tmp_path):
    """Without its bytes a mail was not handed over; one whose name may be lost is in doubt."""
    sync = os.fsync

    def fail(n: int) -> Iterator[Nth]:
        nth = Nth(n, lambda: OSError(5, "Input/output error"))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", lambda file: (nth(), sync(file)))
            yield nth

    def story() -> None:
        ledger = fresh()
        folder = tmp_path / "outbox"
        tell(ledger, Outbox(folder))
        found = [message_from_bytes(path.read_bytes())["To"] for path in folder.glob("*.eml")]
        check(ledger, Counter(found), twice=1)
        shutil.rmtree(folder)
        ledger.close()

    assert until_clean(fail, story) >= PEOPLE
