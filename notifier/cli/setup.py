"""init, config: the configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notifier.cli.options import config_option
from notifier.errors import ConfigError, NotifierError

if TYPE_CHECKING:
    from notifier.config import Config

_TEMPLATE = """\
# notifier.toml: what is checked, who is told, and how. `notifier config --check` proves it.

[company]
name = {company}
# Answers questions; replies to notices go there.
contact = {contact}

# Once for each policy. Titles in other languages: titles = {{ de = "Datenschutzerklärung" }}
[[policy]]
key = {key}
title = {title}
# Where people read it.
url = {url}
live = {live}
staged = {staged}
# The first keeps the promise, the others remind.
lead_times = ["30d", "7d"]
# Without a zone, the effective date begins at UTC+14, the earliest place on Earth.
# zone = "Europe/Berlin"

# Where readers find the whole comparison and both texts, which mails link to. Approving a plan
# writes the folder; the address is where your web server shows it.
# [pages]
# folder = "public/policy-changes"
# url = "https://example.com/policy-changes"

# Columns: email, id, name, locale, zone, in_app_id, segment. Only the first must be there.
[audience]
csv = {audience}

# The outbox is a folder of .eml files. For real mail, put [email.smtp] in its place; the
# password comes from the variable NOTIFIER_EMAIL__SMTP__PASSWORD.
[email]
sender = {sender}
outbox = "outbox"
# [email.smtp]
# host = "smtp.example.com"
# username = "notifier"

# Where bounces arrive; without it, nobody notices them.
# [feedback]
# mailbox = "/var/mail/bounces"
"""


def _toml(text: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _quoted(name: str) -> str:
    """A display name as headers take it, in its own letters: ``Acme Ltd``, ``"Acme, Ltd"``."""
    return str(Address(display_name=" ".join(name.split()))).removesuffix(" <>")


def _refuse_wrong(text: str) -> None:
    """Nothing is written that would not be understood.

    Raises:
        ConfigError: naming each value that is wrong.
    """
    import tomllib

    from notifier.config import understood

    config, problems = understood(tomllib.loads(text))
    if config is None:
        raise ConfigError(
            "No configuration was written; this would be wrong in it:",
            problems=problems,
            remedy="say it anew; `notifier init --help` names the options",
        )


@click.command()
@config_option
@click.option("--company", default="Acme Ltd", help="The company's name.")
@click.option("--contact", default="legal@example.com", help="Who answers questions.")
@click.option("--key", default="privacy", help="A short name of the policy.")
@click.option("--title", default="Privacy Policy", help="The policy's title.")
@click.option("--url", default="https://example.com/privacy", help="Where people read it.")
@click.option("--file", "path", default="privacy-policy.md", help="The policy's file.")
@click.option("--git", "repository", default=None, help="The git repository it is in.")
@click.option("--live", "live", default="main", help="Branch of the published text (with --git).")
@click.option("--staged", default="upcoming", help="Branch of the text to come (with --git).")
@click.option("--audience", default="audience.csv", help="The CSV file of people to tell.")
def init(
    config_path: Path,
    company: str,
    contact: str,
    key: str,
    title: str,
    url: str,
    path: str,
    repository: str | None,
    live: str,
    staged: str,
    audience: str,
) -> None:
    """Write a configuration with comments; never overwrites one.

    \b
    Examples:
      notifier init
      notifier init --git . --file docs/privacy.md --live main --staged upcoming
    """
    if repository is not None:
        sources = [
            f"{{ git = {_toml(repository)}, branch = {_toml(branch)}, path = {_toml(path)} }}"
            for branch in (live, staged)
        ]
    else:
        staged_path = Path(path).with_name(f"upcoming-{Path(path).name}")
        sources = [f"{{ file = {_toml(place)} }}" for place in (path, str(staged_path))]
    text = _TEMPLATE.format(
        company=_toml(company),
        contact=_toml(contact),
        key=_toml(key),
        title=_toml(title),
        url=_toml(url),
        live=sources[0],
        staged=sources[1],
        audience=_toml(audience),
        sender=_toml(f"{_quoted(company)} <{parseaddr(contact)[1]}>"),
    )
    _refuse_wrong(text)
    try:
        with config_path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise NotifierError(
            f"There is a {config_path} already.", remedy="edit it, or name another with --config"
        ) from error
    except OSError as error:
        raise NotifierError(f"{config_path} cannot be written: {error.strerror}.") from error
    click.echo(f"Wrote {config_path}. Next: edit it, then `notifier config --check`.")


@click.command()
@config_option
@click.option("--check", is_flag=True, help="Only say whether it is right and all is in its place.")
def config(config_path: Path, check: bool) -> None:
    """Show the configuration as it is understood, without its secrets; every mistake at once.

    With --check the texts and the list of people are looked for as well; what is missing is
    named, and the exit code is 2.

    \b
    Examples:
      notifier config
      notifier config --check
    """
    from notifier.app import open_inboxes, open_templates, open_transport
    from notifier.config import load
    from notifier.pipeline.requesting import floors_of

    loaded = load(config_path)
    for policy in loaded.policy:
        floors_of(loaded, policy)
    open_templates(loaded)
    if not check:
        click.echo(loaded.model_dump_json(indent=2, exclude_none=True))
        return
    problems = (*_show_places(loaded), *_show_ledger(loaded), *_missing_mailbox(loaded))
    click.echo(f"mail: from {loaded.email.sender} by {open_transport(loaded.email).name}")
    inboxes = [inbox.describe() for inbox in open_inboxes(loaded)]
    for inbox in inboxes or ["none: a bounce would go unnoticed"]:
        click.echo(f"feedback: {inbox}")
    if problems:
        raise ConfigError(
            f"{config_path} is right, but what it names is not all there:", problems=problems
        )
    click.echo(f"{config_path} is right, and all it names is there.")


def _show_places(config: Config) -> Iterator[str]:
    """Print where texts and people are found; yields what is not there, and what to do."""
    from notifier.app import open_audience, open_source

    for policy in config.policy:
        for label, where in (("live", policy.live), ("staged", policy.staged)):
            if where is None:
                continue
            source = open_source(where)
            click.echo(f"policy {policy.key}, {label}: {source.describe()}")
            try:
                source.fetch()
            except NotifierError as error:
                yield f"policy {policy.key}, {label}: {error.message} {error.remedy}"
    audience = open_audience(config.audience)
    click.echo(f"audience: {audience.describe()}")
    try:
        if next(audience.rows(), None) is None:
            yield "audience: it has no rows: nobody would be told."
    except NotifierError as error:
        yield f"audience: {error.message} {error.remedy}"


def _show_ledger(config: Config) -> Iterator[str]:
    """Print whether the ledger is there; yields why it cannot be."""
    from notifier.ledger import Ledger

    try:
        ledger = Ledger(config.ledger.url.get_secret_value())
        is_there = ledger.is_there()
        ledger.close()
    except NotifierError as error:
        yield f"ledger: {error.message} {error.remedy}"
    else:
        click.echo("ledger: " + ("there" if is_there else "to be begun by `notifier check`"))


def _missing_mailbox(config: Config) -> Iterator[str]:
    mailbox = config.feedback.mailbox
    if mailbox is not None and not mailbox.is_dir():
        yield f"feedback: there is no folder {mailbox}; name the Maildir that bounces go to."
