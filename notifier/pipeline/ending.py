"""Ending a plan: its approval is void, and what it left open is called off with the reason."""

from __future__ import annotations

import threading

from notifier.ledger import Tx, approvals, calling_off, journal
from notifier.ledger.plans import StoredPlan
from notifier.model.stamp import Stamp
from notifier.pipeline.pipeline import Pipeline


def void_plan(tx: Tx, stored: StoredPlan, by: Stamp, *, because: str) -> None:
    """End a plan in the transaction of whoever found the reason; nothing more of it goes out.

    Of a large plan the first deliveries are called off at once, the others by
    :func:`finish_endings`.
    """
    approvals.void(tx, stored.id, at=by.at, because=because)
    journal.append(
        tx,
        at=by.at,
        who=by.who,
        verb="void",
        subject=f"plan {stored.id}",
        facts={"because": because},
    )
    if stored.id in calling_off.unfinished(tx):
        calling_off.call_off(tx, stored.id, by.at)


def finish_endings(pipeline: Pipeline, stop: threading.Event) -> None:
    """Call off what plans that have ended still have open, step by step."""
    with pipeline.ledger.begin() as tx:
        left = calling_off.unfinished(tx)
    while left and not stop.is_set():
        with pipeline.ledger.begin() as tx:
            if calling_off.call_off(tx, left[0], pipeline.clock()):
                del left[0]
