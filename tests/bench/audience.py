"""One million rows of CSV into a frozen audience, and how much memory that takes.

python -m tests.bench.audience [--rows 1000000] [--folder /tmp]
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from notifier.audience import CsvAudience
from notifier.ledger import Ledger, audiences
from tests.databases import NoServer, a_database, a_server, make_template
from tests.ledger.samples import NOW


def write_people(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("id,email,name,locale,zone,in_app_id,segment\n")
        for n in range(rows):
            address = (
                f"person{n - n % 100}@example.org" if n % 100 == 99 else f"person{n}@example.org"
            )
            file.write(f"k{n},{address},Person {n},en,Europe/Berlin,u{n},standard\n")


def freeze(url: str, path: Path, digest: str) -> tuple[float, float]:
    ledger = Ledger(url)
    ledger.migrate()
    began = time.perf_counter(), time.process_time()
    frozen = audiences.freeze(
        ledger,
        CsvAudience(path).rows(),
        digest=digest,
        definition="a list",
        at=NOW,
        progress=lambda _rows: None,
    )
    took = time.perf_counter() - began[0], time.process_time() - began[1]
    ledger.close()
    assert frozen.people, "somebody is there"
    return took


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
        began = time.perf_counter(), time.process_time()
        for _ in CsvAudience(path).rows():
            pass
        took = time.perf_counter() - began[0], time.process_time() - began[1]
        _say("read and checked only", given.rows, took)
        took = freeze(f"sqlite:///{folder / 'ledger.db'}", path, "a" * 64)
        _say("frozen, SQLite", given.rows, took)
        try:
            server = stack.enter_context(a_server(durable=True))
        except NoServer as reason:
            print(f"  PostgreSQL left out: {reason}")
            return
        make_template(server.url)
        took = freeze(stack.enter_context(a_database(server.url)), path, "a" * 64)
        _say("frozen, PostgreSQL", given.rows, took)


def _say(what: str, rows: int, took: tuple[float, float]) -> None:
    wall, cpu = took
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"  {what:<26}{rows / wall:>10,.0f} rows/s{wall:>8.1f} s"
        f"{cpu / rows * 1e6:>8.2f} CPU µs a row   peak memory {peak} MB"
    )


if __name__ == "__main__":
    main()
