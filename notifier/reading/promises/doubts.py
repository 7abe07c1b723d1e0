"""Where a clause leaves something open: findings with the words they rest on.

Severity: a contradiction or a doubt is a warning, for planning goes on with the stricter reading;
it is a question only where no stricter reading is safe.
"""

from __future__ import annotations

from collections.abc import Sequence

from notifier.model.reading import Finding, Obligation, Promise, PromisedChannel, Severity, Trigger
from notifier.model.text import Document, Quote
from notifier.reading.promises.contradictions import contradictions
from notifier.reading.promises.statements import Statement
from notifier.reading.promises.summary import DIRECT
from notifier.reading.promises.vocabulary import Vocabulary, languages

_SECTION = "state the promise in [policy.promise] of notifier.toml, with a reason"


def unsupported(document: Document) -> Finding:
    """The text is in a language without vocabulary."""
    known = ", ".join(languages())
    return Finding(
        "promise.language_unsupported",
        Severity.QUESTION,
        f"What this text promises cannot be read: its language is none of {known}"
        + (f" (it is declared as {document.language!r})." if document.language else "."),
        remedy=_SECTION,
    )


def none() -> Finding:
    """The text says nothing of its own changes."""
    return Finding(
        "promise.none",
        Severity.WARNING,
        "No passage was found that says how changes of this text are announced; only the "
        "configured minimum periods bind its changes.",
        remedy=f"if the promise stands in another document, {_SECTION}",
    )


def of(
    promise: Promise, statements: Sequence[Statement], others: Sequence[Quote], words: Vocabulary
) -> tuple[Finding, ...]:
    """Everything open about a promise, the contradictions first."""
    found = [
        *contradictions(statements, words),
        *_no_firm_duty(promise),
        *_conditional(statements, words),
        *_no_channel(promise),
        *_same_day(statements),
        *_no_number(promise, statements, words),
        *_own_judgement(promise, statements, words),
        *_exceptions(statements, words),
        *_some_people(statements, words),
        *_other_document(statements, words),
        *_elsewhere(others),
    ]
    return tuple(found)


def _no_firm_duty(promise: Promise) -> list[Finding]:
    words = {Obligation.MAY: "may tell people", Obligation.ENDEAVOUR: "tries to tell people"}
    if promise.obligation not in words:
        return []
    return [
        Finding(
            "promise.doubt",
            Severity.WARNING,
            f"The text says that it {words[promise.obligation]}; that is no firm duty. The "
            "stricter reading, which planning takes: people are told.",
            tuple(q for q in (promise.quotes.get("obligation"),) if q),
            'if nobody need be told, state obligation = "none" in [policy.promise], with a reason',
        )
    ]


def _conditional(statements: Sequence[Statement], words: Vocabulary) -> list[Finding]:
    return [
        Finding(
            "promise.doubt",
            Severity.WARNING,
            "The text tells people only where that is appropriate or required, and leaves open "
            "when. The stricter reading, which planning takes: always.",
            (s.quote(),),
            "if nobody need be told of a change: `notifier ruling add channels posting`",
        )
        for s in statements
        if s.force is Obligation.WILL and words.find("conditional", s.sentence)
    ][:1]


def _no_channel(promise: Promise) -> list[Finding]:
    if set(promise.channels) & DIRECT != {PromisedChannel.DIRECT_UNSPECIFIED}:
        return []
    return [
        Finding(
            "promise.doubt",
            Severity.WARNING,
            "The text promises to tell people and does not say how. The stricter reading: a "
            "message to each person, not a page to be looked at.",
            tuple(q for q in (promise.quotes.get("channels"),) if q),
            "name the channels: `notifier ruling add channels email,in_app`",
        )
    ]


def _same_day(statements: Sequence[Statement]) -> list[Finding]:
    return [
        Finding(
            "promise.doubt",
            Severity.NOTE,
            "The text allows telling people on the day itself. The stricter reading: the day "
            "before.",
            (s.quote(),),
        )
        for s in statements
        if s.same_day and s.force and not s.refusal
    ]


def _no_number(
    promise: Promise, statements: Sequence[Statement], words: Vocabulary
) -> list[Finding]:
    if not promise.prior or promise.period:
        return []
    vague = next(
        (s for s in statements if s.force and words.find("vague_period", s.sentence)), None
    )
    if vague is None:
        return []
    return [
        Finding(
            "promise.doubt",
            Severity.WARNING,
            "The text promises notice in reasonable time and gives no number of days.",
            (vague.quote(),),
            "set the number: `notifier ruling add notice_period 30`; until then only floors bind",
        )
    ]


def _own_judgement(
    promise: Promise, statements: Sequence[Statement], words: Vocabulary
) -> list[Finding]:
    if promise.trigger is Trigger.ANY:
        return []
    own = next((s for s in statements if s.force and words.find("judgement", s.sentence)), None)
    return (
        []
        if own is None
        else [
            Finding(
                "promise.doubt",
                Severity.NOTE,
                "Which changes are material is left to the company's own judgement. The stricter "
                "reading: a change is material until somebody has judged it.",
                (own.quote(),),
                "judge each change: `notifier ruling add materiality material`, or editorial",
            )
        ]
    )


def _exceptions(statements: Sequence[Statement], words: Vocabulary) -> list[Finding]:
    return [
        Finding(
            "promise.exception",
            Severity.NOTE,
            "Some changes are excepted from the promise. The stricter reading, which planning "
            "takes: no change is excepted.",
            (s.quote(),),
            "if a change is excepted: `notifier ruling add channels posting`",
        )
        for s in statements
        if words.find("exception", s.sentence) and (s.on_posting or s.refusal or s.force or s.delay)
    ][:1]


def _some_people(statements: Sequence[Statement], words: Vocabulary) -> list[Finding]:
    return [
        Finding(
            "promise.doubt",
            Severity.NOTE,
            "The promise reaches only some people. The stricter reading: everybody.",
            (s.quote(),),
            "if only they are owed a notice, give the audience just them",
        )
        for s in statements
        if s.force and words.find("only_some", s.sentence)
    ][:1]


def _other_document(statements: Sequence[Statement], words: Vocabulary) -> list[Finding]:
    return [
        Finding(
            "promise.elsewhere",
            Severity.QUESTION,
            "How changes are announced is said in another document.",
            (s.quote(),),
            f"read that document, then {_SECTION}",
        )
        for s in statements
        if words.find("other_document", s.sentence)
    ][:1]


def _elsewhere(others: Sequence[Quote]) -> list[Finding]:
    return (
        [
            Finding(
                "promise.second_passage",
                Severity.WARNING,
                "Another passage of the text also speaks of its changes; the promise was read from "
                "the one that says most.",
                tuple(others),
                f"compare the passages; if this one does not say it all, {_SECTION}",
            )
        ]
        if others
        else []
    )
