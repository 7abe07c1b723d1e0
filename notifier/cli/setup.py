"""init, config: the configuration."""

from __future__ import annotations

import json
from email.utils import formataddr
from pathlib import Path

import click

from notifier.cli.options import config_option
from notifier.errors import NotifierError

_TEMPLATE = """\
# notifier.toml: what is checked, who is told, and how. `notifier config --check` proves it.

[company]
name = {company}
contact = {contact}                    # answers questions; replies to notices go there

[[policy]]                               # once for each policy
key = {key}
title = {title}                        # titles = {{ de = "Datenschutzerklärung" }} for others
url = {url}                            # where people read it
live = {live}
staged = {staged}
lead_times = ["30d", "7d"]               # the first keeps the promise, the others remind
# zone = "Europe/Berlin"                 # without one, the date begins at UTC+14, the earliest

# [pages]                                # the whole comparison and both texts, which mails link to
# folder = "public/policy-changes"       # written when a plan is approved
# url = "https://example.com/policy-changes"  # where your web server shows that folder

[audience]
csv = {audience}                       # columns: email, id, name, locale, zone, in_app_id

[email]
sender = {sender}
outbox = "outbox"                        # a folder of .eml files; for real mail use instead:
# [email.smtp]
# host = "smtp.example.com"              # port 587 with STARTTLS; the password comes from the
# username = "notifier"                  # variable NOTIFIER_EMAIL__SMTP__PASSWORD
# [feedback]                             # without it, nobody notices a bounce
# mailbox = "/var/mail/bounces"          # a Maildir; [email] bounces_to leads there
"""


def _toml(text: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)


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
        sender=_toml(formataddr((company, contact))),
    )
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
@click.option("--check", is_flag=True, help="Only say whether it is right.")
def config(config_path: Path, check: bool) -> None:
    """Show the configuration as it is understood, without its secrets; every mistake at once."""
    from notifier.app import open_audience, open_inboxes, open_source, open_transport
    from notifier.config import load
    from notifier.pipeline.requesting import floors_of

    loaded = load(config_path)
    for policy in loaded.policy:
        floors_of(loaded, policy)
    if not check:
        click.echo(loaded.model_dump_json(indent=2, exclude_none=True))
        return
    for policy in loaded.policy:
        for label, source in (("live", policy.live), ("staged", policy.staged)):
            if source:
                click.echo(f"policy {policy.key}, {label}: {open_source(source).describe()}")
    click.echo(f"audience: {open_audience(loaded.audience).describe()}")
    click.echo(f"mail: from {loaded.email.sender} by {open_transport(loaded.email).name}")
    inboxes = [inbox.describe() for inbox in open_inboxes(loaded)]
    for inbox in inboxes or ["none: a bounce would go unnoticed"]:
        click.echo(f"feedback: {inbox}")
    click.echo(f"{config_path} is right.")
