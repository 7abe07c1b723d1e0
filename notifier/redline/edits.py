"""The edits of an entry one by one, each with the sentences it stands in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from notifier.model.redline import Entry, Op

_SENTENCE_END = re.compile(r"[.!?;。！？][\"'”’)]?\s+|[。！？]|\n")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_NUMBER = re.compile(r"[\d(§]|[IVXLC]+\b")
_LONGEST_ABBREVIATION = 6
_BEFORE_WORDS = frozenset(
    {
        "abs", "approx", "bzw", "ca", "cf", "dr", "evtl", "ggf", "incl", "inkl", "insb", "lit",
        "mme", "mr", "mrs", "ms", "nr", "nrn", "prof", "resp", "sog", "vgl", "vs", "ziff",
    }
)  # fmt: skip
"""Abbreviations that stand before something, and never at the end of a sentence."""
_BEFORE_NUMBERS = frozenset(
    {
        "al", "anm", "art", "arts", "artt", "buchst", "cap", "ch", "chap", "cl", "fig", "kap",
        "lett", "no", "nos", "núm", "par", "para", "paras", "pp", "pág", "reg", "rn", "rz", "sec",
        "secs", "sect", "vol",
    }
)  # fmt: skip
"""Those that may be words as well: a number follows where they are abbreviations."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One deletion, one insertion, or one replaced by the other.

    Attributes:
        before, after: the words that went and those that came; either may be empty.
        old_at, new_at: where they stand in the entry's old and new text.
        old_sentence, new_sentence: bounds of the sentences they stand in; on the side where whole
            sentences are missing they are empty.
    """

    before: str
    after: str
    old_at: int
    new_at: int
    old_sentence: tuple[int, int]
    new_sentence: tuple[int, int]


def edits(entry: Entry) -> Iterator[Edit]:
    """The edits of an entry, in order; an added or removed block is one edit a sentence."""
    old, new = entry.old_text, entry.new_text
    old_ends, new_ends = sentence_ends(old), sentence_ends(new)
    if not old or not new:
        text, ends = (old, old_ends) if old else (new, new_ends)
        for start, end in zip([0, *ends], ends, strict=False):
            part = text[start:end]
            if old:
                yield Edit(part, "", start, 0, (start, end), (0, 0))
            else:
                yield Edit("", part, 0, start, (0, 0), (start, end))
        return
    i = j = 0
    gone = come = ""
    for op, text in [*((span.op, span.text) for span in entry.spans), (Op.EQUAL, "")]:
        if op is Op.DELETE:
            gone += text
        elif op is Op.INSERT:
            come += text
        else:
            if gone or come:
                was, now = _sentences(old_ends, i, gone), _sentences(new_ends, j, come)
                if not gone and _is_whole(new, now, come):
                    was = (i, i)
                elif not come and _is_whole(old, was, gone):
                    now = (j, j)
                yield Edit(gone, come, i, j, was, now)
            i, j = i + len(gone) + len(text), j + len(come) + len(text)
            gone = come = ""


def _sentences(ends: list[int], start: int, words: str) -> tuple[int, int]:
    """Bounds of the sentences that words from ``start`` on stand in, white space left aside."""
    first = start + len(words) - len(words.lstrip())
    return sentences_around(ends, first, max(first, start + len(words.rstrip())))


def _is_whole(text: str, sentences: tuple[int, int], words: str) -> bool:
    """Are the words all that stands in the sentences?"""
    return text[slice(*sentences)].strip() == words.strip()


def sentence_ends(text: str) -> list[int]:
    """Where the sentences of a text end, white space behind them included; the last at its end."""
    ends = sentence_stops(text)
    return ends if ends and ends[-1] == len(text) else [*ends, len(text)]


def sentence_stops(text: str) -> list[int]:
    """Likewise, where a stop and white space say so, or a stop of scripts without spaces."""
    return [match.end() for match in _SENTENCE_END.finditer(text) if not _goes_on(text, match)]


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    """Does a full stop end no sentence: after an abbreviation, or with a small letter behind it?

    Most languages write no small letter at the beginning of a sentence; a new line begins one.
    """
    if not stop[0].startswith(".") or "\n" in stop[0]:
        return False
    at = stop.start()
    before = _LAST_WORD.search(text, max(0, at - _LONGEST_ABBREVIATION - 1), at)
    word = before[0].lower() if before else ""
    return (
        text[stop.end() : stop.end() + 1].islower()
        or _is_short(text, at)
        or word in _BEFORE_WORDS
        or (word in _BEFORE_NUMBERS and bool(_NUMBER.match(text, stop.end())))
    )


def _is_short(text: str, stop: int) -> bool:
    """Does one digit or letter stand before the stop, as in ``1.``, ``e.g.``, ``z. B.``?"""
    return text[stop - 1 : stop].isalnum() and not text[max(0, stop - 2) : stop - 1].isalnum()


def sentences_around(ends: list[int], start: int, end: int) -> tuple[int, int]:
    """Bounds of the sentences that hold ``text[start:end]``."""
    first = bisect_right(ends, start) - 1
    last = bisect_left(ends, max(end, start + 1))
    return (ends[first] if first >= 0 else 0), ends[min(last, len(ends) - 1)]
