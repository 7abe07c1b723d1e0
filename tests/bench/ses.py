"""Handing over to SES: ours against boto3's own client, at a stub with a distant region's latency.

    python -m tests.bench.ses [messages] [latency in seconds]

The stub runs in a process of its own, answers as late as a distant region would, and counts what
it accepted. It understands no more of a request than that, so that it is not what is measured.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import boto3
from botocore.config import Config
from rich.console import Console
from rich.table import Table

from notifier.channels.ses import Ses
from notifier.channels.transport import Envelope
from notifier.delivery import Outcome

ROUNDS = 3
SIZE = 4000
_ID = b'{"MessageId":"0107018f3c2f5a7e-5f1d2c3b-4a59-4e0f-9c1d-2b7a6e5d4c3b-000000"}'
OK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n"
    b"x-amzn-RequestId: 5f1d2c3b-4a59-4e0f-9c1d-2b7a6e5d4c3b\r\nContent-Length: %d\r\n\r\n%s"
) % (len(_ID), _ID)


class Distant(asyncio.Protocol):
    """One connection to a region so many seconds away."""

    accepted = 0

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._came = b""

    def connection_made(self, transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, _, body = self._came.partition(b"\r\n\r\n")
        stated = re.search(rb"(?i)content-length: (\d+)", head)
        if stated and len(body) >= int(stated[1]):
            self._came = b""
            Distant.accepted += 1
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, OK)


async def serve(latency: float) -> None:
    """Print the port, serve until the input ends, and print how many were accepted."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Distant(latency), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(Distant.accepted, flush=True)


@contextmanager
def stub(latency: float) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.ses", "stub", str(latency)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    os.environ["AWS_ENDPOINT_URL_SESV2"] = f"http://127.0.0.1:{port}"
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def envelope(n: int) -> Envelope:
    line = b"a personal sentence of a policy notice, as long as this one is\r\n"
    content = b"Subject: notice\r\n\r\n" + line * (SIZE // len(line))
    return Envelope(n, f"b+{n}@example.com", f"person{n}@example.org", content)


def ours(in_flight: int) -> Callable[[int], None]:
    def run(count: int) -> None:
        session = Ses("eu-central-1", in_flight=in_flight).open()
        submitted = done = 0
        while done < count:
            room = min(in_flight - (submitted - done), count - submitted)
            session.submit([envelope(n) for n in range(submitted, submitted + room)])
            submitted += room
            results = session.poll(30)
            assert all(r.outcome is Outcome.ACCEPTED for r in results), results[0]
            done += len(results)
        session.close()

    return run


def client(threads: int) -> Callable[[int], None]:
    def run(count: int) -> None:
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=threads)
        ses = boto3.Session(region_name="eu-central-1").client("sesv2", config=config)

        def send(n: int) -> None:
            message = envelope(n)
            ses.send_email(
                Destination={"ToAddresses": [message.recipient]},
                Content={"Raw": {"Data": message.content}},
                EmailTags=[{"Name": "attempt", "Value": str(n)}],
            )

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(send, range(count)))

    return run


CONTENDERS = {
    "ours, 64 in flight": ours(64),
    "ours, 128 in flight": ours(128),
    "ours, 256 in flight": ours(256),
    "boto3 client, 64 threads": client(64),
}


def measure(run: Callable[[int], None], count: int, latency: float) -> tuple[float, float]:
    """Accepted per second, and our CPU milliseconds per call."""
    with stub(latency) as process:
        before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        run(count)
        elapsed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
        out, _ = process.communicate("")
        assert int(out) == count, f"the stub accepted {out.strip()} of {count}"
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return count / elapsed, cpu / count * 1000


def main() -> None:
    if sys.argv[1:2] == ["stub"]:
        asyncio.run(serve(float(sys.argv[2])))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    latency = float(sys.argv[2]) if len(sys.argv) > 2 else 0.06
    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
    table = Table(
        title=f"SES stub, {latency * 1000:g} ms, {SIZE} bytes, {count} calls, median of {ROUNDS}"
    )
    for column in ("", "accepted/s", "CPU ms per call"):
        table.add_column(column, justify="left" if not column else "right")
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTENDERS}
    for _ in range(ROUNDS):
        for name, run in CONTENDERS.items():
            runs[name].append(measure(run, count, latency))
    for name, measured in runs.items():
        rate = statistics.median(r for r, _ in measured)
        cpu = statistics.median(c for _, c in measured)
        table.add_row(name, f"{rate:,.0f}", f"{cpu:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
