"""What a redline costs its reader: measured alike on every tool's own output.

An edit script is a list of ``(op, text)``, op one of ``=``, ``-``, ``+``. Of it are counted

* *edit words*: words (separated by white space) of both texts not wholly inside one unchanged run;
* *fragments*: maximal runs of change that show something (not only white space);
* *mid-word cuts*: places where a change starts or ends between two letters;
* *chaff*: unchanged bits of at most three characters between two changes on one line;
* *cost*: edit words + 4 x fragments.

A date written out (``1 May 2026``) is counted in two ways: as three words, and as one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

Script = list[tuple[str, str]]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
BARE_WORD = re.compile(r"\S+")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
WORD_OR_DATE = re.compile(
    rf"\S*\b(?:\d{{1,2}}\w*\s(?:{_MONTH}),?|(?:{_MONTH})\s\d{{1,2}}\w*,?)\s\d{{4}}\S*|\S+"
)


@dataclass(frozen=True)
class Reading:
    """What one edit script costs its reader."""

    edit_words: int
    fragments: int
    cuts: int
    chaff: int
    exact: bool

    @property
    def cost(self) -> int:
        return self.edit_words + 4 * self.fragments


def changed_sentences(old: str, new: str) -> int:
    """Sentences of either text that the other does not have."""
    before, after = (
        Counter(s for part in _SENTENCE_END.split(text) if (s := part.strip()))
        for text in (old, new)
    )
    return (before - after).total() + (after - before).total()


def read(script: Script, old: str, new: str, word: re.Pattern[str] = BARE_WORD) -> Reading:
    script = _merged(script)
    return Reading(
        edit_words=_edit_words(script, "-", word) + _edit_words(script, "+", word),
        fragments=_fragments(script),
        cuts=_cuts(script, "-") + _cuts(script, "+"),
        chaff=_chaff(script),
        exact=_side(script, "-") == old and _side(script, "+") == new,
    )


def _merged(script: Script) -> Script:
    """Between two unchanged runs at most one deletion and one insertion."""
    merged: Script = []
    gone = come = ""
    for op, text in [*script, ("=", "")]:
        if op == "-":
            gone += text
        elif op == "+":
            come += text
        elif text or not (gone or come):
            merged += [("-", gone)] * bool(gone) + [("+", come)] * bool(come)
            gone = come = ""
            if merged and merged[-1][0] == "=":
                merged[-1] = ("=", merged[-1][1] + text)
            else:
                merged.append(("=", text))
    return merged + [("-", gone)] * bool(gone) + [("+", come)] * bool(come)


def _side(script: Script, op: str) -> str:
    return "".join(text for kind, text in script if kind in ("=", op))


def _edit_words(script: Script, op: str, pattern: re.Pattern[str]) -> int:
    text, kept, at = _side(script, op), [], 0
    for kind, part in script:
        if kind == "=":
            kept.append((at, at + len(part)))
        if kind in ("=", op):
            at += len(part)
    edited, runs = 0, iter(kept)
    run = next(runs, (0, 0))
    for word in pattern.finditer(text):
        while run[1] < word.end():
            following = next(runs, None)
            if following is None:
                break
            run = following
        edited += not (run[0] <= word.start() and word.end() <= run[1])
    return edited


def _fragments(script: Script) -> int:
    count, inside = 0, False
    for op, text in script:
        if op == "=":
            inside = False
        elif text.strip():
            count += not inside
            inside = True
    return count


def _cuts(script: Script, op: str) -> int:
    parts = [(kind, text) for kind, text in script if kind in ("=", op) and text]
    return sum(
        a[0] != b[0] and a[1][-1].isalnum() and b[1][0].isalnum() for a, b in pairwise(parts)
    )


def _chaff(script: Script) -> int:
    """Script is merged: each unchanged run has at most a deletion and an insertion beside it."""
    count = 0
    for at, (op, text) in enumerate(script):
        if op == "=" and len(text) <= 3 and "\n" not in text:
            before, after = _beside(script, at, -1), _beside(script, at, 1)
            left = any(part.rpartition("\n")[2].strip() for part in before)
            right = any(part.partition("\n")[0].strip() for part in after)
            count += left and right
    return count


def _beside(script: Script, at: int, step: int) -> list[str]:
    parts = []
    at += step
    while 0 <= at < len(script) and script[at][0] != "=":
        parts.append(script[at][1])
        at += step
    return parts
