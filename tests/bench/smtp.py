"""Handing over by SMTP: ours against the mailers people use, at Postfix's ``smtp-sink``.

    python -m tests.bench.smtp [rounds]

Contenders take turns, so that the machine's moods hit them alike; messages are counted at the
sink. Each sends prebuilt personal messages; a peer that is not installed is skipped, and said so.
``smtp-source`` (C) marks what this machine can do; it sends one fixed message over and over.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from notifier.channels.smtp import Smtp
from notifier.channels.transport import Envelope
from notifier.delivery import Outcome

SIZES = {4_000: 20_000, 30_000: 6_000}
NODEMAILER = """
const nodemailer = require("nodemailer");
const [port, count, size] = process.argv.slice(2).map(Number);
const transport = nodemailer.createTransport({
  host: "127.0.0.1", port, secure: false, ignoreTLS: true,
  pool: true, maxConnections: 16, maxMessages: Infinity,
});
const line = "a personal sentence of a policy notice, as long as this one is\\r\\n";
const body = line.repeat(Math.floor(size / line.length));
let next = 0, done = 0;
const more = () => {
  while (transport.isIdle() && next < count) {
    const n = next++;
    transport.sendMail({
      envelope: { from: `b+${n}@example.com`, to: `person${n}@example.org` },
      raw: `Subject: notice ${n}\\r\\n\\r\\n${body}`,
    }).then(() => { if (++done === count) transport.close(); });
  }
};
transport.on("idle", more);
more();
"""


@dataclass(frozen=True)
class Job:
    port: int
    count: int
    size: int


def content(n: int, size: int) -> bytes:
    line = b"a personal sentence of a policy notice, as long as this one is\r\n"
    return b"Subject: notice %d\r\n\r\n" % n + line * (size // len(line))


def ours(job: Job) -> None:
    transport = Smtp("127.0.0.1", job.port, security="none")
    body = content(0, job.size).partition(b"\r\n")[2]
    session = transport.open()
    submitted = done = 0
    while done < job.count:
        room = min(transport.in_flight - (submitted - done), job.count - submitted)
        session.submit(
            [
                Envelope(
                    n,
                    f"b+{n}@example.com",
                    f"person{n}@example.org",
                    b"Subject: notice %d\r\n%b" % (n, body),
                )
                for n in range(submitted, submitted + room)
            ]
        )
        submitted += room
        results = session.poll(30)
        assert all(r.outcome is Outcome.ACCEPTED for r in results), results
        done += len(results)
    assert session.close() == []


def smtp_source(sessions: int) -> Callable[[Job], None]:
    def run(job: Job) -> None:
        parties = ["-f", "b@example.com", "-t", "person@example.org"]
        amount = ["-s", str(sessions), "-m", str(job.count), "-l", str(job.size)]
        target = f"127.0.0.1:{job.port}"
        subprocess.run(["smtp-source", "-d", *amount, *parties, target], check=True)

    return run


def smtplib_loop(job: Job) -> None:
    with smtplib.SMTP("127.0.0.1", job.port) as server:
        for n in range(job.count):
            server.sendmail(f"b+{n}@example.com", [f"person{n}@example.org"], content(n, job.size))


def aiosmtplib_pool(job: Job) -> None:
    import aiosmtplib

    numbers = iter(range(job.count))

    async def worker() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=job.port, start_tls=False) as server:
            for n in numbers:
                await server.sendmail(
                    f"b+{n}@example.com", [f"person{n}@example.org"], content(n, job.size)
                )

    async def everybody() -> None:
        await asyncio.gather(*(worker() for _ in range(16)))

    asyncio.run(everybody())


def nodemailer_pool(directory: Path) -> Callable[[Job], None]:
    def run(job: Job) -> None:
        command = ["node", "pool.js", *map(str, (job.port, job.count, job.size))]
        subprocess.run(command, cwd=directory, check=True)

    return run


@dataclass(frozen=True)
class Contender:
    name: str
    run: Callable[[Job], None]
    share: float = 1.0
    """Part of the messages it sends; the slow ones send fewer."""


def contenders(directory: Path) -> tuple[list[Contender], list[str]]:
    found = [Contender("ours", ours)]
    skipped = []
    found += [Contender(f"smtp-source, {n} sessions", smtp_source(n)) for n in (8, 16, 32, 64)]
    found.append(Contender("smtplib, one connection", smtplib_loop, 0.05))
    try:
        import aiosmtplib  # noqa: F401

        found.append(Contender("aiosmtplib, 16 connections", aiosmtplib_pool, 0.1))
    except ImportError:
        skipped.append("aiosmtplib: not installed")
    if shutil.which("node") and shutil.which("npm"):
        (directory / "pool.js").write_text(NODEMAILER)
        command = ["npm", "install", "--silent", "--no-save", "nodemailer"]
        installed = subprocess.run(command, cwd=directory, check=False, capture_output=True)
        if installed.returncode == 0:
            found.append(Contender("nodemailer, pool of 16", nodemailer_pool(directory), 0.1))
        else:
            skipped.append("nodemailer: npm could not install it")
    else:
        skipped.append("nodemailer: no node or npm")
    return found, skipped


@contextmanager
def sink(directory: Path) -> Iterator[tuple[int, Callable[[], int]]]:
    """Postfix's smtp-sink, and how many messages it has counted."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    counted = directory / "counted"
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with counted.open("wb") as output:
        process = subprocess.Popen(
            ["smtp-sink", *user, "-c", f"127.0.0.1:{port}", "256"], stdout=output, stderr=output
        )
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            assert process.poll() is None, counted.read_text()

    def messages() -> int:
        return int((re.findall(r"mesg=(\d+)", counted.read_text()) or ["0"])[-1])

    try:
        yield port, messages
    finally:
        process.kill()
        process.wait()


def measure(contender: Contender, size: int, count: int, directory: Path) -> tuple[float, float]:
    """Messages per second counted at the sink, and the sender's CPU seconds per 1,000."""
    count = max(int(count * contender.share), 200)
    with sink(directory) as (port, messages):
        before, start = _cpu(), time.perf_counter()
        contender.run(Job(port, count, size))
        elapsed = time.perf_counter() - start
        cpu = _cpu() - before
        assert messages() == count, f"{contender.name}: the sink counted {messages()} of {count}"
    return count / elapsed, cpu / count * 1000


def _cpu() -> float:
    """CPU of this process and of the senders it waited for."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    sent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + sent.ru_utime + sent.ru_stime


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    console = Console()
    if not shutil.which("smtp-sink"):
        console.print("skipped: smtp-sink and smtp-source are part of Postfix, which is not here")
        return
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        field, skipped = contenders(directory)
        for size, count in SIZES.items():
            runs: dict[str, list[tuple[float, float]]] = {c.name: [] for c in field}
            for _ in range(rounds):
                for contender in field:
                    runs[contender.name].append(measure(contender, size, count, directory))
            table = Table(title=f"{size:,} bytes to smtp-sink, median of {rounds}")
            for column in ("", "messages/s", "best", "CPU s per 1,000"):
                table.add_column(column, justify="right" if column else "left")
            for title, measured in runs.items():
                rates = [rate for rate, _ in measured]
                cpu = statistics.median(c for _, c in measured)
                median = statistics.median(rates)
                table.add_row(title, f"{median:,.0f}", f"{max(rates):,.0f}", f"{cpu:.3f}")
            console.print(table)
    for reason in skipped:
        console.print(f"skipped: {reason}")


if __name__ == "__main__":
    main()
