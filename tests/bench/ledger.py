"""A million people from the frozen audience to deliveries, and the verification of what was sent.

python -m tests.bench.ledger [--people 1000000] [--folder /tmp]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from notifier.ledger import Ledger, expansion
from notifier.ledger.standing import standing
from tests.databases import NoServer, a_database, a_server, make_template
from tests.ledger.samples import NOW, approved, person


def measure(url: str, people: int) -> None:
    ledger = Ledger(url)
    ledger.migrate()
    sample = approved(ledger, [person(n) for n in range(1, people + 1)], expand=False)
    began, longest, more = time.perf_counter(), 0.0, True
    while more:
        step = time.perf_counter()
        with ledger.begin() as tx:
            more = expansion.expand(tx, sample.stored, sample.mail, NOW)
        longest = max(longest, time.perf_counter() - step)
    took = time.perf_counter() - began
    print(f"    expanded         {took:>7.2f} s   longest step {longest:.2f} s")
    hand_over, claimed, began = sample.enlist(), 0, time.perf_counter()
    while claimed < min(people, 100_000):
        with hand_over.group(NOW) as group:
            claimed += len(
                group.open(
                    sample.mail,
                    plan_digest=sample.stored.digest,
                    contents={"en": "0" * 64},
                    limit=64,
                    room={},
                )
            )
    took = time.perf_counter() - began
    print(f"    attempts opened  {claimed / took:>9,.0f} /s in groups of 64")
    began = time.perf_counter()
    with ledger.begin() as tx:
        account = standing(tx, sample.stored, NOW)
    assert account.waiting == people
    print(f"    standing         {time.perf_counter() - began:>7.2f} s")
    ledger.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--folder", default=tempfile.gettempdir())
    given = options.parse_args()
    print(f"{given.people:,} people, load {os.getloadavg()[0]:.1f}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        print("  SQLite")
        measure(f"sqlite:///{folder / 'ledger.db'}", given.people)
        try:
            server = stack.enter_context(a_server(durable=True))
        except NoServer as reason:
            print(f"  PostgreSQL left out: {reason}")
            return
        make_template(server.url)
        print("  PostgreSQL")
        measure(stack.enter_context(a_database(server.url)), given.people)


if __name__ == "__main__":
    main()
