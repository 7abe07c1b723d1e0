"""A notice as the product shows it: JSON in one language."""

from __future__ import annotations

import json

from notifier.rendering.environment import Templates
from notifier.rendering.wording import Facts, text_direction, words_for


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
        "summary": list(facts.summary),
        "link": {"text": words["full_text"], "url": facts.url},
        "contact": facts.contact,
    }
    return json.dumps(notice, ensure_ascii=False, sort_keys=True, indent=1).encode()
