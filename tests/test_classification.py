"""Who decides that a change is not material, where only material ones are announced."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifier.model.plan import NoticeKind
from notifier.model.redline import Materiality
from notifier.model.request import RulingSubject
from notifier.model.text import Snapshot
from notifier.pipeline.requesting import classified
from notifier.reading import read
from tests.life import Life, begin
from tests.test_plan_views import gate

TEXT = """\
# Privacy Policy

Effective date: {day}

## What we collect

- Your account name
- Your photo

| Data | Kept for |
|---|---|
| Logs | 30 days |

We keep "cookies" until you say stop - not longer. We greet your friends, once you agree.

Photos of people are published as of 1 May 2026.

## Changes to this policy

We will notify you by email at least 30 days before any material change to this policy takes effect.
"""
OLD = TEXT.format(day="September 1, 2021")
NEW = TEXT.format(day="March 1, 2027")
SAYS_MORE = ("- Your photo\n", "- Your photo\n- Your heart rate\n")


def before_a_ruling(before: str, after: str) -> Materiality | None:
    assert before in NEW
    texts = (OLD, NEW.replace(before, after))
    return classified(*(read(Snapshot(text.encode(), "privacy.md", "test")) for text in texts))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        SAYS_MORE,
        ("30 days |", "30 years |"),
        ("Your photo", "Your face"),
        ("- Your photo", "- Your foto"),
        ("not longer.", "not longer. We track you."),
        ("as of 1 May 2026.", "as of 1 July 2027."),
        ("your friends, once", "your friends once"),
    ],
)
def test_other_words_are_never_editorial_before_legal_says_so(before: str, after: str) -> None:
    assert before_a_ruling(before, after) in {None, Materiality.MATERIAL}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2027", "2028"),
        ('"cookies"', "“cookies”"),
        ("stop - not", "stop  –  not"),
        ("| Logs | 30 days |", "|Logs|30 days|"),
        ("your friends, once", "your friends,\nonce"),
    ],
)
def test_the_date_of_the_text_and_the_shapes_of_signs_need_no_ruling(
    before: str, after: str
) -> None:
    assert before_a_ruling(before, after) is Materiality.DATE_ONLY


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Where only material changes are promised, and one is staged that sets off no signal."""
    life = begin(tmp_path, "sqlite:///notifier.db")
    life.company.commit("main", OLD)
    life.company.stage(NEW.replace(*SAYS_MORE))
    life.check()
    return life


def told(life: Life) -> int:
    notices = life.plan().plan.notices
    return sum(notice.count for notice in notices if notice.kind is NoticeKind.INITIAL)


def test_words_that_nobody_has_ruled_on_are_announced_and_stop_a_merge(life: Life) -> None:
    assert told(life) == 4
    code, said = gate(life)
    assert code == 3
    assert "notifier ruling add materiality" in said


def test_legal_may_rule_that_nobody_need_be_told(life: Life) -> None:
    life.rule(RulingSubject.MATERIALITY, "editorial")
    assert told(life) == 0
    code, said = gate(life)
    assert code == 0, said
