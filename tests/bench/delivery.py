"""How fast mail leaves with the whole ledger on, beside Postfix's own generator.

    python -m tests.bench.delivery [--mails 100000] [--size 4096] [--folder /dev/shm] [--profile]

Counted at the sink: ``smtp-sink`` takes every message over TCP on loopback. The ledger is durable
(SQLite with synchronous FULL; PostgreSQL with fsync), every attempt committed before its first
byte leaves. The folder matters: a commit waits for its disk.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from notifier.channels.smtp import Smtp
from notifier.delivery import State
from notifier.ledger import Ledger
from tests.databases import NoServer, a_database, a_server, make_template
from tests.ledger.samples import approved, person
from tests.pipeline.samples import message, pipeline, send

_SINK, _SOURCE = (shutil.which(p) or f"/usr/sbin/{p}" for p in ("smtp-sink", "smtp-source"))


def now() -> datetime:
    return datetime(2026, 3, 2, 10, tzinfo=UTC)


@contextmanager
def a_sink() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    sink = subprocess.Popen(
        [_SINK, "-u", "nobody", f"127.0.0.1:{port}", "256"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield port
    finally:
        sink.kill()
        sink.wait()


def by_smtp_source(port: int, mails: int, size: int, sessions: int) -> float:
    started = time.perf_counter()
    subprocess.run(
        [
            _SOURCE,
            *("-s", str(sessions), "-m", str(mails), "-l", str(size), "-d"),
            *("-f", "bounces@acme.example", "-t", "p1@example.org", f"127.0.0.1:{port}"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def by_us(url: str, port: int, mails: int, size: int, *, in_flight: int, profile: bool) -> list:
    ledger = Ledger(url)
    ledger.migrate()
    rows = [person(n, name=f"Person {n}") for n in range(1, mails + 1)]
    approved(ledger, rows, message=message(size))
    del rows
    transport = Smtp("127.0.0.1", port, security="none", in_flight=in_flight)
    sending = pipeline(ledger, transport, now, in_flight=in_flight)
    profiler = cProfile.Profile() if profile else None
    started, cpu = time.perf_counter(), time.process_time()
    if profiler:
        profiler.enable()
    report = send(sending)
    if profiler:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
    took, cpu = time.perf_counter() - started, time.process_time() - cpu
    ledger.close()
    assert report.states == {State.ACCEPTED: mails}, report
    return [took, cpu]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=100_000)
    options.add_argument("--size", type=int, default=4096)
    options.add_argument("--in-flight", type=int, default=64)
    options.add_argument("--folder", default=tempfile.gettempdir())
    options.add_argument("--only", default="")
    options.add_argument("--profile", action="store_true")
    given = options.parse_args()
    print(f"{given.mails:,} mails of {given.size:,} bytes, load {os.getloadavg()[0]:.1f}")
    for name, took, cpu in _contenders(given):
        print(
            f"  {name:<34}{given.mails / took:>9,.0f} mails/s"
            + (f"{cpu / given.mails * 1e3:>9.3f} CPU s per 1,000" if cpu else "")
        )
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _contenders(given: argparse.Namespace) -> Iterator[tuple[str, float, float]]:
    with ExitStack() as stack:
        port = stack.enter_context(a_sink())
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder))
        ours = {"in_flight": given.in_flight, "profile": given.profile}
        if given.only in ("", "smtp-source"):
            for sessions in (4, 16):
                took = by_smtp_source(port, given.mails, given.size, sessions)
                yield f"smtp-source, {sessions} sessions", took, 0.0
        if given.only in ("", "sqlite"):
            url = f"sqlite:///{Path(folder) / 'ledger.db'}"
            yield "notifier, SQLite, full sync", *by_us(url, port, given.mails, given.size, **ours)
        if given.only in ("", "postgresql"):
            try:
                server = stack.enter_context(a_server(durable=True))
            except NoServer as reason:
                print(f"  PostgreSQL left out: {reason}")
                return
            make_template(server.url)
            url = stack.enter_context(a_database(server.url))
            yield "notifier, PostgreSQL", *by_us(url, port, given.mails, given.size, **ours)


if __name__ == "__main__":
    main()
