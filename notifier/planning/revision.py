"""When the text or the date changes, or the change is stopped, after some have been told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from notifier.model.plan import (
    Addressees,
    Channel,
    DutyKind,
    Group,
    NoticeKind,
    Plan,
    Standing,
    Telling,
    Told,
    Wording,
)
from notifier.model.reading import Finding, Severity
from notifier.model.request import PlanRequest
from notifier.planning.courses import Cohort, Splitter
from notifier.planning.effective import start_of
from notifier.planning.instants import utc, zone_named
from notifier.planning.making import compose
from notifier.planning.owed import Owed
from notifier.planning.words import day_words, instant_words, people_words


def revise(
    old_plan: Plan,
    request: PlanRequest,
    *,
    told: Sequence[Told],
    now: datetime,
    alike: AbstractSet[str] = frozenset(),
) -> Plan:
    """Plan anew after some people were told of an earlier text or date of the same change.

    Exactly those whose last telling differs from the new one get a correction, at once; those
    told of nothing get one cumulative notice of everything since the version in force; those who
    were told the new text and date already get nothing but reminders, and the other channel where
    both are promised. A change that was paused
    is resumed in the same way. Where ``told`` is empty this is ``make_plan``.

    Args:
        old_plan: the plan that ``told`` was told by; it is void from here on.
        request: as for ``make_plan``, with the whole audience.
        told: how many people of which group were last told what, grouped as in
            ``request.groups``; people whose mail bounced are untold.
        now: aware instant.
        alike: content hashes of earlier texts that say the same but for their own date.
    """
    now = utc(now)
    start, _ = start_of(request)
    untold = _untold(old_plan, request, told)
    everybody = Cohort((*untold.groups, *(fact.group for fact in told)))
    if start is None:
        plan = compose(request, (everybody,), everybody, now=now)
        return replace(plan, findings=(*plan.findings, *_believing(told)))
    splitter = Splitter(start, (), request.rules)
    outdated = [f for f in told if f.telling != _new_telling(f.group, splitter, request)]
    fresh = (untold,) if untold.groups or not told else ()
    corrections = _corrections(outdated, request, splitter, _amends(old_plan), alike)
    cohorts = (*fresh, *corrections, *_halfway(fact for fact in told if fact not in outdated))
    plan = compose(request, cohorts, everybody, now=now)
    effects = _believing(outdated) if plan.refusal else _moved(old_plan, plan, outdated, now, alike)
    return replace(plan, findings=(*plan.findings, *effects))


def _new_telling(group: Group, splitter: Splitter, request: PlanRequest) -> Telling:
    own = {dated.segment for dated in request.rules.segment_dates}
    segment = group.segment if group.segment in own else None
    day = splitter.start_for(segment, zone_named(group.zone)).day
    return Telling(day, request.version)


def _untold(old_plan: Plan, request: PlanRequest, told: Sequence[Told]) -> Cohort:
    """Everybody told of nothing yet: the audience less those who were told."""
    counts: Counter[Group] = Counter()
    for fact in told:
        counts[replace(fact.group, count=0)] += fact.group.count
    rest = []
    for group in request.groups:
        kind = replace(group, count=0)
        gone = min(counts[kind], group.count)
        counts[kind] -= gone
        rest.append(replace(group, count=group.count - gone))
    changed = old_plan.version != request.version
    return Cohort(
        groups=tuple(group for group in rest if group.count),
        addressees=Addressees(standing=Standing.UNTOLD if told else Standing.ANYONE),
        wording=(Wording.CUMULATIVE,) if changed and told else (),
    )


def _amends(old_plan: Plan) -> tuple[Owed, ...]:
    """Being set right by the channels they were told by, whatever the promise covers."""
    because = "They have been told what no longer holds."
    duties = (duty for duty in old_plan.duties if duty.kind is DutyKind.TELL)
    return tuple(
        Owed("what they were told before", because, channels=channels)
        for channels in dict.fromkeys(duty.channels for duty in duties)
    )


def _corrections(
    outdated: Sequence[Told],
    request: PlanRequest,
    splitter: Splitter,
    amends: tuple[Owed, ...],
    alike: AbstractSet[str],
) -> Iterator[Cohort]:
    """One cohort for each thing that was told, so that each can be set right in its own words."""
    by_telling: dict[tuple[Telling, Telling], list[Group]] = defaultdict(list)
    for fact in outdated:
        new = _new_telling(fact.group, splitter, request)
        by_telling[fact.telling, new].append(fact.group)
    for number, (old, new) in enumerate(sorted(by_telling, key=_order), start=1):
        yield Cohort(
            groups=tuple(by_telling[old, new]),
            kind=NoticeKind.CORRECTION,
            label=f"-{number}",
            addressees=Addressees(standing=Standing.TOLD, told=old),
            wording=_difference(old, new, alike),
            amends=amends,
        )


def _halfway(told: Iterable[Told]) -> Iterator[Cohort]:
    """Who was told what holds by one channel, and may be owed the other as well."""
    missing: dict[tuple[Telling, Channel], list[Group]] = defaultdict(list)
    for fact in told:
        if fact.not_by is not None:
            missing[fact.telling, fact.not_by].append(fact.group)
    for number, (telling, channel) in enumerate(sorted(missing, key=str), start=1):
        yield Cohort(
            groups=tuple(missing[telling, channel]),
            label=f"-also-{number}",
            addressees=Addressees(standing=Standing.TOLD, told=telling, not_by=channel),
        )


def _order(pair: tuple[Telling, Telling]) -> tuple[str, ...]:
    return tuple(f"{t.effective_date or ''} {t.version} {t.withdrawn}" for t in pair)


def _difference(old: Telling, new: Telling, alike: AbstractSet[str]) -> tuple[Wording, ...]:
    """What differs, in words; where a date is set right, the line that states it is no more."""
    words = []
    if old.effective_date is None:
        words.append(Wording.RESUMED)
    elif old.effective_date != new.effective_date:
        words.append(Wording.DATE_MOVED)
    if old.version != new.version and not (words and old.version in alike):
        words.append(Wording.TEXT_CHANGED)
    return tuple(words)


def _moved(
    old_plan: Plan, plan: Plan, outdated: Sequence[Told], now: datetime, alike: AbstractSet[str]
) -> tuple[Finding, ...]:
    """What the revision does, and the harm it cannot undo."""
    if not outdated:
        return ()
    people = people_words(sum(fact.group.count for fact in outdated))
    what = []
    if plan.effective_date != old_plan.effective_date:
        dates = [day_words(each.effective_date) for each in (old_plan, plan)]
        what.append(f"the date moves from {dates[0]} to {dates[1]}")
    if old_plan.version != plan.version and not (what and old_plan.version in alike):
        what.append("the text changes again")
    kinds = {notice.kind for notice in plan.notices if notice.count}
    corrections = [n.due_at for n in plan.notices if n.kind is NoticeKind.CORRECTION and n.count]
    if corrections:
        begins = min(corrections)
        when = "at once" if begins <= now else f"on {instant_words(begins)}"
        others = "all others get the new notice only" if len(kinds) > 1 else "nobody else is told"
        goes = f"a correction goes {when} to {people} told otherwise before; {others}."
    else:
        goes = f"no notice of this plan reaches {people} told otherwise before."
    findings = [
        Finding(
            "plan.revised",
            Severity.NOTE if corrections else Severity.WARNING,
            f"{' and '.join(what) or 'The announcement changes'}: {goes}",
        )
    ]
    if now >= old_plan.effective_at:
        findings.append(
            Finding(
                "plan.old_date_passed",
                Severity.WARNING,
                f"The day that was told to {people} ({day_words(old_plan.effective_date)}) has "
                f"begun on {instant_words(old_plan.effective_at)}: they believe that the new text "
                "applies.",
                remedy="make sure that the old text is still on the page, and send the correction",
            )
        )
    return tuple(findings)


def _believing(told: Sequence[Told]) -> tuple[Finding, ...]:
    """There is no new plan yet, and people have been told what no longer holds."""
    if not told:
        return ()
    people = people_words(sum(fact.group.count for fact in told))
    return (
        Finding(
            "plan.told_otherwise",
            Severity.WARNING,
            f"What was told to {people} no longer holds, and until there is a plan nothing "
            "corrects it.",
            remedy="pause the change, so that they are told, or settle the new date",
        ),
    )
