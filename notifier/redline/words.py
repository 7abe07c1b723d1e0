"""Text as words that are never cut: the units in which edits are told."""

from __future__ import annotations

import re
from itertools import accumulate
from operator import add, sub
from typing import NamedTuple

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a0-\u30ff\uff66-\uff9f"
_CJK_PUNCTUATION = "\u3000-\u3004\u3008-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_SOUTHEAST = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_UNSPACED = f"{_HAN}{_HIRAGANA}{_KATAKANA}{_CJK_PUNCTUATION}{_SOUTHEAST}"

_SPACED_WORD = re.compile(r"\S+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MONTH = (
    "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Jän|Mär|Mai|Okt|Dez"
    "|janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc"
    "|ene|feb|abr|may|jun|ago|set|dic|gen|mag|giu|lug|ott|fev|jan|mrt|apr|aug|sep|okt|dez"
    "|mar|maart|mei|maj|jul|nov|dec|des|out"
    "|stycz|lut|kwie|czerw|lip|sierp|wrze|paźdz|list|grud"
    "|led|únor|břez|dub|květ|červ|srp|září|říj|pros"
    "|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu"
)
DATE = (
    rf"(?:[0-3]?\d(?:\.|st|nd|rd|th|er|º)?\s(?:of\s|de\s)?(?:{MONTH})[^\W\d_]*\.?,?\s(?:de\s)?"
    rf"|(?:{MONTH})[^\W\d_]*\.?\s[0-3]?\d(?:st|nd|rd|th)?,?\s"
    r")(?:19|20)\d\d(?!\d)"
)
"""Pattern of a calendar date written out, in the languages most policies are written in."""

_DATE_OR_WORD = re.compile(rf"[*_(\[“\"']*{DATE}\S*|\S+")
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# In scripts without spaces a word is: a date written out, an address, or a number with its counters
# (2026年4月1日) whole, a run of one kana script, one ideograph, one Thai, Lao, Khmer or Burmese
# cluster (a leading vowel, a letter and the marks on it), one punctuation mark; anything else as
# elsewhere.
_UNSPACED_WORD = re.compile(
    rf"{DATE}|https?://[!-~]+"
    r"|[0-9０-９][0-9０-９.,:/]*(?:[年月日時分秒歳円件回条項号][0-9０-９]*)*"
    f"|[{_KATAKANA}]+|[{_HIRAGANA}]+|[{_HAN}]|[{_CJK_PUNCTUATION}]"
    "|[\u0e40-\u0e44\u0ec0-\u0ec4]?[\u0e01-\u0e2e\u0e81-\u0eae\u1000-\u102a\u1780-\u17b3]"
    "[\u0e2f-\u0e3f\u0e45-\u0e4f\u0eaf-\u0ebd\u0ec6-\u0ecf\u102b-\u103e\u17b4-\u17d3]*"
    f"|[{_SOUTHEAST}]|[^\\s{_UNSPACED}]+"
)


class Words(NamedTuple):
    """A text cut into words: ``keys[i]`` is ``text[starts[i]:ends[i]]``; only space is between."""

    text: str
    keys: list[str]
    starts: list[int]
    ends: list[int]


def words(text: str) -> list[str]:
    """Cut a text into words.

    Where words are spaced, a word is what stands between white space, so that numbers, amounts,
    addresses and hyphenated words stay whole; a date written out (``1 May 2026``) is one word.
    """
    pattern = _pattern(text)
    return text.split() if pattern is _SPACED_WORD else pattern.findall(text)


def placed(text: str, keys: list[str]) -> Words:
    """The words of a text by where they stand."""
    first = len(text) - len(text.lstrip())
    if text.replace("\n", " ").startswith(" ".join(keys), first):
        ends = list(map(add, accumulate(map(len, keys)), range(first, first + len(keys))))
        return Words(text, keys, list(map(sub, ends, map(len, keys))), ends)
    starts = []
    at = 0
    for word in keys:
        start = text.index(word, at)
        starts.append(start)
        at = start + len(word)
    return Words(text, keys, starts, list(map(add, starts, map(len, keys))))


def _pattern(text: str) -> re.Pattern[str]:
    if not text.isascii() and _HAS_UNSPACED.search(text):
        return _UNSPACED_WORD
    if ("20" in text or "19" in text) and _YEAR.search(text):
        return _DATE_OR_WORD
    return _SPACED_WORD


def count(text: str) -> int:
    """Number of words of a spaced text, cheaply; of an unspaced one, about as many."""
    spaces = text.count(" ")
    return spaces + 1 if text.isascii() else max(spaces + 1, len(text) // 8)
