"""The one table of delivery states, and every decision taken on it.

``docs/states.md`` draws it; CHECK constraints in the ledger mirror it. Events that come late,
twice or out of order never lower a state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where one delivery (one notice to one recipient on one channel) stands."""

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    COMPLAINED = "complained"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNRESOLVED = "unresolved"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    OFFERED = "offered"
    SHOWN = "shown"
    ACKNOWLEDGED = "acknowledged"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What an attempt ended as."""

    ACCEPTED = "accepted"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class EventKind(StrEnum):
    """What came back later about a hand-over, or was done with a notice in the product."""

    ACCEPTED = "accepted"
    """The worker that handed it over had been given up, and told its outcome all the same."""
    DELIVERED = "delivered"
    DELAYED = "delayed"
    """The provider is still trying."""
    BOUNCED = "bounced"
    """This message came back; another one may arrive."""
    BOUNCED_FOR_GOOD = "bounced_for_good"
    """The address does not exist or refuses us for ever."""
    REJECTED = "rejected"
    """The provider took it and then did not send it."""
    COMPLAINED = "complained"
    SHOWN = "shown"
    ACKNOWLEDGED = "acknowledged"


PROOFS = frozenset(
    {
        EventKind.ACCEPTED,
        EventKind.DELIVERED,
        EventKind.COMPLAINED,
        EventKind.SHOWN,
        EventKind.ACKNOWLEDGED,
    }
)
"""Events by which the person had been told when they happened."""

TRANSITIONS: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.SENDING, State.SKIPPED, State.CANCELLED, State.OFFERED}),
    State.SENDING: frozenset(
        {State.ACCEPTED, State.PENDING, State.FAILED, State.UNKNOWN, State.UNRESOLVED}
    ),
    State.ACCEPTED: frozenset({State.DELIVERED, State.BOUNCED, State.COMPLAINED}),
    State.DELIVERED: frozenset({State.COMPLAINED, State.BOUNCED}),
    State.COMPLAINED: frozenset(),
    State.BOUNCED: frozenset(),
    State.FAILED: frozenset(),
    State.UNKNOWN: frozenset(
        {
            State.SENDING,
            State.ACCEPTED,
            State.DELIVERED,
            State.COMPLAINED,
            State.BOUNCED,
            State.UNRESOLVED,
        }
    ),
    State.UNRESOLVED: frozenset({State.ACCEPTED, State.DELIVERED, State.COMPLAINED, State.BOUNCED}),
    State.SKIPPED: frozenset(),
    State.CANCELLED: frozenset(),
    State.OFFERED: frozenset({State.SHOWN, State.ACKNOWLEDGED, State.WITHDRAWN}),
    State.SHOWN: frozenset({State.ACKNOWLEDGED}),
    State.ACKNOWLEDGED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""From each state, those it may go to. *Unknown* means that a copy may have arrived; a delivery
stays so, rather than *pending*, until one attempt has a clear end. What somebody has seen in the
product they were told, whatever becomes of its plan."""

BEGINS = frozenset({State.PENDING, State.SKIPPED})
"""States in which a delivery is written."""

CALLED_OFF = {
    State.PENDING: State.CANCELLED,
    State.UNKNOWN: State.UNRESOLVED,
    State.OFFERED: State.WITHDRAWN,
}
"""Where a delivery ends whose plan is carried out no further. What is being handed over is
answered first."""

SAYS_WHY = frozenset(
    {
        State.BOUNCED,
        State.FAILED,
        State.UNRESOLVED,
        State.SKIPPED,
        State.CANCELLED,
        State.WITHDRAWN,
    }
)
"""Ends in which the person was not told; each has its reason (guarantee G1)."""

TOLD = frozenset(
    {State.ACCEPTED, State.DELIVERED, State.COMPLAINED, State.SHOWN, State.ACKNOWLEDGED}
)
"""States in which the person has been told on that channel (handed over and not bounced, or
shown in the product)."""

OPEN = frozenset({State.PENDING, State.SENDING, State.UNKNOWN})
"""States in which something is still to be done."""

BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""Waiting time after the first, second, ... attempt that was refused for now or not sent."""

MAX_ATTEMPTS = 12
"""Hand-overs of one delivery that never left before it is given up as failed."""

UNKNOWN_WAIT = timedelta(hours=1)
"""How long evidence is awaited before an unknown is handed over once more."""


MOST_COPIES = 2
"""Of one mail to one person (G2)."""

TWICE_UNANSWERED = "twice without an answer"


class Verdict(NamedTuple):
    """What becomes of a delivery after an attempt: its state, and when it is due again."""

    state: State
    due_at: datetime
    reason: str = ""


def judge(
    outcome: Outcome,
    *,
    attempts: int,
    unknowns: int,
    at: datetime,
    why: str,
    blameless: bool = False,
) -> Verdict:
    """Decide what an outcome means for its delivery.

    Where an earlier copy was never answered, nothing short of acceptance ends the doubt: the
    delivery is *unknown* while it is to be tried again, and *unresolved* where others *fail*.

    Args:
        blameless: the failure was the server's or ours (:class:`~notifier.channels.transport.
            Scope`): the delivery is due again at once and the attempt does not count.
        attempts: hand-overs so far, this one included.
        unknowns: how many of them ended unknown, this one included.
        at: aware UTC instant of the outcome.
        why: the server's or provider's words, without addresses.
    """
    if outcome is Outcome.ACCEPTED:
        return Verdict(State.ACCEPTED, at)
    why = why or outcome.value.replace("_", " ")
    if outcome is Outcome.UNKNOWN:
        return _unanswered(unknowns, at, why)
    if blameless:
        return Verdict(State.UNKNOWN if unknowns else State.PENDING, at, why)
    if outcome is Outcome.REFUSED:
        return _given_up(unknowns, at, why)
    return _again(attempts, unknowns, at, why)


def _unanswered(unknowns: int, at: datetime, why: str) -> Verdict:
    """Once: wait for evidence, then one more copy. Twice: never a third (G2)."""
    if unknowns >= MOST_COPIES:
        return Verdict(State.UNRESOLVED, at, TWICE_UNANSWERED)
    return Verdict(State.UNKNOWN, at + UNKNOWN_WAIT, why)


def _given_up(unknowns: int, at: datetime, why: str) -> Verdict:
    if unknowns:
        return Verdict(State.UNRESOLVED, at, f"once without an answer, then: {why}")
    return Verdict(State.FAILED, at, why)


def _again(attempts: int, unknowns: int, at: datetime, why: str) -> Verdict:
    if attempts >= MAX_ATTEMPTS:
        return _given_up(unknowns, at, f"given up after {attempts} attempts: {why}")
    wait = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return Verdict(State.UNKNOWN if unknowns else State.PENDING, at + wait, why)


_LEADS_TO = {
    EventKind.ACCEPTED: State.ACCEPTED,
    EventKind.DELIVERED: State.DELIVERED,
    EventKind.BOUNCED: State.BOUNCED,
    EventKind.BOUNCED_FOR_GOOD: State.BOUNCED,
    EventKind.REJECTED: State.BOUNCED,
    EventKind.COMPLAINED: State.COMPLAINED,
    EventKind.SHOWN: State.SHOWN,
    EventKind.ACKNOWLEDGED: State.ACKNOWLEDGED,
}


def after_event(state: State, kind: EventKind) -> State:
    """Where an event leaves a delivery: further on, or where it is; never lower."""
    to = _LEADS_TO.get(kind, state)
    return to if to in TRANSITIONS[state] else state


def reason_of(state: State, kind: EventKind, why: str) -> str:
    """Why the person was not told, after an event; empty where they were."""
    return "" if state in TOLD else why or kind.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Answered:
    """An attempt as recorded: its outcome, None while there is none, and the events about it."""

    outcome: Outcome | None
    why: str = ""
    events: tuple[tuple[EventKind, str], ...] = ()


def could_be(attempts: Sequence[Answered], *, unknowns: int = 0) -> set[tuple[State, str]]:
    """Every state, with its reason, that a mail delivery may be in after these attempts.

    More than one where the record does not say which it was: whether a refusal blamed the
    recipient, and whether an event about an earlier copy came before or after the next.

    Args:
        unknowns: copies that an earlier plan handed over without an answer.
    """
    found = {(State.PENDING, "")}
    for number, attempt in enumerate(attempts, start=1):
        if attempt.outcome is None:
            return {(State.SENDING, reason) for _, reason in found}
        unknowns += attempt.outcome is Outcome.UNKNOWN
        found = set(_verdicts(attempt, number, unknowns))
        told_of_earlier = [event for earlier in attempts[: number - 1] for event in earlier.events]
        for kind, why in told_of_earlier:
            found |= {_moved(state, reason, kind, why) for state, reason in found}
        after = found
        for kind, why in attempt.events:
            after = {_moved(state, reason, kind, why) for state, reason in after}
        found = after if number == len(attempts) else found | after
    return found


def _verdicts(attempt: Answered, number: int, unknowns: int) -> Iterator[tuple[State, str]]:
    assert attempt.outcome is not None  # noqa: S101 - asked only of those answered
    for blameless in (False, True):
        for counted in range(1, number + 1):
            verdict = judge(
                attempt.outcome,
                attempts=counted,
                unknowns=unknowns,
                at=_ANY_TIME,
                why=attempt.why,
                blameless=blameless,
            )
            yield verdict.state, verdict.reason


_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def _moved(state: State, reason: str, kind: EventKind, why: str) -> tuple[State, str]:
    to = after_event(state, kind)
    return (state, reason) if to is state else (to, reason_of(to, kind, why))


def unknown_budget(audience: int) -> int:
    """How many unknowns a plan may have before sending holds itself and asks (G2)."""
    return max(20, audience // 10_000)


CANARY = (10, 1_000)
"""Of a large audience, the first ten and then the first thousand are answered before the rest."""

LARGE_AUDIENCE = 10_000


@dataclass(frozen=True, slots=True)
class Canary:
    """What the first deliveries of a large notice tell about the rest.

    Attributes:
        allowance: how many more may be begun now; None when the canary is over.
        died: why a person must look before more goes out, else empty.
    """

    allowance: int | None
    died: str = ""


def canary(first: Sequence[tuple[State, int]]) -> Canary:
    """Judge the first deliveries of a notice, in order, by their state and number of attempts."""
    for step in CANARY:
        head = first[:step]
        untried = sum(state is State.PENDING and not attempts for state, attempts in head)
        if untried or any(state is State.SENDING for state, _ in head):
            return Canary(untried)
        failed = sum(state in {State.FAILED, State.BOUNCED} for state, _ in head)
        tried = sum(attempts > 0 for _, attempts in head)
        if failed * 2 > tried:
            return Canary(0, f"of the first {tried} mails {failed} were refused")
    return Canary(None)
