"""How the terminal says things: times, spans, findings, people."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from notifier.model.reading import (
    ChannelsMode,
    DateKind,
    DateStatus,
    Finding,
    Promise,
    PromisedChannel,
    Severity,
)

if TYPE_CHECKING:
    from notifier.model.plan import Plan
    from notifier.model.reading import EffectiveDate

_MARKS = {
    Severity.NOTE: ("note", "blue"),
    Severity.WARNING: ("warning", "yellow"),
    Severity.QUESTION: ("question", "red"),
}
_CHANNELS = {
    PromisedChannel.EMAIL: "email",
    PromisedChannel.IN_APP: "a message in the product",
    PromisedChannel.PROMINENT_NOTICE: "a prominent notice",
    PromisedChannel.POSTING: "posting the new text",
    PromisedChannel.BLOG_OR_FORUM: "a post on the blog or forum",
    PromisedChannel.DURABLE_MEDIUM: "a letter or other durable medium",
    PromisedChannel.DIRECT_UNSPECIFIED: "a message to each person (the way is not named)",
    PromisedChannel.CHANGE_LOG: "a log of changes",
}
_KINDS = {
    DateKind.STAND_STATUS: "status line",
    DateKind.EFFECTIVE_ESTIMATED: "effective, estimated",
    DateKind.BARE_DATE: "a date without a label",
}
_NARROWEST, _WIDEST = 50, 92
_LONGEST_LABEL = 17
_CONTROLS = re.compile(r"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]")


def width() -> int:
    """Columns a line may take: those of the terminal, and no more than read well."""
    return min(max(shutil.get_terminal_size((_WIDEST, 24)).columns, _NARROWEST), _WIDEST)


def instant(at: datetime) -> str:
    """``2027-01-31 10:00 UTC``."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def span(length: timedelta) -> str:
    """``12 days 4 h``, ``3 h 20 min``: two units at most."""
    seconds = int(abs(length.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    if days:
        return f"{days} day{'s' * (days != 1)}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min" if minutes else f"{seconds % 60} s"


def people(count: int) -> str:
    """``1 person``, ``312 people``."""
    return "1 person" if count == 1 else f"{count:,} people"


def takes_effect(plan: Plan) -> str:
    """``2027-03-15``; ``2027-03-15, proposed`` where the date is not decided."""
    return f"{plan.effective_date.isoformat()}{', proposed' if plan.proposed else ''}"


def printable(text: str) -> str:
    """Text for a terminal: control characters of strangers' words are shown, never obeyed.

    Our own styles (``ESC [ … m``) pass.
    """
    return _CONTROLS.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def heading(text: str) -> None:
    """A line that begins a part."""
    click.echo(f"\n{click.style(printable(text), bold=True)}")


def fact(label: str, value: str) -> None:
    """A label and its value, wrapped under itself; a long label has a line of its own."""
    indent = " " * 20
    lines = textwrap.wrap(printable(value), width() - 20) or [""]
    label = printable(label)
    start = f"  {label:<18}" if len(label) <= _LONGEST_LABEL else f"  {label}\n{indent}"
    click.echo(start + f"\n{indent}".join(lines))


def findings(found: Iterable[Finding]) -> None:
    """Every finding with its quotes and what to do, the gravest first."""
    order = [Severity.QUESTION, Severity.WARNING, Severity.NOTE]
    for finding in sorted(found, key=lambda one: order.index(one.severity)):
        mark, colour = _MARKS[finding.severity]
        lines = textwrap.fill(
            f"{mark}  {printable(finding.message)}  [{finding.code}]",
            width(),
            initial_indent="  ",
            subsequent_indent="    ",
        )
        click.echo("\n" + lines.replace(mark, click.style(mark, fg=colour, bold=True), 1))
        for quote in finding.quotes:
            place = f"  (line {quote.line})" if quote.line else ""
            click.echo(_quoted(quote.text + "”" + place))
        if finding.remedy:
            click.echo(
                textwrap.fill(
                    f"→ {printable(finding.remedy)}",
                    width(),
                    initial_indent="    ",
                    subsequent_indent="      ",
                )
            )


def _quoted(text: str) -> str:
    return textwrap.fill(
        "“" + printable(" ".join(text.split())),
        width(),
        initial_indent="    │ ",
        subsequent_indent="    │ ",
    )


def effective_date(effective: EffectiveDate) -> str:
    """The date a text states about itself, in words."""
    if effective.status is DateStatus.STATED and effective.date:
        stated = effective.kind or DateKind.DATED
        kind = _KINDS.get(stated, stated.replace("_", " "))
        return f"{effective.date.isoformat()} ({kind})"
    if effective.status is DateStatus.MONTH_ONLY:
        return f"only a month is stated: {effective.month}"
    if effective.status is DateStatus.AMBIGUOUS:
        return "ambiguous: " + " or ".join(day.isoformat() for day in effective.readings)
    if effective.status is DateStatus.PLACEHOLDER:
        return "a placeholder, not a date yet"
    return "none is stated"


def promise(read: Promise) -> list[tuple[str, str]]:
    """What a promise obliges, as rows of label and words."""
    if read.clause is None:
        return [("promise", "none was found")]
    rows = [
        ("tells by", _channels(read)),
        ("obligation", read.obligation),
        ("for changes", {"any": "of any kind"}.get(read.trigger, read.trigger)),
    ]
    if read.period:
        unit = read.period.unit.replace("_", " ")
        unit = unit.removesuffix("s") if read.period.number == 1 else unit
        rows.append(("notice period", f"{read.period.number} {unit}, from {read.period.starts_at}"))
    rows.append(("told before", "yes" if read.prior else "not promised"))
    if read.effective_when_posted is not None:
        rows.append(("in force", "when posted" if read.effective_when_posted else "later"))
    rows.append(("updates the date", "yes" if read.promises_to_update_date else "not promised"))
    return rows


def _channels(read: Promise) -> str:
    """``email or a prominent notice; one is enough``."""
    names = [_CHANNELS[channel] for channel in read.channels]
    if len(names) <= 1:
        return "".join(names) or "no channel is named"
    choice = read.mode is ChannelsMode.ANY_OF
    listed = f"{', '.join(names[:-1])} {'or' if choice else 'and'} {names[-1]}"
    enough = "one is" if read.at_least == 1 else f"{read.at_least} are"
    return f"{listed}; {enough} enough" if choice else listed
