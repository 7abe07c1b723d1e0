"""Numbering told apart from text, so that renumbering is not a change of text.

A number is taken out of a text only where the document counts: where its neighbour (4.1 or 4.3
for 4.2), its section (4) or its first part (4.2.1) stands in the document as well. "25. Mai 2018"
and "30 days' notice" stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from notifier.model.text import Block, BlockKind, Link

_PARTS = (  # what the parts of a legal text are called, one row per language
    r"article|art\.?|section|sect?\.|clause|part|chapter|annex|appendix|schedule|§§?",
    r"artikel|abschnitt|kapitel|teil|ziffer|anlage|anhang",
    r"partie|chapitre|annexe",
    r"art[íi]culo|secci[óo]n|cl[áa]usula|cap[íi]tulo|anexo",
    r"articolo|sezione|capitolo|allegato",
    r"artigo|se[çc][ãa]o|anexo",
    r"hoofdstuk|bijlage",
    r"avsnitt|bilaga|afsnit|bilag",
    r"artyku[łl]|rozdzia[łl]|za[łl][ąa]cznik",
    r"[čc]l[áa]nek|p[řr][íi]loha",
)
_LABELS = "|".join(_PARTS)
_DECIMAL = r"\d{1,3}(?:\.\d{1,3}){0,5}"
_ROMAN = r"[IVXLC]{1,7}|[ivxlc]{1,7}"
_LABELLED = re.compile(
    rf"(?P<style>{_LABELS})[ \u00a0]?(?P<value>{_DECIMAL}|{_ROMAN}|[A-Z])(?!\w)[.):]*"
    r"(?:[ \u00a0]?[\u2013\u2014:-](?=[ \u00a0]))?[ \u00a0]+(?=\S)",
    re.IGNORECASE,
)
_DELIMITED = re.compile(
    rf"(?P<style>\()?(?P<value>{_DECIMAL}|{_ROMAN}|[A-Za-z])(?:\.\)|[.)])[ \u00a0]+(?=\S)"
)
_BARE = re.compile(
    rf"(?P<style>)(?P<value>{_DECIMAL})[ \u00a0]+(?=[^\W\d_a-z]|[\"'(\u2018\u201c\u201e\u00ab])"
)
_DATE = re.compile(r"\w+\.?[ \u00a0]\d{4}\b")
_NUMBERED = frozenset(
    {BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTATION}
)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LETTERS = 26

_Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number that may stand at the start of a block, with all it can be read as."""

    end: int
    places: frozenset[tuple[str, _Place]]


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with the numbering of headings, clauses and items moved to ``number``."""
    found = [(block, _candidate(block)) for block in blocks]
    counted = {place for _, candidate in found if candidate for place in candidate.places}
    return tuple(
        _without(block, candidate.end)
        if candidate and any(_counts(place, counted) for place in candidate.places)
        else block
        for block, candidate in found
    )


def ordinal(style: str, place: int) -> str:
    """The number a browser shows before an item of an ordered list.

    Args:
        style: the ``type`` of the list: ``1``, ``a``, ``A``, ``i`` or ``I``.
        place: counted from 1.
    """
    if style in {"a", "A"} and 1 <= place <= _LETTERS:
        written = chr(ord("a") + place - 1)
    elif style in {"i", "I"} and 1 <= place < 90:  # noqa: PLR2004 - beyond, a list is no longer roman
        written = "x" * (place // 10) + ("", *_ONES)[place % 10]
        written = written.replace("xxxxx", "l").replace("xxxx", "xl")
    else:
        written = str(place)
    return (written.upper() if style.isupper() else written) + "."


_ONES = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


def _candidate(block: Block) -> _Candidate | None:
    if block.number or block.kind not in _NUMBERED:
        return None
    text = block.text
    for pattern in (_LABELLED, _DELIMITED, _BARE):
        match = pattern.match(text)
        if match is None or _DATE.match(text, match.end()):
            continue
        value = match["value"]
        if pattern is _BARE and "." not in value and block.kind is not BlockKind.HEADING:
            continue
        style = (match["style"] or "").casefold().rstrip(".")
        if pattern is _BARE and "." not in value:
            style = "bare"
        return _Candidate(match.end(), frozenset((style + s, p) for s, p in _readings(value)))
    return None


def _readings(value: str) -> Iterable[tuple[str, _Place]]:
    """What a number can be: ``i`` is the ninth letter and the first roman number."""
    if value[0].isdigit():
        yield "1", tuple(int(part) for part in value.split("."))
        return
    case = "A" if value.isupper() else "a"
    if len(value) == 1:
        yield case, (ord(value.lower()) - ord("a") + 1,)
    if set(value.lower()) <= set(_ROMAN_VALUES):
        yield f"roman {case}", (_roman(value.lower()),)


def _roman(written: str) -> int:
    total = 0
    for letter, after in zip(written, written[1:] + " ", strict=True):
        worth = _ROMAN_VALUES[letter]
        total += -worth if worth < _ROMAN_VALUES.get(after, 0) else worth
    return total


def _counts(candidate: tuple[str, _Place], counted: set[tuple[str, _Place]]) -> bool:
    style, place = candidate
    *section, last = place
    near = [(*section, last - 1), (*section, last + 1), (*place, 1), tuple(section)]
    return any((style, other) in counted for other in near)


def _without(block: Block, end: int) -> Block:
    links = tuple(
        Link(max(0, link.start - end), link.end - end, link.target)
        for link in block.links
        if link.end > end
    )
    return replace(
        block,
        number=block.text[:end].strip(),
        text=block.text[end:],
        links=links,
        breaks=tuple(at - end for at in block.breaks if at > end),
    )
