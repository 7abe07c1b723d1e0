"""While a plan is carried out: what still keeps the promise goes out, what does not is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from notifier.config import EmailConfig
from notifier.delivery import State
from notifier.ledger import Tx, approvals, journal, plans
from notifier.ledger.journal import DAEMON
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.model.plan import PUNCTUAL, NoticeKind, PlannedNotice
from notifier.model.stamp import Stamp
from notifier.pipeline.approving import hold_plan
from notifier.pipeline.domains import rate_left
from notifier.pipeline.pipeline import Pipeline
from notifier.pipeline.remaining import left, mail_beside, remaining
from notifier.planning import reforecast
from notifier.planning.words import instant_words, people_words

_FIRST = frozenset({NoticeKind.INITIAL, NoticeKind.LATE, NoticeKind.CORRECTION})
"""Kinds from which somebody learns what they did not know."""


@dataclass(slots=True)
class SendReport:
    """What one run of sending did.

    Attributes:
        states: deliveries moved to each state; ``offered`` are notices in the product.
        alarms: what a person must look at now.
        waiting: what is due and was not handed over, and why.
    """

    states: Counter[State] = field(default_factory=Counter)
    alarms: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def is_open(stored: StoredPlan, notice: StoredNotice, now: datetime) -> bool:
    """Whether a notice may be handed over now: within its sending hours."""
    windows = stored.plan.notices[notice.position].windows
    return not windows or any(window.opens_at <= now < window.closes_at for window in windows)


def withhold_if_too_late(
    tx: Tx, stored: StoredPlan, notice: StoredNotice, alarms: list[str], now: datetime
) -> bool:
    """Hold a notice back rather than send it when its time has passed (guarantee G5).

    Corrections, withdrawals and late notices still have to arrive: they go out and count late, as
    long as what they say is true. A reminder is left out where its time had come before its
    readers were told at all.

    Args:
        alarms: told of it when it is withheld only now.
    """
    if notice.withheld_at is not None:
        return True
    if _has_time(stored, notice, now) and not _is_overtaken(tx, stored, notice):
        return False
    people = left(tx, stored, notice, now)
    if people:
        why = _why_withheld(stored, notice, people)
        plans.withhold(tx, notice.id, now)
        journal.append(
            tx, at=now, who=DAEMON, verb="withhold", subject=f"plan {stored.id}", facts={"why": why}
        )
        alarms.append(f"plan {stored.id}: {why}")
    return True


def _has_time(stored: StoredPlan, notice: StoredNotice, now: datetime) -> bool:
    """Whether a notice may still go out by its own instants."""
    if notice.kind in PUNCTUAL:
        return now < notice.before
    true_until = stored.plan.notices[notice.position].true_until
    return true_until is None or now < true_until


def _is_overtaken(tx: Tx, stored: StoredPlan, notice: StoredNotice) -> bool:
    """Whether a reminder came due before the first notice on its channel, to its place, began."""
    if notice.kind is not NoticeKind.REMINDER or notice.expanded_at is not None:
        return False
    place = _place(stored, notice)
    first = [
        other
        for other in plans.notices_of(tx, stored.id)
        if other.kind is not NoticeKind.REMINDER and _place(stored, other) == place
    ]
    return bool(first) and all(
        other.expanded_at is None or other.expanded_at >= notice.due_at for other in first
    )


def _place(stored: StoredPlan, notice: StoredNotice) -> tuple[object, ...]:
    whom = stored.plan.notices[notice.position].addressees
    return notice.channel, whom.zones, whom.segments, whom.except_segments, whom.joiners


def _why_withheld(stored: StoredPlan, notice: StoredNotice, people: int) -> str:
    name = stored.plan.notices[notice.position].label
    if stored.plan.notices[notice.position].addressees.joiners:
        return (
            f"{people_words(people)} who joined could not be told by {name.split()[-1]} before the "
            f"change took effect, {instant_words(notice.before)}."
        )
    if notice.kind is NoticeKind.REMINDER:
        return (
            f"notice {notice.position + 1} ({name}) came too late to remind "
            f"{people_words(people)}; it is left out. The promise does not depend on it."
        )
    if notice.kind not in PUNCTUAL:
        return (
            f"notice {notice.position + 1} ({name}) speaks of a change to come, and the change has "
            f"taken effect; {_not_told(people)} Plan again, so that it says what is true now."
        )
    return (
        f"notice {notice.position + 1} ({name}) was due before {instant_words(notice.before)}; "
        f"{_not_told(people)} Move the date, or rule to send late."
    )


def _not_told(people: int) -> str:
    return f"{people_words(people)} {'has' if people == 1 else 'have'} not been told by it."


def say_what_waits(
    pipeline: Pipeline, stored: StoredPlan, report: SendReport, *, stopped: bool
) -> None:
    """Say what is due and stays here because the plan is held, or because sending was stopped."""
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        held = approvals.hold_on(tx, stored.id)
        due = sum(
            left(tx, stored, notice, now)
            for notice in plans.notices_of(tx, stored.id)
            if notice.due_at <= now and not notice.withheld_at and is_open(stored, notice, now)
        )
    if due and (held or stopped):
        what = f"plan {stored.id}: {due:,} {'message is' if due == 1 else 'messages are'} due"
        report.waiting.append(
            f"{what} and held by {held.who}: {held.why} (`notifier resume` lets them go)"
            if held
            else f"{what} when sending was stopped; the next `notifier send --now` goes on"
        )


def hold_what_is_left(pipeline: Pipeline, stored: StoredPlan, report: SendReport) -> None:
    """Hold the plan once a first notice was withheld and no other first one can still go out.

    Reminders repeat; where only they came too late, there is nothing a person must decide.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        notices = plans.notices_of(tx, stored.id)
        first = [
            notice
            for notice in notices
            if notice.kind in _FIRST and not stored.plan.notices[notice.position].addressees.joiners
        ]
        withheld = [notice for notice in first if notice.withheld_at]
        alive = [n for n in first if not n.withheld_at and _has_time(stored, n, now)]
        if not withheld or alive or not approvals.may_send(tx, stored):
            return
        why = _why_withheld(stored, withheld[0], left(tx, stored, withheld[0], now))
        hold_plan(tx, stored, Stamp(DAEMON, now, why))
        report.alarms.append(f"plan {stored.id} is held: {why}")


def too_late(tx: Tx, stored: StoredPlan, now: datetime) -> Iterator[str]:
    """What of a plan was found too late to go out, though somebody is left whom it was to tell."""
    for notice in plans.notices_of(tx, stored.id):
        if notice.withheld_at and notice.kind is not NoticeKind.REMINDER:
            people = left(tx, stored, notice, now)
            if people:
                yield _why_withheld(stored, notice, people)


def forecast_again(pipeline: Pipeline, stored: StoredPlan, report: SendReport) -> None:
    """Say so when what remains would no longer be handed over in time at the configured rate."""
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        if approvals.may_send(tx, stored):
            late = behind(tx, pipeline.config.email, stored, now)
            report.alarms += [f"plan {stored.id}: {words}" for words in late]


def behind(tx: Tx, email: EmailConfig, stored: StoredPlan, now: datetime) -> Iterator[str]:
    """What of a plan would no longer be handed over in time at the configured rate."""
    to_go = remaining(tx, stored, now)
    forecast = reforecast(
        stored.plan,
        to_go,
        rate_left(tx, email, stored.audience_id, stored.id),
        now,
        daily_quota=email.daily_quota,
        beside=mail_beside(tx, email, [stored.id], now),
    )
    for notice in forecast.notices:
        planned = stored.plan.notice(notice.key)
        missed = planned is not None and now >= planned.before
        if planned is not None and notice.late and not forecast.in_time and not missed:
            of = people_words(to_go[notice.key])
            yield (
                f"{notice.late:,} of {of} would be told too late by {notice.key}, "
                f"{_what_would_help(planned, notice.ends_at, now)}"
            )


def _what_would_help(notice: PlannedNotice, ends_at: datetime, now: datetime) -> str:
    """A higher rate, unless the sending hours leave no time at all."""
    any_time = any(now < w.closes_at and w.opens_at < notice.before for w in notice.windows)
    if notice.windows and not any_time:
        return (
            f"for the sending hours leave no time before {instant_words(notice.before)}; move the "
            "date, or widen the hours, then plan and approve again"
        )
    return (
        f"which would end on {instant_words(ends_at)} at the configured rate; raise it, or move "
        "the date"
    )
