"""ruling: legal's recorded decisions on contradictions and doubts."""

from __future__ import annotations

from pathlib import Path

import click

from notifier.cli import words
from notifier.cli.options import (
    by_option,
    chosen,
    config_option,
    opened,
    policy_argument,
    why_option,
)
from notifier.model.request import Ruling, RulingSubject


@click.group()
def ruling() -> None:
    """Legal's decisions on contradictions and doubts of the open change, by name and reason.

    \b
    Examples:
      notifier ruling add effective_date 2027-03-01 --by "Ana Lima" --why "moved with the release"
      notifier ruling add materiality material --by "Ana Lima" --why "a new processor"
      notifier ruling list
    """


@ruling.command()
@click.argument("subject", type=click.Choice([*map(str, RulingSubject)]), metavar="SUBJECT")
@click.argument("value")
@click.option("--policy", "policy_key", help="Which policy, where there are several.")
@config_option
@by_option
@why_option
def add(
    subject: str, value: str, policy_key: str | None, config_path: Path, who: str, why: str
) -> None:
    """Record a decision; the last one on a subject counts, and what was planned is void.

    \b
    SUBJECT                VALUE
    effective_date         an ISO date: 2027-03-01
    materiality            material or editorial
    channels               by which to tell: email,prominent_notice
    notice_period          days from telling to the effective date: 30
    effective_when_posted  yes or no: is a change in force once it is posted?
    send_late              yes or no: tell people although it is too late?
    time_zone              where the effective date begins: Europe/Berlin
    """
    from notifier.pipeline.approving import rule

    with opened(config_path) as pipeline:
        policy = chosen(pipeline, policy_key)
        rule(pipeline, policy, Ruling(RulingSubject(subject), value, who, pipeline.clock(), why))
        click.echo(f"Recorded. Next: notifier plan {policy.key}")


@ruling.command("list")
@policy_argument
@config_option
def listed(policy_key: str | None, config_path: Path) -> None:
    """Every decision on the latest change, oldest first."""
    from notifier.pipeline.approving import rulings

    with opened(config_path) as pipeline:
        decided = rulings(pipeline, chosen(pipeline, policy_key))
    for one in decided:
        words.fact(one.subject, f"{one.value}, by {one.who} at {words.instant(one.at)}: {one.why}")
    if not decided:
        click.echo("No ruling on this change.")
