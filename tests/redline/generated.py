"""Policies made up from a seed, and the changes people make to them."""

from __future__ import annotations

from random import Random

from notifier.model.text import Block, BlockKind, Document

_SUBJECTS = (
    "we you partners users administrators regulators visitors customers subsidiaries".split()
)
_VERBS = "collect store transfer disclose delete review encrypt archive request receive".split()
_OBJECTS = (
    "account records,payment details,location history,support messages,device identifiers,"
    "usage statistics,contact lists,billing addresses,log files,survey answers"
).split(",")
_ENDS = (
    "for as long as the law requires,when you close your account,to keep the service safe,"
    "within thirty days of your request,unless you object in writing,in the European Union,"
    "under a written agreement,before the next billing cycle,with your prior consent,"
    "as described in the schedule below"
).split(",")
_EXTRA = (
    "annual audit ledger harbour quartz velvet meadow copper lantern orchard cedar marble "
    "falcon timber saffron canyon anchor ribbon cobalt prairie walnut glacier"
).split()


def sentence(random: Random) -> str:
    """A sentence of 8 to 16 words that hardly ever comes twice."""
    words = [random.choice(_SUBJECTS).capitalize(), "may" if random.random() < 0.4 else "will"]
    words += [random.choice(_VERBS), random.choice(_EXTRA), random.choice(_OBJECTS)]
    words += [random.choice(_ENDS), "and", random.choice(_VERBS), random.choice(_EXTRA)]
    words += [f"item {random.randrange(10_000)}"]
    return " ".join(words) + "."


def policy(random: Random, sections: int = 6) -> Document:
    """Numbered sections of two to four paragraphs each."""
    blocks = []
    for number in range(1, sections + 1):
        heading = f"{random.choice(_EXTRA)} and {random.choice(_EXTRA)}".capitalize()
        blocks.append(Block(BlockKind.HEADING, heading, level=2, number=str(number)))
        for at in range(1, random.randrange(3, 6)):
            text = " ".join(sentence(random) for _ in range(random.randrange(3, 6)))
            blocks.append(Block(BlockKind.PARAGRAPH, text, number=f"{number}.{at}"))
    return Document(tuple(blocks), language="en")


def reworded(random: Random, text: str, words: int) -> str:
    """The text with some of its words replaced."""
    parts = text.split()
    for at in random.sample(range(len(parts)), words):
        parts[at] = random.choice(_EXTRA)
    return " ".join(parts)
