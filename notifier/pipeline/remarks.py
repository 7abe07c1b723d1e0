"""What legal should know beside a plan: rows nobody understands, names that fit nobody, rulings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from notifier.config import Config, PolicyConfig
from notifier.ledger import Tx, changes, tellings, texts
from notifier.ledger.rows import AudienceReport, UnknownValue
from notifier.model.plan import CHANNEL_OF, Channel, Group, Plan
from notifier.model.reading import Finding, Severity
from notifier.model.request import Rules
from notifier.pipeline.requesting import Matter
from notifier.planning.words import people_words

_SEGMENTS_SHOWN = 10


def about_audience(
    report: AudienceReport, plan: Plan, rules: Rules, config: Config
) -> Iterator[Finding]:
    """What is odd about the people a plan is for."""
    yield from _unknown_values(report, config.audience.default_locale)
    yield from _known_of_nobody(plan, rules, config)
    yield from _empty_segments(rules, plan.groups)


_RESERVED = re.compile(r"(?:^|[@/.])example\.(?:com|net|org)(?:[/:>]|$)")


def about_placeholders(config: Config, policy: PolicyConfig) -> Iterator[Finding]:
    """That what readers are pointed to is nobody's: names reserved for examples (RFC 2606)."""
    given = {
        "[company] contact": config.company.contact,
        "[email] sender": config.email.sender,
        f"url of {policy.key}": policy.url,
    }
    if left := [name for name, value in given.items() if _RESERVED.search(value)]:
        yield Finding(
            "config.placeholder",
            Severity.WARNING,
            f"Still an example: {', '.join(left)}. Readers of the notices would reach nobody.",
            remedy="write your own into notifier.toml, then plan again",
        )


def about_rulings(tx: Tx, matter: Matter) -> Iterator[Finding]:
    """What legal ruled on the texts before this one: a ruling is on a text, and this is another."""
    ruled = {ruling.subject for ruling in changes.rulings_on(tx, matter.change.id)}
    for change_id in changes.series(tx, matter.change):
        if change_id == matter.change.id:
            continue
        before = texts.load_version(tx, changes.load_change(tx, change_id).to_version)
        last = {ruling.subject: ruling for ruling in changes.rulings_on(tx, change_id)}
        for ruling in last.values():
            if ruling.subject not in ruled:
                subject = ruling.subject.replace("_", " ")
                yield Finding(
                    "ruling.other_text",
                    Severity.WARNING,
                    f"{ruling.who} ruled on {before.name} that {subject} is {ruling.value}: "
                    f"{ruling.why}. {matter.new.name} is another text, and nothing is ruled on it.",
                    remedy=f"if it still holds: `notifier ruling add {ruling.subject} "
                    f"{ruling.value}`, then plan again",
                )


def about_who_is_gone(tx: Tx, change_id: int, audience_id: int, plan: Plan) -> Iterator[Finding]:
    """That people were told what no longer holds, and are not in the list that a plan is for."""
    gone = tellings.gone(tx, change_id, audience_id, plan.tellings)
    if gone:
        yield Finding(
            "audience.told_and_gone",
            Severity.WARNING,
            f"{people_words(gone)} who {'was' if gone == 1 else 'were'} told otherwise before "
            f"{'is' if gone == 1 else 'are'} not in the list any more: nothing of this plan sets "
            "them right.",
            remedy="if they are still customers, put them back in the list, then plan again",
        )


def _unknown_values(report: AudienceReport, default_locale: str) -> Iterator[Finding]:
    """That rows of an audience give a locale or time zone that nobody knows, and which."""
    for field, name, instead in (
        ("locale", "locale", f"These people are told in {default_locale}."),
        ("zone", "time zone", "The policy's is used for these people."),
    ):
        values = [value for value in report.unknown if value.field == field]
        rows = sum(value.rows for value in values)
        if rows:
            yield Finding(
                f"audience.unknown_{field}",
                Severity.WARNING,
                f"{rows:,} {'row gives' if rows == 1 else 'rows give'} a {name} that is not known: "
                f"{', '.join(map(_value_words, values))}. {instead}",
                remedy="correct it where the people are read from, then plan again (rows are "
                "counted without the header)",
            )


def _known_of_nobody(plan: Plan, rules: Rules, config: Config) -> Iterator[Finding]:
    """What the plan would use, and no row gives: its column may have another name."""
    groups, columns = plan.groups, config.audience.columns
    promised = {CHANNEL_OF.get(channel) for duty in plan.duties for channel in duty.channels}
    by_zone = rules.recipient_zones or rules.sending_hours is not None
    for field, column, asked, is_known, so in (
        (
            "locale",
            columns.locale,
            True,
            any(group.locale for group in groups),
            f"a language: everybody is told in {config.audience.default_locale}",
        ),
        (
            "zone",
            columns.zone,
            by_zone,
            any(group.zone for group in groups),
            "a time zone: the policy's is used for everybody",
        ),
        (
            "in_app_id",
            columns.in_app_id,
            Channel.IN_APP in promised,
            any(group.can_in_app for group in groups),
            "an account in the product: nobody is told there",
        ),
    ):
        if groups and asked and not is_known:
            yield Finding(
                f"audience.no_{field}",
                Severity.NOTE,
                f"No row gives {so}.",
                remedy=f'if the list has it under another name than "{column}", say so: '
                f'[audience.columns] {field} = "..."; then plan again',
            )


def _empty_segments(rules: Rules, groups: Iterable[Group]) -> Iterator[Finding]:
    """That segments with rules of their own have nobody in them: a name is written otherwise."""
    ruled = {dated.segment for dated in rules.segment_dates}
    ruled.update(name for floor in rules.floors for name in floor.segments)
    seen = {group.segment for group in groups if group.segment}
    if empty := sorted(ruled - seen):
        yield Finding(
            "audience.empty_segment",
            Severity.WARNING,
            f"The configuration has a date or a floor for {_segment_words(empty)}, and nobody in "
            f"the audience is of {'it' if len(empty) == 1 else 'these'}: it holds for nobody. "
            + (
                f"The audience names {_segment_words(sorted(seen))}."
                if seen
                else "The audience names no segment at all."
            ),
            remedy="write a segment as the audience does, and see that the column it is read from "
            "is there ([audience.columns] segment); then plan again",
        )


def _segment_words(names: Sequence[str]) -> str:
    """``the segment “eu”``; ``the segments “a”, “b” and 12 more``."""
    shown = ", ".join(f"“{name}”" for name in names[:_SEGMENTS_SHOWN])
    more = len(names) - _SEGMENTS_SHOWN
    return f"the segment{'s' * (len(names) > 1)} {shown}" + (f" and {more:,} more" * (more > 0))


def _value_words(value: UnknownValue) -> str:
    """``“Berlin” (row 3)``; ``other values (rows 5, 6, 7, 8, 9 and 12 more)``."""
    numbers = ", ".join(f"{number:,}" for number in value.first)
    more = value.rows - len(value.first)
    rows = f"{'row' if value.rows == 1 else 'rows'} {numbers}" + (
        f" and {more:,} more" * bool(more)
    )
    return f"{f'“{value.value}”' if value.value else 'other values'} ({rows})"
