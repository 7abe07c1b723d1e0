"""plan: what is to be done for a policy's open change; rendered, recorded, never sent from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import notifier.rendering.redline as views
from notifier.config import PolicyConfig, PromiseConfig
from notifier.errors import ConfigError, PlanningError
from notifier.ledger import Tx, audiences, changes, journal, plans, texts
from notifier.ledger.audiences import FrozenAudience
from notifier.ledger.changes import Change
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.plans import Manifest, StoredPlan
from notifier.ledger.texts import Version
from notifier.model.plan import Channel, Floor, Group, Plan, PlannedNotice, PlanRequest, Rules
from notifier.model.reading import NoticePeriod, Promise
from notifier.model.redline import Redline
from notifier.model.text import Stamp
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.planning import known_floors, make_plan
from notifier.redline import compare
from notifier.rendering import (
    Facts,
    available_locales,
    compose,
    compose_in_app,
    resolve_locale,
)

_TEXT_BUDGET = 20_000
_HTML_BUDGET = 48_000
"""Bytes the changes may take in each part of a mail, which is 100 kB at most, encoded."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A change with both of its texts."""

    policy: PolicyConfig
    change: Change
    old: Version
    new: Version

    @property
    def redline(self) -> Redline:
        """The comparison of the two."""
        return compare(self.old.reading.document, self.new.reading.document)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A plan with everything that would go out, before it is recorded."""

    plan: Plan
    manifest: Manifest
    messages: dict[tuple[int, str], bytes]


def open_matter(tx: Tx, policy: PolicyConfig) -> Matter:
    """The policy's open change.

    Raises:
        PlanningError: there is none.
    """
    change = changes.current_change(tx, policy.key)
    if change is None:
        raise PlanningError(
            f"There is no open change of {policy.key}.",
            remedy=f"stage a new text, then run `notifier check {policy.key}`",
        )
    return Matter(
        policy,
        change,
        texts.load_version(tx, change.from_version),
        texts.load_version(tx, change.to_version),
    )


def plan(pipeline: Pipeline, policy: PolicyConfig, *, who: str, progress: Progress) -> StoredPlan:
    """Plan the policy's open change, render every message, record both; sends nothing.

    The same change, audience and templates give the plan that is already there, so that asking
    twice never voids an approval.

    Args:
        who: the person, or ``notifier`` for the daemon.

    Raises:
        PlanningError: nothing to plan.
        AudienceError: the people cannot be read.
        RenderingError: a message cannot be built.
    """
    now = pipeline.clock()
    audience = freeze_audience(pipeline, now, progress)
    with pipeline.ledger.begin() as tx:
        matter = open_matter(tx, policy)
        draft = draft_plan(tx, pipeline, matter, audience, now)
        known = plans.latest_plan(tx, matter.change.id)
        if known is not None and _is_current(known, draft):
            return known
        stored = plans.add_plan(
            tx,
            change_id=matter.change.id,
            audience_id=audience.id,
            plan=draft.plan,
            manifest=draft.manifest,
            messages=draft.messages,
            by=Stamp(who, now),
        )
        journal.append(
            tx,
            at=now,
            who=who,
            verb="plan",
            subject=f"plan {stored.id}",
            facts={
                "policy": policy.key,
                "digest": stored.digest,
                "people": audience.people,
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
) -> _Draft:
    """Decide, then render: everything that would go out if it were approved now."""
    groups = audiences.groups(tx, audience.id)
    redline = matter.redline
    planned = make_plan(request(tx, pipeline, matter, redline, groups), now=now)
    messages = dict(_render(pipeline, matter, redline, planned, groups))
    return _Draft(
        planned, manifest(pipeline, matter, redline, planned, audience, messages), messages
    )


def request(
    tx: Tx, pipeline: Pipeline, matter: Matter, redline: Redline, groups: tuple[Group, ...]
) -> PlanRequest:
    """Everything planning decides on."""
    policy, config = matter.policy, pipeline.config
    return PlanRequest(
        title=policy.title,
        effective=matter.new.reading.effective,
        promise=governing_promise(policy, matter.old),
        new_promise=matter.new.reading.promise,
        in_force_date=matter.old.reading.effective.date,
        materiality=redline.suggestion,
        rulings=changes.rulings_on(tx, matter.change.id),
        groups=groups,
        rules=Rules(
            zone=policy.zone,
            lead_times=policy.lead_times,
            floors=floors_of(policy),
            rate=config.email.rate,
            holidays=frozenset(config.holidays),
        ),
        version=matter.new.reading.document.content_hash,
        posted_at=matter.new.live_at,
    )


def floors_of(policy: PolicyConfig) -> tuple[Floor, ...]:
    """The minimum notice periods the configuration names for a policy.

    Raises:
        ConfigError: a name nobody knows.
    """
    known = known_floors()
    unknown = [name for name in policy.floors if name not in known]
    if unknown:
        raise ConfigError(
            f"Policy {policy.key} names floors nobody knows: {', '.join(unknown)}.",
            remedy=f"known are: {', '.join(known)}",
        )
    return tuple(known[name] for name in policy.floors)


def governing_promise(policy: PolicyConfig, old: Version) -> Promise:
    """The promise of the version in force, with what legal states in ``[policy.promise]``."""
    promise, stated = old.reading.promise, policy.promise
    return _stated(promise, stated) if stated else promise


def _stated(promise: Promise, stated: PromiseConfig) -> Promise:
    given = stated.model_dump(exclude_none=True, exclude={"who", "why"})
    if "channels_mode" in given:
        given["mode"] = given.pop("channels_mode")
    if "lead_time_days" in given:
        given["period"] = NoticePeriod(given.pop("lead_time_days"))
    return replace(promise, **given)


def manifest(
    pipeline: Pipeline,
    matter: Matter,
    redline: Redline,
    planned: Plan,
    audience: FrozenAudience,
    messages: dict[tuple[int, str], bytes],
) -> Manifest:
    """The hash of everything that will go out."""
    return Manifest(
        from_text=matter.old.reading.document.content_hash,
        to_text=matter.new.reading.document.content_hash,
        redline=sha256(canonical(redline)),
        plan=sha256(canonical(planned)),
        audience=audience.digest,
        people=audience.people,
        sender=pipeline.config.email.sender,
        messages={
            f"{position}/{locale}": sha256(content)
            for (position, locale), content in sorted(messages.items())
        },
    )


def _is_current(known: StoredPlan, draft: _Draft) -> bool:
    """Whether a recorded plan still says what would be planned now, its times apart."""
    same_inputs = replace(known.manifest, plan="") == replace(draft.manifest, plan="")
    return (
        same_inputs
        and known.state in {plans.PlanState.DRAFT, plans.PlanState.APPROVED}
        and known.plan.refusal == draft.plan.refusal
        and known.plan.deadline_at == draft.plan.deadline_at
    )


def _render(
    pipeline: Pipeline,
    matter: Matter,
    redline: Redline,
    planned: Plan,
    groups: tuple[Group, ...],
) -> Iterator[tuple[tuple[int, str], bytes]]:
    """Every notice in every language of the audience, by position and the recipients' locale."""
    available = available_locales(pipeline.templates)
    default = pipeline.config.audience.default_locale
    locales = sorted({group.locale for group in groups})
    for position, notice in enumerate(planned.notices):
        facts = facts_of(pipeline, matter, redline, planned, notice)
        rendered: dict[str, bytes] = {}
        for wanted in locales:
            locale = resolve_locale(wanted, available, default)
            if locale not in rendered:
                rendered[locale] = _message(pipeline, facts, redline, notice, locale)
            yield (position, wanted), rendered[locale]


def facts_of(
    pipeline: Pipeline, matter: Matter, redline: Redline, planned: Plan, notice: PlannedNotice
) -> Facts:
    """What a notice of this plan tells everybody."""
    policy = matter.policy
    clause = matter.old.reading.promise.clause
    return Facts(
        kind=notice.kind,
        company=pipeline.config.company.name,
        contact=pipeline.config.company.contact,
        titles={"": policy.title, **policy.titles},
        url=policy.url,
        effective_date=planned.effective_date,
        promise=clause.text if clause else "",
        summary=redline.summary,
        policy_language=matter.new.reading.document.language or "",
    )


def _message(
    pipeline: Pipeline, facts: Facts, redline: Redline, notice: PlannedNotice, locale: str
) -> bytes:
    if notice.channel is Channel.IN_APP:
        return compose_in_app(pipeline.templates, facts, locale)
    labels = views.words_for(pipeline.templates, locale)
    return compose(
        pipeline.templates,
        facts,
        locale,
        sender=pipeline.config.email.sender,
        redline_text=views.text(redline, words=labels, link=facts.url, budget=_TEXT_BUDGET),
        redline_html=views.email_fragment(
            redline,
            templates=pipeline.templates,
            words=labels,
            link=facts.url,
            budget=_HTML_BUDGET,
        ),
    )
