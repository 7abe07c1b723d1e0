"""Where a clause contradicts itself: findings with both quotes and the stricter reading."""

from __future__ import annotations

from collections.abc import Sequence

from notifier.model.reading import Finding, Obligation, PromisedChannel, Severity, Trigger
from notifier.reading.promises.statements import Statement
from notifier.reading.promises.summary import is_direct
from notifier.reading.promises.vocabulary import Vocabulary


def contradictions(statements: Sequence[Statement], words: Vocabulary) -> list[Finding]:
    """Every contradiction among the statements of one clause."""
    return [
        *_told_before_yet_in_force_when_posted(statements),
        *_told_yet_without_notice(statements, words),
        *_two_numbers(statements),
        *_two_periods(statements),
    ]


def _told_before_yet_in_force_when_posted(statements: Sequence[Statement]) -> list[Finding]:
    posted = [s for s in statements if s.on_posting and not s.excepted]
    before = [
        s
        for s in statements
        if not s.excepted and s.force and (s.before or s.period) and not s.minor
    ]
    if not posted or not before:
        return []
    quotes = (before[0].quote(), posted[0].quote())
    by_posting = {channel for channel, _ in before[0].channels} == {PromisedChannel.POSTING}
    if (
        before[0].trigger is Trigger.MATERIAL
        and posted[0].trigger is Trigger.ANY
        and not by_posting
    ):
        return [
            Finding(
                "promise.two_rules",
                Severity.WARNING,
                "Material changes are announced before they take effect, other changes take "
                "effect when they are posted. The stricter reading: until a change is classified "
                "as not material, people are told first.",
                quotes,
                "classify the change: `notifier ruling add materiality material`, or editorial",
            )
        ]
    return [
        Finding(
            "promise.contradiction",
            Severity.WARNING,
            "The text says that people are told before a change takes effect, and that a change "
            "takes effect when it is posted. The stricter reading, which planning takes: people "
            "are told first, and the change is in force only later.",
            quotes,
            "decide it: `notifier ruling add effective_when_posted no`; or yes, if a change may be "
            "in force before everybody has been told",
        )
    ]


def _told_yet_without_notice(statements: Sequence[Statement], words: Vocabulary) -> list[Finding]:
    refusals = (s for s in statements if s.refusal and not s.excepted and not s.minor)
    refusal = next((s for s in refusals if _is_of_changes(s, words)), None)
    telling = next(
        (s for s in statements if s.force is Obligation.WILL and not s.minor and is_direct(s)),
        None,
    )
    if not refusal or not telling or refusal.sentence == telling.sentence:
        return []
    if telling.trigger is Trigger.MATERIAL:
        return []
    return [
        Finding(
            "promise.contradiction",
            Severity.WARNING,
            "The text promises to tell people of changes, and says that it may change without "
            "notice. The stricter reading, which planning takes: people are told.",
            (telling.quote(), refusal.quote()),
            "if a change may be made without notice: `notifier ruling add channels posting`",
        )
    ]


def _is_of_changes(statement: Statement, words: Vocabulary) -> bool:
    """Whether it speaks of changing something: access may also be limited without notice."""
    return any(words.find(said, statement.sentence) for said in ("change_noun", "change_verb"))


def _two_numbers(statements: Sequence[Statement]) -> list[Finding]:
    return [
        Finding(
            "promise.contradiction",
            Severity.WARNING,
            f"The period is given twice with different numbers, {found[0].number} and "
            f"{found[0].other}. The stricter reading, which planning takes: {found[0].number}.",
            (s.quote((found[0].start, found[0].end)),),
            f"decide which counts: `notifier ruling add notice_period {found[1].days}`",
        )
        for s in statements
        for found in (s.period, s.delay)
        if found and found[0].other is not None
    ]


def _two_periods(statements: Sequence[Statement]) -> list[Finding]:
    stated = {s.period[1].days: s for s in statements if s.period and not s.excepted}
    if len(stated) <= 1:
        return []
    longest = max(stated)
    return [
        Finding(
            "promise.doubt",
            Severity.WARNING,
            f"The clause states several notice periods. The stricter reading, which planning "
            f"takes: {longest} days.",
            tuple(stated[days].quote() for days in sorted(stated, reverse=True)),
            f"decide for each change: `notifier ruling add notice_period {longest}`",
        )
    ]
