"""Remarks on blocks that belong together: numbers, headings, link targets, formats."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from notifier.model.redline import Note, NoteKind
from notifier.model.text import Block, BlockKind

_HIDDEN_ADDRESS = "/cdn-cgi/l/email-protection"
_WRAPPING = re.compile(r"^(?:mailto:|https?://(?:www\.)?|(?:\.{0,2}/)+)")


def notes(old: Sequence[Block], new: Sequence[Block]) -> tuple[Note, ...]:
    """Say in what two sides of an entry differ beside their words."""
    found: list[Note] = []
    if len(old) == len(new) == 1:
        found += _block(old[0], new[0])
    if any(block.links for block in (*old, *new)):
        found += _links(old, new)
    return tuple(found)


def alike(old: Block, new: Block) -> bool:
    """Is there nothing to remark on two blocks with the same words?"""
    return (
        old.number == new.number
        and old.kind is new.kind
        and old.level == new.level
        and old.links == new.links
    )


def _block(old: Block, new: Block) -> Iterator[Note]:
    if old.number != new.number:
        yield Note(NoteKind.RENUMBERED, old.number, new.number)
    if old.kind is new.kind is BlockKind.HEADING and old.text != new.text:
        yield Note(NoteKind.RENAMED, old.text, new.text)
    if (old.kind, old.level) != (new.kind, new.level):
        yield Note(NoteKind.FORMAT, _format(old), _format(new))


def _format(block: Block) -> str:
    name = block.kind.value.replace("_", " ")
    return f"{name} of level {block.level}" if block.level else name


def _links(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Note]:
    """Words that stand on both sides and lead elsewhere; a link with new words is an edit."""
    before, after = _targets(old), _targets(new)
    old_text, new_text = (" ".join(block.text for block in side) for side in (old, new))
    for text in dict.fromkeys([*before, *after]):
        olds, news = before.get(text, []), after.get(text, [])
        if olds == news or (not olds and text not in old_text):
            continue
        if not news and text not in new_text:
            continue
        for at in range(max(len(olds), len(news))):
            was, now = (side[at] if at < len(side) else "" for side in (olds, news))
            if _bare(was or text) != _bare(now or text):
                yield Note(NoteKind.LINK, was, now, text)


def _targets(blocks: Sequence[Block]) -> dict[str, list[str]]:
    """Where each linked text leads, in order; but for addresses that a proxy hid from robots."""
    targets: dict[str, list[str]] = defaultdict(list)
    for block in blocks:
        for link in block.links:
            if _HIDDEN_ADDRESS in link.target:
                continue
            targets[block.text[link.start : link.end]].append(link.target)
    return targets


def _bare(target: str) -> str:
    """A target without what does not change where it leads, or only from which folder.

    An address that is its own link (``privacy@example.com``) leads where its words say.
    """
    return _WRAPPING.sub("", target).rstrip("/")
