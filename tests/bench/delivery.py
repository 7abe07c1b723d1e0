"""How fast mail leaves with the whole ledger on, beside the mailers people use.

    python -m tests.bench.delivery [--rounds 3] [--mails 20000] [--only sqlite,smtp-source]
        [--folder /tmp] [--peers-python PYTHON] [--peers-node FOLDER]

Messages are counted at Postfix's ``smtp-sink``, over TCP on loopback; contenders take turns, so
that the machine's moods hit them alike. Ours is a process of its own that sends what a ledger
says is approved: durable (SQLite with synchronous FULL; PostgreSQL with fsync), each attempt
committed before its first byte leaves. The folder matters: a commit waits for its disk.
``smtp-source`` (C, one fixed message over and over) marks what this machine can do. A peer that
is not installed is skipped, and said so.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from notifier.ledger import Ledger
from tests.databases import NoServer, a_database, a_server, make_template
from tests.ledger.samples import approved, person
from tests.pipeline.samples import message

SIZES = {4096: 1.0, 30_000: 0.25}
"""Bytes of a message, and the part of the mails that go out at that size."""
PEERS = {
    "smtplib": ("smtplib + Jinja2, one connection", 0.02),
    "aiosmtplib": ("aiosmtplib, prebuilt, 16 connections", 0.1),
    "post_office": ("django-post_office", 0.05),
    "nodemailer": ("nodemailer, pool of 16", 0.05),
}
"""What they are, and the part of the mails they are given; the slow ones send fewer."""


@dataclass(frozen=True)
class Run:
    """What one run took; CPU and memory of the sending process alone."""

    seconds: float
    cpu: float
    memory: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Contender:
    name: str
    run: Callable[[int, int, int], Run]
    share: float = 1.0


class Skipped(Exception):
    """Not to be had on this machine; the reason is in the text."""


class Crowd:
    """People made as they are asked for: a million of them take no memory here."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __iter__(self):
        return (person(n, name=f"Person {n}") for n in range(1, self._count + 1))


def ours(new_ledger: Callable[[], str]) -> Callable[[int, int, int], Run]:
    def run(port: int, mails: int, size: int) -> Run:
        url = new_ledger()
        ledger = Ledger(url)
        ledger.migrate()
        approved(ledger, Crowd(mails), message=message(size))
        ledger.close()
        command = [sys.executable, "-m", "tests.bench.delivery_sender", url, str(port)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        return Run(**json.loads(told))

    return run


def smtp_source(sessions: int) -> Callable[[int, int, int], Run]:
    def run(port: int, mails: int, size: int) -> Run:
        parties = ("-f", "bounces@acme.example", "-t", "p1@example.org")
        amount = ("-s", str(sessions), "-m", str(mails), "-l", str(size))
        command = [_program("smtp-source"), "-d", *amount, *parties, f"127.0.0.1:{port}"]
        return _timed(command)

    return run


def peer(name: str, python: str, folder: str) -> Callable[[int, int, int], Run]:
    def run(port: int, mails: int, size: int) -> Run:
        script = str(Path(__file__).with_name("delivery_peers.py"))
        command = [python, script, name, *map(str, (port, mails, size))]
        done = subprocess.run(command, check=False, capture_output=True, cwd=folder, text=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [""])[-1]
            raise Skipped("not installed" if done.returncode == 3 else f"it failed: {last}")
        seconds, cpu = map(float, done.stdout.split()[-2:])
        return Run(seconds, cpu)

    return run


def _timed(command: list[str]) -> Run:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(took, spent)


def _program(name: str) -> str:
    found = shutil.which(name) or f"/usr/sbin/{name}"
    if not Path(found).exists():
        raise Skipped(f"{name} is part of Postfix, which is not here")
    return found


@contextmanager
def a_sink(folder: Path) -> Iterator[tuple[int, Callable[[], int]]]:
    """Postfix's smtp-sink, and how many messages it has counted."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    counted = folder / "counted"
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [_program("smtp-sink"), *user, "-c", f"127.0.0.1:{port}", "256"]
    with counted.open("wb") as output:
        sink = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert sink.poll() is None, counted.read_text()
        yield port, lambda: int((re.findall(r"mesg=(\d+)", counted.read_text()) or ["0"])[-1])
    finally:
        sink.kill()
        sink.wait()


def measure(contender: Contender, mails: int, size: int, folder: Path) -> tuple[int, Run]:
    mails = max(int(mails * contender.share), 100)
    with a_sink(folder) as (port, counted):
        run = contender.run(port, mails, size)
        assert counted() == mails, f"{contender.name}: the sink counted {counted()} of {mails}"
    return mails, run


def contenders(given: argparse.Namespace, stack: ExitStack, folder: Path) -> Iterator[Contender]:
    numbers = iter(range(1_000_000))
    yield Contender("sqlite", ours(lambda: f"sqlite:///{folder / f'ledger-{next(numbers)}.db'}"))
    if "postgresql" in given.only or not given.only:
        try:
            server = stack.enter_context(a_server(durable=True))
        except NoServer as reason:
            print(f"PostgreSQL left out: {reason}")
        else:
            make_template(server.url)
            new = lambda: stack.enter_context(a_database(server.url))  # noqa: E731
            yield Contender("postgresql", ours(new))
    for sessions in (4, 8, 16, 32, 64):
        yield Contender(f"smtp-source {sessions}", smtp_source(sessions))
    for name, (_, share) in PEERS.items():
        run = peer(name, given.peers_python, given.peers_node)
        yield Contender(name, run, share)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--mails", type=int, default=20_000)
    options.add_argument("--sizes", default=",".join(map(str, SIZES)))
    options.add_argument("--only", default="", help="names, separated by commas")
    options.add_argument("--folder", default=tempfile.gettempdir())
    options.add_argument("--peers-python", default=sys.executable)
    options.add_argument("--peers-node", default=".")
    given = options.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        folder.chmod(0o755)
        wanted = given.only.split(",") if given.only else [""]
        field_ = [
            contender
            for contender in contenders(given, stack, folder)
            if any(contender.name.startswith(name) for name in wanted)
        ]
        for size in map(int, given.sizes.split(",")):
            mails = int(given.mails * SIZES.get(size, 1.0))
            _compare(field_, mails, size, given.rounds, folder)


def _compare(field_: list[Contender], mails: int, size: int, rounds: int, folder: Path) -> None:
    runs: dict[str, list[tuple[int, Run]]] = {contender.name: [] for contender in field_}
    skipped: dict[str, str] = {}
    load = os.getloadavg()[0]
    for _ in range(rounds):
        for contender in field_:
            if contender.name not in skipped:
                try:
                    runs[contender.name].append(measure(contender, mails, size, folder))
                except Skipped as reason:
                    skipped[contender.name] = str(reason)
    title = f"{size:,} bytes, {mails:,} mails, median of {rounds}; load {load:.0f}"
    table = Table(title=title)
    for column in ("", "mails/s", "best", "CPU s per 1,000", "peak MB"):
        table.add_column(column, justify="right" if column else "left")
    sources = {name for name in runs if name.startswith("smtp-source")} - skipped.keys()
    best = max(sources, key=lambda name: _rate(runs[name]), default="")
    for name, measured in runs.items():
        if measured and (name not in sources or name == best):
            rates = [count / run.seconds for count, run in measured]
            cpu = statistics.median(run.cpu / count * 1000 for count, run in measured)
            memory = max((run.memory[-1] for _, run in measured if run.memory), default=0)
            told = (f"{_rate(measured):,.0f}", f"{max(rates):,.0f}", f"{cpu:.3f}")
            table.add_row(_title(name), *told, f"{memory}" if memory else "")
    console = Console()
    console.print(table)
    for name, measured in runs.items():
        for count, run in measured if name in ("sqlite", "postgresql") else ():
            tenths = " ".join(map(str, run.memory[:-1]))
            console.print(f"{name}: {count:,} in {run.seconds:.1f} s; MB at each tenth: {tenths}")
    for name, reason in skipped.items():
        console.print(f"skipped: {_title(name)}: {reason}")


def _rate(measured: list[tuple[int, Run]]) -> float:
    return statistics.median(count / run.seconds for count, run in measured)


def _title(name: str) -> str:
    ours_ = {"sqlite": "notifier, ledger on SQLite", "postgresql": "notifier, ledger on PostgreSQL"}
    if name.startswith("smtp-source"):
        return f"{name} sessions (best)"
    return ours_.get(name) or PEERS[name][0]


if __name__ == "__main__":
    main()
