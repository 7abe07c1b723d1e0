"""How well promises are read, against the labelled clauses of the corpus; prints every miss.

Run: ``python -m tests.bench.reading_promises [--held-out]``. Companies whose hash is divisible by
three are held out: rules are never written with their texts in sight, and their misses are only
shown when asked for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from notifier.model.reading import Finding, Promise
from notifier.model.text import Document, Snapshot
from notifier.reading.formats import parse
from notifier.reading.promises import read_promise

CORPUS = Path(
    os.environ.get("NOTIFIER_TEST_CORPUS", Path(__file__).parents[3] / "shared" / "corpus")
)
FIELDS = (
    "channels",
    "mode",
    "obligation",
    "trigger",
    "lead_time_days",
    "prior",
    "effective_when_posted",
    "promises_to_update_date",
)
FOUND_OVERLAP = 0.5
"""Share of a labelled clause's words that the passage found must contain to count as found."""


@dataclass(frozen=True)
class Label:
    """One labelled clause."""

    row: dict[str, Any]

    @property
    def held_out(self) -> bool:
        return held_out(self.row["company"])

    @property
    def document(self) -> str:
        return f"{self.row['company']}/{self.row['doc']}"

    @property
    def name(self) -> str:
        return f"{self.document}/{self.row['seq']}"


def held_out(company: str) -> bool:
    return int(hashlib.sha256(company.encode()).hexdigest(), 16) % 3 == 0


def labels() -> list[Label]:
    with (CORPUS / "promises.jsonl").open(encoding="utf-8") as lines:
        return [Label(json.loads(line)) for line in lines]


def fields(promise: Promise) -> dict[str, Any]:
    return {
        "channels": sorted(channel.value for channel in promise.channels),
        "mode": promise.mode.value,
        "obligation": promise.obligation.value,
        "trigger": promise.trigger.value,
        "lead_time_days": promise.period.days if promise.period else None,
        "prior": promise.prior,
        "effective_when_posted": promise.effective_when_posted,
        "promises_to_update_date": promise.promises_to_update_date,
    }


def expected(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{field: row.get(field) for field in FIELDS},
        "channels": sorted(row["channels"]),
        "mode": row["channels_mode"],
    }


def document_of(path: Path) -> Document:
    return parse(Snapshot(path.read_bytes(), path.name))


@cache
def paths() -> dict[tuple[str, int], Path]:
    with (CORPUS / "metadata.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {(f"{row['company']}/{row['doc']}", row["seq"]): CORPUS / row["file"] for row in rows}


def overlap(clause: str, found: str) -> float:
    wanted = Counter(words(clause))
    return sum((wanted & Counter(words(found))).values()) / max(1, sum(wanted.values()))


def agreement(clause: str, found: str) -> float:
    return min(overlap(clause, found), overlap(found, clause))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"\]\([^)]*\)", "]", text).lower())


@dataclass
class Score:
    """Right and total, per language and field."""

    right: Counter[tuple[str, str]]
    total: Counter[tuple[str, str]]

    @classmethod
    def empty(cls) -> Score:
        return cls(Counter(), Counter())

    def count(self, language: str, field: str, *, right: bool) -> None:
        self.total[language, field] += 1
        self.right[language, field] += right

    def cell(self, language: str, field: str) -> str:
        total = self.total[language, field]
        return f"{self.right[language, field]}/{total}" if total else "-"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--held-out", action="store_true", help="show the held-out misses too")
    show_held_out = arguments.parse_args().held_out
    if not CORPUS.is_dir():
        print(f"skipped: no labelled corpus at {CORPUS}; set NOTIFIER_TEST_CORPUS")
        return
    known = labels()
    print("== clause alone ==")
    scores = {False: Score.empty(), True: Score.empty()}
    for label in known:
        _score(label, _alone(label), scores[label.held_out], show=show_held_out)
    _table(scores)
    print("\n== whole document ==")
    scores = {False: Score.empty(), True: Score.empty()}
    for label in known:
        result = read_promise(document_of(paths()[label.document, label.row["seq"]]))
        _score(label, result, scores[label.held_out], known=known, show=show_held_out)
    _table(scores)
    _precision(show_held_out)
    _speed()


def _alone(label: Label) -> tuple[Promise, tuple[Finding, ...]]:
    paragraphs = re.sub(r"(?<=[.!?*])\n|(?<=^)(#.*)\n", r"\1\n\n", label.row["clause"])
    return read_promise(parse(Snapshot(paragraphs.encode(), "clause.md")))


def _score(
    label: Label,
    result: tuple[Promise, tuple[Finding, ...]],
    score: Score,
    *,
    known: Sequence[Label] = (),
    show: bool,
) -> None:
    """Count what was read; a text with two labelled clauses is scored by the one that was read."""
    promise, findings = result
    language = label.row["language"]
    clause = promise.clause.text if promise.clause else ""
    passages = [q.text for f in findings if f.code == "promise.second_passage" for q in f.quotes]
    hit = overlap(label.row["clause"], "\n".join([clause, *passages])) >= FOUND_OVERLAP
    score.count(language, "found", right=hit)
    show = show or not label.held_out
    if not hit:
        if show:
            print(f"  {label.name}: not found, read instead: {clause[:160]!r}")
        return
    twins = [k for k in known if (k.document, k.row["seq"]) == (label.document, label.row["seq"])]
    if twins and label is not max(twins, key=lambda k: agreement(k.row["clause"], clause)):
        return
    got, want = fields(promise), expected(label.row)
    for field in FIELDS:
        score.count(language, field, right=got[field] == want[field])
        if got[field] != want[field] and show:
            print(f"  {label.name} {field}: read {got[field]}, labelled {want[field]}")


def _table(scores: dict[bool, Score]) -> None:
    languages = sorted({language for score in scores.values() for language, _ in score.total})
    print(f"{'':26}" + "".join(f"{f'{lang} dev':>10}{f'{lang} out':>10}" for lang in languages))
    for field in ("found", *FIELDS):
        cells = (
            f"{scores[out].cell(lang, field):>10}" for lang in languages for out in (False, True)
        )
        print(f"{field:26}" + "".join(cells))


def _precision(show_held_out: bool) -> None:
    """How often a clause is claimed in documents without a labelled one."""
    labelled = {label.document for label in labels()}
    last: dict[str, Path] = {}
    for (document, _), path in sorted(paths().items()):
        if document not in labelled:
            last[document] = path
    claimed: dict[str, str] = {}
    for document, path in last.items():
        if held_out(document.partition("/")[0]) and not show_held_out:
            continue
        promise, _ = read_promise(document_of(path))
        if promise.clause:
            claimed[document] = promise.clause.text
    print(f"\n== documents without a labelled clause: {len(claimed)} claim one ==")
    for document, clause in claimed.items():
        print(f"  {document}: {clause[:200]!r}")


def _speed() -> None:
    documents = [document_of(path) for path in list(paths().values())[::4]]
    words_read = sum(document.words for document in documents)
    started = time.process_time()
    slowest: dict[int, float] = defaultdict(float)
    for index, document in enumerate(documents):
        before = time.process_time()
        read_promise(document)
        slowest[index] = time.process_time() - before
    spent = time.process_time() - started
    print(
        f"\n{len(documents)} versions, {words_read / len(documents):.0f} words each: "
        f"{1000 * spent / len(documents):.2f} ms of CPU a version, worst {1000 * max(slowest.values()):.1f} ms"
    )


if __name__ == "__main__":
    main()
