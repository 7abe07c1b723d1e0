"""People who join during the notice window: found in the source, frozen as an addition, told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from notifier.config import PolicyConfig
from notifier.ledger import Tx, additions, audiences, changes, plans
from notifier.ledger.audiences import FrozenAudience
from notifier.ledger.plans import PlanState, StoredPlan
from notifier.model.people import Recipient
from notifier.model.reading import Finding, Severity
from notifier.model.stamp import Stamp
from notifier.pipeline.pipeline import Pipeline
from notifier.planning.words import people_words
from notifier.rendering import resolve_locale

_AT_A_TIME = 2_000
_NAMED = 5


def admit_joiners(pipeline: Pipeline, policy: PolicyConfig, *, who: str) -> tuple[Finding, ...]:
    """Read the audience again and freeze who has joined since, for the plan that tells them.

    The approval covers them: it names who joins until the effective instant, and they get the
    approved bytes. A source that was compared before is not compared again. More newcomers at once
    than :func:`_most` are no people who join but another list, and are left to a person: that
    stands as trouble, and keeps the plan from ending as complete, until the list is believed.

    Returns:
        What a person should know of who joined, moved, or does not fit.

    Raises:
        AudienceError: the people cannot be read.
    """
    now = pipeline.clock()
    with pipeline.ledger.begin() as tx:
        stored = _plan_with_a_window(tx, policy, now)
        if stored is None:
            return ()
        base = audiences.load_frozen(tx, stored.audience_id)
        known = {base.digest, additions.last_compared(tx, base.id)}
        languages = _languages(tx, stored)
    digest, by = pipeline.audience.digest(), Stamp(who, now)
    joined, moved = ([], 0) if digest in known else _compare(pipeline, base)
    strangers = _most(base) if len(joined) > _most(base) else 0
    with pipeline.ledger.begin() as tx:
        additions.doubt(tx, base, strangers, source=digest, by=by)
    if strangers:
        return (_another_list(pipeline, base),)
    if digest in known:
        return ()
    default = pipeline.config.audience.default_locale
    told = [_in_a_language(person, languages, default) for person in joined]
    with pipeline.ledger.begin() as tx:
        number = additions.add(tx, base, told, compared=digest, by=by)
    unknown = [value for person in joined for _, value in person.unknown]
    return tuple(_findings(number, moved, unknown))


def fits(pipeline: Pipeline, stored: StoredPlan) -> bool:
    """Whether the people now are those a plan was approved for, and who joined since."""
    now = pipeline.clock()
    until = stored.plan.joiners_until
    with pipeline.ledger.begin() as tx:
        base = audiences.load_frozen(tx, stored.audience_id)
    if now >= stored.plan.in_force_at or pipeline.audience.digest() == base.digest:
        return True
    return until is not None and len(_compare(pipeline, base)[0]) <= _most(base)


def _plan_with_a_window(tx: Tx, policy: PolicyConfig, now: datetime) -> StoredPlan | None:
    """The policy's approved plan, while people who join are told by it."""
    change = changes.latest_change(tx, policy.key)
    stored = plans.latest_plan(tx, change.id) if change else None
    if stored is None or stored.state is not PlanState.APPROVED:
        return None
    until = stored.plan.joiners_until
    return stored if until is not None and now < until else None


def _languages(tx: Tx, stored: StoredPlan) -> set[str]:
    """The locales that the notices for people who join were approved in."""
    return {
        locale
        for notice in plans.notices_of(tx, stored.id)
        if stored.plan.notices[notice.position].addressees.joiners
        for locale in plans.messages_of(tx, notice.id)
    }


def _in_a_language(person: Recipient, languages: set[str], default: str) -> Recipient:
    if person.locale in languages:
        return person
    return person._replace(locale=resolve_locale(person.locale, languages, default))


def _most(base: FrozenAudience) -> int:
    """How many may join between two looks: a tenth of the audience, and never fewer than fifty."""
    return max(50, base.people // 10)


def _compare(pipeline: Pipeline, base: FrozenAudience) -> tuple[list[Recipient], int]:
    """Who is new, up to one more than may be, and how many have another address."""
    joined: list[Recipient] = []
    moved = 0
    for batch in _batches(pipeline.audience.rows()):
        with pipeline.ledger.begin() as tx:
            difference = additions.compare(tx, base.id, batch)
        joined += difference.joined
        moved += difference.moved
        if len(joined) > _most(base):
            break
    return joined, moved


def _batches(people: Iterator[Recipient]) -> Iterator[list[Recipient]]:
    while batch := list(islice(people, _AT_A_TIME)):
        yield batch


def _findings(joined: int, moved: int, unknown: Sequence[str]) -> Iterator[Finding]:
    if joined:
        yield Finding(
            "audience.joined",
            Severity.NOTE,
            f"{people_words(joined)} joined since the list was last looked at; they are told on "
            "joining.",
        )
    if unknown:
        values = ", ".join(f"“{value}”" for value in list(dict.fromkeys(unknown))[:_NAMED])
        yield Finding(
            "audience.unknown",
            Severity.WARNING,
            f"Who joined has locales or time zones that are not known, {values}; they are told as "
            "if they had none.",
            remedy="correct them where the people are read from",
        )
    if moved:
        yield Finding(
            "audience.moved",
            Severity.NOTE,
            f"{people_words(moved)} moved to another address since the audience was frozen. They "
            "are told at the frozen one, which was approved.",
            remedy="a plan that is made anew, after a ruling or another text, goes to the new one",
        )


def _another_list(pipeline: Pipeline, base: FrozenAudience) -> Finding:
    return Finding(
        "audience.another",
        Severity.WARNING,
        f"More than {_most(base):,} people in {pipeline.audience.describe()} are not among the "
        f"{base.people:,} that were approved: too many at once to have joined. None of them is "
        "told.",
        remedy="if the list is right, plan again, so that they are counted and approved",
    )
