"""The documents of ``cases/``: whole and half policies as sites of many kinds publish them."""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

HERE = Path(__file__).parent
MARK = " ⟵"


@dataclass(frozen=True, slots=True)
class Case:
    """A document and what a careful reader finds in it, in the words of ``read --json``."""

    name: str
    file: str
    text: str
    effective_date: str | None
    effective_precision: str | None
    kind: str | None
    effective_line: str | None
    ambiguous: bool
    page_state: str | None


def cases() -> list[Case]:
    bodies = tomllib.loads((HERE / "bodies.toml").read_text())["body"]
    return [
        _case(path.stem, entry, bodies)
        for path in sorted((HERE / "cases").glob("*.toml"))
        for entry in tomllib.loads(path.read_text())["case"]
    ]


def _case(group: str, entry: dict[str, str], bodies: dict[str, list[str]]) -> Case:
    text = entry["text"].lstrip("\n")
    markup = text.startswith("<") and not text.startswith("<!-- ")
    ending = entry.get("format", "html" if markup else "md")
    lines = [_filled(line, bodies, markup=markup) for line in text.split("\n")]
    date = entry.get("date")
    return Case(
        name=f"{group}: {entry['name']}",
        file=f"{entry['name'].replace(' ', '-')}.{ending}",
        text="\n".join(lines).replace(MARK, ""),
        effective_date=date,
        effective_precision=date and ("month" if len(date) == len("2024-05") else "day"),
        kind=entry.get("kind"),
        effective_line=next((_shown(line, markup) for line in lines if MARK in line), None),
        ambiguous=bool(entry.get("ambiguous", False)),
        page_state=entry.get("state"),
    )


def _filled(line: str, bodies: dict[str, list[str]], *, markup: bool) -> str:
    if not line.startswith("%body "):
        return line
    paragraphs = bodies[line.removeprefix("%body ").strip()]
    if markup:
        return "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    return "\n\n".join(paragraphs)


def _shown(line: str, markup: bool) -> str:
    """The line as a reader sees it: of HTML without its tags."""
    source = line.replace(MARK, "")
    if not markup:
        return source.strip()
    return " ".join((LexborHTMLParser(source).text() or "").split())
