"""read, check, redline: what a text says, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notifier.cli import words
from notifier.cli.options import chosen, config_option, opened, policy_argument
from notifier.errors import NotifierError

if TYPE_CHECKING:
    from notifier.config import PolicyConfig
    from notifier.ledger.texts import Version
    from notifier.pipeline.check import CheckReport


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--selector", help="CSS selector of the policy's text within an HTML page.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file and line.")
def read(files: tuple[Path, ...], selector: str | None, as_json: bool) -> None:
    """Say what a policy's text promises and from when it applies; works on any file.

    \b
    Examples:
      notifier read privacy-policy.md
      notifier read --json policies/*.html > readings.jsonl
    """
    from notifier.cli import readings

    failed = 0
    for path in files:
        try:
            readings.show(path, selector=selector, as_json=as_json)
        except NotifierError as error:
            failed += 1
            readings.show_failure(path, error, as_json=as_json)
    if failed:
        click.get_current_context().exit(1)


@click.command()
@policy_argument
@config_option
@click.option(
    "--ci",
    is_flag=True,
    help="Only judge the staged edit, for a merge check: exit code 3 and what to fix, or 0.",
)
def check(policy_key: str | None, config_path: Path, ci: bool) -> None:
    """Look at the sources: is there a new version, and what does it say?

    With --ci nothing is recorded and no audience is needed: the edit must state its effective
    date, be classified, and leave time to keep the promise of the version in force.

    \b
    Examples:
      notifier check
      notifier check privacy --ci        in the policy's repository, before a merge
    """
    from notifier.pipeline.check import check as run

    if ci:
        _gate(policy_key, config_path)
        return
    with opened(config_path, begins=True) as pipeline:
        code = 0
        for policy in [chosen(pipeline, policy_key)] if policy_key else pipeline.config.policy:
            try:
                _show_check(policy, run(pipeline, policy))
            except NotifierError as error:
                code = code or error.exit_code
                click.echo(f"notifier: {policy.key}: {error}", err=True)
    click.get_current_context().exit(code)


def _show_check(policy: PolicyConfig, report: CheckReport) -> None:
    words.heading(f"{policy.title} ({policy.key})")
    _versions(report)
    for label, value in words.promise(report.in_force.reading.promise):
        words.fact(label, value)
    for number in report.upgraded:
        words.fact("technical upgrade", f"v{number} was read anew; it is not a change")
    words.findings(report.findings)
    if report.set_aside:
        shown = " and ".join(report.set_aside)
        click.echo(f"\nNext: see what `{shown}` leads to, then notifier check {policy.key}")
    elif report.change is not None:
        click.echo(f"\nNext: notifier redline {policy.key}, notifier plan {policy.key}")


def _gate(policy_key: str | None, config_path: Path) -> None:
    """Judge the staged edits; leaves with exit code 3 where one has to be mended."""
    from notifier.pipeline.gate import gate

    failed = False
    with opened(config_path, begins=True) as pipeline:
        for policy in [chosen(pipeline, policy_key)] if policy_key else pipeline.config.policy:
            judged = gate(pipeline, policy)
            failed = failed or bool(judged.faults)
            words.heading(f"{policy.title} ({policy.key})")
            if judged.faults:
                click.echo("  to be mended before it is merged:")
            else:
                click.echo(
                    "  may be merged" + (", once this was looked at:" * bool(judged.remarks))
                )
            words.findings((*judged.faults, *judged.remarks))
    if failed:
        click.get_current_context().exit(3)


def _versions(report: CheckReport) -> None:
    _version("in force", report.in_force)
    if report.shown.number != report.in_force.number:
        _version("on the page", report.shown)
    if report.upcoming is not None:
        _version("upcoming", report.upcoming)
    elif "staged" in report.set_aside:
        stays = "; the change seen before stays open" if report.change else ""
        words.fact("upcoming", f"unknown: what is staged is not the policy{stays}")
    elif report.change is None:
        words.fact("upcoming", "nothing: the staged text is the one in force")


def _version(label: str, version: Version) -> None:
    reading = version.reading
    words.fact(label, f"v{version.number}, {reading.document.words:,} words, {version.origin}")
    words.fact("effective date", words.effective_date(reading.effective))
    if reading.effective.quote:
        words.fact("", f"“{reading.effective.quote.text}”")


@click.command()
@click.argument("texts", nargs=-1, metavar="[POLICY | OLD NEW]")
@config_option
@click.option(
    "-o", "output", type=click.Path(path_type=Path), help="Write .html, .docx, .md, .json or .txt."
)
@click.option("--since", type=int, help="From this version of the policy, across all since.")
def redline(
    texts: tuple[str, ...], config_path: Path, output: Path | None, since: int | None
) -> None:
    """Show what changed, section by section and word by word.

    \b
    Examples:
      notifier redline                       the open change of the only policy
      notifier redline privacy -o changes.html
      notifier redline privacy --since 3
      notifier redline old.md new.md         any two files, without a configuration
    """
    from notifier.cli import comparison

    if len(texts) > 2:  # noqa: PLR2004
        raise NotifierError("Name a policy, or two files.", remedy="notifier redline OLD NEW")
    if len(texts) == 2:  # noqa: PLR2004
        pair = comparison.of_files(Path(texts[0]), Path(texts[1]))
    else:
        with opened(config_path) as pipeline:
            policy = chosen(pipeline, texts[0] if texts else None)
            pair = comparison.of_policy(pipeline, policy, since)
    comparison.show(pair, output)
