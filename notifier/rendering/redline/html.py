"""The page: one self-contained HTML file that needs no network, no server and no script to read."""

from __future__ import annotations

import base64
import hashlib

from notifier.model.redline import Redline
from notifier.rendering.environment import Templates
from notifier.rendering.redline.characters import language_tag, visible
from notifier.rendering.redline.layout import layout
from notifier.rendering.redline.minimap import minimap
from notifier.rendering.redline.reasons import reasons as why
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import Words, counted, english

MOST = 8
"""Sections summed up at the top before the others are folded away."""


def page(
    redline: Redline,
    *,
    templates: Templates,
    title: str,
    old_label: str,
    new_label: str,
    words: Words | None = None,
    reasons: bool = True,
    old_text: str = "",
    new_text: str = "",
) -> str:
    """The redline as one HTML file: summary, outline, every edit inline and side by side.

    The page carries its own Content-Security-Policy, which allows exactly its one style sheet
    and its one script by their SHA-256; a server may send the same policy as a header. Nothing
    is loaded, nothing is sent, and without scripts only the jump keys are missing.

    Args:
        title: the policy's name, as the page's heading.
        old_label: what to call the old text, for example its effective date.
        new_label: what to call the new text.
        words: labels in the reader's language; English without them.
        reasons: show notifier's suggestion and the signals behind it. They are for legal; leave
            them out of a page for recipients.

    Raises:
        RenderingError: a template of ``templates/redline/page.*`` is wrong.
    """
    words = words or english()
    style = templates.render("redline/page.css")
    script = templates.render("redline/page.js")
    wording = Wording(redline, words)
    laid_out = layout(redline, wording, words)
    changed = [section for run in laid_out for section in run.sections if section.changes]
    changes = sum(section.changes for section in changed)
    return templates.render(
        "redline/page.html",
        title=visible(title),
        old_label=visible(old_label),
        new_label=visible(new_label),
        words=words,
        language=words["language"],
        old_language=language_tag(redline.old.language),
        new_language=language_tag(redline.new.language),
        style=style,
        script=script,
        policy=_policy(style, script),
        runs=laid_out,
        counts=wording.counts(redline.entries),
        changed=changed,
        changes=changes,
        changes_told=counted(words, "changes", changes),
        most=MOST,
        more=counted(words, "more_sections", len(changed) - MOST),
        suggestion=wording.suggestion() if reasons else "",
        reasons=why(redline, wording) if reasons else (),
        map=minimap(redline),
        old_text=old_text,
        new_text=new_text,
        old_hash=redline.old.content_hash,
        new_hash=redline.new.content_hash,
    )


def _policy(style: str, script: str) -> str:
    """The strictest Content-Security-Policy that lets this page be itself."""
    return (
        f"default-src 'none'; style-src {source_of(style)}; script-src {source_of(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def source_of(text: str) -> str:
    """The source expression that allows exactly this style sheet or script (CSP Level 2)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
