"""The messages of a plan: every notice in every language, as the bytes legal approves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from babel import Locale

import notifier.rendering.redline as views
from notifier.ledger import Tx, texts
from notifier.model.plan import Channel, Group, NoticeKind, Plan, PlannedNotice, Standing, Wording
from notifier.model.reading import Finding, Severity
from notifier.model.redline import Redline
from notifier.pipeline.pages import Showing, pages
from notifier.pipeline.pipeline import Pipeline
from notifier.pipeline.requesting import Matter
from notifier.planning.words import people_words
from notifier.redline import compare
from notifier.rendering import (
    Facts,
    available_locales,
    compose,
    compose_in_app,
    links_of,
    resolve_locale,
)

_TEXT_BUDGET = 20_000
_HTML_BUDGET = 48_000
"""Bytes the changes may take in each part of a mail, which is 100 kB at most, encoded; fewer where
letters are not ASCII, each byte of which quoted-printable writes as three."""

_LAST_ASCII = 0x7F


@dataclass(slots=True)
class Rendered:
    """Everything of a plan that people will read.

    Attributes:
        messages: by the notice's position and the recipients' locale.
        pages: what the messages link to, by path.
        findings: what legal should know of it.
    """

    messages: dict[tuple[int, str], bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def render(
    tx: Tx, pipeline: Pipeline, matter: Matter, planned: Plan, groups: tuple[Group, ...]
) -> Rendered:
    """Every notice in every language of the audience, with the pages they link to.

    Who will join is not known: notices for them are there in every language that has a wording.
    Who has joined since the audience was frozen is among those whom the plan counts.

    Raises:
        RenderingError: a template or a sentence is missing or wrong.
    """
    available = available_locales(pipeline.templates)
    default = pipeline.config.audience.default_locale
    present = {group.locale for group in (*groups, *planned.groups)}
    whole = _whole(matter, planned)
    rendered = Rendered()
    used: set[str] = set()
    for position, notice in enumerate(planned.notices):
        showing = _showing(tx, matter, notice, whole)
        facts = _facts(pipeline, matter, showing, planned, notice)
        wanted_by = present | (set(available) if notice.addressees.joiners else set())
        told_in = {wanted: resolve_locale(wanted, available, default) for wanted in wanted_by}
        locales = sorted(set(told_in.values()))
        used.update(locales)
        content = {locale: _message(pipeline, facts, showing, notice, locale) for locale in locales}
        for wanted in sorted(told_in):
            rendered.messages[position, wanted] = content[told_in[wanted]]
        if showing and pipeline.config.pages:
            titles = {locale: facts.title(locale) for locale in locales}
            rendered.pages.update(pages(pipeline, showing, titles))
    rendered.findings = (
        *_languages_lacking(planned, available, default),
        *_findings(pipeline, planned, whole.redline, sorted(used)),
    )
    return rendered


def _whole(matter: Matter, planned: Plan) -> Showing:
    """The change from the text in force to the text to come."""
    in_force = matter.old.reading.effective.date
    return Showing(matter.old, matter.new, matter.redline, in_force, planned.effective_date)


def _showing(tx: Tx, matter: Matter, notice: PlannedNotice, whole: Showing) -> Showing | None:
    """What a notice compares: for a correction of the text, what changed since its readers' one."""
    if notice.kind is NoticeKind.WITHDRAWAL:
        return None
    told = notice.addressees.told
    if not _is_of_text(notice) or notice.kind is not NoticeKind.CORRECTION or told is None:
        return whole
    theirs = texts.with_text(tx, matter.policy.key, told.version)
    if theirs is None:
        return whole
    redline = compare(theirs.reading.document, matter.new.reading.document)
    return Showing(theirs, matter.new, redline, told.effective_date, whole.new_date)


def _is_of_text(notice: PlannedNotice) -> bool:
    """Whether a notice tells changes of the text; some corrections tell of a date alone."""
    if notice.kind is NoticeKind.CORRECTION:
        return Wording.TEXT_CHANGED in notice.wording and notice.addressees.told is not None
    return notice.kind is not NoticeKind.WITHDRAWAL


def _languages_lacking(plan: Plan, available: Sequence[str], default: str) -> Iterator[Finding]:
    """That people are told in the default language, though they have another."""
    lacking: Counter[str] = Counter()
    for group in plan.groups if plan.notices else ():
        told_in = resolve_locale(group.locale, available, default)
        if group.locale and _language(group.locale) != _language(told_in):
            lacking[group.locale] += group.count
    for locale, count in sorted(lacking.items()):
        yield Finding(
            "messages.language",
            Severity.WARNING,
            f"{people_words(count)} {'has' if count == 1 else 'have'} the language {locale}, in "
            f"which there is no wording; they are told in {default}.",
            remedy=f"to tell them in their own, add locales/{locale}.toml to the templates",
        )


def _language(locale: str) -> str:
    return str(Locale.parse(locale, sep="-").language)


def _findings(
    pipeline: Pipeline, planned: Plan, whole: Redline, locales: list[str]
) -> Iterator[Finding]:
    """That the messages promise a comparison which readers can find nowhere."""
    if pipeline.config.pages or not any(_is_of_text(notice) for notice in planned.notices):
        return
    cut = [locale for locale in locales if not _fits(pipeline, whole, locale)]
    yield Finding(
        "pages.none",
        Severity.QUESTION if cut else Severity.WARNING,
        "The messages have no address where the whole comparison and both texts can be read"
        + (f", and it does not fit into a mail in {', '.join(cut)}." if cut else "."),
        remedy="give `folder` and `url` under [pages], then plan again",
    )


def _fits(pipeline: Pipeline, redline: Redline, locale: str) -> bool:
    labels = views.words_for(pipeline.templates, locale)
    in_full = views.text(redline, words=labels)
    html = views.email_fragment(
        redline, templates=pipeline.templates, words=labels, link="", budget=10 * _HTML_BUDGET
    )
    longest = max(len(in_full.encode()) / _TEXT_BUDGET, len(html.encode()) / _HTML_BUDGET)
    return longest * _swelling(redline) <= 1


def _facts(
    pipeline: Pipeline,
    matter: Matter,
    showing: Showing | None,
    planned: Plan,
    notice: PlannedNotice,
) -> Facts:
    """What a notice tells everybody."""
    policy = matter.policy
    clause = matter.old.reading.promise.clause
    whom = notice.addressees
    told = whom.told
    return Facts(
        kind=NoticeKind.INITIAL if whom.standing is Standing.MISSED else notice.kind,
        company=pipeline.config.company.name,
        contact=pipeline.config.company.contact,
        titles={"": policy.title, **policy.titles},
        url=policy.url,
        effective_date=notice.tells.effective_date if notice.tells else planned.effective_date,
        old_date=told.effective_date if told else None,
        wording=notice.wording,
        promise=clause.text if clause else "",
        summary=showing.redline.summary if showing and _is_of_text(notice) else (),
        policy_language=matter.new.reading.document.language or "",
        true_until=notice.true_until,
    )


def _message(
    pipeline: Pipeline, facts: Facts, showing: Showing | None, notice: PlannedNotice, locale: str
) -> bytes:
    published = pipeline.config.pages
    if showing and published:
        facts = replace(facts, links=links_of(showing.shelf, locale, published.url))
    if notice.channel is Channel.IN_APP:
        return compose_in_app(pipeline.templates, facts, locale)
    redline = showing.redline if showing and _is_of_text(notice) else None
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
    link = facts.links.comparison if facts.links else ""
    swelling = _swelling(redline)
    text = views.text(redline, words=labels, link=link, budget=int(_TEXT_BUDGET / swelling))
    page = views.email_fragment(
        redline,
        templates=pipeline.templates,
        words=labels,
        link=link,
        budget=int(_HTML_BUDGET / swelling),
    )
    return text, page


def _swelling(redline: Redline) -> float:
    """How many times longer the texts are in quoted-printable than in UTF-8."""
    blocks = (*redline.old.blocks, *redline.new.blocks)
    content = "".join(block.text for block in blocks).encode()
    others = sum(byte > _LAST_ASCII for byte in content)
    return 1 + 2 * others / max(len(content), 1)
