"""check --ci: may this edit of a policy be merged? Needs no audience; records nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from notifier.config import Config, PolicyConfig
from notifier.ledger import changes, texts
from notifier.model.plan import Group, Plan
from notifier.model.reading import Finding, PageState, Reading, Severity
from notifier.model.request import PlanRequest, Ruling
from notifier.pipeline.pipeline import Pipeline
from notifier.pipeline.requesting import (
    classified,
    governing_promise,
    open_questions,
    rules_of,
    stated_promise,
)
from notifier.planning import make_plan
from notifier.planning.words import day_words, instant_words
from notifier.reading import read

_NOMINAL = (Group(locale="", count=1),)
"""The people are not known where a policy is edited; one person has every deadline of all."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be said of an edit before it is merged.

    Attributes:
        faults: what has to be mended; empty where it may be merged.
        remarks: what somebody should look at, such as a promise that becomes weaker.
    """

    faults: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()


def gate(pipeline: Pipeline, policy: PolicyConfig) -> Judgement:
    """Whether the staged text may be merged.

    An edit passes with an effective date, a classification, and a plan that keeps the promise of
    the version in force, made for one nominal person at this moment.

    Raises:
        SourceError: a source does not return its text.
        ReadingError: a text cannot be read.
    """
    if policy.staged is None:
        return Judgement()
    live, staged = (
        read(pipeline.open_source(source).fetch(), selector=policy.selector)
        for source in (policy.live, policy.staged)
    )
    if staged.page_state is not PageState.POLICY:
        return Judgement(tuple(staged.findings))
    if live.document.content_hash == staged.document.content_hash:
        return Judgement()
    rulings = _rulings(pipeline, policy, staged)
    asked = nominal_request(pipeline.config, policy, live, staged, rulings)
    plan = make_plan(asked, now=pipeline.clock())
    faults = tuple(_faults(staged, plan))
    remarks = (finding for finding in plan.findings if finding.severity is Severity.WARNING)
    return Judgement(faults, tuple(finding for finding in remarks if finding not in faults))


def nominal_request(
    config: Config,
    policy: PolicyConfig,
    old: Reading,
    new: Reading,
    rulings: tuple[Ruling, ...],
) -> PlanRequest:
    """What planning decides on, for one nominal person."""
    return PlanRequest(
        title=policy.title,
        effective=new.effective,
        promise=governing_promise(policy, old.promise),
        new_promise=new.promise,
        in_force_date=old.effective.date,
        materiality=classified(old, new),
        rulings=rulings,
        groups=_NOMINAL,
        rules=rules_of(config, policy),
        version=new.document.content_hash,
        stated=stated_promise(policy, old.promise),
        questions=open_questions(old, new),
    )


def _rulings(pipeline: Pipeline, policy: PolicyConfig, staged: Reading) -> tuple[Ruling, ...]:
    """Legal's rulings on this very text, where the ledger has them."""
    with pipeline.ledger.begin() as tx:
        change = changes.latest_change(tx, policy.key)
        if change is None:
            return ()
        known = texts.load_version(tx, change.to_version).reading.document.content_hash
        return changes.rulings_on(tx, change.id) if known == staged.document.content_hash else ()


def _faults(staged: Reading, plan: Plan) -> Iterator[Finding]:
    asking = {Severity.QUESTION}
    yield from (finding for finding in plan.findings if finding.severity in asking)
    yield from (finding for finding in plan.findings if finding.code == "plan.unclassified")
    if plan.refusal and not plan.questions:
        honest = plan.earliest_honest_date
        yield Finding(
            "ci.too_late",
            Severity.QUESTION,
            f"Too late: telling everybody before {instant_words(plan.deadline_at)} means to begin "
            f"sending by {instant_words(plan.target_at)}."
            + (f" The earliest honest effective date is {day_words(honest)}." if honest else ""),
            (staged.effective.quote,) if staged.effective.quote else (),
            f"write {honest.isoformat()} or a later day into the text" if honest else "",
        )
