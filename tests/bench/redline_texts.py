"""Texts to compare: consecutive versions of real policies, else made-up ones; and hard cases."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

from tests.redline.generated import policy, reworded

CORPUS = Path(
    os.environ.get("NOTIFIER_TEST_CORPUS", Path(__file__).parents[2].parent / "shared" / "corpus")
)
WANTED = 220


def pairs() -> tuple[str, list[tuple[str, str]]]:
    """Where the pairs are from, and the pairs."""
    if not (CORPUS / "metadata.jsonl").exists():
        found = [_made_up(seed) for seed in range(WANTED)]
        return f"{len(found)} made-up pairs (no corpus at {CORPUS})", found
    found = list(_real())[:WANTED]
    words = max(len(text.split()) for pair in found for text in pair)
    return f"{len(found)} consecutive real pairs of up to {words:,} words", found


def _real() -> Iterator[tuple[str, str]]:
    """Consecutive versions of the same document that are text and differ."""
    lines = (CORPUS / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
    rows = sorted((json.loads(line) for line in lines), key=lambda row: (row["doc"], row["seq"]))
    for one, other in pairwise(rows):
        text = {one["source_format"], other["source_format"]} <= {"md", "txt"}
        if text and one["doc"] == other["doc"] and other["seq"] == one["seq"] + 1:
            old, new = (
                (CORPUS / row["file"]).read_text("utf-8", "replace") for row in (one, other)
            )
            if old != new:
                yield old, new


def _made_up(seed: int) -> tuple[str, str]:
    random = Random(seed)
    lines = [block.text for block in policy(random, sections=20).blocks]
    changed = [
        reworded(random, line, 2) if len(line.split()) > 9 and random.random() < 0.2 else line
        for line in lines
    ]
    return "\n\n".join(lines), "\n\n".join(changed)


def hard_cases() -> Iterator[tuple[str, float, str, str]]:
    """Name, bar in seconds, old text, new text; from the words of real policies if there are."""
    random = Random(7)
    _, found = pairs()
    vocabulary = " ".join(old for old, _ in found[:60]).split()
    lines = [line for old, _ in found for line in old.split("\n") if len(line.split()) > 8]
    lines = list(dict.fromkeys(lines))
    megabyte = _megabyte(random, lines)
    edited = _edited(random, megabyte, vocabulary, 200)
    shuffled = [*edited]
    random.shuffle(shuffled)
    yield "200 edits in 1 MB", 0.2, "\n".join(megabyte), "\n".join(edited)
    yield "1 MB shuffled, 200 edits", 1.5, "\n".join(megabyte), "\n".join(shuffled)
    one, other = (
        "\n".join(" ".join(random.choices(vocabulary, k=60)) for _ in range(500)) for _ in "12"
    )
    yield "30,000 words rewritten", 1.0, one, other
    words = " ".join(megabyte).split()[:16_000]
    for share in (0.3, 0.6, 1.0):
        other = " ".join(random.choice(vocabulary) if random.random() < share else w for w in words)
        yield f"100 kB paragraph, {share:.0%} rewritten", 0.5, " ".join(words), other
    start = megabyte[:600]
    moved = start[:50] + start[90:150] + start[50:90] + start[150:]
    yield "section moved in 150 kB", 0.05, "\n".join(start), "\n".join(moved)
    for size in (20_000, 40_000, 80_000):
        old, new = (_of_two_words(random, size) for _ in "12")
        yield f"{size:,} words, only two of them distinct", 1.0, old, new


def _megabyte(random: Random, lines: list[str]) -> list[str]:
    """Distinct paragraphs of a megabyte together."""
    text = [*lines]
    while sum(map(len, text)) < 1_000_000:
        words = random.choice(lines).split()
        text.append(" ".join(random.sample(words, len(words))))
    end = 0
    for size, line in enumerate(text):
        end += len(line) + 1
        if end >= 1_000_000:
            return text[: size + 1]
    return text


def _edited(random: Random, lines: list[str], vocabulary: list[str], edits: int) -> list[str]:
    changed = [*lines]
    for at in random.sample(range(len(lines)), edits):
        words = changed[at].split()
        words[random.randrange(len(words))] = random.choice(vocabulary) + "x"
        changed[at] = " ".join(words)
    return changed


def _of_two_words(random: Random, size: int) -> str:
    return " ".join(random.choice(("yes", "no")) for _ in range(size))
