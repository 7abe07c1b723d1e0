"""Clauses in many forms and languages, each with the fields a careful reader reads from it.

The words of ``reads``: channels ``email in_app notice post blog medium direct log``; ``any`` when
one of several is enough; ``will may try none``; ``material`` or ``mixed``; a number of days;
``prior``; ``posted`` (in force when posted) or ``later``; ``delayN``; ``objectN``; ``date``. What is
not named must not be read. Where a clause can honestly be read in two ways, ``only`` names the
words that are certain, and ``not`` words that would be wrong.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from notifier.model.reading import Promise
from notifier.reading.promises import read_promise
from tests.reading.promises.documents import document

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
OBLIGATIONS = {"will": "will", "may": "may", "try": "endeavour", "none": "none"}
FOLDER = Path(__file__).parent / "clauses"


def _cases() -> list[Any]:
    return [
        pytest.param(path.stem, clause, id=f"{path.stem}-{number:03}")
        for path in sorted(FOLDER.glob("*.toml"))
        for number, clause in enumerate(tomllib.loads(path.read_text("utf-8"))["clauses"])
    ]


def spoken(promise: Promise) -> set[str]:
    """The promise in the words of the tables."""
    channels = {name for name, channel in CHANNELS.items() if channel in promise.channels}
    words = set(channels)
    words |= {name for name, value in OBLIGATIONS.items() if value == promise.obligation}
    words |= {"any"} if promise.mode == "any_of" else set()
    words |= {"all"} if promise.mode == "all" and len(channels) > 1 else set()
    words |= {promise.trigger.value} - {"any"}
    words |= {str(promise.period.days)} if promise.period else set()
    words |= {"prior"} if promise.prior else set()
    words |= {True: {"posted"}, False: {"later"}, None: set()}[promise.effective_when_posted]
    words |= {f"delay{promise.effective_delay_days}"} if promise.effective_delay_days else set()
    words |= {f"object{promise.objection_days}"} if promise.objection_days else set()
    words |= {"date"} if promise.promises_to_update_date else set()
    return words


def expected(clause: dict[str, str]) -> set[str]:
    words = set(clause["reads"].split())
    if len(words & set(CHANNELS)) > 1 and "any" not in words:
        words.add("all")
    if "prior" in words and "posted" not in words:
        words.add("later")
    return words


@pytest.mark.parametrize(("language", "clause"), _cases())
def test_a_clause_is_read_as_a_careful_reader_reads_it(language: str, clause: dict[str, str]):
    promise, _ = read_promise(document(clause["text"], language))
    if "only" in clause:
        assert set(clause["only"].split()) <= spoken(promise), clause["text"]
        assert not set(clause.get("not", "").split()) & spoken(promise), clause["text"]
    else:
        read = spoken(promise) - {word for word in spoken(promise) if word.startswith("object")}
        assert read == expected(clause), clause["text"]
