"""The statements of a clause summed up as one promise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from notifier.model.reading import (
    ChannelsMode,
    ClockStart,
    NoticePeriod,
    Obligation,
    Promise,
    PromisedChannel,
    Trigger,
)
from notifier.model.text import Quote
from notifier.reading.promises.statements import Statement
from notifier.reading.promises.telling import FIRMNESS, PASSIVE

DIRECT = frozenset(
    {
        PromisedChannel.EMAIL,
        PromisedChannel.IN_APP,
        PromisedChannel.DURABLE_MEDIUM,
        PromisedChannel.DIRECT_UNSPECIFIED,
    }
)
"""Channels that reach a person; the others wait to be looked at."""

_NEXT_TO_ACT = 60
"""Characters between "announced" and "in the release notes" when the one belongs to the other."""

Channels = dict[PromisedChannel, Quote]


def inherit(statements: Sequence[Statement]) -> list[Statement]:
    """Give every statement a trigger: "such changes" are those of the sentence before.

    "Other changes" are the material ones after the minor, and the minor ones after the material.
    "This notice may be an email" is as firm as the notice, and about the same changes.
    """
    result: list[Statement] = []
    trigger, minor = Trigger.ANY, False
    for statement in statements:
        notice = next((s for s in reversed(result) if s.force), None)
        if statement.describes and statement.force is not Obligation.WILL and notice:
            result.append(
                replace(statement, force=notice.force, trigger=notice.trigger, minor=notice.minor)
            )
            continue
        if statement.remaining and minor:
            trigger, minor = Trigger.MATERIAL, False
        elif statement.remaining and trigger is Trigger.MATERIAL:
            trigger = Trigger.ANY
        elif statement.trigger is not None:
            trigger, minor = statement.trigger, statement.minor
        result.append(replace(statement, trigger=trigger, minor=minor))
    return result


def govern(statements: Sequence[Statement]) -> list[Statement]:
    """The statements that say how people are told.

    What reaches a person governs, for a page is posted whatever else is promised; among those,
    the firmest.
    """
    telling = [s for s in statements if s.force and not s.minor]
    pool = [s for s in telling if is_direct(s) and not _is_vague(s)] or telling
    top = max((FIRMNESS[s.force] for s in pool if s.force), default=0)
    return [s for s in pool if s.force and FIRMNESS[s.force] == top]


def _is_vague(statement: Statement) -> bool:
    """Whether it only allows that people be told, in no way that it names."""
    return statement.force is Obligation.MAY and not statement.channels


def is_direct(statement: Statement) -> bool:
    """Whether it reaches a person: by a named channel, or "we will notify you" without one."""
    named = {channel for channel, _ in statement.channels} - {PromisedChannel.CHANGE_LOG}
    return bool(named & DIRECT) or (statement.addressed and not named)


def _told_in_log(statement: Statement) -> bool:
    """Whether a history of changes is the way it tells ("announced in the release notes")."""
    logs = [span for name, span in statement.channels if name is PromisedChannel.CHANGE_LOG]
    act = statement.act
    return act is not None and any(
        max(span[0] - act[1], act[0] - span[1]) <= _NEXT_TO_ACT for span in logs
    )


def strictness(promise: Promise) -> tuple[int, int, bool]:
    """How much a promise binds, for comparing two: firmness, days of notice, notice before."""
    days = promise.period.days if promise.period else 0
    return FIRMNESS[promise.obligation], days, promise.prior


def summarise(clause: Quote, statements: Sequence[Statement]) -> Promise:
    """The promise that the statements, with their triggers inherited, make together."""
    governing = govern(statements)
    quotes: dict[str, Quote] = {}
    channels, mode = _channels(statements, governing)
    if channels:
        quotes["channels"] = _joined(channels.values())
        quotes["mode"] = next(
            (s.quote() for s in statements if s.mode is mode and s.channels), quotes["channels"]
        )
    period, delay = _periods(statements, quotes)
    prior = (
        _prior(statements, governing, quotes) or period is not None or _offered(statements, quotes)
    )
    posted = _when_posted(statements, quotes)
    if posted is None and prior:
        posted = False
    return Promise(
        clause=clause,
        channels=tuple(channels),
        mode=mode,
        at_least=_at_least(statements, len(channels), mode),
        obligation=_obligation(governing, delay, quotes),
        trigger=_trigger(governing, statements, quotes, split=bool(posted and prior)),
        period=period,
        prior=prior,
        effective_when_posted=posted,
        effective_delay_days=delay.days if delay else None,
        objection_days=_objection(statements, quotes),
        promises_to_update_date=_says(statements, "date", "promises_to_update_date", quotes),
        continued_use_is_acceptance=_says(
            statements, "acceptance", "continued_use_is_acceptance", quotes
        ),
        quotes=quotes,
    )


def _channels(
    statements: Sequence[Statement], governing: Sequence[Statement]
) -> tuple[Channels, ChannelsMode]:
    """The channels in the order the clause names them, and how they combine."""
    counted = _counted(statements, governing)
    channels = _named(counted)
    if not set(channels) - PASSIVE:
        silent = next(
            (s for s in governing if is_direct(s) and s.act and not _told_in_log(s)), None
        )
        if silent and (silent.personal or not set(channels) - {PromisedChannel.CHANGE_LOG}):
            told = {PromisedChannel.DIRECT_UNSPECIFIED: silent.quote(silent.act)}
            channels = {**told, **channels}
    if not set(channels) - {PromisedChannel.CHANGE_LOG}:
        for statement in statements:
            for channel, span in statement.channels:
                channels.setdefault(channel, statement.quote(span))
    if not channels:
        return channels, ChannelsMode.NONE
    choice = any(s.mode is ChannelsMode.ANY_OF and s.force for s in counted)
    return channels, ChannelsMode.ANY_OF if choice else ChannelsMode.ALL


def _named(counted: Sequence[Statement]) -> Channels:
    """The channels that the statements name, with the words that name them.

    "We will send notice" names none where another sentence says how the notice is given.
    """
    described = any(s.describes for s in counted)
    channels: Channels = {}
    for statement in counted:
        for channel, span in statement.channels:
            unnamed = channel is PromisedChannel.DIRECT_UNSPECIFIED
            if unnamed and described and not statement.describes:
                continue
            if statement.force or statement.delay or channel is PromisedChannel.CHANGE_LOG:
                channels.setdefault(channel, statement.quote(span))
    return channels


def _at_least(statements: Sequence[Statement], named: int, mode: ChannelsMode) -> int:
    if mode is ChannelsMode.ANY_OF:
        return min(named, max((s.at_least for s in statements if s.force), default=1))
    return named


def _counted(
    statements: Sequence[Statement], governing: Sequence[Statement]
) -> Sequence[Statement]:
    """The statements whose channels the summary carries.

    One mode cannot say "posted, and mail or a banner when it is material": where material changes
    have a firm choice of their own, that choice is the summary. Possible ways of telling count
    only where no firm way is named.
    """
    material_choice = [
        s
        for s in governing
        if s.trigger is Trigger.MATERIAL
        and s.mode is ChannelsMode.ANY_OF
        and s.force is Obligation.WILL
    ]
    if material_choice:
        return material_choice
    firm = any(
        s.force is not None
        and s.force is not Obligation.MAY
        and {channel for channel, _ in s.channels} - PASSIVE
        for s in statements
    )
    return [s for s in statements if not (firm and s.force is Obligation.MAY)]


def _obligation(
    governing: Sequence[Statement], delay: NoticePeriod | None, quotes: dict[str, Quote]
) -> Obligation:
    if delay and delay.starts_at is not ClockStart.POSTING:
        quotes["obligation"] = quotes["effective_delay_days"]
        return Obligation.WILL
    for statement in governing:
        if statement.force and statement.act:
            quotes["obligation"] = statement.quote(statement.act)
            return statement.force
    if delay:
        quotes["obligation"] = quotes["effective_delay_days"]
        return Obligation.WILL
    return Obligation.NONE


def _trigger(
    governing: Sequence[Statement],
    statements: Sequence[Statement],
    quotes: dict[str, Quote],
    *,
    split: bool,
) -> Trigger:
    triggers = {s.trigger for s in governing}
    at = next((s for s in governing if s.trigger_at), None)
    if at:
        quotes["trigger"] = at.quote()
    if Trigger.MATERIAL not in triggers:
        return Trigger.ANY
    general = any(s.on_posting and s.trigger is Trigger.ANY for s in statements)
    if Trigger.ANY in triggers or (split and general):
        return Trigger.MIXED
    return Trigger.MATERIAL


def _periods(
    statements: Sequence[Statement], quotes: dict[str, Quote]
) -> tuple[NoticePeriod | None, NoticePeriod | None]:
    """The longest notice period, and the delay from posting or notice to effect."""
    stated = [(s, *s.period) for s in statements if s.period and not s.excepted]
    delays = [(s, *s.delay) for s in statements if s.delay and not s.excepted]
    delay = max(delays, key=lambda found: found[2].days, default=None)
    period = max(stated, key=lambda found: found[2].days, default=delay)
    if period:
        quotes["period"] = period[0].quote((period[1].start, period[1].end))
    if delay:
        quotes["effective_delay_days"] = delay[0].quote()
    return (period[2] if period else None), (delay[2] if delay else None)


def _prior(
    statements: Sequence[Statement], governing: Sequence[Statement], quotes: dict[str, Quote]
) -> bool:
    """Notice before the change; what only may be done counts where no more is promised."""
    firm = any(s.force is not Obligation.MAY for s in governing)
    for statement in statements:
        allowed = firm and statement.force is Obligation.MAY
        if statement.before and not statement.excepted and not allowed:
            quotes["prior"] = statement.quote(statement.before)
            return True
    if "period" in quotes:
        quotes["prior"] = quotes["period"]
    return False


def _offered(statements: Sequence[Statement], quotes: dict[str, Quote]) -> bool:
    """A change that is offered, and agreed when nobody objects in time, is told before it applies.

    The form of German general terms (section 308 no. 5 BGB): notice, a period, deemed consent.
    """
    firm = any(s.force is Obligation.WILL for s in statements)
    deemed = next((s for s in statements if s.objection and s.acceptance), None)
    if firm and deemed:
        quotes["prior"] = deemed.quote()
        return True
    return False


def _when_posted(statements: Sequence[Statement], quotes: dict[str, Quote]) -> bool | None:
    for statement in statements:
        if statement.on_posting and not statement.excepted:
            quotes["effective_when_posted"] = statement.quote(statement.on_posting)
            return True
    return None


def _objection(statements: Sequence[Statement], quotes: dict[str, Quote]) -> int | None:
    for statement in statements:
        if statement.objection:
            time = statement.objection
            quotes["objection_days"] = statement.quote((time.start, time.end))
            return NoticePeriod(time.number, time.unit).days
    return None


def _says(statements: Sequence[Statement], part: str, name: str, quotes: dict[str, Quote]) -> bool:
    for statement in statements:
        if span := getattr(statement, part):
            quotes[name] = statement.quote(span)
            return True
    return False


def _joined(quotes: Iterable[Quote]) -> Quote:
    texts = list(quotes)
    return Quote(" \u2026 ".join(quote.text for quote in texts), texts[0].line)
