"""Processes that send: who is alive, and whose attempts were left open."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from notifier.ledger.database import Tx
from notifier.ledger.schema import workers

LEASE = timedelta(minutes=2)
"""A worker on another machine that has not been seen for this long counts as dead."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One sending process; ``process`` tells it from a later one with the same number."""

    id: int
    host: str
    process: str


def process_identity(pid: int) -> str:
    """``pid@start``: a process number that was used again does not look alive."""
    try:
        started = (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[19]
        )
    except OSError:
        started = "?"
    return f"{pid}@{started}"


def is_running(process: str) -> bool:
    """Whether the process with this identity still runs on this machine."""
    pid = int(process.partition("@")[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return process_identity(pid) == process


def enlist(tx: Tx, at: datetime) -> Worker:
    """Register this process as a sender."""
    host, process = socket.gethostname(), process_identity(os.getpid())
    worker_id = tx.execute(
        workers.insert()
        .values(host=host, process=process, started_at=at, seen_at=at)
        .returning(workers.c.id)
    ).scalar_one()
    return Worker(int(worker_id), host, process)


def beat(tx: Tx, worker: Worker, at: datetime) -> bool:
    """Say that the worker lives; False when it was declared dead and must stop sending."""
    alive = tx.execute(
        update(workers)
        .where(workers.c.id == worker.id, workers.c.ended_at.is_(None))
        .values(seen_at=at)
    )
    return bool(alive.rowcount)


def end(tx: Tx, worker_id: int, at: datetime) -> None:
    """The worker sends no more."""
    tx.execute(
        update(workers)
        .where(workers.c.id == worker_id, workers.c.ended_at.is_(None))
        .values(ended_at=at)
    )


def dead_workers(tx: Tx, at: datetime, running: Callable[[str], bool] = is_running) -> list[Worker]:
    """Workers that did not end in good order: gone from this machine, or silent elsewhere."""
    here = socket.gethostname()
    rows = tx.execute(select(workers).where(workers.c.ended_at.is_(None)).with_for_update())
    return [
        Worker(row.id, row.host, row.process)
        for row in rows
        if (row.host == here and not running(row.process)) or row.seen_at < at - LEASE
    ]
