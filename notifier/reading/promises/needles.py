"""What a phrase cannot be found without: a quick look before its pattern is tried.

Most sentences have none of the words that a list asks for, and looking for a few pieces of text is
many times faster than a regular expression that finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

Needles = frozenset[str]
"""Pieces of text of which one must be there; none at all means that nothing is known."""

NOTHING: Needles = frozenset()


def either(choices: Iterable[Needles]) -> Needles:
    """What is needed where one of several phrases is enough."""
    choices = list(choices)
    if not all(choices):
        return NOTHING
    needles = frozenset[str]().union(*choices)
    return frozenset(
        needle for needle in needles if not any(n != needle and n in needle for n in needles)
    )


def rarest(parts: Iterable[Needles]) -> Needles:
    """Of the parts of a phrase, each of which is needed, the one least likely to be there."""
    return max(parts, key=_rarity, default=NOTHING)


def _rarity(needles: Needles) -> tuple[int, int]:
    return min(map(len, needles), default=0), -len(needles)
