"""A redline written to a file; the file's name chooses the view."""

from __future__ import annotations

from pathlib import Path

from notifier.errors import RenderingError
from notifier.model.redline import Redline
from notifier.rendering.environment import Templates
from notifier.rendering.redline.commonmark import markdown
from notifier.rendering.redline.html import page
from notifier.rendering.redline.plain import text

SUFFIXES = (".html", ".docx", ".md", ".json", ".txt")
"""The endings :func:`write` knows."""


def write(
    redline: Redline,
    path: Path,
    *,
    templates: Templates,
    title: str,
    old_label: str,
    new_label: str,
) -> None:
    """Write the redline to ``path`` as its suffix says, replacing what is there.

    Args:
        title: the policy's name; old_label, new_label: what to call the two texts.

    Raises:
        RenderingError: the suffix is none of :data:`SUFFIXES`, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".html":
        content = page(
            redline, templates=templates, title=title, old_label=old_label, new_label=new_label
        ).encode()
    elif suffix == ".docx":
        from notifier.rendering.redline.word import docx

        content = docx(redline)
    elif suffix == ".md":
        content = markdown(redline).encode()
    elif suffix == ".json":
        from notifier.rendering.redline.exchange import to_json

        content = to_json(redline).encode()
    elif suffix == ".txt":
        content = text(redline).encode()
    else:
        raise RenderingError(
            f"{path.name}: a redline cannot be written as {suffix or 'a file without an ending'}.",
            remedy=f"name the file with one of {', '.join(SUFFIXES)}",
        )
    try:
        path.write_bytes(content)
    except OSError as error:
        raise RenderingError(
            f"{path} cannot be written: {error.strerror}.",
            remedy="name a folder that exists and that you may write to",
        ) from error
