"""One million rows of CSV into a frozen audience, and how much memory that takes.

python -m tests.bench.audience [--rows 1000000] [--folder /tmp]
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from notifier.audience import CsvAudience
from notifier.ledger import Ledger, audiences
from tests.databases import NoServer, a_database, a_server, make_template
from tests.ledger.samples import NOW


def write_people(path: Path, rows: int) -> None:
    """Accounts in the order they were made; addresses and ids of the product in no order."""
    with path.open("w", encoding="utf-8") as file:
        file.write("id,email,name,locale,zone,in_app_id,segment\n")
        for n in range(rows):
            person = sha256(b"%d" % (n - (n % 100 == 99))).hexdigest()
            address = f"{person[:9]}@example.org"
            file.write(f"k{n},{address},Person {n},en,Europe/Berlin,{person[9:25]},standard\n")


def read(_url: str, path: Path) -> None:
    for _ in CsvAudience(path).rows():
        pass


def freeze(url: str, path: Path) -> None:
    ledger = Ledger(url)
    audiences.freeze(
        ledger,
        CsvAudience(path).rows(),
        digest="a" * 64,
        definition="a list",
        at=NOW,
        progress=lambda _rows: None,
    )
    ledger.close()


def migrate(url: str) -> str:
    ledger = Ledger(url)
    ledger.migrate()
    ledger.close()
    return url


def measure(what: str, rows: int, work: Callable[[str, Path], None], url: str, path: Path) -> None:
    """In a process of its own, whose peak memory is its own."""
    context = get_context("spawn")
    with context.Pool(1) as pool:
        wall, cpu, peak = pool.apply(_timed, (work, url, path))
    print(
        f"  {what:<26}{rows / wall:>10,.0f} rows/s{wall:>8.1f} s"
        f"{cpu / rows * 1e6:>8.2f} CPU µs a row   peak memory {peak} MB",
        flush=True,
    )


def _timed(work: Callable[[str, Path], None], url: str, path: Path) -> tuple[float, float, int]:
    began = time.perf_counter(), time.process_time()
    work(url, path)
    took = time.perf_counter() - began[0], time.process_time() - began[1]
    return *took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--folder", default=tempfile.gettempdir())
    given = options.parse_args()
    print(f"{given.rows:,} rows, load {os.getloadavg()[0]:.1f}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        path = folder / "people.csv"
        write_people(path, given.rows)
        measure("read and checked only", given.rows, read, "", path)
        url = migrate(f"sqlite:///{folder / 'ledger.db'}")
        measure("frozen, SQLite", given.rows, freeze, url, path)
        try:
            server = stack.enter_context(a_server(durable=True))
        except NoServer as reason:
            print(f"  PostgreSQL left out: {reason}")
            return
        make_template(server.url)
        url = stack.enter_context(a_database(server.url))
        measure("frozen, PostgreSQL", given.rows, freeze, url, path)


if __name__ == "__main__":
    main()
