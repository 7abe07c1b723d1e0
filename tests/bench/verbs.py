"""A million people through the verbs of planning: how long each takes, and with how much memory.

python -m tests.bench.verbs [--people 1000000] [--folder /tmp]

Each verb runs in a process of its own, so that its peak memory is its own. With SQLite the
database's work is in the CPU seconds, with PostgreSQL it is not. Hand-overs are recorded as sending
records them, without any mail; sending has tables of its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from notifier.app import open_pipeline
from notifier.delivery import Outcome
from notifier.ledger import deliveries, expansion, journal, plans, workers
from notifier.ledger.deliveries import Claim, Ending
from notifier.ledger.handover import HandOver, anchor
from notifier.pipeline import approving, evidence, reporting, retold
from notifier.pipeline.check import check
from notifier.pipeline.joining import admit_joiners
from notifier.pipeline.pipeline import Pipeline, silent
from notifier.pipeline.planning import freeze_audience, plan
from notifier.pipeline.rehearsing import rehearse
from tests.bench.planning import TWENTY_ZONES
from tests.company import policy
from tests.databases import NoServer, a_database, a_server, make_template
from tests.life import BEGINS, FIRST_DAY, Life, begin

_GROUP = 256
"""Hand-overs of one commit."""
LOCALES = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "pl", "ja")


def write_people(path: Path, people: int) -> None:
    with path.open("w") as file:
        file.write("email,id,name,locale,zone,in_app_id\n")
        for n in range(people):
            place = f"{LOCALES[n % 10]},{TWENTY_ZONES[n // 10 % 20]}"
            file.write(f"p{n}@mail.example,{n},Person {n},{place},u{n}\n")


def expand(pipeline: Pipeline, key: str) -> str:
    """Write every delivery of the first mail notice, as sending does."""
    longest = 0.0
    with pipeline.ledger.begin() as tx:
        stored = approving.current_plan(tx, pipeline.policy(key))
        notices = [n for n in plans.notices_of(tx, stored.id) if n.channel == "email"]
        notice = notices[0]
    more = True
    while more:
        began = time.perf_counter()
        with pipeline.ledger.begin() as tx:
            more = expansion.expand(tx, stored, notice, pipeline.clock())
        longest = max(longest, time.perf_counter() - began)
    with pipeline.ledger.begin() as tx:
        due = deliveries.due(tx, notice.id, pipeline.clock())
    return f"{due:,} deliveries, the longest transaction {longest:.2f} s"


def hand_over(pipeline: Pipeline, key: str) -> str:
    """Record every mail of the first notice as taken, in groups as large as sending's."""
    now, groups = pipeline.clock(), 0
    with pipeline.ledger.begin() as tx:
        stored = approving.current_plan(tx, pipeline.policy(key))
        notice = next(n for n in plans.notices_of(tx, stored.id) if n.channel == "email")
        recorder = HandOver(pipeline.ledger, workers.enlist(tx, now))
    contents = {
        place.partition("/")[2]: digest
        for place, digest in stored.manifest.messages.items()
        if place.startswith(f"{notice.position}/")
    }
    open_now: list[Claim] = []
    while True:
        with recorder.group(now) as group:
            group.close([Ending(c, Outcome.ACCEPTED, now, detail="250 ok") for c in open_now])
            open_now = group.open(
                notice, plan_digest=stored.digest, contents=contents, limit=_GROUP, room={}
            )
        groups += 1
        if not open_now:
            with pipeline.ledger.begin() as tx:
                journal.append(
                    tx,
                    at=now,
                    who="notifier",
                    verb="send",
                    subject=f"plan {stored.id}",
                    facts={"chain": anchor(tx, recorder.worker.id)},
                )
            return f"{groups:,} groups"


def prove(pipeline: Pipeline, key: str) -> str:
    shown: list[int] = []
    folder = evidence.evidence(
        pipeline,
        pipeline.policy(key),
        Path("evidence").resolve(),
        who="Ana",
        progress=lambda _what, done, _of: shown.append(done),
    )
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{size >> 20} MB, progress shown {len(shown):,} times"


def verify(pipeline: Pipeline, _key: str) -> str:
    assert not reporting.verify(pipeline, silent)
    return ""


def verify_folder(pipeline: Pipeline, _key: str) -> str:
    assert not retold.verify_folder(Path("evidence").resolve())
    return ""


def show_status(pipeline: Pipeline, key: str) -> str:
    account = reporting.status(pipeline, pipeline.policy(key)).standing
    assert account is not None
    return f"told {account.told:,}, still to be told {account.waiting:,}"


def approve(pipeline: Pipeline, key: str) -> str:
    approving.approve(pipeline, pipeline.policy(key), who="Ana", why="")
    return ""


def join(pipeline: Pipeline, key: str) -> str:
    found = admit_joiners(pipeline, pipeline.policy(key), who="notifier")
    return found[0].message.split(";")[0]


def make_plan(pipeline: Pipeline, key: str) -> str:
    stored = plan(pipeline, pipeline.policy(key), who="Bea", progress=silent)
    kinds = {notice.kind.value for notice in stored.plan.notices}
    return f"{len(stored.plan.notices)} notices: {', '.join(sorted(kinds))}"


VERBS: dict[str, Callable[[Pipeline, str], str]] = {
    "freeze": lambda p, _: f"{freeze_audience(p, p.clock(), silent).people:,} people",
    "check": lambda p, k: str(check(p, p.policy(k)).change and ""),
    "plan": make_plan,
    "rehearse": lambda p, k: str(rehearse(p, p.policy(k), progress=silent) and ""),
    "approve": approve,
    "expand": expand,
    "hand over": hand_over,
    "verify": verify,
    "evidence": prove,
    "verify folder": verify_folder,
    "status": show_status,
    "joiners": join,
}


def _in_process(path: Path, verb: str, answer: Any) -> None:
    """One verb; the clock is a simulated one, the same for all."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open_pipeline(path, clock=lambda: BEGINS) as pipeline:
        began, worked = time.perf_counter(), time.process_time()
        found = VERBS[verb](pipeline, "privacy")
        took, cpu = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer.put((took, cpu, (peak - before) // 1024, found))


def step(life: Life, verb: str, label: str) -> None:
    context = get_context("spawn")
    answer = context.Queue()
    path = life.company.folder / "notifier.toml"
    came_from = Path.cwd()
    process = context.Process(target=_in_process, args=(path, verb, answer))
    os.chdir(life.company.folder)
    process.start()
    os.chdir(came_from)
    while answer.empty() and process.is_alive():
        process.join(0.01)
    process.join()
    if process.exitcode:
        raise SystemExit(f"{label} failed")
    took, cpu, more, found = answer.get()
    print(
        f"    {label:<44}{took:>7.2f} s  {cpu:>6.2f} s of CPU  {more:>5} MB more   {found}",
        flush=True,
    )


def measure(folder: Path, url: str, people: int) -> None:
    life = begin(folder, url)
    write_people(life.company.folder / "audience.csv", people)
    step(life, "freeze", "freeze the audience")
    step(life, "check", "check")
    step(life, "plan", "plan")
    step(life, "rehearse", "rehearse")
    step(life, "approve", "approve")
    step(life, "expand", "deliveries of the first mail")
    step(life, "status", "status, nobody told")
    step(life, "hand over", "record every hand-over")
    step(life, "status", "status, everybody told by mail")
    step(life, "verify", "verify the ledger")
    step(life, "evidence", "evidence")
    step(life, "verify folder", "verify the folder of evidence")
    with (life.company.folder / "audience.csv").open("a") as file:
        file.writelines(f"j{n}@mail.example,j{n},J,en,UTC,\n" for n in range(1_000))
    step(life, "joiners", "compare the people, 1,000 joined")
    life.company.stage(policy(FIRST_DAY.replace(day=9), days=120))
    step(life, "check", "check, the text and the date changed")
    step(life, "plan", "plan corrections (the audience anew)")
    step(life, "plan", "the same plan again")
    step(life, "approve", "approve")
    step(life, "expand", "deliveries of the correction")
    step(life, "status", "status, half corrected")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--folder", default=tempfile.gettempdir())
    options.add_argument("--only", choices=("sqlite", "postgresql"))
    given = options.parse_args()
    print(f"{given.people:,} people in 20 zones and 10 locales, load {os.getloadavg()[0]:.1f}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        if given.only != "postgresql":
            print("  SQLite")
            measure(folder / "one", f"sqlite:///{folder / 'ledger.db'}", given.people)
        if given.only == "sqlite":
            return
        try:
            server = stack.enter_context(a_server(durable=True))
        except NoServer as reason:
            print(f"  PostgreSQL left out: {reason}")
            return
        make_template(server.url)
        print("  PostgreSQL")
        url = stack.enter_context(a_database(server.url))
        measure(folder / "two", url, given.people)


if __name__ == "__main__":
    main()
