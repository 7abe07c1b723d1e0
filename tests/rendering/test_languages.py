"""A mail has two languages at most: the reader's, and the policy's in its own words."""

from __future__ import annotations

import email
import email.policy
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from notifier.model.plan import NoticeKind
from notifier.model.redline import PointKind, Redline
from notifier.model.text import Document, Snapshot
from notifier.reading import read
from notifier.redline import compare
from notifier.rendering import Addressee, Facts, Mail, Templates, compose, compose_in_app
from notifier.rendering.redline import email_fragment, text, words_for
from notifier.rendering.redline.telling import told
from tests.rendering.redline.samples import everything

TEMPLATES = Templates()
TRANSLATED = ("de", "fr", "es")
WORD = re.compile(r"[^\W\d_]+")


def policy(name: str) -> Document:
    content = files("notifier.cli.sample").joinpath(name).read_bytes()
    at = datetime(2027, 1, 1, tzinfo=UTC)
    return read(Snapshot(content, name, at)).document


def sample() -> Redline:
    return compare(policy("privacy-policy.md"), policy("upcoming-privacy-policy.md"))


def facts(redline: Redline) -> Facts:
    return Facts(
        NoticeKind.INITIAL,
        "Larkspur",
        "legal@larkspur.example",
        {"": "§"},
        "https://larkspur.example",
        date(2027, 3, 15),
        promise="We will tell you.",
        summary=redline.summary,
        policy_language="en",
    )


def mail(redline: Redline, locale: str) -> tuple[str, str]:
    words = words_for(TEMPLATES, locale)
    content = compose(
        TEMPLATES,
        facts(redline),
        locale,
        sender="legal@larkspur.example",
        redline_text=text(redline, words=words, link="https://larkspur.example"),
        redline_html=email_fragment(
            redline,
            templates=TEMPLATES,
            words=words,
            link="https://larkspur.example",
            budget=48_000,
        ),
    )
    at = datetime(2027, 1, 4, 9, tzinfo=UTC)
    filled = Mail(content).fill(Addressee("a@mail.example", "", "<1@larkspur.example>", at))
    message = email.message_from_bytes(filled, policy=email.policy.default)
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    return str(plain.get_content()), str(page.get_content())


def sentences(locale: str) -> str:
    """Every word our own tables have for a language."""
    found = []
    for name in (f"locales/{locale}.toml", f"locales/{locale}/redline.toml"):
        path = TEMPLATES.find(name)
        assert path is not None
        found += labels(tomllib.loads(path.read_text("utf-8")))
    return " ".join(found)


def labels(table: dict[str, Any]) -> Iterator[str]:
    for row in table.values():
        yield from labels(row) if isinstance(row, dict) else (row,)


def letters(shown: str) -> set[str]:
    return {word.lower() for word in WORD.findall(shown)}


def policys(redline: Redline) -> set[str]:
    blocks = (*redline.old.blocks, *redline.new.blocks)
    targets = (link.target for block in blocks for link in block.links)
    return letters(" ".join([*(f"{b.number} {b.text}" for b in blocks), *targets]))


FACTS = letters("Larkspur legal@larkspur.example https://larkspur.example We will tell you")
MONTHS = {"de": "märz", "fr": "mars", "es": "marzo"}


@pytest.mark.parametrize("locale", TRANSLATED)
@pytest.mark.parametrize("redline", [sample(), everything()], ids=["sample", "everything"])
def test_every_word_is_the_policys_or_of_the_readers_language(
    redline: Redline, locale: str
) -> None:
    known = letters(sentences(locale)) | policys(redline) | FACTS | {MONTHS[locale]}
    plain, page = mail(redline, locale)
    tree = LexborHTMLParser(page)
    tree.strip_tags(["style"])
    assert tree.body is not None

    assert letters(plain) <= known
    assert letters(tree.body.text(separator=" ")) <= known


@pytest.mark.parametrize("locale", TRANSLATED)
def test_what_is_left_beside_the_policys_quotes_is_not_english(locale: str) -> None:
    english = letters(sentences("en")) - letters(sentences(locale))
    summary = told(everything().summary, words_for(TEMPLATES, locale))
    lines = [line for s in summary.sections for line in (s.title, *s.lines)]
    ours = " ".join(p.words for line in lines for p in line.pieces if not p.is_policy)

    assert letters(ours)
    assert letters(ours).isdisjoint(english)


@pytest.mark.parametrize("locale", TRANSLATED)
def test_the_policys_words_are_marked_as_its_language(locale: str) -> None:
    _, page = mail(sample(), locale)
    tree = LexborHTMLParser(page)
    marked = [node.text() for node in tree.css('span[lang="en"]')]

    assert {"Technical data", "30 days", "90 days"} <= set(marked)


@pytest.mark.parametrize("locale", TRANSLATED)
def test_the_notice_in_the_product_is_in_the_readers_language(locale: str) -> None:
    redline = sample()
    notice = json.loads(compose_in_app(TEMPLATES, facts(redline), locale))
    known = letters(sentences(locale)) | policys(redline)

    assert notice["summary"]
    assert letters(" ".join(notice["summary"])) <= known


@pytest.mark.parametrize("locale", ["en", *TRANSLATED])
def test_every_rule_and_kind_of_point_has_its_label(locale: str) -> None:
    words = words_for(TEMPLATES, locale)
    table = tomllib.loads(files("notifier.redline").joinpath("signals.toml").read_text("utf-8"))
    rules = {row["name"] for kind in ("subject", "words", "form") for row in table[kind]}
    counted = {PointKind.MORE, PointKind.CORRECTED, PointKind.LINK}

    assert {f"rule_{rule}" for rule in rules | {"own-date", "none"}} <= words.keys()
    assert {f"point_{kind}" for kind in set(PointKind) - counted} <= words.keys()


def test_a_summary_that_leaves_something_out_says_so_and_claims_no_completeness() -> None:
    redline = everything()
    words = words_for(TEMPLATES, "en")

    assert told(redline.summary, words).is_complete
    short = told(redline.summary, words, budget=10)
    assert (len(short.sections), short.more) == (1, "… and 3 more sections")
    assert not short.is_complete


def test_nothing_is_told_twice_under_a_section_of_the_comparison() -> None:
    plain, page = mail(sample(), "de")

    assert plain.count("Speicherdauer") == page.count("Speicherdauer") == 1
