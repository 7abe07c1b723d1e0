"""plan: what is to be done for a policy's open change; rendered, recorded, never sent from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from notifier.config import PolicyConfig
from notifier.errors import Undecided
from notifier.ledger import Tx, audiences, changes, journal, plans, tellings, texts
from notifier.ledger.audiences import FrozenAudience
from notifier.ledger.changes import Change, ChangeState
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.plans import Manifest, PlanState, StoredPlan
from notifier.ledger.uncovered import uncovered
from notifier.model.plan import PUNCTUAL, Plan
from notifier.model.redline import Materiality
from notifier.model.request import PlanRequest, Rules
from notifier.model.stamp import Stamp
from notifier.pipeline.joining import fits
from notifier.pipeline.messages import Rendered, render
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.pipeline.remarks import (
    about_audience,
    about_placeholders,
    about_rulings,
    about_who_is_gone,
)
from notifier.pipeline.requesting import (
    Matter,
    classified,
    matter_of,
    open_matter,
    request,
    rules_of,
)
from notifier.planning import make_plan, pause, revise, withdraw


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan with everything that would go out, before it is recorded."""

    plan: Plan
    manifest: Manifest
    rendered: Rendered


def plan(pipeline: Pipeline, policy: PolicyConfig, *, who: str, progress: Progress) -> StoredPlan:
    """Plan the policy's open change, render every message, record both; sends nothing.

    The same change, audience and templates give the plan that is already there, so that asking
    twice never voids an approval. Where people were told of an earlier text or date, the plan
    sets exactly those right and tells the others only the new.

    Args:
        who: the person, or ``notifier`` for the daemon.

    Raises:
        PlanningError: nothing to plan.
        AudienceError: the people cannot be read.
        RenderingError: a message cannot be built.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        change = changes.latest_change(tx, policy.key)
        if change is not None and (
            told := plan_stop(tx, pipeline, policy, change, Stamp(who, now))
        ):
            return told
    standing = _approved_as_it_is(pipeline, policy)
    if standing is not None and fits(pipeline, standing):
        return standing
    audience = freeze_audience(pipeline, now, progress)
    with pipeline.ledger.begin() as tx:
        matter = open_matter(tx, policy)
        _refuse_two_dates(policy, rules_of(pipeline.config, policy), audience)
        known = plans.latest_plan(tx, matter.change.id)
        draft = draft_plan(tx, pipeline, matter, audience, now)
        if known is not None and _is_current(known, draft):
            return known
        return record(tx, matter, audience, draft, Stamp(who, now))


def plan_stop(
    tx: Tx, pipeline: Pipeline, policy: PolicyConfig, change: Change, by: Stamp
) -> StoredPlan | None:
    """The plan that tells people that a change is paused or withdrawn; None where it need not be.

    It is for the very audience of the plan they were told by.
    """
    told_by = tellings.last_told_by(tx, change.id)
    if not change.stopped or told_by is None:
        return None
    known = plans.latest_plan(tx, change.id)
    approved = known is not None and known.plan.stops and known.state is PlanState.APPROVED
    if known is not None and approved and not uncovered(tx, known, by.at):
        return known
    audience = audiences.load_frozen(tx, told_by.audience_id)
    matter = matter_of(tx, policy, change)
    draft = draft_plan(tx, pipeline, matter, audience, by.at)
    if known is not None and _is_current(known, draft):
        return known
    return record(tx, matter, audience, draft, by) if draft.plan.people else None


def record(tx: Tx, matter: Matter, audience: FrozenAudience, draft: Draft, by: Stamp) -> StoredPlan:
    """Keep a drafted plan with its messages, for legal to review."""
    stored = plans.add_plan(
        tx,
        change_id=matter.change.id,
        audience_id=audience.id,
        plan=draft.plan,
        manifest=draft.manifest,
        messages=draft.rendered.messages,
        pages=draft.rendered.pages.values(),
        by=by,
    )
    journal.append(
        tx,
        at=by.at,
        who=by.who,
        verb="plan",
        subject=f"plan {stored.id}",
        facts={
            "policy": matter.policy.key,
            "digest": stored.digest,
            "people": draft.plan.people,
            "effective_date": draft.plan.effective_date.isoformat(),
            "refusal": draft.plan.refusal,
        },
    )
    return stored


def freeze_audience(pipeline: Pipeline, now: datetime, progress: Progress) -> FrozenAudience:
    """The audience as it is now, frozen; the same people are not frozen twice."""
    digest = pipeline.audience.digest()
    with pipeline.ledger.begin() as tx:
        frozen = audiences.find_frozen(tx, digest)
    if frozen is not None:
        return frozen
    return audiences.freeze(
        pipeline.ledger,
        pipeline.audience.rows(),
        digest=digest,
        definition=pipeline.audience.describe(),
        at=now,
        progress=lambda rows: progress("reading the audience", rows, 0),
    )


def draft_plan(
    tx: Tx, pipeline: Pipeline, matter: Matter, audience: FrozenAudience, now: datetime
) -> Draft:
    """Decide, then render: everything that would go out if it were approved now."""
    groups = audiences.groups(tx, audience.id)
    asked = request(tx, pipeline, matter, audience, groups, now)
    planned = _decide(tx, matter, audience, asked, now)
    rendered = render(tx, pipeline, matter, planned, groups)
    said = (
        ()
        if planned.stops
        else (
            *about_audience(audience.report, planned, asked.rules, pipeline.config),
            *about_placeholders(pipeline.config, matter.policy),
            *about_who_is_gone(tx, matter.change.id, audience.id, planned),
            *about_rulings(tx, matter),
        )
    )
    planned = replace(planned, findings=(*planned.findings, *said, *rendered.findings))
    return Draft(planned, manifest(pipeline, matter, asked, planned, audience, rendered), rendered)


def _refuse_two_dates(policy: PolicyConfig, rules: Rules, audience: FrozenAudience) -> None:
    """Who stands in several segments gets one mail, which can say one date only."""
    across = audience.report.across_segments
    apart = rules.segment_dates or any(floor.segments for floor in rules.floors)
    if across and apart:
        raise Undecided(
            f"{across} of the audience's rows {'repeats' if across == 1 else 'repeat'} the address "
            f"of a row in another segment, and segments have rules of their own for "
            f"{policy.key}: with one mail each, these people would be told of one date only.",
            remedy="list them once, in the segment whose date comes first, then plan again",
        )


def _decide(
    tx: Tx, matter: Matter, audience: FrozenAudience, asked: PlanRequest, now: datetime
) -> Plan:
    """A plan for an open change; for a stopped one, telling those who were told that it is."""
    told_by = tellings.last_told_by(tx, matter.change.id)
    if told_by is None:
        return make_plan(asked, now=now)
    told = tellings.told(tx, matter.change.id, audience.id, by_channel=asked.may_need_both)
    if matter.change.state is ChangeState.PAUSED:
        return pause(told_by.plan, told=told, request=asked, now=now)
    if matter.change.state is ChangeState.WITHDRAWN:
        return withdraw(told_by.plan, told=told, request=asked, now=now)
    alike = _alike(tx, matter, {fact.telling.version for fact in told})
    return revise(told_by.plan, asked, told=told, now=now, alike=alike)


def _alike(tx: Tx, matter: Matter, told: Iterable[str]) -> frozenset[str]:
    """Those of some texts that differ from the new one in nothing but their own date."""
    found = {text: texts.with_text(tx, matter.policy.key, text) for text in told}
    same = {Materiality.DATE_ONLY, Materiality.EDITORIAL}
    return frozenset(
        text
        for text, version in found.items()
        if version and classified(version.reading, matter.new.reading) in same
    )


def manifest(
    pipeline: Pipeline,
    matter: Matter,
    asked: PlanRequest,
    planned: Plan,
    audience: FrozenAudience,
    rendered: Rendered,
) -> Manifest:
    """The hash of everything that will go out, and of what it was decided on."""
    return Manifest(
        from_text=matter.old.reading.document.content_hash,
        to_text=matter.new.reading.document.content_hash,
        redline=sha256(canonical(matter.redline)),
        plan=sha256(canonical(planned)),
        audience=audience.digest,
        people=audience.people,
        definition=_definition(audience, planned),
        sender=pipeline.config.email.sender,
        bounces_to=pipeline.config.email.bounces_to or "",
        messages={
            f"{position}/{locale}": sha256(content)
            for (position, locale), content in sorted(rendered.messages.items())
        },
        request=sha256(canonical(_asked(asked))),
        pages={path: sha256(content) for path, content in sorted(rendered.pages.items())},
    )


def _asked(request: PlanRequest) -> PlanRequest:
    """What a plan was decided on, without what changes by itself from one minute to the next."""
    return replace(request, posted_at=None, rules=replace(request.rules, beside=()))


def _definition(audience: FrozenAudience, planned: Plan) -> str:
    """Whom the plan is for, in words."""
    until = planned.joiners_until
    joiners = f", and who joins before {until.isoformat()}" if until else ""
    return audience.definition + joiners


def _is_current(known: StoredPlan, draft: Draft) -> bool:
    """Whether a recorded plan still says what would be planned now, its times apart."""
    same_inputs = replace(known.manifest, plan="") == replace(draft.manifest, plan="")
    return (
        same_inputs
        and known.state is PlanState.DRAFT
        and known.plan.refusal == draft.plan.refusal
        and known.plan.deadline_at == draft.plan.deadline_at
    )


def _approved_as_it_is(pipeline: Pipeline, policy: PolicyConfig) -> StoredPlan | None:
    """The approved plan, if it is still exactly what would go out, whoever was told meanwhile.

    One with a notice withheld because its words were no longer true is not; nor is one, while
    there is time, that does nothing for somebody whose earlier mail came back after it was made.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        matter = open_matter(tx, policy)
        known = plans.latest_plan(tx, matter.change.id)
        if known is None or known.state is not PlanState.APPROVED or known.plan.stops:
            return None
        notices = plans.notices_of(tx, known.id)
        if any(n.withheld_at and n.kind not in PUNCTUAL for n in notices):
            return None
        if now < known.plan.deadline_at and uncovered(tx, known, now):
            return None
        audience = audiences.load_frozen(tx, known.audience_id)
        groups = audiences.groups(tx, audience.id)
        asked = request(tx, pipeline, matter, audience, groups, now)
        rendered = render(tx, pipeline, matter, known.plan, groups)
        again = manifest(pipeline, matter, asked, known.plan, audience, rendered)
        return known if again.digest == known.manifest.digest else None
