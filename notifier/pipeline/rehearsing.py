"""rehearse: a forecast of the whole plan, with the real audience and templates; sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from notifier.config import PolicyConfig
from notifier.ledger import Tx, audiences
from notifier.ledger.audiences import FrozenAudience
from notifier.model.forecast import DayLoad, Forecast
from notifier.model.plan import Channel, Plan, PlannedNotice
from notifier.pipeline.domains import steady_rate
from notifier.pipeline.pipeline import Pipeline, Progress
from notifier.pipeline.planning import Draft, draft_plan, freeze_audience
from notifier.pipeline.requesting import open_matter
from notifier.planning import load_curve, reforecast
from notifier.rendering import Addressee, Mail


@dataclass(frozen=True, slots=True)
class Sample:
    """The first message of a language, exactly as its first recipient would get it.

    Attributes:
        people: how many of the audience read this language by mail.
    """

    locale: str
    people: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would happen if the plan were approved now.

    Attributes:
        forecast: when each notice would end at the full configured rate.
        days: the load of each day.
        zones: people of each notice by zone, largest first; ``""`` for none given.
        samples: of the first mail notice; none where the plan is refused.
    """

    plan: Plan
    forecast: Forecast
    days: tuple[DayLoad, ...]
    zones: dict[str, tuple[tuple[str, int], ...]]
    samples: tuple[Sample, ...]


def rehearse(pipeline: Pipeline, policy: PolicyConfig, *, progress: Progress) -> Rehearsal:
    """Plan the open change as `plan` does and forecast what would follow; no plan is recorded.

    The audience is frozen, and is on the record, as it is for a plan.

    Raises:
        PlanningError: there is no open change.
        AudienceError: the people cannot be read.
        RenderingError: a message cannot be built.
    """
    now = pipeline.clock()
    audience = freeze_audience(pipeline, now, progress)
    email = pipeline.config.email
    with pipeline.ledger.begin() as tx:
        draft = draft_plan(tx, pipeline, open_matter(tx, policy), audience, now)
        samples = tuple(_samples(tx, audience, draft))
        rate = steady_rate(tx, email, audience.id)
    plan = draft.plan
    everybody = {n.key: n.count for n in plan.notices if not n.addressees.joiners}
    return Rehearsal(
        plan=plan,
        forecast=reforecast(plan, everybody, rate, now, daily_quota=email.daily_quota),
        days=load_curve(plan, rate, daily_quota=email.daily_quota),
        zones={notice.key: _zones(plan, notice) for notice in plan.notices},
        samples=samples,
    )


def _zones(plan: Plan, notice: PlannedNotice) -> tuple[tuple[str, int], ...]:
    """Whom of the audience a notice reaches, by zone; what they were told before is left aside."""
    whom = notice.addressees
    if whom.joiners:
        return ()
    counts: Counter[str] = Counter()
    for group in plan.groups:
        placed = not whom.zones or group.zone in whom.zones
        placed = placed and (not whom.segments or group.segment in whom.segments)
        placed = placed and group.segment not in whom.except_segments
        if placed and group.can(notice.channel) and not (whom.without and group.can(whom.without)):
            counts[group.zone] += group.count
    return tuple(counts.most_common())


def _samples(tx: Tx, audience: FrozenAudience, draft: Draft) -> Iterator[Sample]:
    mails = (n for n, notice in enumerate(draft.plan.notices) if notice.channel is Channel.EMAIL)
    first = next(mails, None)
    for (position, locale), content in sorted(draft.rendered.messages.items()):
        if position != first:
            continue
        person = audiences.sample(tx, audience.id, locale)
        if person is not None:
            at = draft.plan.notices[position].due_at
            to = Addressee(person.address, person.name, "<rehearsal@notifier.invalid>", at)
            people = draft.plan.readers(locale, Channel.EMAIL)
            yield Sample(locale, people, Mail(content).fill(to))
