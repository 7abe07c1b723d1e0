"""Around the effective instant: what the live page shows of the duties of an approved plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from notifier.config import PolicyConfig
from notifier.ledger import Tx, changes, journal, plans, standing, texts
from notifier.ledger.changes import Change
from notifier.ledger.plans import PlanState, StoredPlan
from notifier.model.plan import DutyKind
from notifier.model.reading import Finding, Reading, Severity
from notifier.planning import check_flip, duties_done
from notifier.rendering import Shelf

_BINDING = {PlanState.APPROVED, PlanState.COMPLETE, PlanState.COMPLETE_WITH_EXCEPTIONS}
_VERB = "flip"


@dataclass(frozen=True, slots=True)
class Flip:
    """What the page has shown of a plan's duties so far.

    Attributes:
        done: when each duty was first seen done.
        wrong: codes of what is wrong now.
        findings: what was said of each when it was first found.
    """

    done: dict[DutyKind, datetime]
    wrong: tuple[str, ...] = ()
    findings: tuple[str, ...] = field(default=(), compare=False)


def binding_plan(tx: Tx, change: Change | None) -> StoredPlan | None:
    """The plan whose duties the page has to keep; None without an approval."""
    stored = plans.latest_plan(tx, change.id) if change else None
    binds = stored is not None and stored.state in _BINDING and not stored.plan.stops
    return stored if binds else None


def check_page(
    tx: Tx,
    policy: PolicyConfig,
    live: Reading,
    now: datetime,
    *,
    pages: Path | None,
    who: str,
) -> tuple[Finding, ...]:
    """Compare the page with the duties of the policy's approved plan; close those it keeps.

    What is newly done, and what is newly wrong, goes into the journal once.

    Args:
        pages: the folder in which pages are published, where there is one.
    """
    change = changes.latest_change(tx, policy.key)
    stored = binding_plan(tx, change)
    if stored is None or change is None:
        return ()
    kept = _is_kept(tx, stored, change, pages)
    seen = duties_done(stored.plan, live, old_reachable=kept)
    untold = _untold(tx, stored, now) if DutyKind.POST in seen else 0
    findings = check_flip(stored.plan, live, kept, now, untold=untold)
    before = flip_of(tx, stored.id)
    owed = {duty.kind for duty in stored.plan.duties if now >= (duty.not_before or now)}
    done = {kind: before.done.get(kind, now) for kind in sorted(seen & owed)}
    wrong = sorted((finding.code, finding.message) for finding in findings)
    flip = Flip({**before.done, **done}, tuple(code for code, _ in wrong))
    if flip != before:
        journal.append(
            tx,
            at=now,
            who=who,
            verb=_VERB,
            subject=f"plan {stored.id}",
            facts={
                "done": {kind.value: at.isoformat() for kind, at in flip.done.items()},
                "wrong": list(flip.wrong),
                "findings": [message for _, message in wrong],
            },
        )
    return findings


def flip_of(tx: Tx, plan_id: int) -> Flip:
    """What the journal says of a plan's duties."""
    entry = journal.last(tx, verb=_VERB, subject=f"plan {plan_id}")
    if entry is None:
        return Flip({})
    facts = json.loads(entry.facts)
    done = {DutyKind(kind): datetime.fromisoformat(at) for kind, at in facts["done"].items()}
    return Flip(done, tuple(facts["wrong"]), tuple(facts["findings"]))


def has_begun(tx: Tx, change: Change, now: datetime) -> bool:
    """Whether a change was approved and has taken effect for everybody."""
    stored = binding_plan(tx, change)
    return stored is not None and now >= stored.plan.in_force_at


def first_seen_live(base: texts.Version, live: texts.Version) -> Finding:
    """A text is live that nobody was told of, and that is not the one in force."""
    return Finding(
        code="change.first_seen_live",
        severity=Severity.WARNING,
        message=f"The live page shows {live.name}, which was published without an announcement or "
        f"before its day. {base.name} is in force, and its promise binds.",
        remedy="put the text in force back on the page, or plan the change at once; to be told in "
        "time, stage the next one before publishing it",
    )


def published_unplanned(tx: Tx, change: Change, live: texts.Version) -> tuple[Finding, ...]:
    """The new text is live, and no plan for it was ever approved."""
    if binding_plan(tx, change) is not None:
        return ()
    return (
        Finding(
            code="change.unannounced",
            severity=Severity.WARNING,
            message=f"{live.name} is on the live page, and no plan to tell people of it is "
            "approved.",
            remedy="plan it at once, or put the version before it back on the page",
        ),
    )


def _is_kept(tx: Tx, stored: StoredPlan, change: Change, pages: Path | None) -> bool | None:
    """Whether the page of the version before stands among the published ones, as it was written.

    None where a plan has no pages: nothing then shows whether people can still read it.
    """
    if pages is None or not stored.manifest.pages:
        return None
    old = texts.load_version(tx, change.from_version)
    new = texts.load_version(tx, change.to_version)
    page = pages / Shelf(change.policy, old.number, new.number).old_text
    try:
        return plans.keeps(tx, page.read_bytes())
    except OSError:
        return False


def _untold(tx: Tx, stored: StoredPlan, now: datetime) -> int:
    account = standing.standing(tx, stored, now)
    return account.people - account.told - account.late
