"""The least a word redline can cost: the exact optimum of edit words + 4 x fragments.

An alignment keeps runs of words. With both ends trimmed, every kept run of k words saves 2k edit
words and costs one more fragment, so the optimum is n + m + 4 less the best sum of 2k - 4 over
all chains of equal runs: an affine-gap alignment (Gotoh 1982). ``optimum`` visits only the cells
where words are equal; ``optimum_dense`` is the textbook recurrence over all cells, to check it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

FRAGMENT = 4


def words_in(token: str) -> int:
    """Words separated by white space: three in a date written out."""
    return len(token.split())


def optimum(old: list[str], new: list[str], weight: Callable[[str], int] = lambda _: 1) -> int:
    """The least cost over all alignments of tokens, each of which counts as so many words."""
    old, new = _trimmed(old, new)
    if not old and not new:
        return 0
    places: dict[str, list[int]] = defaultdict(list)
    for j, word in enumerate(new):
        places[word].append(j)
    best = [0] * (len(new) + 1)  # Fenwick tree of prefix maxima: best gain of chains ended by j
    above: dict[int, int] = {}  # gain of the best chain that ends with the match (i - 1, j)
    most = 0
    for word in old:
        row = {}
        saved = 2 * weight(word)
        for j in places.get(word, ()):
            start = _prefix_max(best, j) - FRAGMENT
            row[j] = saved + max(start, above.get(j - 1, start))
        # A chain that ends in the row above is closed only now: a run must not restart inside it.
        for j, gain in row.items():
            if gain > 0:
                most = max(most, gain)
                _raise(best, j + 1, gain)
        above = row
    return sum(map(weight, old)) + sum(map(weight, new)) + FRAGMENT - most


def optimum_dense(old: list[str], new: list[str]) -> int:
    """The same, cell by cell; for small texts."""
    infinite = 10**9
    n, m = len(old), len(new)
    kept = [[infinite] * (m + 1) for _ in range(n + 1)]
    edit = [[infinite] * (m + 1) for _ in range(n + 1)]
    kept[0][0] = 0
    for i in range(n + 1):
        for j in range(m + 1):
            if i and j and old[i - 1] == new[j - 1]:
                kept[i][j] = min(kept[i - 1][j - 1], edit[i - 1][j - 1])
            for a, b in ((i - 1, j), (i, j - 1)):
                if a >= 0 and b >= 0:
                    edit[i][j] = min(edit[i][j], edit[a][b] + 1, kept[a][b] + 1 + FRAGMENT)
    return min(kept[n][m], edit[n][m])


def _trimmed(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    old, new = old[start:], new[start:]
    end = 0
    while end < min(len(old), len(new)) and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[: len(old) - end], new[: len(new) - end]


def _prefix_max(tree: list[int], end: int) -> int:
    most = 0
    while end:
        most = max(most, tree[end])
        end &= end - 1
    return most


def _raise(tree: list[int], at: int, value: int) -> None:
    while at < len(tree):
        tree[at] = max(tree[at], value)
        at += at & -at
