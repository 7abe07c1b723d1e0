"""plan, preview, approve, hold, resume, close: what legal decides."""

from __future__ import annotations

from pathlib import Path

import click

from notifier.cli import words
from notifier.cli.options import (
    by_option,
    chosen,
    config_option,
    opened,
    plan_option,
    policy_argument,
    progress_shown,
    why_option,
)


@click.command()
@policy_argument
@config_option
@by_option
@click.option(
    "--html", "page", type=click.Path(path_type=Path), help="Write a page with a drawing."
)
@click.option("--ics", type=click.Path(path_type=Path), help="Write a calendar file.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON, and nothing else.")
@click.option("--why", metavar="NOTICE", help="Explain one notice, by its name in the plan.")
@click.option("--unmailed", is_flag=True, help="List everybody who cannot be mailed, with why.")
def plan(
    policy_key: str | None,
    config_path: Path,
    who: str,
    page: Path | None,
    ics: Path | None,
    as_json: bool,
    why: str | None,
    unmailed: bool,
) -> None:
    """Print who will be told what and when, backwards from the effective date; sends nothing.

    A plan that cannot keep the promise is refused (exit code 3), with the earliest honest date.

    \b
    Examples:
      notifier plan
      notifier plan privacy --html plan.html --ics plan.ics
      notifier plan --why initial-email              why this notice is there, and for whom
    """
    from notifier.cli import plans
    from notifier.pipeline.planning import plan as run

    if sum((as_json, why is not None, unmailed)) > 1:
        raise click.UsageError("--json, --why and --unmailed each print something else: name one.")
    with opened(config_path) as pipeline, progress_shown() as progress:
        policy = chosen(pipeline, policy_key)
        stored = run(pipeline, policy, who=who, progress=progress)
        if page is not None:
            plans.write_page(pipeline, policy, stored, page)
            click.echo(f"Wrote {page}.", err=True)
        if ics is not None:
            plans.write_calendar(policy, stored, ics)
            click.echo(f"Wrote {ics}.", err=True)
        if as_json:
            plans.show_json(stored)
        elif why is not None:
            plans.explain(stored, why)
        elif unmailed:
            plans.list_unmailed(pipeline, stored)
        else:
            plans.show(pipeline, policy, stored)
    if stored.plan.refusal:
        click.get_current_context().exit(3)


@click.command()
@policy_argument
@config_option
@click.option(
    "-o",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("preview"),
    show_default=True,
    help="The folder to write to.",
)
def preview(policy_key: str | None, config_path: Path, folder: Path) -> None:
    """Write exactly the messages that would go out: .eml and .html, one per notice and language.

    \b
    Examples:
      notifier preview
      notifier preview privacy -o for-legal
    """
    from notifier.pipeline.previewing import preview as run

    with opened(config_path) as pipeline:
        for shown in run(pipeline, chosen(pipeline, policy_key), folder):
            whom = words.people(shown.people) if shown.people else "people who join"
            click.echo(f"  {shown.path}   for {whom}")


@click.command()
@policy_argument
@config_option
@by_option
@click.option("--why", default="", help="A remark for the record.")
def approve(policy_key: str | None, config_path: Path, who: str, why: str) -> None:
    """Approve the plan, pinned to a hash of everything that will go out.

    Nothing leaves without it. If a text, a template or the audience has changed since the plan
    was made, it is refused and says what changed.

    \b
    Examples:
      notifier approve --by "Ana Lima"
      notifier approve privacy --by "Ana Lima" --why "reviewed with the product team"
    """
    from notifier.cli.plans import tells_nobody
    from notifier.pipeline.approving import approve as run
    from notifier.pipeline.reporting import status

    with opened(config_path) as pipeline:
        policy = chosen(pipeline, policy_key)
        stored = run(pipeline, policy, who=who, why=why)
        click.echo(f"Plan {stored.id} is approved by {who}.")
        click.echo(f"  pinned to {stored.digest}")
        if silence := tells_nobody(stored.plan):
            click.echo(silence)
        if held := status(pipeline, policy).hold:
            click.echo(f"It is held by {held.who}: {held.why}")
            click.echo(f'Nothing goes out until: notifier resume {policy.key} --why "…"')
            return
        click.echo("Next: notifier serve sends what is due; notifier send --now does it by hand.")


@click.command()
@policy_argument
@config_option
@by_option
@why_option
def hold(policy_key: str | None, config_path: Path, who: str, why: str) -> None:
    """Stop a policy's notices at once; nothing more is handed over until `notifier resume`.

    What stands in the product goes on standing, and mail that was under way gets its answer.
    Sources are still checked, and what comes back is still recorded.

    \b
    Examples:
      notifier hold --why "a wrong link in the mail"
      notifier hold privacy --by "Ana Lima" --why "legal asks for a day"
    """
    from notifier.pipeline.approving import hold as run

    with opened(config_path) as pipeline:
        for stored in run(pipeline, chosen(pipeline, policy_key), who=who, why=why):
            click.echo(f"Plan {stored.id} is held. Nothing more is handed over.")


@click.command()
@policy_argument
@config_option
@by_option
@why_option
def resume(policy_key: str | None, config_path: Path, who: str, why: str) -> None:
    """Go on sending after a hold; take up a change that was paused or withdrawn.

    \b
    Examples:
      notifier resume --why "the link is right"
    """
    from notifier.pipeline.approving import resume as run

    with opened(config_path) as pipeline:
        click.echo(run(pipeline, chosen(pipeline, policy_key), who=who, why=why))


@click.command()
@policy_argument
@config_option
@by_option
@why_option
@plan_option
def close(policy_key: str | None, config_path: Path, who: str, why: str, plan: int | None) -> None:
    """End a plan; with people untold it is complete with exceptions, under your name.

    \b
    Examples:
      notifier close --by "Ana Lima" --why "the six without an address were sent a letter"
    """
    from notifier.pipeline.reporting import close as run

    with opened(config_path) as pipeline:
        stored = run(pipeline, chosen(pipeline, policy_key), who=who, why=why, plan=plan)
        click.echo(f"Plan {stored.id} is {stored.state.replace('_', ' ')}.")
