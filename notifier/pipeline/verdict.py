"""Whether a person knows what holds now, in a sentence: what they were last told decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from notifier.delivery import OPEN, State
from notifier.ledger.plans import PlanState, StoredPlan
from notifier.ledger.proofs import Proof
from notifier.model.plan import Channel, Plan, Telling, Wording
from notifier.pipeline.explaining import written

_STANDS = {PlanState.APPROVED, PlanState.COMPLETE, PlanState.COMPLETE_WITH_EXCEPTIONS}
_MAY_YET = OPEN | {State.OFFERED}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def takes_effect(stored: StoredPlan) -> str:
    """When the change takes effect, or that it does not, by its latest plan."""
    if stored.plan.stops:
        says = {word for notice in stored.plan.notices for word in notice.wording}
        return f"not: the change is {'paused' if Wording.PAUSED in says else 'withdrawn'}"
    day = stored.plan.effective_date.isoformat()
    if stored.state in _STANDS:
        return day
    return f"{day} as planned; that plan is {stored.state.replace('_', ' ')}"


def verdict(
    theirs: Sequence[Proof], among: Sequence[StoredPlan], joint: frozenset[Channel] = frozenset()
) -> str:
    """How a person was told what holds now, in time if there was any such telling; or why not.

    Args:
        theirs: their deliveries and attempts, at least one.
        among: the plans these belong to; the last one says what holds.
        joint: the channels that are owed to them together; empty where any one will do.
    """
    tellings = {
        (stored.id, number): notice.tells
        for stored in among
        for number, notice in enumerate(stored.plan.notices, start=1)
    }
    told = sorted((p for p in theirs if p.told), key=lambda p: p.told_at or _LONG_AGO)
    if not told:
        if among[-1].state is PlanState.APPROVED and any(p.state in _MAY_YET for p in theirs):
            return "not yet: still under way"
        reasons = dict.fromkeys(proof.reason for proof in theirs if proof.reason)
        return "no: " + ("; ".join(reasons) or "still under way")
    holds = _what_holds(among[-1].plan)
    same: list[Proof] = []
    for proof in told:
        told_of = tellings.get((proof.plan, proof.notice or 0))
        same = [*same, proof] if told_of in holds else []
    if not same:
        last = told[-1]
        of = _of(tellings.get((last.plan, last.notice or 0)), among[-1].plan)
        return f"not of this: last told by {way(last)}, {written(last.told_at)}, {of}"
    firsts: dict[Channel, Proof] = {}
    for proof in sorted(same, key=_promptness):
        firsts.setdefault(Channel(proof.channel), proof)
    first, *_ = firsts.values()
    if lacking := sorted(joint - firsts.keys()):
        return (
            f"in part: by {way(first)}, {written(first.told_at)}; the promise asks for "
            f"{' and '.join(map(_way, lacking))} as well"
        )
    needed = [proof for channel, proof in firsts.items() if channel in joint] or [first]
    last = max(needed, key=_promptness)
    by = " and ".join(map(way, needed))
    in_time = "LATE, not before" if last.late else "in time, before"
    return f"yes, by {by}, {written(last.told_at)}: {in_time} {written(last.before)}"


def _promptness(proof: Proof) -> tuple[bool, datetime]:
    return proof.late, proof.told_at or _LONG_AGO


def way(proof: Proof) -> str:
    """By what a notice reaches the person."""
    return _way(Channel(proof.channel))


def _way(channel: Channel) -> str:
    return "email" if channel is Channel.EMAIL else "a notice in the product"


def _what_holds(plan: Plan) -> set[Telling]:
    told = {notice.tells for notice in plan.notices if notice.tells}
    return told or {Telling(plan.effective_date, plan.version)}


def _of(telling: Telling | None, plan: Plan) -> str:
    if telling is None or telling.withdrawn:
        return "that the change is withdrawn"
    if telling.effective_date is None:
        return "that the change is paused"
    text = "" if telling.version == plan.version else " with an earlier text"
    return f"of a change{text} on {telling.effective_date.isoformat()}"
