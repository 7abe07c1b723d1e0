"""What legal should know about a date: each doubt as a finding with its quotes and its remedy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from notifier.model.reading import DateKind, DateStatus, EffectiveDate, Finding, Severity
from notifier.model.text import Quote
from notifier.reading.dates.decision import Choice, differs
from notifier.reading.dates.order import Order
from notifier.reading.dates.statements import RANK, Scope, Standing, Statement
from notifier.reading.dates.vocabulary import supported
from notifier.reading.dates.written import Form
from notifier.reading.tags import primary_language

_RULING = "`notifier ruling add effective_date` with the day"
_RULE = f"have the text state it, or {_RULING}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the doubts are judged on."""

    effective: EffectiveDate
    choice: Choice
    statements: tuple[Statement, ...]
    order: Order
    machine: frozenset[dt.date]
    language: str


def doubts(evidence: Evidence) -> tuple[Finding, ...]:
    """Return the findings on one text's date, the ones that stop planning first."""
    found = [
        *_unsettled(evidence),
        *_kind(evidence),
        *_language(evidence),
        *_machine(evidence),
        *_others(evidence),
        *_broken(evidence),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.QUESTION))


def _quotes(*statements: Statement) -> tuple[Quote, ...]:
    return tuple(dict.fromkeys(one.quote for one in statements))


def _unsettled(evidence: Evidence) -> Iterator[Finding]:
    """Yield why there is no single day."""
    effective, choice = evidence.effective, evidence.choice
    quotes = (effective.quote,) if effective.quote else ()
    if effective.status is DateStatus.NONE:
        yield Finding(
            "date.none", Severity.QUESTION, "The text states no date of its own.", (), _RULE
        )
    elif effective.status is DateStatus.PLACEHOLDER:
        yield Finding(
            "date.placeholder",
            Severity.QUESTION,
            "Where the date belongs, the text still has a placeholder.",
            quotes,
            "put the date into the text before it is published",
        )
    elif effective.status is DateStatus.MONTH_ONLY:
        yield Finding(
            "date.month_only",
            Severity.QUESTION,
            f"The text gives only a month ({effective.month}); a notice period needs a day.",
            quotes,
            _RULE,
        )
    elif effective.status is DateStatus.AMBIGUOUS and not choice.partial:
        days = " or ".join(f"{date:%-d %B %Y}" for date in effective.readings)
        statements = (choice.statement,) if choice.statement else ()
        yield Finding(
            "date.two_dates" if choice.rivals else "date.ambiguous",
            Severity.QUESTION,
            f"The date can mean {days}, and nothing in the text decides it.",
            _quotes(*statements, *choice.rivals),
            _RULE,
        )


def _kind(evidence: Evidence) -> Iterator[Finding]:
    """Yield why a single day is not yet the effective date."""
    effective = evidence.effective
    if effective.status is not DateStatus.STATED or effective.quote is None:
        return
    if effective.kind is DateKind.EFFECTIVE_ESTIMATED:
        yield Finding(
            "date.estimated",
            Severity.QUESTION,
            "The text calls its effective date an estimate.",
            (effective.quote,),
            f"wait for the final date, or take this one: {_RULING}",
        )
    elif not effective.governs:
        name = (effective.kind or DateKind.DATED).value.replace("_", " ")
        yield Finding(
            "date.not_governing",
            Severity.QUESTION,
            f"The text states only a “{name}” date and does not say that it is the effective one.",
            (effective.quote,),
            f"say from which day it applies: {_RULING}",
        )
    if effective.kind is DateKind.COMPUTED:
        yield Finding(
            "date.computed",
            Severity.NOTE,
            "The effective date was computed from the posted date, as the text says.",
            (effective.quote,),
        )
    statement = evidence.choice.statement
    if statement and len(statement.written.readings) > 1:
        yield Finding(
            "date.order_decided",
            Severity.NOTE,
            f"The numbers could be swapped; read as {effective.date:%-d %B %Y} because "
            f"{evidence.order.why}.",
            (effective.quote,),
        )


def _language(evidence: Evidence) -> Iterator[Finding]:
    """Yield that the text's language has no table of date words."""
    primary = primary_language(evidence.language)
    if primary and primary not in supported():
        yield Finding(
            "date.language_unsupported",
            Severity.QUESTION,
            f"The text is in a language whose words for dates are not known here ({primary}).",
            (evidence.effective.quote,) if evidence.effective.quote else (),
            f"say it: {_RULING}",
        )


def _machine(evidence: Evidence) -> Iterator[Finding]:
    """Yield that the page's one machine-readable date contradicts its prose."""
    effective = evidence.effective
    if effective.date and len(evidence.machine) == 1 and effective.date not in evidence.machine:
        stamp = min(evidence.machine)
        yield Finding(
            "date.metadata_disagrees",
            Severity.QUESTION,
            f"The words say {effective.date:%-d %B %Y}, the markup says {stamp:%-d %B %Y}.",
            (effective.quote,) if effective.quote else (),
            "correct the one that is wrong; the words were taken",
        )


def _others(evidence: Evidence) -> Iterator[Finding]:
    """Yield what else the text says about dates that does not fit."""
    chosen, order = evidence.choice.statement, evidence.order
    for one in evidence.statements:
        if chosen is None or one is chosen or one in evidence.choice.rivals:
            continue
        if one.written.form is Form.INCOMPLETE or one.written.form is Form.IMPOSSIBLE:
            continue
        if one.scope is Scope.WHOLE and differs(chosen, one, order):
            yield from _disagreement(chosen, one, order)
    parts = [one for one in evidence.statements if one.scope is Scope.PART]
    if parts:
        yield Finding(
            "date.by_group",
            Severity.QUESTION,
            "The text gives another date for some readers, places or sections.",
            _quotes(*parts),
            "give the groups dates of their own (segment_dates), or say from which day it applies "
            f"to everybody: {_RULING}",
        )
    ends = [one for one in evidence.statements if one.scope is Scope.ENDS]
    if ends:
        yield Finding(
            "date.ends",
            Severity.QUESTION,
            "The text says when it stops to apply: it may be a superseded one.",
            _quotes(*ends),
            "check that this is the text to come, not the old one kept online",
        )
    for one in evidence.statements:
        if one.scope is Scope.ANNOUNCED and (chosen is None or differs(chosen, one, order)):
            yield Finding(
                "date.announced",
                Severity.WARNING,
                "The page announces a change to come.",
                (one.quote,),
                "get the text that will apply then, and plan its notice from it",
            )


def _disagreement(chosen: Statement, one: Statement, order: Order) -> Iterator[Finding]:
    same_kind = RANK[one.kind] == RANK[chosen.kind]
    if Standing.METADATA in {one.standing, chosen.standing}:
        if same_kind or one.standing is Standing.METADATA:
            yield Finding(
                "date.metadata_disagrees",
                Severity.QUESTION if same_kind else Severity.NOTE,
                "The page's metadata and its text state different dates.",
                _quotes(chosen, one),
                f"correct the one that is wrong; the {_taken(chosen)} taken",
            )
    elif same_kind:
        severe = one.standing >= Standing.OWN_LINE
        yield Finding(
            "date.two_dates",
            Severity.QUESTION if severe else Severity.WARNING,
            "The text gives two different dates for the same thing.",
            _quotes(chosen, one),
            _RULE,
        )
    elif _updated_after(chosen, one, order):
        yield Finding(
            "date.effective_before_updated",
            Severity.QUESTION,
            "The text says it was changed after it took effect.",
            _quotes(chosen, one),
            f"say from which day the changed text applies: {_RULING}",
        )


def _taken(chosen: Statement) -> str:
    return "metadata was" if chosen.standing is Standing.METADATA else "words were"


def _updated_after(chosen: Statement, one: Statement, order: Order) -> bool:
    if RANK[chosen.kind] > 1 or RANK[one.kind] != RANK[DateKind.LAST_UPDATED]:
        return False
    took_effect, updated = order.decide(chosen.written), order.decide(one.written)
    return bool(took_effect and updated) and max(took_effect) < min(updated)


def _broken(evidence: Evidence) -> Iterator[Finding]:
    """Yield labelled dates that no calendar has, or that lack a day and a month or a year."""
    for one in evidence.statements:
        if one.scope is not Scope.WHOLE:
            continue
        if one.written.form is Form.IMPOSSIBLE:
            yield Finding(
                "date.impossible",
                Severity.QUESTION,
                "No calendar has this date.",
                (one.quote,),
                "correct the date in the text",
            )
        elif one.written.form is Form.INCOMPLETE and evidence.choice.statement is None:
            yield Finding(
                "date.incomplete",
                Severity.QUESTION,
                "The text gives only a part of its date.",
                (one.quote,),
                _RULE,
            )
        elif one.written.form is Form.PLACEHOLDER and evidence.effective.date:
            yield Finding(
                "date.placeholder_beside",
                Severity.WARNING,
                "Another date of the text is still a placeholder.",
                (one.quote,),
                "put the date into the text before it is published",
            )
