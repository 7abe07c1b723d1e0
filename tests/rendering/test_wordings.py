"""What a plan asks a notice to say is said, in every language, and nothing that is not true."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from notifier.errors import RenderingError
from notifier.model.plan import NoticeKind, Wording
from notifier.rendering import Facts
from notifier.rendering.wording import words_for
from tests.rendering.test_mail import LOCALES, TEMPLATES, facts

W = Wording
WORDINGS = [
    (NoticeKind.INITIAL, (W.CUMULATIVE,)),
    (NoticeKind.LATE, (W.SHORT_NOTICE,)),
    (NoticeKind.LATE, (W.CUMULATIVE, W.ALREADY_IN_FORCE)),
    (NoticeKind.CORRECTION, (W.DATE_MOVED,)),
    (NoticeKind.CORRECTION, (W.TEXT_CHANGED,)),
    (NoticeKind.CORRECTION, (W.DATE_MOVED, W.TEXT_CHANGED)),
    (NoticeKind.CORRECTION, (W.DATE_MOVED, W.TEXT_CHANGED, W.ALREADY_IN_FORCE)),
    (NoticeKind.CORRECTION, (W.RESUMED,)),
    (NoticeKind.CORRECTION, (W.RESUMED, W.TEXT_CHANGED, W.SHORT_NOTICE)),
    (NoticeKind.WITHDRAWAL, (W.PAUSED,)),
    (NoticeKind.WITHDRAWAL, (W.PAUSED, W.ALREADY_IN_FORCE)),
    (NoticeKind.WITHDRAWAL, (W.WITHDRAWN,)),
    (NoticeKind.WITHDRAWAL, (W.WITHDRAWN, W.ALREADY_IN_FORCE)),
]
PROMISING = re.compile(
    r"(?i)until then|bis dahin|jusque-là|hasta entonces|will change on|in time\b"
)


def said(locale: str, kind: NoticeKind, wording: tuple[Wording, ...], **more: object) -> str:
    asked: Facts = replace(facts(kind), wording=wording, **more)
    words = words_for(TEMPLATES, locale, asked, name="")
    return " ".join(words[key] for key in ("subject", "heading", "opening"))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_wording_is_there_and_no_two_say_the_same(locale: str) -> None:
    texts = [said(locale, kind, wording) for kind, wording in WORDINGS]
    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if "{" in text]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("wording", [W.SHORT_NOTICE, W.ALREADY_IN_FORCE])
def test_late_words_claim_no_time_before(locale: str, wording: Wording) -> None:
    late = said(locale, NoticeKind.LATE, (wording,))
    assert not PROMISING.search(late.replace("in good time", ""))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_correction_names_both_dates(locale: str) -> None:
    text = said(locale, NoticeKind.CORRECTION, (W.DATE_MOVED, W.TEXT_CHANGED))
    assert len(set(re.findall(r"\b(1(?:er)?|15)\b", text))) == 2


@pytest.mark.parametrize("locale", LOCALES)
def test_withdrawn_after_a_pause_names_no_date(locale: str) -> None:
    text = said(locale, NoticeKind.WITHDRAWAL, (W.WITHDRAWN,), old_date=None, effective_date=None)
    assert "2027" not in text
    assert "  " not in text


def test_a_wording_that_a_language_lacks_stops_the_plan() -> None:
    with pytest.raises(RenderingError, match=r"correction notice \(paused\)"):
        said("en", NoticeKind.CORRECTION, (W.PAUSED,), old_date=date(2027, 3, 1))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_version_in_force_already_is_not_said_to_have_made_the_promise(locale: str) -> None:
    early, late = (
        words_for(TEMPLATES, locale, replace(facts(kind), wording=wording), name="")["promised"]
        for kind, wording in (
            (NoticeKind.INITIAL, ()),
            (NoticeKind.LATE, (W.ALREADY_IN_FORCE,)),
        )
    )
    assert early != late
