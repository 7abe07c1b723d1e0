"""The messages of a plan: every notice in every language, as the bytes legal approves."""

from __future__ import annotations

from collections.abc import Iterator

import notifier.rendering.redline as views
from notifier.ledger import Tx, texts
from notifier.model.plan import Channel, Group, NoticeKind, Plan, PlannedNotice, Wording
from notifier.model.redline import Redline
from notifier.pipeline.pipeline import Pipeline
from notifier.pipeline.requesting import Matter
from notifier.redline import compare
from notifier.rendering import (
    Facts,
    available_locales,
    compose,
    compose_in_app,
    resolve_locale,
)

_TEXT_BUDGET = 20_000
_HTML_BUDGET = 48_000
"""Bytes the changes may take in each part of a mail, which is 100 kB at most, encoded."""


def render(
    tx: Tx, pipeline: Pipeline, matter: Matter, planned: Plan, groups: tuple[Group, ...]
) -> Iterator[tuple[tuple[int, str], bytes]]:
    """Every notice in every language of the audience, by position and the recipients' locale.

    Who will join is not known: notices for them are there in every language that has a wording.

    Raises:
        RenderingError: a template or a sentence is missing or wrong.
    """
    available = available_locales(pipeline.templates)
    default = pipeline.config.audience.default_locale
    present = {group.locale for group in groups}
    whole = matter.redline
    for position, notice in enumerate(planned.notices):
        redline = _shown(tx, matter, notice, whole)
        facts = _facts(pipeline, matter, redline, planned, notice)
        rendered: dict[str, bytes] = {}
        for wanted in sorted(present | (set(available) if notice.addressees.joiners else set())):
            locale = resolve_locale(wanted, available, default)
            if locale not in rendered:
                rendered[locale] = _message(pipeline, facts, redline, notice, locale)
            yield (position, wanted), rendered[locale]


def _shown(tx: Tx, matter: Matter, notice: PlannedNotice, whole: Redline) -> Redline | None:
    """What a notice shows as changed: for a correction, what changed since its readers' text."""
    if notice.kind is NoticeKind.WITHDRAWAL:
        return None
    if notice.kind is not NoticeKind.CORRECTION:
        return whole
    told = notice.addressees.told
    if told is None or Wording.TEXT_CHANGED not in notice.wording:
        return None
    theirs = texts.with_text(tx, matter.policy.key, told.version)
    return compare(theirs.reading.document, matter.new.reading.document) if theirs else whole


def _facts(
    pipeline: Pipeline,
    matter: Matter,
    redline: Redline | None,
    planned: Plan,
    notice: PlannedNotice,
) -> Facts:
    """What a notice tells everybody."""
    policy = matter.policy
    clause = matter.old.reading.promise.clause
    told = notice.addressees.told
    return Facts(
        kind=notice.kind,
        company=pipeline.config.company.name,
        contact=pipeline.config.company.contact,
        titles={"": policy.title, **policy.titles},
        url=policy.url,
        effective_date=notice.tells.effective_date if notice.tells else planned.effective_date,
        old_date=told.effective_date if told else None,
        wording=notice.wording,
        promise=clause.text if clause else "",
        summary=redline.summary if redline else (),
        policy_language=matter.new.reading.document.language or "",
    )


def _message(
    pipeline: Pipeline, facts: Facts, redline: Redline | None, notice: PlannedNotice, locale: str
) -> bytes:
    if notice.channel is Channel.IN_APP:
        return compose_in_app(pipeline.templates, facts, locale)
    text, page = _comparison(pipeline, facts, redline, locale) if redline else ("", "")
    return compose(
        pipeline.templates,
        facts,
        locale,
        sender=pipeline.config.email.sender,
        redline_text=text,
        redline_html=page,
    )


def _comparison(pipeline: Pipeline, facts: Facts, redline: Redline, locale: str) -> tuple[str, str]:
    labels = views.words_for(pipeline.templates, locale)
    text = views.text(redline, words=labels, link=facts.url, budget=_TEXT_BUDGET)
    page = views.email_fragment(
        redline,
        templates=pipeline.templates,
        words=labels,
        link=facts.url,
        budget=_HTML_BUDGET,
    )
    return text, page
