"""The pages that a plan's messages link to, and the folder they are published in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import notifier.rendering.redline as views
from notifier.errors import RenderingError
from notifier.ledger.texts import Version
from notifier.model.redline import Redline
from notifier.pipeline.pipeline import Pipeline
from notifier.rendering import Shelf, long_date


@dataclass(frozen=True, slots=True)
class Showing:
    """What a notice shows as changed: from the text its readers know to the one to come.

    Attributes:
        old_date, new_date: from when each applies, where that is known.
    """

    old: Version
    new: Version
    redline: Redline
    old_date: date | None
    new_date: date | None

    @property
    def shelf(self) -> Shelf:
        """Where its pages stand."""
        return Shelf(self.new.policy, self.old.number, self.new.number)


def pages(
    pipeline: Pipeline, showing: Showing, titles: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """The comparison in every language and both texts, each with its path.

    Args:
        titles: the policy's title by locale.

    Raises:
        RenderingError: a template is wrong.
    """
    shelf, templates = showing.shelf, pipeline.templates
    for locale, title in titles.items():
        comparison = views.page(
            showing.redline,
            templates=templates,
            title=title,
            old_label=_name(showing.old, showing.old_date, locale),
            new_label=_name(showing.new, showing.new_date, locale),
            words=views.words_for(templates, locale),
            reasons=False,
            old_text=f"../v{shelf.old}.html",
            new_text=f"../v{shelf.new}.html",
        )
        yield shelf.comparison(locale), comparison.encode()
    for path, version in ((shelf.old_text, showing.old), (shelf.new_text, showing.new)):
        document = version.reading.document
        title = f"{document.title or version.policy} (v{version.number})"
        yield path, views.text_page(document, templates=templates, title=title).encode()


def _name(version: Version, day: date | None, locale: str) -> str:
    """A version as readers know it: by the day from which it applies."""
    return long_date(day, locale) if day else f"v{version.number}"


def publish(folder: Path, written: Mapping[str, bytes]) -> None:
    """Write pages below ``folder``; one that is there already as it should be is left alone.

    Raises:
        RenderingError: a page cannot be written.
    """
    for name, content in written.items():
        path = folder / name
        try:
            if path.is_file() and path.read_bytes() == content:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise RenderingError(
                f"The page {path} cannot be written: {error.strerror}.",
                remedy="let `folder` under [pages] be one that this user may write to",
            ) from error
