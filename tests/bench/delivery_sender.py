"""Sends what a ledger says is approved, in a process that holds nothing else, and prints its cost.

python -m tests.bench.delivery_sender URL PORT
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import notifier.app  # noqa: F401 - as the command would have it in memory
from notifier.channels.smtp import Smtp
from notifier.delivery import State
from notifier.ledger import Ledger
from notifier.pipeline.sending import send_due
from tests.ledger.samples import NOW
from tests.pipeline.samples import pipeline


def main() -> None:
    url, port = sys.argv[1:]
    memory: list[int] = []

    def progress(_what: str, done: int, total: int) -> None:
        if done * 10 >= total * (len(memory) + 1):
            memory.append(_megabytes("VmRSS"))

    ledger = Ledger(url)
    began = time.perf_counter()
    clock = lambda: NOW + timedelta(seconds=time.perf_counter() - began)  # noqa: E731
    smtp = Smtp("127.0.0.1", int(port), security="none", connections=16, in_flight=64)
    sending = pipeline(ledger, smtp, clock)
    cpu = time.process_time()
    report = send_due(sending, stop=threading.Event(), progress=progress)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert report.states.keys() == {State.ACCEPTED}, report
    memory.append(_megabytes("VmHWM"))
    print(json.dumps({"seconds": seconds, "cpu": cpu, "memory": memory}))


def _megabytes(what: str) -> int:
    """Memory of this process, now or at its peak (proc(5))."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{what}:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
