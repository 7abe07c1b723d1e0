"""The edits of an entry one by one, each with the sentences it stands in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from notifier.model.redline import Entry, Op

_SENTENCE_END = re.compile(r"[.!?;。！？][\"'”’)]?\s+|[。！？]|\n")


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
    """Where the sentences of a text end, the white space behind them included."""
    ends = [
        match.end()
        for match in _SENTENCE_END.finditer(text)
        if not _abbreviates(text, match.start())
    ]
    return ends if ends and ends[-1] == len(text) else [*ends, len(text)]


def _abbreviates(text: str, stop: int) -> bool:
    """Does one digit or letter stand before the stop, as in ``1.``, ``e.g.``, ``z. B.``?"""
    return (
        text[stop] == "."
        and text[stop - 1 : stop].isalnum()
        and not text[max(0, stop - 2) : max(0, stop - 1)].isalnum()
    )


def sentences_around(ends: list[int], start: int, end: int) -> tuple[int, int]:
    """Bounds of the sentences that hold ``text[start:end]``."""
    first = bisect_right(ends, start) - 1
    last = bisect_left(ends, max(end, start + 1))
    return (ends[first] if first >= 0 else 0), ends[min(last, len(ends) - 1)]
