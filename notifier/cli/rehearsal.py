"""rehearse: the calendar, the load and the first messages, before anybody approves anything."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notifier.cli import words
from notifier.cli.options import chosen, config_option, opened, policy_argument, progress_shown

if TYPE_CHECKING:
    from notifier.pipeline.rehearsing import Rehearsal, Sample

_BAR = 40
_MOST_ZONES = 6
_MOST_DAYS = 60


@click.command()
@policy_argument
@config_option
def rehearse(policy_key: str | None, config_path: Path) -> None:
    """Forecast the plan with the real people and templates, as if approved now; sends nothing.

    Prints the calendar (who, what, when, by zone), the load of each day, and the first message of
    each language. No plan is recorded; only the list of people is kept as it was read, as for a
    plan. Exit code 3 where the plan is refused or would not end in time.

    \b
    Examples:
      notifier rehearse
      notifier rehearse privacy
    """
    from notifier.pipeline.rehearsing import rehearse as run

    with opened(config_path) as pipeline, progress_shown() as progress:
        policy = chosen(pipeline, policy_key)
        rehearsal = run(pipeline, policy, progress=progress)
        words.heading(f"Rehearsal for {policy.title}: a forecast, nothing is sent")
        _show(rehearsal)
    if rehearsal.plan.refusal or not rehearsal.forecast.in_time:
        click.get_current_context().exit(3)


def _show(rehearsal: Rehearsal) -> None:
    from notifier.cli.plans import draw
    from notifier.planning.words import readers_words

    plan = rehearsal.plan
    if plan.refusal:
        click.echo(f"  {click.style('REFUSED', fg='red', bold=True)}  {plan.refusal}")
    draw(plan)
    words.heading("Calendar")
    ends = {forecast.key: forecast for forecast in rehearsal.forecast.notices}
    for notice in plan.notices:
        forecast = ends.get(notice.key)
        ends_at = notice.before if notice.addressees.joiners else None
        ends_at = forecast.ends_at if forecast else ends_at
        until = f" until {words.instant(ends_at)}" if ends_at else ""
        words.fact(
            notice.label,
            f"{words.instant(notice.due_at)}{until}, {readers_words(notice)}",
        )
        zones = rehearsal.zones[notice.key]
        shown = [f"{zone or 'no zone'} {count:,}" for zone, count in zones[:_MOST_ZONES]]
        more = len(zones) - _MOST_ZONES
        if zones:
            words.fact("", ", ".join(shown) + (f", and {more} more zones" if more > 0 else ""))
        if forecast and forecast.late:
            words.fact("TOO LATE", words.people(forecast.late))
    proposed = ", proposed" if plan.proposed else ""
    words.fact("takes effect", f"{words.instant(plan.effective_at)}{proposed}")
    _show_load(rehearsal)
    if rehearsal.samples:
        words.heading("The first message of each language")
        for sample in rehearsal.samples:
            _show_sample(sample)


def _show_load(rehearsal: Rehearsal) -> None:
    words.heading("Load, mail a day")
    most = max((day.messages for day in rehearsal.days), default=1)
    for day in rehearsal.days[:_MOST_DAYS]:
        bar = "█" * max(round(day.messages / most * _BAR), 1)
        click.echo(
            f"  {day.day.isoformat():<18}{bar} {day.messages:,} ({day.peak:,} in the busiest hour)"
        )
    if len(rehearsal.days) > _MOST_DAYS:
        words.fact("", f"and {len(rehearsal.days) - _MOST_DAYS} more days")
    if not rehearsal.days:
        words.fact("", "no mail")


def _show_sample(sample: Sample) -> None:
    message = message_from_bytes(sample.content, policy=default)
    part = message.get_body(("plain",))
    body = str(part.get_content()) if part else ""
    words.fact(
        sample.locale or "no language", f"{words.people(sample.people)}: {message['Subject']}"
    )
    opening = [line for line in body.splitlines() if line.strip()][:2]
    words.fact("", " ".join(opening))
