"""The views of one redline with everything in it, as files to read and to compare with.

``python -m tests.rendering.redline.golden`` writes them anew after a wanted change of a view.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from notifier.rendering.environment import Templates
from notifier.rendering.redline import (
    email_fragment,
    exchange,
    markdown,
    page,
    terminal,
    text,
    words_for,
)
from notifier.rendering.redline.exchange import schema, to_json
from tests.rendering.redline.samples import everything

FOLDER = Path(__file__).parent / "golden"
LINK = "https://example.org/privacy/redline?from=1&to=2"

VIEWS: dict[str, Callable[[], str]] = {
    "terminal.txt": lambda: terminal(everything(), width=80, colour=False),
    "terminal-colour.txt": lambda: terminal(everything(), width=80, colour=True),
    "text.txt": lambda: text(everything()),
    "text-de.txt": lambda: text(everything(), words=words_for(Templates(), "de")),
    "markdown.md": lambda: markdown(everything()),
    "email.html": lambda: email_fragment(
        everything(),
        templates=Templates(),
        words=words_for(Templates(), "en"),
        link=LINK,
        budget=48_000,
    ),
    "page.html": lambda: page(
        everything(),
        templates=Templates(),
        title="Privacy policy",
        old_label="1 May 2023",
        new_label="1 June 2024",
    ),
    "redline.json": lambda: to_json(everything()) + "\n",
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, view in VIEWS.items():
        (FOLDER / name).write_text(view(), "utf-8")
    described = json.dumps(schema(), indent=2, ensure_ascii=False)
    (Path(exchange.__file__).parent / "redline.schema.json").write_text(f"{described}\n", "utf-8")


if __name__ == "__main__":
    main()
