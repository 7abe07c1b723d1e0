"""Where in the text the changes are, to scale: one mark for every change."""

from __future__ import annotations

from dataclasses import dataclass

from notifier.model.redline import BlockChange, Redline
from notifier.rendering.redline.passages import is_told

HEIGHT = 1000
"""Height of the whole text in units of the map."""

_LEAST = 3
_MOVED_WORDS = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A change on the map: its anchor, what happened, its place and height in map units."""

    id: str
    change: str
    top: int
    height: int


def minimap(redline: Redline) -> tuple[Mark, ...]:
    """A mark for each change, placed by the length of the text before it."""
    weights = [sum(len(s.text) for s in e.spans) or _MOVED_WORDS for e in redline.entries]
    total = sum(weights) or 1
    marks: list[Mark] = []
    above = 0
    for at, (entry, weight) in enumerate(zip(redline.entries, weights, strict=True)):
        if is_told(entry) and entry.change is not BlockChange.MOVED_AWAY:
            top = min(above * HEIGHT // total, HEIGHT - _LEAST)
            height = max(weight * HEIGHT // total, _LEAST)
            marks.append(Mark(f"c{at}", entry.change.value, top, height))
        above += weight
    return tuple(marks)
