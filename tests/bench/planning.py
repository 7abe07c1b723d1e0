"""Planning, exhaustively: every zone and day, a million recipients, thousands of histories.

Run as ``python -m tests.bench.planning [histories]``; prints one line per measure.
"""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date, time, timedelta
from time import perf_counter, process_time
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from notifier.model.plan import Group
from notifier.model.request import Rules, SendingHours
from notifier.planning import make_plan
from notifier.planning.instants import EARLIEST, first_instant
from tests.planning.history import History
from tests.planning.oracle import wrong_instants
from tests.planning.requests import NOW, request

START, END = date(2024, 1, 1), date(2032, 12, 31)
WORKERS = 2
TWENTY_ZONES = [
    "Africa/Cairo",
    "Africa/Lagos",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Auckland",
    "Pacific/Honolulu",
]


def wrong_days(name: str) -> int:
    return len(wrong_instants(name, first_instant, START, END))


def latest_deadline_misses() -> int:
    """Days whose deadline is too late for somebody, looked up on the clock of every zone."""
    zones = [ZoneInfo(name) for name in sorted(available_timezones())]
    wrong, day = 0, START
    while day <= END:
        at = first_instant(day, EARLIEST)
        before = at - timedelta(seconds=1)
        wrong += any(before.astimezone(zone).date() >= day for zone in zones)
        wrong += not any(at.astimezone(zone).date() >= day for zone in zones)
        day += timedelta(days=1)
    return wrong


def calendar() -> None:
    names = sorted(available_timezones())
    began = perf_counter()
    with ProcessPoolExecutor(WORKERS) as pool:
        wrong = sum(pool.map(wrong_days, names, chunksize=8))
    days = (END - START).days + 1
    print(
        f"first instant of a local day   {len(names)} zones x {days:,} days: {wrong} wrong"
        f"   ({perf_counter() - began:.0f} s)"
    )
    apia = len(wrong_instants("Pacific/Apia", first_instant, date(2011, 12, 1), date(2012, 1, 31)))
    print(f"the day Apia left out (2011)   {apia} wrong")
    print(f"told before, for every zone    {days:,} deadlines: {latest_deadline_misses()} wrong")


def million() -> None:
    groups = tuple(
        Group(f"l{locale}", 5_000, zone=zone) for zone in TWENTY_ZONES for locale in range(10)
    )
    hours = SendingHours(time(8), time(20), (0, 1, 2, 3, 4))
    for label, rules in (
        ("any hour, one deadline", Rules()),
        ("recipients' zones", Rules(recipient_zones=True)),
        ("sending hours", Rules(sending_hours=hours)),
        (
            "zones, hours, daily quota",
            Rules(sending_hours=hours, recipient_zones=True, daily_quota=100_000),
        ),
    ):
        asked = request(groups=groups, rules=rules)
        seconds = []
        for _ in range(5):
            began = process_time()
            plan = make_plan(asked, now=NOW)
            seconds.append(process_time() - began)
        people = sum(group.count for group in groups)
        print(
            f"plan {people:,} people in 20 zones x 10 locales, {label:26}"
            f" {sorted(seconds)[2]:.3f} s of CPU (first {seconds[0]:.3f}),"
            f" {len(plan.notices)} notices"
        )


def histories(number: int) -> None:
    began, steps = perf_counter(), Counter()

    class Counted(History):
        def teardown(self):
            steps["histories"] += 1
            steps["refused at the end"] += bool(getattr(self, "plan", None) and self.plan.refusal)
            steps["notices at the end"] += len(self.plan.notices) if hasattr(self, "plan") else 0

    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=number,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(
        f"histories without a silent break {steps['histories']:,}"
        f"   ({perf_counter() - began:.0f} s; {dict(steps)})"
    )


if __name__ == "__main__":
    million()
    calendar()
    histories(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
