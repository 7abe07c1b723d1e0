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
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from notifier.errors import ReadingError
from notifier.reading.promises.needles import NOTHING, Needles, either, rarest

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


_VARIED = re.compile(r"[*äöüß]")


def fold(text: str) -> str:
    """Text in lower case without accents; the same length."""
    return text if text.isascii() else text.translate(_FOLDED)


def spellings(word: str) -> tuple[str, ...]:
    """The word without accents, and as it is typed on a keyboard without its umlauts."""
    word = fold(word)
    typed = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return (word,) if typed == word else (word, typed)


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


@dataclass(frozen=True)
class Phrases:
    """Any of several phrases, to be looked for in normalised text."""

    source: str
    needles: Needles = NOTHING

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a needle is first seen: most lists of most languages never are."""
        return re.compile(self.source)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The first place of a phrase in the text from ``start`` to ``end``."""
        return self.pattern.search(text, start, end) if self._possible(text) else None

    def finditer(
        self, text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        """Every place of a phrase in the text from ``start`` to ``end``, in order."""
        return self.pattern.finditer(text, start, end) if self._possible(text) else iter(())

    def _possible(self, text: str) -> bool:
        for needle in self.needles:  # a loop, for it is run for every list and sentence
            if needle in text:
                return True
        return not self.needles


@dataclass(frozen=True, slots=True)
class _Piece:
    """A pattern, and what it needs."""

    pattern: str
    needles: Needles = NOTHING


@dataclass(frozen=True, slots=True)
class Table:
    """The lists of one language, each translated once, however many phrases name it."""

    lists: Lists
    writing: Writing = SPACED
    pieces: dict[str, _Piece] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a phrase; ``most`` is how often it may stand at most, None exactly once."""

    piece: _Piece
    most: int | None = None


def compile_phrases(phrases: Sequence[str], table: Table) -> Phrases:
    """What finds any of ``phrases`` as whole words.

    Raises:
        ReadingError: a phrase is malformed or names a list that does not exist.
    """
    if not phrases:
        return Phrases(r"(?!)")
    body = _any([_translate(phrase, table, 0) for phrase in phrases])
    return Phrases(f"{table.writing.start}{body.pattern}{table.writing.end}", body.needles)


def _translate(phrase: str, table: Table, depth: int) -> _Piece:
    if depth > _MAX_DEPTH:
        raise ReadingError(
            f"the phrase {phrase!r} refers to itself", remedy="break the circle in promise.toml"
        )
    if _GLUED.search(phrase):
        raise _malformed(phrase)
    tokens = [token for token in _TOKEN.findall(phrase) if not token.isspace()]
    piece, rest = _sequence(tokens, table, depth, phrase)
    if rest:
        raise _malformed(phrase)
    return piece


def _sequence(tokens: list[str], table: Table, depth: int, phrase: str) -> tuple[_Piece, list[str]]:
    """Translate up to a closing bracket or a bar; returns the piece and the tokens left."""
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
            word = _Piece(table.writing.word)
            parts.append(_Part(word, most=_GAPS[sign] * table.writing.longer))
        elif sign[0] in "{<":
            inner = _list(sign[1:-1], table, depth, phrase)
            parts.append(_Part(inner, most=_MOST_REPEATED if sign[0] == "<" else None))
        else:
            parts.append(_Part(_word(sign)))
    return _join(parts, table.writing.between), tokens


def _alternatives(
    tokens: list[str], table: Table, depth: int, phrase: str
) -> tuple[_Piece, list[str]]:
    choices = []
    while True:
        choice, tokens = _sequence(tokens, table, depth, phrase)
        choices.append(choice)
        if not tokens or tokens[0] != "|":
            return _any(choices), tokens
        tokens = tokens[1:]


def _any(choices: Sequence[_Piece]) -> _Piece:
    pattern = "(?:" + "|".join(choice.pattern for choice in choices) + ")"
    return _Piece(pattern, either(choice.needles for choice in choices))


def _list(name: str, table: Table, depth: int, phrase: str) -> _Piece:
    if name in _MARKS:
        return _Piece(f"{_MARKS[name]}+", frozenset(_MARKS[name]))
    if name not in table.lists:
        raise ReadingError(
            f"the phrase {phrase!r} names the list {name!r}, which the table does not have",
            remedy="add the list to promise.toml or correct the name",
        )
    if name not in table.pieces:
        table.pieces[name] = _any([_translate(p, table, depth + 1) for p in table.lists[name]])
    return table.pieces[name]


def _word(token: str) -> _Piece:
    token = fold(hide_inner_dots(token))
    pattern = r"\w*".join(re.escape(part) for part in token.split("*"))
    needle = max(_VARIED.split(token), key=len)
    return _Piece(pattern.translate(_TYPED), frozenset([needle]) if needle else NOTHING)


def _join(parts: list[_Part], between: str) -> _Piece:
    """Put separators between parts; what may be absent brings its own separator."""
    needed = [position for position, part in enumerate(parts) if part.most is None]
    last = needed[-1] if needed else -1
    pattern, separated = "", True
    for position, part in enumerate(parts):
        lead = "" if separated else between
        if part.most is None:
            pattern, separated = pattern + lead + part.piece.pattern, False
        elif position > last and position:
            pattern += f"(?:{between}{part.piece.pattern}){{0,{part.most}}}"
        else:
            lazy = "" if part.most == 1 else "?"
            pattern += f"{lead}(?:{part.piece.pattern}{between}){{0,{part.most}}}{lazy}"
            separated = True
    return _Piece(pattern, rarest(parts[position].piece.needles for position in needed))


def _malformed(phrase: str) -> ReadingError:
    return ReadingError(
        f"the phrase {phrase!r} has a bracket or a sign in the wrong place",
        remedy="correct promise.toml; the signs are explained in notifier/reading/promises",
    )
