"""feedback, suppression: what came back, and who is not mailed because of it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from notifier.cli import words
from notifier.cli.options import by_option, config_option, opened, why_option
from notifier.errors import NotifierError

if TYPE_CHECKING:
    from notifier.pipeline.feedback import FeedbackReport

_TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: a mail server keeps the mail and tries again."""


@click.command()
@click.argument("mail", type=click.File("rb"), required=False)
@click.option(
    "--mailbox",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A Maildir with bounce mails.",
)
@config_option
def feedback(mail: BinaryIO | None, mailbox: Path | None, config_path: Path) -> None:
    """Record what came back: bounces, deliveries, complaints. The daemon does it by itself.

    Without an argument, everything under [feedback] in the configuration is looked at once. MAIL
    is one bounce mail, or - for standard input; so a mail server may hand them over:

    \b
      bounces: "|notifier feedback - -c /etc/notifier.toml"     (/etc/aliases)

    If it cannot be recorded now, the exit code is 75 and the mail server tries again.

    \b
    Examples:
      notifier feedback
      notifier feedback -c /etc/notifier.toml
    """
    if mail is not None and mailbox is not None:
        raise click.UsageError("A mail and a --mailbox are two places to look: name one.")
    if mail is not None:
        _one_mail(mail, config_path)
        return
    from notifier.app import open_maildir
    from notifier.pipeline.feedback import record_feedback

    with opened(config_path) as pipeline:
        inboxes = pipeline.inboxes
        if mailbox is not None:
            inboxes = (open_maildir(mailbox, pipeline.config.email),)
        if not inboxes:
            raise NotifierError(
                "There is nowhere to look for feedback.",
                remedy="set queue or mailbox under [feedback], or name a mail or a --mailbox",
            )
        for inbox in inboxes:
            words.heading(inbox.describe())
            _show(record_feedback(pipeline, inbox, stop=threading.Event()))


def _one_mail(mail: BinaryIO, config_path: Path) -> None:
    from notifier.channels.feedback import MOST_OCTETS
    from notifier.pipeline.feedback import record_mail

    try:
        with opened(config_path) as pipeline:
            _show(record_mail(pipeline, mail.read(MOST_OCTETS + 1)))
    except NotifierError as error:
        click.echo(f"notifier: {error}", err=True)
        raise click.exceptions.Exit(_TRY_AGAIN) from error


def _show(report: FeedbackReport) -> None:
    for kind, count in sorted(report.events.items()):
        words.fact(kind.replace("_", " "), f"{count:,}")
    if report.strangers:
        words.fact("dropped", f"{report.strangers:,}, about no hand-over of ours, or unproven")
    if report.silent:
        words.fact("no feedback", f"{report.silent:,}, answers and the like")
    for problem, count in sorted(report.unreadable.items()):
        words.fact("unreadable", f"{count:,}: {problem}")
    if not (report.events or report.strangers or report.silent or report.unreadable):
        click.echo("  nothing new")


@click.group()
def suppression() -> None:
    """Addresses that are not mailed because mail to them bounced for good.

    Whoever is suppressed is told in the product, or is an exception. Marketing opt-outs play no
    part: a notice that is owed is no marketing.

    \b
    Examples:
      notifier suppression list
      notifier suppression lift ana@example.org --why "her provider was down for a week"
    """


@suppression.command("list")
@config_option
def listed(config_path: Path) -> None:
    """Every suppressed address, since when, and why."""
    from notifier.pipeline.suppressing import suppressed

    with opened(config_path) as pipeline:
        found = False
        for one in suppressed(pipeline):
            found = True
            click.echo(f"{one.address}  since {words.instant(one.at)}: {one.reason}")
    if not found:
        click.echo("No address is suppressed.")


@suppression.command("lift")
@click.argument("address")
@by_option
@why_option
@config_option
def lifted(address: str, who: str, why: str, config_path: Path) -> None:
    """Mail an address again, from the next notice on."""
    from notifier.pipeline.suppressing import lift

    with opened(config_path) as pipeline:
        one = lift(pipeline, address, who=who, why=why)
    click.echo(f"{one.address} is mailed again from the next notice on; it was {one.reason}.")
