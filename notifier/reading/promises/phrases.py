"""The phrase language of the vocabulary tables, compiled to regular expressions.

A phrase is words as a lawyer would write them down, in lower case (with or without accents: they
are not compared), with these signs::

    word*          the word with any ending or beginning: chang* = change, changes, changing
    (a|b c)        one of these
    [a|b c]        one of these, or nothing
    ..             up to two words, whatever they are
    ...            up to six words
    ....           up to twelve words
    {name}         any phrase of the list of that name in the same table
    <name>         up to eight phrases of that list, one after the other
    {duration}     a length of time, marked beforehand with :data:`DURATION_MARK`
    {url}          an address on the web, marked beforehand with :data:`URL_MARK`

Words are separated by white space or light punctuation, never by the end of a sentence; in a
script without spaces they need not be, and three letters count as a word. Every repetition has a
fixed upper bound, so matching is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifier.errors import ReadingError

Lists = Mapping[str, Sequence[str]]

_GAPS = {"..": 2, "...": 6, "....": 12}
_MOST_REPEATED = 8
DURATION_MARK = "\u0298"
URL_MARK = "\u0299"
"""Letters no policy uses; they stand for every character of a length of time and of an address."""
_MARKS = {"duration": DURATION_MARK, "url": URL_MARK}
_INNER_DOT = re.compile(r"(?<=\w)\.(?=\w)")
_TOKEN = re.compile(r"\s+|\.{2,4}|[()\[\]|]|\{\w+\}|<\w+>|[^\s()\[\]|{}<>]+")
_GLUED = re.compile(r"[)\]}>][^\s()\[\]|{}<>]|[^\s()\[\]|{}<>][(\[{<]|[?+^$\\]")
_MAX_DEPTH = 12


# Accents are left out in capitals ("CONDITIONS GENERALES") and in haste; umlauts are letters of
# their own, and so is the one that tells "où" from "ou".
_FOLDED = str.maketrans("àáâãèéêëìíîïòóôõúûýç", "aaaaeeeeiiiioooouuyc")


# What is written on a keyboard without these letters ("Aenderung", "Schliessung").
_TYPED = str.maketrans({"ä": "(?:ä|ae)", "ö": "(?:ö|oe)", "ü": "(?:ü|ue)", "ß": "(?:ß|ss)"})


def fold(text: str) -> str:
    """Text in lower case without accents; the same length."""
    return text.translate(_FOLDED)


def hide_inner_dots(text: str) -> str:
    """Dots inside a word ("example.com", "z.B") as letters, for they end no sentence."""
    return _INNER_DOT.sub("_", text)


@dataclass(frozen=True, slots=True)
class Writing:
    """How a language sets its words apart.

    Attributes:
        between: what stands between two words.
        word: a word of a gap.
        longer: how many of these make a word.
        start, end: what must hold before the first word and after the last.
    """

    between: str
    word: str
    longer: int = 1
    start: str = ""
    end: str = ""


SPACED = Writing(r"[^\w.!?]{1,6}", r"\w+", start=r"(?<!\w)", end=r"(?!\w)")
UNSPACED = Writing(r"[^\w.!?\u3002]{0,6}", r"\w", longer=3)


@dataclass(frozen=True, slots=True)
class _Table:
    lists: Lists
    writing: Writing


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern; ``most`` is how often it may stand at most, None exactly once."""

    pattern: str
    most: int | None = None


def compile_phrases(
    phrases: Sequence[str], lists: Lists, writing: Writing = SPACED
) -> re.Pattern[str]:
    """One pattern that finds any of ``phrases`` as whole words in normalised text.

    Raises:
        ReadingError: a phrase is malformed or names a list that does not exist.
    """
    if not phrases:
        return re.compile(r"(?!)")
    table = _Table(lists, writing)
    body = "|".join(_translate(phrase, table, 0) for phrase in phrases)
    return re.compile(f"{writing.start}(?:{body}){writing.end}")


def _translate(phrase: str, table: _Table, depth: int) -> str:
    if depth > _MAX_DEPTH:
        raise ReadingError(
            f"the phrase {phrase!r} refers to itself", remedy="break the circle in promise.toml"
        )
    if _GLUED.search(phrase):
        raise _malformed(phrase)
    tokens = [token for token in _TOKEN.findall(phrase) if not token.isspace()]
    pattern, rest = _sequence(tokens, table, depth, phrase)
    if rest:
        raise _malformed(phrase)
    return pattern


def _sequence(tokens: list[str], table: _Table, depth: int, phrase: str) -> tuple[str, list[str]]:
    """Translate up to a closing bracket or a bar; returns the pattern and the tokens left."""
    parts: list[_Part] = []
    while tokens and tokens[0] not in {")", "]", "|"}:
        sign, *tokens = tokens
        if sign in {"(", "["}:
            inner, tokens = _alternatives(tokens, table, depth, phrase)
            closing = ")" if sign == "(" else "]"
            if not tokens or tokens[0] != closing:
                raise _malformed(phrase)
            tokens = tokens[1:]
            parts.append(_Part(inner, most=1 if sign == "[" else None))
        elif sign in _GAPS:
            parts.append(_Part(table.writing.word, most=_GAPS[sign] * table.writing.longer))
        elif sign[0] in "{<":
            inner = _list(sign[1:-1], table, depth, phrase)
            parts.append(_Part(inner, most=_MOST_REPEATED if sign[0] == "<" else None))
        else:
            parts.append(_Part(_word(sign)))
    return _join(parts, table.writing.between), tokens


def _alternatives(
    tokens: list[str], table: _Table, depth: int, phrase: str
) -> tuple[str, list[str]]:
    choices = []
    while True:
        choice, tokens = _sequence(tokens, table, depth, phrase)
        choices.append(choice)
        if not tokens or tokens[0] != "|":
            return "(?:" + "|".join(choices) + ")", tokens
        tokens = tokens[1:]


def _list(name: str, table: _Table, depth: int, phrase: str) -> str:
    if name in _MARKS:
        return f"{_MARKS[name]}+"
    if name not in table.lists:
        raise ReadingError(
            f"the phrase {phrase!r} names the list {name!r}, which the table does not have",
            remedy="add the list to promise.toml or correct the name",
        )
    return "(?:" + "|".join(_translate(p, table, depth + 1) for p in table.lists[name]) + ")"


def _word(token: str) -> str:
    token = fold(hide_inner_dots(token))
    pattern = r"\w*".join(re.escape(part) for part in token.split("*"))
    return pattern.translate(_TYPED)


def _join(parts: list[_Part], between: str) -> str:
    """Put separators between parts; what may be absent brings its own separator."""
    needed = [position for position, part in enumerate(parts) if part.most is None]
    last = needed[-1] if needed else -1
    pattern, separated = "", True
    for position, part in enumerate(parts):
        lead = "" if separated else between
        if part.most is None:
            pattern, separated = pattern + lead + part.pattern, False
        elif position > last and position:
            pattern += f"(?:{between}{part.pattern}){{0,{part.most}}}"
        else:
            lazy = "" if part.most == 1 else "?"
            pattern += f"{lead}(?:{part.pattern}{between}){{0,{part.most}}}{lazy}"
            separated = True
    return pattern


def _malformed(phrase: str) -> ReadingError:
    return ReadingError(
        f"the phrase {phrase!r} has a bracket or a sign in the wrong place",
        remedy="correct promise.toml; the signs are explained in notifier/reading/promises",
    )
