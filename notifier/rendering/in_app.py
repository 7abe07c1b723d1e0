"""A notice as the product shows it: JSON in one language."""

from __future__ import annotations

import json

from notifier.rendering.environment import Templates
from notifier.rendering.redline.telling import told
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
        "summary": _lines(templates, facts, locale),
        "link": {"text": words["full_text"], "url": facts.url},
        "contact": facts.contact,
    }
    return json.dumps(notice, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _lines(templates: Templates, facts: Facts, locale: str) -> list[str]:
    """The summary, a line each, with the section it stands in."""
    summary = told(facts.summary, redline_words(templates, locale), _SUMMARY_BUDGET)
    lines = [f"{part.title}: {line}" for part in summary.sections for line in part.lines]
    return [*lines, summary.more] if summary.more else lines
