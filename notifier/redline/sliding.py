"""Where a lone insertion or deletion is told, when several places give the same texts.

``We log names. We log dates.`` with a sentence added before the last word pair could be told as
``names. [We log places. ]We log`` or as ``We log [places. We log ]``; people read the first.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from notifier.redline.matching import Run

_SENTENCE_ENDS = ".!?:;。！？"
_CLAUSE_ENDS = ",、，"
_CLOSING = "\"'”’»)]*_"
_FURTHEST = 200
"""Words an edit may slide."""


def slid(
    runs: Sequence[Run],
    old: Sequence[str],
    new: Sequence[str],
    old_starts: Container[int] = (),
    new_starts: Container[int] = (),
) -> list[Run]:
    """Move lone edits to where a block, a sentence, or else a clause begins; no text changes.

    Args:
        old_starts, new_starts: the words that begin a block, where there are several.
    """
    settled = list(runs)
    for at in range(1, len(settled)):
        before, after = settled[at - 1], settled[at]
        if before.old + before.length == after.old:
            start, end = before.new + before.length, after.new
            step = _best_step(new, start, end, before, after, new_starts)
        elif before.new + before.length == after.new:
            start, end = before.old + before.length, after.old
            step = _best_step(old, start, end, before, after, old_starts)
        else:
            continue
        settled[at - 1] = Run(before.old, before.new, before.length + step)
        settled[at] = Run(after.old + step, after.new + step, after.length - step)
    return [run for run in settled if run.length]


def _best_step(
    words: Sequence[str], start: int, end: int, before: Run, after: Run, starts: Container[int]
) -> int:
    """How far ``words[start:end]`` should slide: negative to the left."""
    left = right = 0
    while left < min(before.length, _FURTHEST) and words[start - left - 1] == words[end - left - 1]:
        left += 1
    while right < min(after.length, _FURTHEST) and words[start + right] == words[end + right]:
        right += 1
    steps = (
        step
        for step in range(-left, right + 1)
        if -before.length < step < after.length or start + step in starts
    )
    return max(
        steps,
        key=lambda step: (
            start + step in starts,
            _rank(words[start + step - 1]) if start + step else 0,
            -abs(step),
        ),
    )


def _rank(last_before: str) -> int:
    """How well an edit may begin after this word."""
    end = last_before.rstrip(_CLOSING)[-1:]
    if end and end in _SENTENCE_ENDS:
        return 2
    return 1 if end and end in _CLAUSE_ENDS else 0
