"""A notice as the product shows it: JSON in one language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from notifier.rendering.environment import Templates
from notifier.rendering.redline.telling import told
from notifier.rendering.redline.words import filled
from notifier.rendering.redline.words import words_for as redline_words
from notifier.rendering.wording import Facts, text_direction, words_for

_SUMMARY_BUDGET = 6_000
"""Bytes of the summary after which further sections are counted."""


def compose_in_app(templates: Templates, facts: Facts, locale: str) -> bytes:
    """The notice as UTF-8 JSON, the same for everybody who reads this language.

    Raises:
        RenderingError: a sentence is missing or wrong.
    """
    words = words_for(templates, locale, facts, name="")
    notice = {
        "kind": facts.kind,
        "policy": facts.title(locale),
        "effective_date": facts.effective_date.isoformat() if facts.effective_date else None,
        "locale": locale,
        "direction": text_direction(locale),
        "heading": words["heading"],
        "text": words["opening"],
        "once_in_force": _once_in_force(words, facts),
        "summary": _lines(templates, facts, locale),
        "link": _link(words, "comparison", facts.links.comparison)
        if facts.links
        else _link(words, "full_text", facts.url),
        "texts": [
            _link(words, "old_text", facts.links.old_text),
            _link(words, "new_text", facts.links.new_text),
        ]
        if facts.links
        else [],
        "contact": facts.contact,
    }
    return json.dumps(notice, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _once_in_force(words: Mapping[str, str], facts: Facts) -> dict[str, str] | None:
    """What the notice says instead to whoever opens the product after the change took effect."""
    if facts.true_until is None or facts.effective_date is None:
        return None
    return {
        "from": facts.true_until.isoformat(),
        "heading": words["heading_in_force"],
        "text": words["opening_in_force"],
    }


def in_words_of(content: bytes, now: datetime) -> dict[str, object]:
    """A notice for the product, in the words that are true now."""
    notice: dict[str, object] = json.loads(content)
    then = notice.pop("once_in_force", None)
    if isinstance(then, dict) and now >= datetime.fromisoformat(then.pop("from")):
        notice |= then
    return notice


def _link(words: Mapping[str, str], name: str, url: str) -> dict[str, str]:
    return {"text": words[name], "url": url}


def _lines(templates: Templates, facts: Facts, locale: str) -> list[str]:
    """The summary, a line each, with the section it stands in."""
    words = redline_words(templates, locale)
    summary = told(facts.summary, words, _SUMMARY_BUDGET)
    lines = [
        f"{filled(words, 'labelled', label=str(part.title))} {line}"
        for part in summary.sections
        for line in part.lines
    ]
    return [*lines, summary.more] if summary.more else lines
