"""What happened to a block is told as what it was: moved, split, merged, renumbered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from notifier.model.redline import BlockChange, NoteKind, Op, Redline
from notifier.model.text import Block, BlockKind, Document
from notifier.redline import compare
from tests.redline.generated import policy, reworded, sentence
from tests.redline.texts import document

TRIES = 200


def paragraphs(document: Document) -> list[int]:
    return [i for i, block in enumerate(document.blocks) if block.kind is BlockKind.PARAGRAPH]


def with_blocks(document: Document, blocks: list[Block]) -> Document:
    return replace(document, blocks=tuple(blocks))


def told(redline: Redline, change: BlockChange, old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    return any(e.change is change and e.old == old and e.new == new for e in redline.entries)


def move(random: Random) -> bool:
    """A paragraph goes to another section, and two of its words change on the way."""
    old = policy(random)
    blocks = list(old.blocks)
    places = paragraphs(old)
    start = random.choice(places)
    moved = blocks.pop(start)
    moved = replace(moved, text=reworded(random, moved.text, random.randrange(3)))
    target = random.choice([i for i in range(1, len(blocks) + 1) if abs(i - start) >= 4])
    blocks.insert(target, moved)
    redline = compare(old, with_blocks(old, blocks))
    away = [e for e in redline.entries if e.change is BlockChange.MOVED_AWAY]
    return told(redline, BlockChange.MOVED, (start,), (target,)) and len(away) == 1


def move_section(random: Random) -> bool:
    """A heading goes elsewhere with everything under it."""
    old = policy(random)
    heads = [i for i, block in enumerate(old.blocks) if block.kind is BlockKind.HEADING]
    at = random.randrange(len(heads) - 1)
    section = range(heads[at], heads[at + 1])
    rest = [block for i, block in enumerate(old.blocks) if i not in section]
    new = with_blocks(old, rest + [old.blocks[i] for i in section])
    redline = compare(old, new)
    changed = [e for e in redline.entries if e.is_change]
    moved = [e for e in changed if e.change is BlockChange.MOVED]
    kinds = {entry.change for entry in changed}
    return bool(moved) and kinds == {BlockChange.MOVED, BlockChange.MOVED_AWAY}


def split(random: Random) -> bool:
    """A paragraph becomes two, and one of its words changes."""
    old = policy(random)
    at = random.choice(paragraphs(old))
    sentences = old.blocks[at].text.split(". ")
    cut = random.randrange(1, len(sentences))
    parts = [". ".join(sentences[:cut]) + ".", ". ".join(sentences[cut:])]
    parts[0] = reworded(random, parts[0], random.randrange(2))
    blocks = list(old.blocks)
    blocks[at : at + 1] = [replace(blocks[at], text=part) for part in parts]
    redline = compare(old, with_blocks(old, blocks))
    return told(redline, BlockChange.SPLIT, (at,), (at, at + 1))


def merge(random: Random) -> bool:
    """Two paragraphs of a section become one, and one word changes."""
    old = policy(random)
    places = paragraphs(old)
    at = random.choice([i for i in places if i + 1 in places])
    blocks = list(old.blocks)
    text = f"{blocks[at].text} {blocks[at + 1].text}"
    blocks[at : at + 2] = [replace(blocks[at], text=reworded(random, text, random.randrange(2)))]
    redline = compare(old, with_blocks(old, blocks))
    return told(redline, BlockChange.MERGED, (at, at + 1), (at,))


def renumber(random: Random) -> bool:
    """A new section comes in; everything after it has new numbers and the same words."""
    old = policy(random)
    at = random.choice([i for i, b in enumerate(old.blocks) if b.kind is BlockKind.HEADING])
    later = [replace(block, number=f"9{block.number}") for block in old.blocks[at:]]
    new = Block(BlockKind.HEADING, "Wholly new matters", level=2, number=old.blocks[at].number)
    text = Block(BlockKind.PARAGRAPH, sentence(random), number=f"{new.number}.1")
    redline = compare(old, with_blocks(old, [*old.blocks[:at], new, text, *later]))
    changed = [e for e in redline.entries if e.is_change]
    noted = [e for e in redline.entries if any(n.kind is NoteKind.RENUMBERED for n in e.notes)]
    return [e.new for e in changed] == [(at,), (at + 1,)] and len(noted) == len(later)


def rename(random: Random) -> bool:
    """A heading gets new words; its section stays."""
    old = policy(random)
    at = random.choice([i for i, b in enumerate(old.blocks) if b.kind is BlockKind.HEADING])
    blocks = list(old.blocks)
    blocks[at] = replace(blocks[at], text="Something else entirely")
    redline = compare(old, with_blocks(old, blocks))
    (changed,) = [e for e in redline.entries if e.is_change]
    return changed.old == changed.new == (at,) and changed.notes[0].kind is NoteKind.RENAMED


@pytest.mark.parametrize("happens", [move, move_section, split, merge, renumber, rename])
def test_at_least_95_in_100_are_recognised(happens: Callable[[Random], bool]) -> None:
    recognised = sum(happens(Random(seed)) for seed in range(TRIES))

    assert recognised >= 0.95 * TRIES


def test_what_goes_with_its_heading_is_told_under_it() -> None:
    old = document("# Kept", "This stays.", "# Gone", "This goes too.", "# Last", "The end of it.")
    new = document("# Kept", "This stays.", "# Last", "The end of it.")
    removed = [e for e in compare(old, new).entries if e.change is BlockChange.REMOVED]

    assert [entry.section for entry in removed] == ["Gone", "Gone"]


def test_a_paragraph_that_came_between_the_parts_of_a_split_is_told_inside_it() -> None:
    first = "We are a company of the old town and we look after everything you tell us here."
    last = "Please read this page with care, since it says how we go about all of that."
    old = document("# About us", f"{first} {last}")
    new = document("# About us", first, "A larger group has owned us since spring.", last)
    (changed,) = [entry for entry in compare(old, new).entries if entry.is_change]

    assert (changed.change, changed.old, changed.new) == (BlockChange.SPLIT, (1,), (1, 2, 3))
    told = [span.text.strip() for span in changed.spans if span.op is not Op.EQUAL]
    assert [words for words in told if words] == ["A larger group has owned us since spring."]


def test_of_two_paragraphs_that_share_words_with_one_the_closer_one_is_its_old_self() -> None:
    shared = "The editors answer every letter that reaches them within a fortnight"
    old = document(
        f"{shared} as long as it has a stamp.",
        f"{shared} and they read it aloud on the first evening of the month at the bar.",
    )
    new = document(f"{shared} and they read it aloud on the last evening of the month at the bar.")
    entries = compare(old, new).entries

    assert [(entry.change, entry.old) for entry in entries] == [
        (BlockChange.REMOVED, (0,)),
        (BlockChange.EDITED, (1,)),
    ]
