"""pause, withdraw: stop a change, and tell exactly those who were told of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from notifier.pipeline.stopping import Stopped


@click.command()
@policy_argument
@config_option
@by_option
@why_option
def pause(policy_key: str | None, config_path: Path, who: str, why: str) -> None:
    """Put a change on hold: its plan is void at once, and who was told its date is to learn so.

    The messages that say so are drafted and wait for `notifier approve`; nobody else is told.
    `notifier resume` takes the change up again.

    \b
    Examples:
      notifier pause --by "Ana Lima" --why "the regulator has questions"
    """
    from notifier.pipeline.stopping import pause as run

    with opened(config_path) as pipeline:
        policy = chosen(pipeline, policy_key)
        _show(policy.key, "paused", run(pipeline, policy, who=who, why=why))


@click.command()
@policy_argument
@config_option
@by_option
@why_option
def withdraw(policy_key: str | None, config_path: Path, who: str, why: str) -> None:
    """Give a change up: its plan is void at once, and who was told of it is to learn so.

    The messages that say so are drafted and wait for `notifier approve`; nobody else is told.

    \b
    Examples:
      notifier withdraw --by "Ana Lima" --why "the old terms stay"
    """
    from notifier.pipeline.stopping import withdraw as run

    with opened(config_path) as pipeline:
        policy = chosen(pipeline, policy_key)
        _show(policy.key, "withdrawn", run(pipeline, policy, who=who, why=why))


def _show(policy_key: str, state: str, stopped: Stopped) -> None:
    click.echo(f"The change of {policy_key} is {state}. Nothing more of its plan goes out.")
    if stopped.plan is None:
        click.echo("Nobody has been told of it, so nobody has to be told.")
        return
    click.echo(
        f"{words.people(stopped.told)} had been told of it and must learn that it is {state}: "
        f"plan {stopped.plan.id}.\nNext: notifier preview {policy_key}, then "
        f'notifier approve {policy_key} --by "Your Name"'
    )
