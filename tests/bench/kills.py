"""The whole proof under kill -9: 25,000 deliveries, 8 senders, 100 kills, on both databases.

    python -m tests.bench.kills [--people 25000] [--senders 8] [--kills 100] [--seed 1]

The same seed kills at the same moments of the conversation; which sender is at work then is the
machine's affair. The server's own list of committed messages is the truth.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from notifier.ledger import Ledger
from tests.databases import NoServer, a_database, a_server, make_template
from tests.faults.story import run


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=25_000)
    options.add_argument("--senders", type=int, default=8)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--in-flight", type=int, default=64)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="")
    given = options.parse_args()
    print(
        f"{given.people:,} people, {given.senders} senders, {given.kills} moments to kill at, "
        f"{given.in_flight} in flight each, seed {given.seed}"
    )
    print(
        "  database     killed  in doubt  lost  twice  thrice  unresolved  rounds  seconds  chains"
    )
    well = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, url in _ledgers(stack, folder, given.only):
            story = folder / name
            story.mkdir()
            began = time.perf_counter()
            account = run(
                url,
                story,
                count=given.people,
                processes=given.senders,
                kills=given.kills,
                seed=given.seed,
                in_flight=given.in_flight,
            )
            thrice = sum(copies > 2 for copies in account.copies.values())
            print(
                f"  {name:<11}{account.kills:>8}{account.doubtful:>10}{account.lost:>6}"
                f"{account.duplicates:>7}{thrice:>8}{account.states.get('unresolved', 0):>12}"
                f"{account.rounds:>8}{time.perf_counter() - began:>9.1f}"
                f"  {'fit' if not account.faults else account.faults}"
            )
            unexplained = account.lost - account.states.get("unresolved", 0)
            well = well and not (thrice or account.faults or unexplained > 0)
            well = well and account.duplicates <= account.doubtful
    return 0 if well else 1


def _ledgers(stack: ExitStack, folder: Path, only: str):
    if only in ("", "sqlite"):
        url = f"sqlite:///{folder / 'ledger.db'}"
        ledger = Ledger(url)
        ledger.migrate()
        ledger.close()
        yield "sqlite", url
    if only in ("", "postgresql"):
        try:
            server = stack.enter_context(a_server(durable=True))
        except NoServer as reason:
            print(f"  postgresql left out: {reason}")
            return
        make_template(server.url)
        yield "postgresql", stack.enter_context(a_database(server.url))


if __name__ == "__main__":
    sys.exit(main())
