"""The edits lead from either text to the other, exactly, whatever the texts are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings

from notifier.model.redline import BlockChange
from notifier.model.text import Document
from notifier.redline import compare, rebuild_new, rebuild_old
from tests.redline.texts import texts, two_documents


@settings(max_examples=500, deadline=None)
@given(two_documents())
def test_both_texts_can_be_rebuilt_from_the_edits(pair: tuple[Document, Document]) -> None:
    redline = compare(*pair)

    assert rebuild_old(redline) == texts(pair[0])
    assert rebuild_new(redline) == texts(pair[1])


@settings(max_examples=200, deadline=None)
@given(two_documents())
def test_every_block_is_told_once_and_the_new_ones_in_order(
    pair: tuple[Document, Document],
) -> None:
    entries = compare(*pair).entries
    told = [entry for entry in entries if entry.change is not BlockChange.MOVED_AWAY]

    assert sorted(at for entry in told for at in entry.old) == list(range(len(pair[0].blocks)))
    assert [at for entry in told for at in entry.new] == list(range(len(pair[1].blocks)))


@settings(max_examples=200, deadline=None)
@given(two_documents())
def test_the_same_documents_give_the_same_redline(pair: tuple[Document, Document]) -> None:
    assert compare(*pair) == compare(*pair)


@given(two_documents())
def test_a_document_against_itself_has_no_change(pair: tuple[Document, Document]) -> None:
    redline = compare(pair[0], pair[0])

    assert redline.is_empty
    assert all(entry.change is BlockChange.SAME for entry in redline.entries)


def test_another_process_gives_the_same_redline_byte_for_byte() -> None:
    """Neither the clock nor the order of a set may show."""
    program = (
        "from random import Random\n"
        "from notifier.redline import compare\n"
        "from tests.redline.generated import policy\n"
        "blocks = [b.text for n in range(6) for b in policy(Random(n)).blocks]\n"
        "from tests.redline.texts import document\n"
        "old, new = blocks[:], blocks[:]\n"
        "Random(1).shuffle(new)\n"
        "new = [text.replace('will', 'may').replace('account', 'audit') for text in new]\n"
        "print(compare(document(*old), document(*new)))\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(printed) == 1
