"""Which words of two texts are the same words: equal runs, in order.

Large texts are first split at runs of words that are rare enough to be sure of; what remains
goes to diff-match-patch, with every distinct word as one character and without its clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diff_match_patch import diff_match_patch

from notifier.redline.chain import Match, heaviest_chain, unique_in_both

_SPLIT_ABOVE = 2_000
"""Cells (old words times new words) above which a text is split before it is compared."""

_HOPELESS_ABOVE = 400_000
"""Cells above which a text without one shared pair of words counts as rewritten."""

_GRAM_SIZES = (8, 5, 3, 2)
_WORDS_WORTH_A_CUT = 2
"""An equal run of up to this many words between two edits is told as part of them."""

_WORDS_OF_CONFETTI = 4
"""An equal run of up to this many words is lost between two rewritten passages ..."""

_REWRITTEN = 3
"""... each of which is, on either side, so many times as long."""

_SURROGATES = range(0xD800, 0xE000)


class Run(NamedTuple):
    """``length`` words from ``old`` on are the same as those from ``new`` on."""

    old: int
    new: int
    length: int


class _Gap(NamedTuple):
    """Words ``old:old_end`` against words ``new:new_end``, still to be compared."""

    old: int
    old_end: int
    new: int
    new_end: int


def equal_runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Find the words that stay, as runs in order; the same for the same words, always.

    Runs too short to be worth an interruption are left out, except at both ends.
    """
    codes = {word: _code(at) for at, word in enumerate(dict.fromkeys([*old, *new]))}
    one = "".join([codes[word] for word in old])
    two = "".join([codes[word] for word in new])
    return _worthwhile(_joined(_found(one, two)), one, two)


def _code(at: int) -> str:
    """The character that stands for the distinct word of this number."""
    return chr(at if at < _SURROGATES.start else at + len(_SURROGATES))


def _found(old: str, new: str) -> Iterator[Run]:
    """Equal runs in order; a stack instead of recursion, since texts may be hostile."""
    todo: list[Run | _Gap] = [_Gap(0, len(old), 0, len(new))]
    while todo:
        gap = todo.pop()
        if isinstance(gap, Run):
            yield gap
            continue
        head, gap, tail = _trimmed(old, new, gap)
        if head.length:
            yield head
        if tail.length:
            todo.append(tail)
        a, b, c, d = gap
        if a == b or c == d:
            continue
        cells = (b - a) * (d - c)
        anchors = _anchors(old[a:b], new[c:d]) if cells > _SPLIT_ABOVE else []
        if anchors:
            todo.extend(reversed(_between(anchors, gap)))
        elif cells <= _HOPELESS_ABOVE:
            yield from _compared(old[a:b], new[c:d], a, c)


def _trimmed(old: str, new: str, gap: _Gap) -> tuple[Run, _Gap, Run]:
    """Take the words that open and close both sides off a gap."""
    a, b, c, d = gap
    shortest = min(b - a, d - c)
    head = 0
    while head < shortest and old[a + head] == new[c + head]:
        head += 1
    shortest -= head
    tail = 0
    while tail < shortest and old[b - 1 - tail] == new[d - 1 - tail]:
        tail += 1
    return (
        Run(a, c, head),
        _Gap(a + head, b - tail, c + head, d - tail),
        Run(b - tail, d - tail, tail),
    )


def _between(anchors: Sequence[Match], gap: _Gap) -> list[Run | _Gap]:
    """The gap as anchors, which count from its start, and the smaller gaps around them."""
    parts: list[Run | _Gap] = []
    a, c = gap.old, gap.new
    for anchor in anchors:
        run = Run(gap.old + anchor.old, gap.new + anchor.new, anchor.length)
        parts += [_Gap(a, run.old, c, run.new), run]
        a, c = run.old + run.length, run.new + run.length
    return [*parts, _Gap(a, gap.old_end, c, gap.new_end)]


def _anchors(old: str, new: str) -> list[Match]:
    """The heaviest chain of the longest word sequences that occur once on either side."""
    for size in _GRAM_SIZES:
        shared = unique_in_both(_grams(old, size), _grams(new, size))
        if shared:
            return heaviest_chain(_extended(shared, size))
    return []


def _grams(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(len(text) - size + 1)]


def _extended(shared: Sequence[tuple[int, int]], size: int) -> list[Match]:
    """Join places that overlap on one diagonal into one match each."""
    matches: list[Match] = []
    ends: dict[int, int] = {}
    for old, new in shared:
        at = ends.get(old - new, -1)
        if at >= 0 and matches[at].old + matches[at].length >= old:
            length = old + size - matches[at].old
            matches[at] = Match(matches[at].old, matches[at].new, length, length)
        else:
            ends[old - new] = len(matches)
            matches.append(Match(old, new, size, size))
    return matches


def _compared(old: str, new: str, a: int, c: int) -> Iterator[Run]:
    """Compare what cannot be split further, leaving out words that one side lacks."""
    shared = set(old) & set(new)
    olds = [at for at, word in enumerate(old) if word in shared]
    news = [at for at, word in enumerate(new) if word in shared]
    engine = diff_match_patch()
    engine.Diff_Timeout = 0
    one, two = "".join([old[at] for at in olds]), "".join([new[at] for at in news])
    i = j = 0
    for op, words in engine.diff_main(one, two, False):
        if op == engine.DIFF_EQUAL:
            yield from _unfiltered(olds[i : i + len(words)], news[j : j + len(words)], a, c)
        i += len(words) if op != engine.DIFF_INSERT else 0
        j += len(words) if op != engine.DIFF_DELETE else 0


def _unfiltered(olds: Sequence[int], news: Sequence[int], a: int, c: int) -> Iterator[Run]:
    """Matched places as runs; they fall apart where words that one side lacks stood between."""
    start = 0
    for at in range(1, len(olds) + 1):
        end = at == len(olds)
        if end or olds[at] != olds[at - 1] + 1 or news[at] != news[at - 1] + 1:
            yield Run(a + olds[start], c + news[start], at - start)
            start = at


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Neighbouring runs as one."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and last.old + last.length == run.old and last.new + last.length == run.new:
            joined[-1] = Run(last.old, last.new, last.length + run.length)
        else:
            joined.append(run)
    return joined


def _worthwhile(runs: Sequence[Run], old: str, new: str) -> list[Run]:
    """Leave out runs not worth an interruption, and let the others grow into their place."""
    kept = _without_confetti(
        [
            run
            for run in runs
            if run.length > _WORDS_WORTH_A_CUT or _is_edge(run, len(old), len(new))
        ],
        len(old),
        len(new),
    )
    grown: list[Run] = []
    a = c = 0
    for at, run in enumerate(kept):
        b, d = (kept[at + 1].old, kept[at + 1].new) if at + 1 < len(kept) else (len(old), len(new))
        i, j, length = run
        while i > a and j > c and old[i - 1] == new[j - 1]:
            i, j, length = i - 1, j - 1, length + 1
        while i + length < b and j + length < d and old[i + length] == new[j + length]:
            length += 1
        grown.append(Run(i, j, length))
        a, c = i + length, j + length
    return grown


def _is_edge(run: Run, olds: int, news: int) -> bool:
    """Does it open or close both texts, so that it interrupts nothing?"""
    opens = run.old == run.new == 0
    return opens or (run.old + run.length == olds and run.new + run.length == news)


def _without_confetti(runs: Sequence[Run], olds: int, news: int) -> list[Run]:
    """Leave out short runs lost between two long rewritten passages."""
    kept: list[Run] = []
    a = c = 0
    for at, run in enumerate(runs):
        b, d = (runs[at + 1].old, runs[at + 1].new) if at + 1 < len(runs) else (olds, news)
        edited = (run.old - a, run.new - c), (b - run.old - run.length, d - run.new - run.length)
        lost = (
            run.length <= _WORDS_OF_CONFETTI
            and not _is_edge(run, olds, news)
            and all(min(side) >= _REWRITTEN * run.length for side in edited)
        )
        if not lost:
            kept.append(run)
            a, c = run.old + run.length, run.new + run.length
    return kept
