"""Where sentences start, and the labels in them: phrases that say what a date is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notifier.model.reading import DateKind
from notifier.reading.dates.vocabulary import Vocabulary
from notifier.reading.dates.written import WrittenDate

_SENTENCE_END = re.compile(r"[.!?][\"')\]]{0,2}\s+(?=[^\W\d_]|[\"'(\[*])|。|(?<=\s)[|•·]\s")
_LAST_WORD = re.compile(r"(?:[^\W_]|[.°])+$")
VERSION_NUMBER = re.compile(r"[:\s]{0,3}v?\d{1,3}(?:\.\d{1,3}){0,3}\s?[|•·,;/(\-]?\s?$")
"""What may stand between "Version" and its date: "2.3 | "."""


def sentence_starts(folded: str, dates: Sequence[WrittenDate], words: Vocabulary) -> list[int]:
    """Return where each sentence of a line starts; dots inside dates and abbreviations end none."""
    inside = {place for one in dates for place in range(one.start, one.end - 1)}
    starts = [0]
    for match in _SENTENCE_END.finditer(folded):
        dot = match.start()
        if dot in inside:
            continue
        if folded[dot] == "." and _is_abbreviated(folded[max(0, dot - 12) : dot], words):
            continue
        if folded[dot] in "|•·" and _is_version(folded[starts[-1] : dot], words):
            continue
        starts.append(match.end())
    return starts


def _is_version(part: str, words: Vocabulary) -> bool:
    """True for "Version 2.3", which belongs to the date behind the bar after it."""
    label = VERSION_NUMBER.sub("", part.strip(" #*"))
    return label != part and words.kinds.get(label) is DateKind.VERSION_DATE


def _is_abbreviated(before: str, words: Vocabulary) -> bool:
    """True when the text before a full stop ends in an abbreviation or a single letter."""
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    letter = len(last[0]) == 1 and last[0].isalpha()
    return letter or last[0] in words.lone["abbreviation"]


@dataclass(frozen=True, slots=True)
class Label:
    """A phrase that says what a date beside it is."""

    start: int
    end: int
    phrase: str
    kind: DateKind


def labels_in(
    folded: str, pattern: re.Pattern[str], words: Vocabulary, shift: int = 0
) -> tuple[Label, ...]:
    """Return the labels of a folded text that starts at ``shift``, from left to right."""
    return tuple(
        Label(match.start() + shift, match.end() + shift, phrase, words.kinds[phrase])
        for match in pattern.finditer(folded)
        for phrase in (re.sub(r"\s+", " ", match[0]),)
    )
