"""Which words of two texts are the same words: equal runs, in order.

Large texts are first split at runs of words that are rare enough to be sure of; what remains
goes to diff-match-patch, with every distinct word as one character and without its clock.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from diff_match_patch import diff_match_patch

from notifier.redline.chain import Gap, Match, heaviest_chain, trimmed, unique_in_both

_SPLIT_ABOVE = 2_000
"""Cells (old words times new words) above which a text is split before it is compared."""

_HOPELESS_ABOVE = 400_000
"""Cells above which a text without one shared pair of words counts as rewritten."""

_WORDS_WORTH_A_CUT = 3
"""A shorter equal run between two edits is told as part of them: two words that are shown twice
cost a reader less than one more interruption."""

_ANCHOR_SIZES = (8, 5, _WORDS_WORTH_A_CUT)
"""Words of an anchor: as long as there is a longer one, no shorter one counts."""

_WORDS_OF_CONFETTI = 4
"""An equal run of up to this many words is lost between two rewritten passages ..."""

_REWRITTEN = 3
"""... each of which is, on either side, so many times as long."""

_ENGINE = diff_match_patch()
_ENGINE.Diff_Timeout = 0

_SURROGATES = range(0xD800, 0xE000)


class Run(NamedTuple):
    """``length`` words from ``old`` on are the same as those from ``new`` on."""

    old: int
    new: int
    length: int


def equal_runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Find the words that stay, as runs in order; the same for the same words, always.

    Runs too short to be worth an interruption are left out, except at both ends.
    """
    codes = dict(zip(dict.fromkeys([*old, *new]), _characters(), strict=False))
    one = "".join([codes[word] for word in old])
    two = "".join([codes[word] for word in new])
    return _worthwhile(_joined(_found(one, two)), one, two)


def runs_within(runs: Sequence[Run], old: Sequence[str], new: Sequence[str], gap: Gap) -> list[Run]:
    """What runs of two texts come to in a part of both, counted from the part's first words.

    Args:
        old, new: the words of the whole texts.
    """
    a, b, c, d = inner = trimmed(old, new, gap)
    head, tail = _ends(gap, inner)
    found = [head] if head.length else []
    for run in runs:
        start = max(0, a - run.old, c - run.new)
        length = min(run.length, b - run.old, d - run.new) - start
        if length > 0:
            found.append(Run(run.old + start, run.new + start, length))
    found += [tail] if tail.length else []
    counted = (Run(run.old - gap.old, run.new - gap.new, run.length) for run in found)
    return _worthwhile(_joined(counted), old[gap.old : gap.old_end], new[gap.new : gap.new_end])


def _characters() -> Iterator[str]:
    """A character for each distinct word; no surrogates, which are half of one."""
    yield from map(chr, range(_SURROGATES.start))
    yield from map(chr, range(_SURROGATES.stop, sys.maxunicode + 1))


def _found(old: str, new: str) -> Iterator[Run]:
    """Equal runs in order; a stack instead of recursion, since texts may be hostile."""
    todo: list[Run | Gap] = [Gap(0, len(old), 0, len(new))]
    while todo:
        gap = todo.pop()
        if isinstance(gap, Run):
            yield gap
            continue
        inner = trimmed(old, new, gap)
        head, tail = _ends(gap, inner)
        if head.length:
            yield head
        if tail.length:
            todo.append(tail)
        a, b, c, d = inner
        if min(b - a, d - c) < _WORDS_WORTH_A_CUT:
            continue
        cells = (b - a) * (d - c)
        anchors = _anchors(old[a:b], new[c:d]) if cells > _SPLIT_ABOVE else []
        if anchors:
            todo.extend(reversed(_between(anchors, inner)))
        elif cells <= _HOPELESS_ABOVE:
            yield from _compared(old[a:b], new[c:d], a, c)


def _ends(gap: Gap, inner: Gap) -> tuple[Run, Run]:
    """What was trimmed off a gap in front and behind."""
    head = Run(gap.old, gap.new, inner.old - gap.old)
    return head, Run(inner.old_end, inner.new_end, gap.old_end - inner.old_end)


def _between(anchors: Sequence[Match], gap: Gap) -> list[Run | Gap]:
    """The gap as anchors, which count from its start, and the smaller gaps around them."""
    parts: list[Run | Gap] = []
    a, c = gap.old, gap.new
    for anchor in anchors:
        run = Run(gap.old + anchor.old, gap.new + anchor.new, anchor.length)
        parts += [Gap(a, run.old, c, run.new), run]
        a, c = run.old + run.length, run.new + run.length
    return [*parts, Gap(a, gap.old_end, c, gap.new_end)]


def _anchors(old: str, new: str) -> list[Match]:
    """The heaviest chain of the longest word sequences that are sure on either side.

    Sure is what surrounds a word that stands once on both sides; only where there is no such
    word, sequences that occur once as a whole are looked for.
    """
    shared = _around_unique_words(old, new)
    for size in _ANCHOR_SIZES:
        long_enough = [match for match in shared if match.length >= size]
        if long_enough:
            return heaviest_chain(long_enough)
    for size in _ANCHOR_SIZES:
        sequences = unique_in_both(_grams(old, size), _grams(new, size))
        if sequences:
            return heaviest_chain(_extended(sequences, size))
    return []


def _around_unique_words(old: str, new: str) -> list[Match]:
    """The longest equal runs around words that stand once on either side, in order of the old."""
    matches: list[Match] = []
    ends: dict[int, int] = {}
    for i, j in unique_in_both(old, new):
        if ends.get(i - j, 0) > i:
            continue
        a, c = i, j
        while a and c and old[a - 1] == new[c - 1]:
            a, c = a - 1, c - 1
        b, d = i + 1, j + 1
        while b < len(old) and d < len(new) and old[b] == new[d]:
            b, d = b + 1, d + 1
        ends[i - j] = b
        matches.append(Match(a, c, b - a, b - a))
    return matches


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
    if set(_grams(old, _WORDS_WORTH_A_CUT)).isdisjoint(_grams(new, _WORDS_WORTH_A_CUT)):
        return
    shared = set(old) & set(new)
    olds = [at for at, word in enumerate(old) if word in shared]
    news = [at for at, word in enumerate(new) if word in shared]
    one, two = "".join([old[at] for at in olds]), "".join([new[at] for at in news])
    i = j = 0
    for op, words in _ENGINE.diff_main(one, two, False):
        if op == _ENGINE.DIFF_EQUAL:
            yield from _unfiltered(olds[i : i + len(words)], news[j : j + len(words)], a, c)
        i += len(words) if op != _ENGINE.DIFF_INSERT else 0
        j += len(words) if op != _ENGINE.DIFF_DELETE else 0


def _unfiltered(olds: Sequence[int], news: Sequence[int], a: int, c: int) -> Iterator[Run]:
    """Matched places as runs; they fall apart where words that one side lacks stood between."""
    start = 0
    for at in range(1, len(olds) + 1):
        end = at == len(olds)
        if end or olds[at] != olds[at - 1] + 1 or news[at] != news[at - 1] + 1:
            yield Run(a + olds[start], c + news[start], at - start)
            start = at


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbouring runs as one."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and last.old + last.length == run.old and last.new + last.length == run.new:
            joined[-1] = Run(last.old, last.new, last.length + run.length)
        else:
            joined.append(run)
    return joined


def _worthwhile(runs: Sequence[Run], old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Leave out runs not worth an interruption, and let the others grow into their place."""
    kept = _without_confetti(
        [
            run
            for run in runs
            if run.length >= _WORDS_WORTH_A_CUT or _is_edge(run, len(old), len(new))
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
