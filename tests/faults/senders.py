"""Real sending processes that can be killed, stopped, and told where to die."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import wait
from pathlib import Path

from notifier.channels.smtp import Smtp
from notifier.ledger import Ledger
from tests.ledger.samples import NOW
from tests.pipeline.samples import pipeline, send

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.senders"])


@dataclass(frozen=True)
class Post:
    """What a sender needs to know.

    Attributes:
        began: monotonic instant that counts as the start of the story.
        later: a file with the seconds that the story is ahead of the monotonic clock.
    """

    url: str
    port: int
    later: Path
    in_flight: int = 64
    connections: int = 4
    began: float = field(default_factory=time.monotonic)

    def clock(self) -> datetime:
        ahead = float(self.later.read_text()) if self.later.exists() else 0.0
        return NOW + timedelta(seconds=time.monotonic() - self.began + ahead)

    def move(self, by: timedelta) -> None:
        ahead = float(self.later.read_text()) if self.later.exists() else 0.0
        fresh = self.later.with_suffix(".new")
        fresh.write_text(str(ahead + by.total_seconds()))
        fresh.rename(self.later)


@dataclass(frozen=True)
class Death:
    """Where a sender dies: the n-th time it comes to a point.

    ``point``: before or after ``commit`` (the transactions of one run, in order), ``submit`` or
    ``poll``.
    """

    point: str
    nth: int


def start(post: Post, death: Death | None = None) -> multiprocessing.process.BaseProcess:
    sender = _context.Process(target=_run, args=(post, death), daemon=True)
    sender.start()
    return sender


def finish(senders: list) -> None:
    for sender in senders:
        sender.join()


def _run(post: Post, death: Death | None) -> None:
    ledger = Ledger(post.url)
    transport = Smtp(
        "127.0.0.1",
        post.port,
        security="none",
        connections=post.connections,
        in_flight=post.in_flight,
    )
    fate = _Fate(death)
    sending = pipeline(
        _Mortal(ledger, fate),
        _MortalTransport(transport, fate),
        post.clock,
        in_flight=post.in_flight,
    )
    send(sending, threading.Event())


class _Fate:
    def __init__(self, death: Death | None) -> None:
        self._death = death
        self._seen = 0

    def comes_to(self, point: str) -> None:
        if self._death and point == self._death.point:
            self._seen += 1
            if self._seen == self._death.nth:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def around(self, what: str) -> Iterator[None]:
        self.comes_to(f"before {what}")
        yield
        self.comes_to(f"after {what}")


class _Mortal:
    """What transactions are begun on: the ledger, or a line to it."""

    def __init__(self, real, fate: _Fate) -> None:
        self._real, self._fate = real, fate

    @contextmanager
    def begin(self):
        with self._real.begin() as tx:
            yield tx
            self._fate.comes_to("before commit")
        self._fate.comes_to("after commit")

    def line(self):
        return _Mortal(self._real.line(), self._fate)

    def close(self) -> None:
        self._real.close()


class _MortalTransport:
    def __init__(self, transport: Smtp, fate: _Fate) -> None:
        self._transport, self._fate = transport, fate
        self.name = transport.name
        self.prove = transport.prove
        self.most_a_second = transport.most_a_second

    def open(self):
        return _MortalSession(self._transport.open(), self._fate)


class _MortalSession:
    def __init__(self, session, fate: _Fate) -> None:
        self._session, self._fate = session, fate
        self.close = session.close

    def submit(self, envelopes) -> None:
        with self._fate.around("submit"):
            self._session.submit(envelopes)

    def poll(self, timeout):
        with self._fate.around("poll"):
            return self._session.poll(timeout)


def any_ended(senders: list) -> list:
    """Wait until at least one has ended; those that have."""
    wait([sender.sentinel for sender in senders])
    ended = [sender for sender in senders if sender.exitcode is not None]
    finish(ended)
    return ended
