"""Small judgements about words: numbers, dates, names, typing errors."""

from __future__ import annotations

import re
from functools import lru_cache

from notifier.redline.words import DATE, MONTH

_NUMBER = re.compile(r"(?<![\w.-])[$€£]?\d(?:[\d.,:/]*\d)?(?![\dA-Za-zÀ-ɏ])(?:-\w+)*")
_NUMERIC_DATE = r"\b\d{4}-\d\d?-\d\d?\b|\b\d\d?[./]\d\d?[./](?:19|20)?\d\d\b"
_MONTH_OF_YEAR = rf"\b(?:{MONTH})[^\W\d_]*\.?,?\s(?:de\s)?(?:19|20)\d\d\b(?!-)"
_ANY_DATE = re.compile(rf"{_NUMERIC_DATE}|{DATE}|{_MONTH_OF_YEAR}|\d{{4}}年\d+月\d+日")
_DATE_LABEL = re.compile(
    r"(?i)effective|updated?\b|revis|modified|version|as of|in force|valid from|dated"
    r"|stand\b|gültig|in kraft|aktualisiert|fassung|vigueur|mise? à jour|en date du|actuali[sz]"
    r"|vigor|fecha|publi|vigência|atualiz|aggiorn|efficac|entrata in"
    r"|ingangsdatum|van kracht|bijgewerkt|gewijzigd|herzien|geldig|met ingang|in werking"
    r"|gäller|gällande|i ?kraft|uppdater|ändrad"
    r"|gælder|gjelder|opdater|oppdater|ændret|endret"
    r"|voimassa|voimaan|päivite|muutettu|julkaistu"
    r"|w życie|obowiązuj|aktualizac|zmian|wersj|účinn|platn|aktualiz|změn|verze"
    r"|施行|改[定訂正]|制定|更新|発効"
)
"""What stands beside the date of a text, in every language that dates are read in."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_REFERENCE = re.compile(
    r"(?i)(?:section|article|clause|paragraph|§|art\.|abschnitt|ziffer|cláusula|©|copyright|version)\s*$"
)
_DIGIT = re.compile(r"\d")
_DATE_DIGITS = re.compile(r"\d{4}|\d[./]\d")
"""Every date has four digits in a row, or two beside a dot or a slash."""
_NAME = re.compile(r"(?<=[\w,)] )[A-Z](?:[\w&.-]*\w)?")
_ANY_WORD = re.compile(r"\w[\w&.-]*\w|\w")
_LETTERS = re.compile(r"[^\W_]+")
_LONGEST_DATE_LINE = 20
_LONG_ENOUGH_FOR_A_TYPO = 5
_TEXTS_REMEMBERED = 64
"""Texts whose dates are remembered: the same sentence is asked several times in a row."""


def numbers(text: str, preceding: str = "") -> list[tuple[int, int]]:
    """Where numbers stand in a text; references to sections, years and parts of dates are none.

    Args:
        preceding: what stands before the text, where a reference may begin.
    """
    if not _DIGIT.search(text):
        return []
    taken = dates(text)
    return [
        match.span()
        for match in _NUMBER.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
        and not _YEAR.fullmatch(match[0])
        and not _REFERENCE.search((preceding + text[: match.start()])[-20:])
    ]


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def dates(text: str) -> tuple[tuple[int, int], ...]:
    """Where calendar dates stand in a text."""
    if not _DATE_DIGITS.search(text):
        return ()
    return tuple([match.span() for match in _ANY_DATE.finditer(text)])


def only_dates_differ(before: str, after: str) -> bool:
    """Do two wordings say the same but for their dates?"""
    one, other = (_LETTERS.findall(_ANY_DATE.sub("", text).lower()) for text in (before, after))
    return one == other and bool(_ANY_DATE.search(before) or _ANY_DATE.search(after))


def is_date_line(text: str) -> bool:
    """Is a block the line that says from when the text applies, or when it was updated?"""
    if len(text.split()) > _LONGEST_DATE_LINE or not _ANY_DATE.search(text):
        return False
    return bool(_DATE_LABEL.search(text)) or not _LETTERS.search(_ANY_DATE.sub("", text))


def is_only_form(before: str, after: str) -> bool:
    """Do two wordings differ in punctuation, capitals or a typing error only?"""
    if not before or not after:
        return not _LETTERS.search(before or after)
    old, new = _LETTERS.findall(before.lower()), _LETTERS.findall(after.lower())
    if old == new or "".join(old) == "".join(new):
        return True
    return len(old) == len(new) and all(
        one == other or _is_typo(one, other) for one, other in zip(old, new, strict=True)
    )


def _is_typo(one: str, other: str) -> bool:
    """One letter more, less or other, or two neighbours changed over, in a long word."""
    if min(len(one), len(other)) < _LONG_ENOUGH_FOR_A_TYPO or any(map(str.isdigit, one + other)):
        return False
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, others = one[start:], other[start:]
    changed_over = rest[:2] == others[1::-1] and rest[2:] == others[2:]
    return changed_over or rest[1:] == others or rest == others[1:] or rest[1:] == others[1:]


def names(text: str) -> list[tuple[int, int]]:
    """Where capitalised words stand that begin no sentence and are part of no date."""
    when = dates(text)
    return [
        match.span()
        for match in _NAME.finditer(text)
        if not any(start <= match.start() < end for start, end in when)
    ]


def vocabulary(text: str) -> frozenset[str]:
    """Every word of a text, with dots and hyphens inside."""
    return frozenset(_ANY_WORD.findall(text))
