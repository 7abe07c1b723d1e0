"""approve, hold, resume, ruling: what legal decides, by name and on the record."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

from notifier.config import PolicyConfig
from notifier.errors import ApprovalError, PlanningError, TooLate, Undecided
from notifier.ledger import Tx, approvals, audiences, changes, journal, plans, tellings
from notifier.ledger.plans import PlanState, StoredPlan
from notifier.model.plan import Plan
from notifier.model.request import Ruling
from notifier.model.stamp import Stamp
from notifier.pipeline.check import check
from notifier.pipeline.ending import void_plan
from notifier.pipeline.pages import publish
from notifier.pipeline.pipeline import Pipeline, silent
from notifier.pipeline.planning import draft_plan, freeze_audience
from notifier.pipeline.requesting import matter_of, open_matter
from notifier.pipeline.stopping import resume_change, void_standing_plans
from notifier.planning import unreadable

_PARTS = {
    "from_text": "the text in force",
    "to_text": "the new text",
    "redline": "the comparison",
    "audience": "the audience",
    "people": "the number of people",
    "definition": "whom the plan is for",
    "sender": "the sender",
    "bounces_to": "the address for bounces",
    "messages": "the messages (a template, the wording, or what they tell)",
    "pages": "the pages the messages link to",
    "request": "what the plan was decided on (a ruling, the promise, the configuration)",
}


def current_plan(tx: Tx, policy: PolicyConfig) -> StoredPlan:
    """The newest plan of the policy's latest change, in force or not.

    Raises:
        ApprovalError: there is none.
    """
    change = changes.latest_change(tx, policy.key)
    stored = plans.latest_plan(tx, change.id) if change else None
    if stored is None:
        raise ApprovalError(
            f"There is no plan for {policy.key}.", remedy=f"run `notifier plan {policy.key}`"
        )
    return stored


def named_plan(tx: Tx, policy: PolicyConfig, number: int | None) -> StoredPlan:
    """A plan of the policy by its number; without one the current, else the newest there is.

    Raises:
        ApprovalError: there is none, or it is of another policy.
    """
    known = plans.plans_of_policy(tx, policy.key)
    if number is None:
        change = changes.latest_change(tx, policy.key)
        is_new = bool(known) and change is not None and plans.latest_plan(tx, change.id) is None
        return known[0] if is_new else current_plan(tx, policy)
    for stored in known:
        if stored.id == number:
            return stored
    raise ApprovalError(
        f"There is no plan {number} for {policy.key}.",
        remedy=f"it has {', '.join(str(stored.id) for stored in reversed(known)) or 'none'}",
    )


def approve(pipeline: Pipeline, policy: PolicyConfig, *, who: str, why: str) -> StoredPlan:
    """Approve the newest plan, pinned to the hash of everything that will go out.

    Sources, audience and templates are looked at once more: what was reviewed must be what is.
    The pages that the messages link to are put where readers will find them.

    Raises:
        ApprovalError: something changed since the plan was made; the same person made it and two
            must see it; the person may not approve; or there is nothing to approve.
        RenderingError: a page cannot be published; nothing is approved.
        Undecided: the plan waits for a ruling. TooLate: it cannot keep the promise.
    """
    require_approver(pipeline, who)
    with pipeline.ledger.begin() as tx:
        reviewed = current_plan(tx, policy)
    check(pipeline, policy)
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        change = changes.latest_change(tx, policy.key)
        if change is not None and change.id != reviewed.change_id:
            raise _changed(reviewed, policy, [_PARTS["to_text"]])
        stops = current_plan(tx, policy).plan.stops
    fresh = None if stops else freeze_audience(pipeline, now, silent)
    with pipeline.ledger.begin() as tx:
        approvals.lock(tx, current_plan(tx, policy).id)
        stored = current_plan(tx, policy)
        _refuse_unapprovable(stored, policy)
        if len(pipeline.config.approval.approvers) > 1 and stored.made_by == who:
            raise ApprovalError(
                f"{who} made plan {stored.id} and cannot approve it as well.",
                remedy="ask another approver",
            )
        audience = fresh or audiences.load_frozen(tx, stored.audience_id)
        change = changes.load_change(tx, stored.change_id)
        matter = matter_of(tx, policy, change) if stored.plan.stops else open_matter(tx, policy)
        draft = draft_plan(tx, pipeline, matter, audience, now)
        differing = [
            words
            for part, words in _PARTS.items()
            if getattr(stored.manifest, part) != getattr(draft.manifest, part)
        ]
        if differing:
            raise _changed(stored, policy, differing)
        if draft.plan.refusal:
            raise_refusal(draft.plan)
        by = Stamp(who, now, why)
        for earlier in plans.standing_plans(tx, changes.series(tx, change)):
            if earlier.id != stored.id:
                void_plan(tx, earlier, by, because=f"plan {stored.id} takes its place")
        if pipeline.config.pages:
            publish(pipeline.config.pages.folder, draft.rendered.pages)
        approvals.approve(tx, stored, by)
        journal.append(
            tx,
            at=now,
            who=who,
            verb="approve",
            subject=f"plan {stored.id}",
            facts={
                "digest": stored.digest,
                "why": why,
                "manifest": stored.manifest,
                "notices": [notice.id for notice in plans.notices_of(tx, stored.id)],
            },
        )
        _hold_on(tx, policy, stored)
        return plans.load_plan(tx, stored.id)


def _hold_on(tx: Tx, policy: PolicyConfig, approved: StoredPlan) -> None:
    """A person's hold outlasts the plan it was put on; only ``resume`` lifts it.

    What tells people that a change stops is no part of what the hold was put on: whoever approves
    it after the hold means it to go out, and it can be held by itself.
    """
    held = approvals.held_by_person(tx, policy.key)
    if held is not None and not approved.plan.stops:
        hold_plan(tx, approved, held)


def proven_plan(tx: Tx, policy: PolicyConfig, number: int | None) -> StoredPlan:
    """The plan whose account a proof gives: the named one, unless it is void and never approved.

    Then it names the change, of which the newest approved plan is meant.

    Raises:
        ApprovalError: there is no plan, or it is of another policy.
    """
    named = named_plan(tx, policy, number)
    if named.state is not PlanState.VOID or approvals.approvals_of(tx, named.id):
        return named
    signed = approvals.newest_of(tx, tellings.plans_of_series(tx, named.change_id))
    return plans.load_plan(tx, signed.plan_id) if signed else named


def require_approver(pipeline: Pipeline, who: str) -> None:
    """Where approvers are configured, only they approve a plan or sign its end.

    Raises:
        ApprovalError: the person is not one of them.
    """
    approvers = pipeline.config.approval.approvers
    if approvers and who not in approvers:
        raise ApprovalError(
            f"{who} is not among the approvers.",
            remedy=f"one of these approves: {', '.join(approvers)} ([approval] approvers)",
        )


def _refuse_unapprovable(stored: StoredPlan, policy: PolicyConfig) -> None:
    if stored.plan.questions:
        raise Undecided(
            "Legal has to decide first: "
            + " ".join(question.message for question in stored.plan.questions),
            remedy="; ".join(q.remedy.rstrip(".") for q in stored.plan.questions if q.remedy)
            or "record a ruling (`notifier ruling add --help`), then plan again",
        )
    if stored.plan.refusal:
        raise_refusal(stored.plan)
    if stored.state is PlanState.APPROVED:
        raise ApprovalError(
            f"Plan {stored.id} is approved already.",
            remedy="it is being sent when due; see `notifier status`",
        )
    if stored.state is not PlanState.DRAFT:
        raise ApprovalError(
            f"Plan {stored.id} is {stored.state.replace('_', ' ')}.",
            remedy=f"run `notifier plan {policy.key}`, review it, then approve it",
        )


def raise_refusal(plan: Plan) -> NoReturn:
    """Say why a plan cannot keep the promise.

    Raises:
        TooLate: always.
    """
    honest = plan.earliest_honest_date
    raise TooLate(
        plan.refusal,
        remedy=(f"move the effective date to {honest.isoformat()} or later, or " if honest else "")
        + "record a ruling to send although it is late (`notifier ruling add send_late yes`): "
        "each of them then counts as late for ever",
    )


def _changed(stored: StoredPlan, policy: PolicyConfig, parts: list[str]) -> ApprovalError:
    return ApprovalError(
        f"Plan {stored.id} is not what would go out now. Changed since it was made: "
        f"{'; '.join(parts)}.",
        remedy=f"run `notifier plan {policy.key}` and review it again",
    )


def hold(pipeline: Pipeline, policy: PolicyConfig, *, who: str, why: str) -> list[StoredPlan]:
    """Stop sending for a policy, whatever change it is of (guarantee G4).

    Returns:
        The plans that are held now: every approved one, else the newest.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        held = _under_way(tx, policy)
        for stored in held:
            hold_plan(tx, stored, Stamp(who, now, why))
        return held


def _under_way(tx: Tx, policy: PolicyConfig) -> list[StoredPlan]:
    """The policy's approved plans, else its newest plan.

    Raises:
        ApprovalError: there is none.
    """
    approved = [
        stored
        for stored in plans.approved_plans(tx)
        if changes.load_change(tx, stored.change_id).policy == policy.key
    ]
    return approved or [current_plan(tx, policy)]


def hold_plan(tx: Tx, stored: StoredPlan, by: Stamp) -> None:
    """Hold a plan in the transaction of whoever found the reason."""
    approvals.hold(tx, stored.id, by)
    journal.append(
        tx,
        at=by.at,
        who=by.who,
        verb="hold",
        subject=f"plan {stored.id}",
        facts={"why": by.why},
    )


def resume(pipeline: Pipeline, policy: PolicyConfig, *, who: str, why: str) -> str:
    """Go on: take up a paused or withdrawn change, else lift every hold on the policy's plans.

    Where the very messages that tell people of a stop are held, they are what goes on.

    Returns:
        What goes on, in words.

    Raises:
        ApprovalError: there is no plan, or nobody holds it.
    """
    by = Stamp(who, pipeline.clock(), why)
    with pipeline.ledger.begin() as tx:
        change = changes.latest_change(tx, policy.key)
        lifted = approvals.held_plans(tx, policy.key)
        if change is not None and change.stopped and not _tells_of_stop(tx, lifted):
            resume_change(tx, policy, change, by)
            return f"The change of {policy.key} is open again; plan it: notifier plan {policy.key}."
        if not lifted:
            raise ApprovalError(
                f"Nobody holds a plan of {policy.key}.",
                remedy="see `notifier status` for what it does",
            )
        for plan_id in lifted:
            approvals.resume(tx, plan_id, by)
            subject = f"plan {plan_id}"
            journal.append(
                tx, at=by.at, who=who, verb="resume", subject=subject, facts={"why": why}
            )
        going_on = [p.id for p in map(partial(plans.load_plan, tx), lifted) if not p.state.is_over]
        return " ".join(f"Plan {plan_id} goes on." for plan_id in going_on) or (
            f"Nobody holds the notices of {policy.key} any more; the next plan that is approved "
            "goes out."
        )


def _tells_of_stop(tx: Tx, held: list[int]) -> bool:
    """Whether an approved plan that tells people of a stop is among those held."""
    plans_held = (plans.load_plan(tx, plan_id) for plan_id in held)
    return any(one.plan.stops and one.state is PlanState.APPROVED for one in plans_held)


def rule(pipeline: Pipeline, policy: PolicyConfig, ruling: Ruling) -> None:
    """Record legal's decision on the open change; what was planned without it is void.

    Raises:
        PlanningError: there is no open change, or the value decides nothing.
    """
    if wrong := unreadable(ruling):
        raise PlanningError(
            f"A ruling on {ruling.subject.replace('_', ' ')} cannot be “{ruling.value}”: {wrong}.",
            remedy="see `notifier ruling add --help` for what each subject takes",
        )
    with pipeline.ledger.begin() as tx:
        matter = open_matter(tx, policy)
        changes.add_ruling(tx, matter.change.id, ruling)
        by = Stamp(ruling.who, ruling.at, ruling.why)
        because = f"a ruling on {ruling.subject.replace('_', ' ')}"
        void_standing_plans(tx, matter.change, by, because=because)
        journal.append(
            tx,
            at=ruling.at,
            who=ruling.who,
            verb="ruling",
            subject=f"{policy.key} v{matter.new.number}",
            facts={"subject": ruling.subject, "value": ruling.value, "why": ruling.why},
        )


def rulings(pipeline: Pipeline, policy: PolicyConfig) -> tuple[Ruling, ...]:
    """Every ruling on the policy's latest change, oldest first."""
    with pipeline.ledger.begin() as tx:
        change = changes.latest_change(tx, policy.key)
        return changes.rulings_on(tx, change.id) if change else ()
