"""Processes that send: who is alive, and whose attempts were left open."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from notifier.ledger.database import Tx
from notifier.ledger.driver import Statement
from notifier.ledger.schema import workers

LEASE = timedelta(minutes=2)
"""A worker that has not been seen for this long is given up, though it may still run."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One sending process; ``process`` tells it from a later one with the same number.

    Attributes:
        host: where process numbers mean something (:func:`this_host`).
        gone: whether it surely runs no more, so that nothing of it can still happen.
    """

    id: int
    host: str
    process: str
    gone: bool = False


def this_host() -> str:
    """The machine, its boot and the container: two containers may share a name, not processes."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()} {boot} {space}"


def process_identity(pid: int) -> str:
    """``pid@start``: a process number that was used again does not look alive."""
    return f"{pid}@{_status(pid)[1]}"


def is_running(process: str) -> bool:
    """Whether the process with this identity still runs on this machine; a zombie does not."""
    pid, _, started = process.partition("@")
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    state, began = _status(int(pid))
    return state not in {"Z", "X"} and began == started


def _status(pid: int) -> tuple[str, str]:
    """State letter and start time of a process, from /proc where there is one (proc(5))."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return "?", "?"
    return fields[0], fields[19]


def enlist(tx: Tx, at: datetime) -> Worker:
    """Register this process as a sender."""
    host, process = this_host(), process_identity(os.getpid())
    worker_id = tx.execute(
        workers.insert()
        .values(host=host, process=process, started_at=at, seen_at=at)
        .returning(workers.c.id)
    ).scalar_one()
    return Worker(int(worker_id), host, process)


_BEAT = Statement(
    "UPDATE workers SET seen_at = :at WHERE id = :worker AND ended_at IS NULL RETURNING id"
)


def beat(tx: Tx, worker: Worker, at: datetime) -> bool:
    """Say that the worker lives; False when it was given up and must open no more attempts.

    Its row stays locked until the transaction ends: it cannot be given up meanwhile.
    """
    return bool(_BEAT(tx, worker=worker.id, at=at).fetchall())


_STANDS = Statement(
    "SELECT id FROM workers WHERE id = :worker AND ended_at IS NULL", locking="FOR UPDATE"
)


def stands(tx: Tx, worker: Worker) -> bool:
    """Whether the worker was not given up; as with :func:`beat` it cannot be, meanwhile."""
    return bool(_STANDS(tx, worker=worker.id).fetchall())


def alive(tx: Tx) -> int:
    """How many workers have not ended."""
    living = select(func.count()).select_from(workers).where(workers.c.ended_at.is_(None))
    return int(tx.execute(living).scalar_one())


def end(tx: Tx, worker_id: int, at: datetime) -> None:
    """The worker sends no more."""
    tx.execute(
        update(workers)
        .where(workers.c.id == worker_id, workers.c.ended_at.is_(None))
        .values(ended_at=at)
    )


def dead_workers(tx: Tx, at: datetime, running: Callable[[str], bool] = is_running) -> list[Worker]:
    """Workers that did not end in good order: gone from this machine, or silent for too long.

    Their rows stay locked until the transaction ends. One that is just recording something is
    passed over, as it is alive.
    """
    here = this_host()
    rows = tx.execute(
        select(workers)
        .where(workers.c.ended_at.is_(None))
        .order_by(workers.c.id)
        .with_for_update(skip_locked=True)
    )
    found = []
    for row in rows:
        gone = row.host == here and not running(row.process)
        if gone or row.seen_at < at - LEASE:
            found.append(Worker(row.id, row.host, row.process, gone=gone))
    return found
