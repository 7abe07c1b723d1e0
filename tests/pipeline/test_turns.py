"""A long mailing gives way to what must be out earlier, and goes on afterwards."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from notifier.delivery import State
from notifier.model.plan import Window
from notifier.pipeline import turns
from tests.ledger.samples import DEADLINE, NOW, approved, person, planned
from tests.pipeline.samples import message, prepare, send
from tests.smtp_sink import SmtpSink

URGENT = planned(before=DEADLINE - timedelta(days=10))


@pytest.fixture(autouse=True)
def _looks_all_the_time(monkeypatch) -> None:
    monkeypatch.setattr(turns, "_LOOK_SECONDS", 0.0)


def another_plan(ledger, notice):
    rows = [person(n, address=f"q{n}@example.org", key=f"q{n}") for n in range(1, 11)]
    return approved(ledger, rows, [notice], expand=False, message=message(), digest="e" * 64)


@pytest.mark.parametrize(
    ("notice", "first"),
    [
        (URGENT, True),
        (planned(before=DEADLINE + timedelta(days=1)), False),
        (planned(due_at=NOW + timedelta(days=1), before=DEADLINE - timedelta(days=1)), False),
        (
            replace(URGENT, windows=(Window(NOW + timedelta(days=1), NOW + timedelta(days=2)),)),
            False,
        ),
    ],
    ids=["urgent", "later", "not due yet", "outside its hours"],
)
def test_what_is_approved_meanwhile_goes_first_where_it_is_urgent(ledger, clock, notice, first):
    with SmtpSink() as sink:
        _, sending = prepare(ledger, sink, clock, 200)

        def now():
            """The time; legal approves another plan meanwhile, outside the writer's thread."""
            if len(sink.committed) >= 30 and not made and threading.get_ident() == here:
                made.append(another_plan(ledger, notice))
            return clock()

        made, here = [], threading.get_ident()
        object.__setattr__(sending, "clock", now)
        report = send(sending)
        order = [mail.recipient for mail in sink.committed]
    mine = [place for place, who in enumerate(order) if who.startswith("q")]
    assert (len(mine), report.alarms) == ((10, []) if first else (0, []))
    assert not first or max(mine) < 150
    assert set(Counter(order).values()) == {1}
    assert report.states == {State.ACCEPTED: 210 if first else 200}
