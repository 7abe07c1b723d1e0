"""Where a lone insertion or deletion is told, when several places give the same texts.

``We log names. We log dates.`` with a sentence added before the last word pair could be told as
``names. [We log places. ]We log`` or as ``We log [places. We log ]``; people read the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from notifier.redline.matching import Run

_SENTENCE_ENDS = ".!?:;。！？"
_CLAUSE_ENDS = ",、，"
_CLOSING = "\"'”’»)]*_"
_FURTHEST = 200
"""Words an edit may slide."""


def slid(runs: Sequence[Run], old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Move lone edits to where a sentence, or else a clause, begins; neither text changes."""
    settled = list(runs)
    for at in range(1, len(settled)):
        before, after = settled[at - 1], settled[at]
        if before.old + before.length == after.old:
            step = _best_step(new, before.new + before.length, after.new, before, after)
        elif before.new + before.length == after.new:
            step = _best_step(old, before.old + before.length, after.old, before, after)
        else:
            continue
        settled[at - 1] = Run(before.old, before.new, before.length + step)
        settled[at] = Run(after.old + step, after.new + step, after.length - step)
    return settled


def _best_step(words: Sequence[str], start: int, end: int, before: Run, after: Run) -> int:
    """How far ``words[start:end]`` should slide: negative to the left."""
    left = right = 0
    while (
        left < min(before.length - 1, _FURTHEST)
        and words[start - left - 1] == words[end - left - 1]
    ):
        left += 1
    while right < min(after.length - 1, _FURTHEST) and words[start + right] == words[end + right]:
        right += 1
    return max(
        range(-left, right + 1), key=lambda step: (_rank(words[start + step - 1]), -abs(step))
    )


def _rank(last_before: str) -> int:
    """How well an edit may begin after this word."""
    end = last_before.rstrip(_CLOSING)[-1:]
    if end and end in _SENTENCE_ENDS:
        return 2
    return 1 if end and end in _CLAUSE_ENDS else 0
