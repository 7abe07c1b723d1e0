"""What ``notifier redline`` compares and shows."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notifier.errors import NotifierError
from notifier.model.redline import Redline
from notifier.redline import compare

if TYPE_CHECKING:
    from notifier.config import PolicyConfig
    from notifier.pipeline.pipeline import Pipeline
    from notifier.rendering import Templates


@dataclass(frozen=True, slots=True)
class Comparison:
    """A redline with the names of its two sides, and the templates a page of it is made with."""

    title: str
    old_label: str
    new_label: str
    redline: Redline
    templates: Templates


def of_files(old: Path, new: Path) -> Comparison:
    """Any two files, without a configuration."""
    from notifier.reading import read
    from notifier.rendering import Templates
    from notifier.sources import FileSource

    before = read(FileSource(old).fetch()).document
    after = read(FileSource(new).fetch()).document
    redline = compare(before, after)
    return Comparison(after.title or new.name, old.name, new.name, redline, Templates())


def of_policy(pipeline: Pipeline, policy: PolicyConfig, since: int | None) -> Comparison:
    """The policy's open change, or everything since a version.

    Raises:
        PlanningError: no change is open. NotifierError: there is no such version.
    """
    from notifier.ledger import texts
    from notifier.pipeline.requesting import open_matter

    with pipeline.ledger.begin() as tx:
        if since is None:
            matter = open_matter(tx, policy)
            old, new = matter.old, matter.new
        else:
            found = texts.find_version(tx, policy.key, since)
            versions = texts.all_versions(tx, policy.key)
            if found is None:
                known = ", ".join(str(version.number) for version in versions) or "none yet"
                raise NotifierError(
                    f"{policy.key} has no version {since}.", remedy=f"it has: {known}"
                )
            old, new = found, versions[-1]
    redline = compare(old.reading.document, new.reading.document)
    return Comparison(policy.title, old.name, new.name, redline, pipeline.templates)


def show(comparison: Comparison, output: Path | None) -> None:
    """On the terminal, or into a file by its ending."""
    import notifier.rendering.redline as views
    from notifier.rendering.redline.files import write

    if output is not None:
        write(
            comparison.redline,
            output,
            templates=comparison.templates,
            title=comparison.title,
            old_label=comparison.old_label,
            new_label=comparison.new_label,
        )
        click.echo(f"Wrote {output}.")
        return
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    colour = sys.stdout.isatty()
    click.echo(views.terminal(comparison.redline, width=width, colour=colour))
