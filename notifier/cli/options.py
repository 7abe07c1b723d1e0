"""Options that several verbs share."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from notifier.errors import NotifierError

if TYPE_CHECKING:
    from notifier.config import PolicyConfig
    from notifier.pipeline.pipeline import Pipeline, Progress

_F = TypeVar("_F", bound=Callable[..., Any])


def config_option(function: _F) -> _F:
    """``--config``: which configuration."""
    return click.option(
        "--config",
        "-c",
        "config_path",
        type=click.Path(path_type=Path),
        default=Path("notifier.toml"),
        envvar="NOTIFIER_CONFIG",
        show_default=True,
        help="The configuration file.",
    )(function)


def policy_argument(function: _F) -> _F:
    """``POLICY``: its key; not needed where only one policy is configured."""
    return click.argument("policy_key", metavar="[POLICY]", required=False)(function)


def by_option(function: _F) -> _F:
    """``--by``: who does it, for the record."""
    return click.option(
        "--by",
        "who",
        default=getpass.getuser,
        show_default="your login name",
        callback=_person,
        help="Who does this; it goes on the record.",
    )(function)


def why_option(function: _F) -> _F:
    """``--why``: the reason, for the record."""
    return click.option(
        "--why", required=True, callback=_said, help="The reason; it goes on the record."
    )(function)


def plan_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Which change is meant, by the number of one of its plans."""
    return click.option(
        "--plan",
        type=int,
        metavar="NUMBER",
        help="A plan of the change that is meant; the latest one without it.",
    )(function)


def _person(context: click.Context, option: click.Parameter, value: str) -> str:
    """A person: what the program does by itself is on the record under its own name."""
    from notifier.ledger.journal import DAEMON

    if (name := _said(context, option, value)) == DAEMON:
        raise click.BadParameter(f'"{DAEMON}" is the program itself; say who you are with --by.')
    return name


def _said(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """One line that says something: the record is read by people who were not there."""
    words = " ".join(value.split())
    if not words:
        raise click.BadParameter("it is empty; say it in words.")
    return words


@contextmanager
def opened(config_path: Path, *, begins: bool = False) -> Iterator[Pipeline]:
    """The pipeline of a configuration; a verb that only reads what is there begins no ledger."""
    from notifier.app import open_pipeline

    with open_pipeline(config_path, begins=begins) as pipeline:
        yield pipeline


def chosen(pipeline: Pipeline, key: str | None) -> PolicyConfig:
    """The policy that was named, or the only one there is."""
    if key is not None:
        return pipeline.policy(key)
    if len(pipeline.config.policy) == 1:
        return pipeline.config.policy[0]
    keys = ", ".join(policy.key for policy in pipeline.config.policy)
    raise NotifierError("Which policy?", remedy=f"name one of: {keys}")


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """A progress bar on a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        from notifier.pipeline.pipeline import silent

        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what)
            bars.update(tasks[what], completed=done, total=total or None)

        yield report
