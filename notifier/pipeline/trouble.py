"""What is wrong with a policy by now, as the ledger has it: for ``/health`` and ``status``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from notifier.channels.addresses import without_addresses
from notifier.config import PolicyConfig
from notifier.ledger import Tx, additions, approvals, changes, plans, tellings, texts
from notifier.ledger.changes import Change, ChangeState
from notifier.ledger.plans import PlanState, StoredPlan
from notifier.ledger.uncovered import uncovered
from notifier.model.plan import Plan
from notifier.model.reading import Finding, Severity
from notifier.pipeline.flipping import (
    binding_plan,
    first_seen_live,
    flip_of,
    published_unplanned,
)
from notifier.pipeline.gate import nominal_request
from notifier.pipeline.keeping import behind, too_late
from notifier.pipeline.pipeline import Pipeline
from notifier.planning import make_plan
from notifier.planning.words import day_words, instant_words, people_words

_NEAR = timedelta(days=7)
"""How long before sending must begin a missing approval is trouble: legal has to read it first."""
_UNAPPROVED = {PlanState.DRAFT, PlanState.REFUSED}


def trouble(pipeline: Pipeline, policy: PolicyConfig) -> tuple[Finding, ...]:
    """What a person has to settle for a policy now; each stands until it is settled.

    Nothing of it is kept: it is asked of the ledger anew each time, so that no restart loses it
    and nobody has to clear it. No address is in it.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    now = pipeline.clock()
    with pipeline.ledger.reading() as tx:
        change = changes.latest_change(tx, policy.key)
        found = tuple(_wrong(tx, pipeline, policy, change, now)) if change else ()
    return tuple(replace(finding, message=without_addresses(finding.message)) for finding in found)


def unconfigured(pipeline: Pipeline) -> tuple[Finding, ...]:
    """The approved plans of policies that the configuration does not name any more.

    No verb speaks of such a policy, and people may have been told a date.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    known = {policy.key for policy in pipeline.config.policy}
    with pipeline.ledger.reading() as tx:
        approved = [
            (stored.id, changes.load_change(tx, stored.change_id).policy)
            for stored in plans.approved_plans(tx)
        ]
    return tuple(
        _finding(
            "policy.gone",
            f"Plan {number} is approved, and its policy, {policy}, is not in the configuration any "
            "more: nothing more of it is sent, and whoever was told believes its date.",
            f'put the policy back (key = "{policy}"), then resume its plan or withdraw the change',
        )
        for number, policy in approved
        if policy not in known
    )


def _wrong(
    tx: Tx, pipeline: Pipeline, policy: PolicyConfig, change: Change, now: datetime
) -> Iterator[Finding]:
    stored = plans.latest_plan(tx, change.id)
    if change.state is ChangeState.OPEN and binding_plan(tx, change) is None:
        yield from _unplanned(tx, pipeline, policy, change, now)
    told_by = tellings.last_told_by(tx, change.id)
    if change.state is ChangeState.TAKEN_BACK and told_by and not told_by.plan.stops:
        yield _finding(
            "change.taken_back",
            "The change was taken back, and people have been told of it.",
            f"tell them: `notifier withdraw {policy.key}`",
        )
    live = texts.shown_last(tx, policy.key)
    if change.stopped and live is not None and live.id == change.to_version:
        yield _finding(
            f"change.{change.state}",
            f"The change is {change.state}, and the live page shows its text, {live.name}.",
            "put the version in force back on the page",
        )
    if change.stopped and stored is not None and stored.state in _UNAPPROVED:
        yield _finding(
            "plan.none",
            f"The change is {change.state}, and plan {stored.id}, which tells those who were told "
            "of it, is not approved.",
            f"`notifier preview {policy.key}`, then approve it",
        )
    for approved in plans.approved_plans(tx):
        if changes.load_change(tx, approved.change_id).policy == policy.key:
            yield from _not_going_out(tx, pipeline, approved, now)
            yield from _for_nobody(tx, policy, approved, now)
    base = changes.in_force(tx, policy.key)
    if base and live and live.id not in {base.id, change.from_version, change.to_version}:
        yield first_seen_live(base, live)
    binding = binding_plan(tx, change)
    if binding is not None:
        flip = flip_of(tx, binding.id)
        yield from (_finding(*said) for said in zip(flip.wrong, flip.findings, strict=False))


def _unplanned(
    tx: Tx, pipeline: Pipeline, policy: PolicyConfig, change: Change, now: datetime
) -> Iterator[Finding]:
    """The change is open, and no plan to tell people of it is approved."""
    live = texts.shown_last(tx, policy.key)
    if live is not None and live.id == change.to_version:
        yield from published_unplanned(tx, change, live)
    ended = approvals.newest_of(tx, tellings.plans_of_series(tx, change.id))
    remedy = f"`notifier plan {policy.key}`, review it, then approve it"
    if ended is not None and ended.void_at is not None:
        yield _finding(
            "plan.void",
            f"The approval of plan {ended.plan_id} is void ({ended.void_because}), and no plan is "
            "approved in its place: nothing is sent.",
            remedy,
        )
        return
    plan = _planned(tx, pipeline, policy, change, now)
    if plan.proposed or now < plan.target_at - _NEAR:
        return
    had = "had to" if now >= plan.deadline_at else "must"
    yield _finding(
        "plan.none",
        f"A change is to take effect on {day_words(plan.effective_date)}, and no plan for it is "
        f"approved. People {had} be told before {instant_words(plan.deadline_at)}.",
        f"{remedy}; or move the effective date",
    )


def _planned(
    tx: Tx, pipeline: Pipeline, policy: PolicyConfig, change: Change, now: datetime
) -> Plan:
    """The draft there is, else what would be planned now for one person."""
    stored = plans.latest_plan(tx, change.id)
    if stored is not None and stored.state in _UNAPPROVED:
        return stored.plan
    old, new = (
        texts.load_version(tx, version).reading
        for version in (change.from_version, change.to_version)
    )
    rulings = changes.rulings_on(tx, change.id)
    return make_plan(nominal_request(pipeline.config, policy, old, new, rulings), now=now)


def _not_going_out(
    tx: Tx, pipeline: Pipeline, stored: StoredPlan, now: datetime
) -> Iterator[Finding]:
    strangers = additions.doubted(tx, stored.audience_id).strangers
    if strangers and stored.plan.joiners_until and now < stored.plan.joiners_until:
        yield _finding(
            "audience.another",
            f"Plan {stored.id}: more than {strangers:,} people in the list are not among those "
            "approved, too many at once to have joined. None of them is told, nor whoever joins "
            "after them.",
            "mend the list; or, if it is right, plan and approve again",
        )
    held = approvals.hold_on(tx, stored.id)
    if held is not None:
        yield _finding(
            "plan.held",
            f"Plan {stored.id} is held by {held.who}: {held.why}",
            "once that is settled: `notifier resume`",
        )
        return
    for words in too_late(tx, stored, now):
        yield _finding("notice.too_late", f"Plan {stored.id}: {words}")
    for words in behind(tx, pipeline.config.email, stored, now):
        yield _finding("plan.behind", f"Plan {stored.id}: {words}")


def _for_nobody(
    tx: Tx, policy: PolicyConfig, stored: StoredPlan, now: datetime
) -> Iterator[Finding]:
    """What became of mail of an earlier plan since, and the approved one has nothing for it."""
    stops = stored.plan.stops
    people = uncovered(tx, stored, now) if stops or now < stored.plan.in_force_at else 0
    if people:
        what = "turned out to have arrived" if stops else "came back"
        in_time = f"`notifier plan {policy.key}`, review it, then approve it"
        too_late = f"`notifier ruling add send_late yes`, then {in_time}"
        yield _finding(
            "people.uncovered",
            f"Mail of an earlier plan to {people_words(people)} {what} after plan {stored.id} was "
            "made, and no notice of it is for them.",
            in_time if stops or now < stored.plan.deadline_at else too_late,
        )


def _finding(code: str, message: str, remedy: str = "") -> Finding:
    return Finding(code, Severity.WARNING, message, remedy=remedy)
