"""Real consecutive versions of real policies in every view."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from notifier.model.redline import Redline
from notifier.model.text import Snapshot
from notifier.reading.formats import parse
from notifier.redline import compare
from notifier.rendering.environment import Templates
from notifier.rendering.redline import (
    email_fragment,
    markdown,
    page,
    terminal,
    text,
    words_for,
)
from notifier.rendering.redline.exchange import to_json
from notifier.rendering.redline.word import docx
from tests.rendering.redline.samples import read_back
from tests.rendering.redline.test_word import paragraphs, told

CHECKOUT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("NOTIFIER_TEST_CORPUS", CHECKOUT.parent / "shared" / "corpus"))
PAIRS = (
    ("reddit", "reddit-terms-of-service", 2),
    ("github", "subprocessors", 9),
    ("qwant", "qwant-privacy-policy", 2),
    ("bluesky", "bluesky-community-guidelines", 2),
    ("finya", "finya-terms-of-service-de", 2),
    ("deliveroo", "deliveroo-privacy-policy", 5),
)


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: pair[1])
def redline(request: pytest.FixtureRequest) -> Redline:
    if not CORPUS.is_dir():
        pytest.skip("no corpus of real policies; set NOTIFIER_TEST_CORPUS to its folder")
    company, doc, seq = request.param
    with (CORPUS / "metadata.jsonl").open(encoding="utf-8") as lines:
        found = {
            entry["seq"]: CORPUS / entry["file"]
            for entry in map(json.loads, lines)
            if (entry["company"], entry["doc"]) == (company, doc)
        }
    old, new = (Snapshot(path.read_bytes(), path.name) for path in (found[seq - 1], found[seq]))
    return compare(parse(old), parse(new))


def test_word_is_exact_both_ways(redline: Redline) -> None:
    file = docx(redline)

    assert paragraphs(file, "accept") == told(redline.new)
    assert paragraphs(file, "reject") == told(redline.old)


def test_json_is_read_back_the_same(redline: Redline) -> None:
    assert read_back(to_json(redline)) == redline


def test_the_mail_keeps_to_its_budget(redline: Redline) -> None:
    words = words_for(Templates(), "en")
    html = email_fragment(
        redline, templates=Templates(), words=words, link="https://example.org/", budget=48_000
    )

    assert len(html.encode()) <= 48_000


def test_every_added_word_is_in_every_whole_view(redline: Redline) -> None:
    shown = {
        "text": text(redline),
        "terminal": terminal(redline, width=10_000, colour=False),
        "markdown": markdown(redline),
        "page": page(
            redline, templates=Templates(), title="Policy", old_label="old", new_label="new"
        ),
    }
    words = {
        word
        for entry in redline.entries
        for span in entry.spans
        if span.op == "insert"
        for word in span.text.split()
        if word.isalnum()
    }
    for name, view in shown.items():
        assert not [word for word in words if word not in view], name
