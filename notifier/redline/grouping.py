"""Which of the blocks that share words are told together, so that most of those words stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_MOST_BLOCKS = 50
"""Blocks that one block is split into at most; bounds the search on hostile texts."""

_LARGEST_INSET = 2
"""Blocks that came between the parts of a split, or went with a merger, have at most so many
times the words of those parts."""


class Part(NamedTuple):
    """A changed block: its index, its words, and whether it can be part of a split or merger."""

    at: int
    words: list[str]
    joins: bool


class Link(NamedTuple):
    """Two parts that share this many words."""

    old: int
    new: int
    words: int


class _Choice(NamedTuple):
    """The best that can be made of the links from one of them on.

    Attributes:
        words: words that stay.
        last: the last link of the group that the first one opens; -1 if it opens none.
    """

    words: int
    last: int


def groups(
    links: Sequence[Link], old: Sequence[Part], new: Sequence[Part]
) -> Iterator[tuple[range, range]]:
    """Links in order as groups in which at least one side is a single block.

    A block belongs to one group; of all ways to group, the one in which most words stay is told.
    """
    choices = [_Choice(0, -1)] * (len(links) + 1)
    beyond = _beyond(links)
    for first in range(len(links) - 1, -1, -1):
        best = _Choice(choices[first + 1].words, -1)
        for last, kept in _openings(links, first, old, new):
            words = kept + choices[beyond[last]].words
            if words > best.words:
                best = _Choice(words, last)
        choices[first] = best
    at = 0
    while at < len(links):
        last = choices[at].last
        if last >= 0:
            one, other = links[at], links[last]
            yield range(one.old, other.old + 1), range(one.new, other.new + 1)
        at = beyond[last] if last >= 0 else at + 1


def _beyond(links: Sequence[Link]) -> list[int]:
    """For each link, the first later one that shares no block with it."""
    found = [0] * len(links)
    at = len(links)
    for n in range(len(links) - 1, -1, -1):
        while at > n + 1 and links[at - 1].old > links[n].old and links[at - 1].new > links[n].new:
            at -= 1
        found[n] = at
    return found


def _openings(
    links: Sequence[Link], first: int, old: Sequence[Part], new: Sequence[Part]
) -> Iterator[tuple[int, int]]:
    """Groups that begin with a link, as their last link and the words that stay in them."""
    yield first, links[first].words
    opening = links[first]
    for one, several, parts in ((old[opening.old], 1, new), (new[opening.new], 0, old)):
        linked = len(parts[opening[several]].words)
        inset = 0
        words = opening.words
        at = opening[several]
        for last in range(first + 1, min(first + _MOST_BLOCKS, len(links))):
            link = links[last]
            if link[1 - several] != opening[1 - several] or not one.joins:
                break
            between, at = range(at + 1, link[several]), link[several]
            if not _adjoin(parts, between.start - 1, at):
                break
            inset += sum(len(parts[n].words) for n in between)
            linked += len(parts[at].words)
            words += link.words
            if inset <= _LARGEST_INSET * linked:
                yield last, words


def _adjoin(parts: Sequence[Part], first: int, last: int) -> bool:
    """Do the parts stand side by side in their text, and can all of them be joined?"""
    whole = parts[first : last + 1]
    return whole[-1].at - whole[0].at == last - first and all(part.joins for part in whole)
