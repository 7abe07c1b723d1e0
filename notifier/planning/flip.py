"""At the effective instant: is the new text live, does its date match, is the old one kept?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from notifier.model.plan import Duty, DutyKind, Plan
from notifier.model.reading import DateStatus, Finding, PageState, Reading, Severity
from notifier.planning.instants import utc
from notifier.planning.words import day_words, instant_words, people_words

PAGE = (DutyKind.POST, DutyKind.UPDATE_DATE)


def duties_done(
    expected: Plan, live_reading: Reading | None, *, old_reachable: bool | None
) -> frozenset[DutyKind]:
    """Which acts the page itself shows to be done.

    Args:
        expected: the approved plan.
        live_reading: what is on the page; None when it cannot be fetched.
        old_reachable: the version in force before can still be read at its own address; None where
            nothing shows it.
    """
    done = {DutyKind.KEEP_OLD_VERSION} if old_reachable else set()
    if live_reading is None or live_reading.page_state is not PageState.POLICY:
        return frozenset(done)
    if live_reading.document.content_hash == expected.version:
        done.add(DutyKind.POST)
    if live_reading.effective.date == expected.effective_date:
        done.add(DutyKind.UPDATE_DATE)
    return frozenset(done)


def check_flip(
    expected: Plan,
    live_reading: Reading | None,
    old_reachable: bool | None,
    now: datetime,
    *,
    untold: int = 0,
) -> tuple[Finding, ...]:
    """What is wrong with the page at ``now``; nothing when every duty is done or not yet due.

    A text posted before its time is a finding with its consequence: where the policy is
    effective when posted, it has been in force since, and the deadline has passed for everybody
    who was not told. A text posted late leaves people with a date that was not kept.

    Args:
        expected: the approved plan.
        live_reading: what is on the page; None when it cannot be fetched.
        old_reachable: the version in force before can still be read at its own address; None where
            nothing shows it.
        now: aware instant.
        untold: how many people have not been told by now.
    """
    now = utc(now)
    readable = live_reading is not None and live_reading.page_state is PageState.POLICY
    done = duties_done(expected, live_reading, old_reachable=old_reachable)
    findings = [] if readable else list(_unreadable(expected, live_reading, now))
    for duty in expected.duties:
        early = duty.not_before is not None and now < duty.not_before
        if duty.kind is DutyKind.POST and early and duty.kind in done:
            findings.append(_posted_early(duty, now, untold))
        if duty.kind in PAGE and (not readable or duty.kind in done):
            continue
        if duty.kind is DutyKind.KEEP_OLD_VERSION and old_reachable is None:
            continue
        if duty.kind not in done and now >= duty.before:
            findings += _missing(expected, duty, live_reading)
    return tuple(findings)


def _unreadable(expected: Plan, live: Reading | None, now: datetime) -> Iterator[Finding]:
    due = [duty.before for duty in expected.duties if duty.kind in PAGE]
    if not due or now < min(due):
        return
    state = live.page_state.value.replace("_", " ") if live else "it cannot be fetched"
    yield Finding(
        "flip.page_unreadable",
        Severity.WARNING,
        f"The page should show the new text since {instant_words(min(due))}, and it cannot be "
        f"read as a policy: {state}.",
        remedy="look at the page by hand, and check again",
    )


def _posted_early(duty: Duty, now: datetime, untold: int) -> Finding:
    consequence = (
        f"the deadline has passed for {people_words(untold)}"
        if untold
        else "everybody has been told, but of a later day"
    )
    at = instant_words(duty.not_before) if duty.not_before else ""
    return Finding(
        "flip.posted_early",
        Severity.WARNING,
        f"The new text is on the page on {instant_words(now)}, before {at}. The policy is "
        f"effective when posted: {consequence}.",
        (duty.quote,) if duty.quote else (),
        "take it off the page until then, or `notifier ruling add effective_when_posted yes`",
    )


def _missing(expected: Plan, duty: Duty, live: Reading | None) -> Iterator[Finding]:
    due = instant_words(duty.before)
    match duty.kind:
        case DutyKind.POST:
            yield Finding(
                "flip.not_posted",
                Severity.WARNING,
                f"The new text had to be on the page before {due}; another one is. "
                f"It had been announced for {people_words(expected.people)}.",
                remedy="post the approved text, or move the date and send corrections",
            )
        case DutyKind.UPDATE_DATE:
            stated = live.effective if live else None
            shown = (
                day_words(stated.date)
                if stated and stated.date and stated.status is DateStatus.STATED
                else "no date"
            )
            yield Finding(
                "flip.date_differs",
                Severity.WARNING,
                f"The page shows {shown} where {day_words(expected.effective_date)} was announced.",
                (stated.quote,) if stated and stated.quote else (),
                "correct the date on the page",
            )
        case DutyKind.KEEP_OLD_VERSION:
            yield Finding(
                "flip.old_version_gone",
                Severity.WARNING,
                "The version that was in force before can no longer be read at its address.",
                remedy="put its page back into the folder of [pages], from what "
                "`notifier evidence` writes; people compare with it, and it is part of the record.",
            )
        case _:
            return
