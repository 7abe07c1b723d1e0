"""Whole documents as they are met in the field: one change clause among ordinary sections.

A ``<language>.toml`` here holds shells (title, date line, sections with decoys: acquisitions, prices,
deletion, breaches, features) and cases. Each case is set into the shell of its kind, in one of the
forms in which documents are published; form and place follow from the words of the case, so that a
run repeats exactly.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from notifier.model.reading import Finding, Promise
from notifier.model.text import Snapshot
from notifier.reading.formats import parse
from notifier.reading.promises import read_promise

FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
FIELDS = (
    "channels",
    "mode",
    "obligation",
    "trigger",
    "lead_time_days",
    "prior",
    "effective_when_posted",
    "promises_to_update_date",
)
CHANNELS = {
    "email": "email",
    "in_app": "in_app",
    "notice": "prominent_notice",
    "post": "posting",
    "blog": "blog_or_forum",
    "medium": "durable_medium",
    "direct": "direct_unspecified",
    "log": "change_log",
}
FORMS = ("md", "numbered", "html", "bold", "txt")
Section = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """One clause in its document."""

    language: str
    kind: str
    heading: str
    clause: str
    reads: frozenset[str]
    open: frozenset[str]
    shell: dict[str, Any]

    @property
    def seed(self) -> int:
        words = f"{self.language}/{self.kind}/{self.heading}/{self.clause}"
        return int(hashlib.sha256(words.encode()).hexdigest(), 16)

    @property
    def held_out(self) -> bool:
        """A third is looked at only at the end."""
        return self.seed % 3 == 0

    @property
    def nothing(self) -> bool:
        return "nothing" in self.reads

    @property
    def expected(self) -> dict[str, Any]:
        """The labels, without the fields left open."""
        channels = sorted(value for word, value in CHANNELS.items() if word in self.reads)
        words = self.reads
        days = [int(word) for word in words if word.isdigit()]
        firm = {"will": "will", "may": "may", "try": "endeavour"}
        effective = {"posted": True, "later": False, "prior": False}
        labels = {
            "channels": channels,
            "mode": ("any_of" if "any" in words else "all") if channels else "none",
            "obligation": next((firm[word] for word in firm if word in words), "none"),
            "trigger": next((w for w in ("mixed", "material") if w in words), "any"),
            "lead_time_days": days[0] if days else None,
            "prior": "prior" in words,
            "effective_when_posted": next((effective[w] for w in effective if w in words), None),
            "promises_to_update_date": "date" in words,
        }
        return {field: value for field, value in labels.items() if field not in self.open}

    def snapshot(self) -> Snapshot:
        """The document, in one of the published forms."""
        rare = "\n" in self.clause
        form = "md" if rare else FORMS[self.seed // 3 % len(FORMS)]
        sections = [(heading, text) for heading, text in self.shell["sections"]]
        place = 1 + self.seed // 7 % len(sections)
        sections.insert(place, (self.heading, self.clause))
        text = "\n".join(_written(form, self.shell["title"], self.shell["date"], sections))
        ending = {"html": "html", "txt": "txt"}.get(form, "md")
        return Snapshot(text.encode(), f"document.{ending}")

    def read(self) -> tuple[Promise, tuple[Finding, ...]]:
        return read_promise(parse(self.snapshot()))


def fields(promise: Promise) -> dict[str, Any]:
    return {
        "channels": sorted(channel.value for channel in promise.channels),
        "mode": promise.mode.value,
        "obligation": promise.obligation.value,
        "trigger": promise.trigger.value,
        "lead_time_days": promise.period.days if promise.period else None,
        "prior": promise.prior,
        "effective_when_posted": promise.effective_when_posted,
        "promises_to_update_date": promise.promises_to_update_date,
    }


def cases() -> list[Case]:
    return [case for language in LANGUAGES for case in _cases(language)]


def _cases(language: str) -> Iterator[Case]:
    table = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    for group in ("cases", "without"):
        for kind, rows in table[group].items():
            for heading, clause, reads, *rest in rows:
                left_open = frozenset(" ".join(rest).split())
                shell = table["shell"][kind]
                words = frozenset(reads.split())
                yield Case(language, kind, heading, clause, words, left_open, shell)


def _written(form: str, title: str, date: str, sections: list[Section]) -> Iterator[str]:
    if form == "html":
        yield f"<!doctype html><html><body><main><h1>{escape(title)}</h1><p>{escape(date)}</p>"
        for heading, text in sections:
            yield f"<h2>{escape(heading)}</h2>" if heading else ""
            yield f"<p>{escape(text)}</p>"
        yield "</main></body></html>"
        return
    yield from ((title.upper(), "") if form == "txt" else (f"# {title}", ""))
    yield from (date, "")
    for number, (heading, text) in enumerate(sections, start=1):
        yield from ((_heading(form, heading, number), "") if heading else ())
        yield from (text, "")


def _heading(form: str, heading: str, number: int) -> str:
    if heading[0].isdigit() or form == "md":
        return f"## {heading}" if form != "txt" else heading
    if form == "txt":
        return f"{number}. {heading.upper()}"
    return f"**{heading}**" if form == "bold" else f"## {number}. {heading}"
