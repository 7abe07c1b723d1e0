"""Both texts, rebuilt from the edits alone: the proof that a redline leaves nothing out."""

from __future__ import annotations

from collections.abc import Iterable

from notifier.model.redline import BlockChange, Redline
from notifier.redline.alignment import JOINT


def rebuild_old(redline: Redline) -> tuple[str, ...]:
    """The texts of the old document's blocks, read from the entries only."""
    told = (
        (entry.old, entry.old_text)
        for entry in redline.entries
        if entry.change is not BlockChange.MOVED_AWAY
    )
    return _blocks(told)


def rebuild_new(redline: Redline) -> tuple[str, ...]:
    """The texts of the new document's blocks, read from the entries only."""
    return _blocks((entry.new, entry.new_text) for entry in redline.entries)


def _blocks(told: Iterable[tuple[tuple[int, ...], str]]) -> tuple[str, ...]:
    texts: dict[int, str] = {}
    for places, text in told:
        if len(places) == 1:
            texts[places[0]] = text
        elif places:
            texts.update(zip(places, text.split(JOINT), strict=True))
    return tuple(texts[at] for at in sorted(texts))
