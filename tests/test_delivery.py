"""The table of states: what is drawn is what is done, and everything decided keeps to it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery import (
    BEGINS,
    CALLED_OFF,
    SAYS_WHY,
    TOLD,
    TRANSITIONS,
    Answered,
    EventKind,
    Outcome,
    State,
    after_event,
    could_be,
    judge,
    reason_of,
)

DRAWING = Path(__file__).parent.parent / "docs" / "states.md"
NOW = datetime(2027, 1, 4, tzinfo=UTC)
EVENTS = st.sampled_from(EventKind)


def test_the_drawing_is_the_table() -> None:
    drawn = re.findall(r"^ +(\S+) --> (\w+)", DRAWING.read_text(encoding="utf-8"), re.MULTILINE)
    table = [(state.value, to.value) for state in State for to in TRANSITIONS[state]]
    assert sorted(drawn) == sorted([*table, *(("[*]", state.value) for state in BEGINS)])


def test_the_drawing_says_who_is_told() -> None:
    (told,) = re.findall(r"^\| (.+) \| everything else \|$", DRAWING.read_text(), re.MULTILINE)
    assert set(told.split(", ")) == TOLD


def test_every_state_can_be_reached_and_every_end_says_why_nobody_was_told() -> None:
    reached = set(BEGINS)
    while more := {to for state in reached for to in TRANSITIONS[state]} - reached:
        reached |= more
    assert reached == set(State)
    assert {state for state in State if not TRANSITIONS[state]} - TOLD <= SAYS_WHY
    assert all(to in TRANSITIONS[state] for state, to in CALLED_OFF.items())
    assert set(CALLED_OFF.values()) <= SAYS_WHY


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("unknowns", [0, 1, 2])
@pytest.mark.parametrize("blameless", [False, True])
def test_an_outcome_leads_where_the_table_allows(
    outcome: Outcome, unknowns: int, *, blameless: bool
) -> None:
    if outcome is Outcome.UNKNOWN and not unknowns:
        return
    for attempts in (1, 5, 12):
        verdict = judge(
            outcome, attempts=attempts, unknowns=unknowns, at=NOW, why="", blameless=blameless
        )
        assert verdict.state in TRANSITIONS[State.SENDING]
        assert verdict.reason or verdict.state not in SAYS_WHY


@given(st.sampled_from(State), st.lists(EVENTS, max_size=6))
def test_events_in_any_order_never_lower_a_state(state: State, told: list[EventKind]) -> None:
    for kind in told:
        to = after_event(state, kind)
        assert to is state or to in TRANSITIONS[state]
        assert reason_of(to, kind, "") or to in TOLD or to not in SAYS_WHY
        state = to


@given(
    st.lists(st.tuples(st.sampled_from(Outcome), st.lists(EVENTS, max_size=3)), max_size=3),
    st.data(),
)
def test_what_happened_is_among_what_could_have(
    history: list[tuple[Outcome, list[EventKind]]], data: st.DataObject
) -> None:
    """However a delivery is handed over and told of, following its record again finds its state."""
    state, reason, unknowns, counted = State.PENDING, "", 0, 0
    record: list[Answered] = []
    for outcome, told in history:
        if state not in {State.PENDING, State.UNKNOWN}:
            break
        unknowns += outcome is Outcome.UNKNOWN
        blameless = data.draw(st.booleans()) and outcome is not Outcome.ACCEPTED
        counted += not blameless
        verdict = judge(
            outcome,
            attempts=max(counted, 1),
            unknowns=unknowns,
            at=NOW,
            why="words",
            blameless=blameless,
        )
        state, reason = verdict.state, verdict.reason
        for kind in told:
            to = after_event(state, kind)
            if to is not state:
                state, reason = to, reason_of(to, kind, "told")
        record.append(Answered(outcome, "words", tuple((kind, "told") for kind in told)))
    assert (state, reason) in could_be(record)
