"""How well dates are read on the labelled corpus: ``python -m tests.bench.reading_dates``.

Companies are split by a hash of their name: a third is held out, and rules are never written from
it. Prints one table and every miss. ``--dev`` leaves the held-out third unread.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from notifier.model.reading import DateStatus, EffectiveDate, Severity
from notifier.model.text import Document, Snapshot
from notifier.reading.dates import read_effective_date
from notifier.reading.formats import parse

CORPUS = Path(
    os.environ.get(
        "NOTIFIER_TEST_CORPUS", Path(__file__).resolve().parents[3] / "shared" / "corpus"
    )
)


def held_out(company: str) -> bool:
    return int(hashlib.sha256(company.encode()).hexdigest(), 16) % 3 == 0


@dataclass
class Score:
    """Counts over one part of the corpus; ``right / of`` per row of the table."""

    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    seconds: float = 0.0
    parsing: float = 0.0

    def count(self, row: str, good: bool) -> bool:
        self.of[row] += 1
        self.right[row] += good
        return good

    def share(self, row: str) -> str:
        if not self.of[row]:
            return "-"
        return f"{100 * self.right[row] / self.of[row]:6.2f} % of {self.of[row]}"


ROWS = (
    "exact day",
    "wrong and confident",
    "ambiguous: asked or decided",
    "month: as month",
    "null stays null",
    "kind of exact days",
)


def judge(score: Score, label: dict, effective: EffectiveDate, questions: set[str]) -> None:
    want = label["effective_date"]
    said = effective.date.isoformat() if effective.date else effective.month
    known = effective.status is DateStatus.STATED
    if label["ambiguous"]:
        asked = effective.status is DateStatus.AMBIGUOUS or bool(questions - {"date.not_governing"})
        good = score.count("ambiguous: asked or decided", asked or said == want)
    elif want is None:
        good = score.count(
            "null stays null", effective.status in {DateStatus.NONE, DateStatus.PLACEHOLDER}
        )
    elif label["effective_precision"] == "month":
        good = score.count(
            "month: as month", effective.status is DateStatus.MONTH_ONLY and said == want
        )
    else:
        good = score.count("exact day", said == want)
        if good:
            right_kind = effective.kind is not None and effective.kind.value == label["kind"]
            score.count("kind of exact days", right_kind)
            if not right_kind:
                score.misses.append(
                    f"kind  {label['file']}: {label['kind']} read as {effective.kind}"
                )
    confident = known and said != want and not label["ambiguous"]
    score.count("wrong and confident", confident)
    if not good:
        quote = effective.quote.text[:140] if effective.quote else ""
        score.misses.append(
            f"{'WRONG' if confident else 'miss '} {label['file']}: {want} ({label['kind']})"
            f" «{(label['effective_line'] or '')[:100]}» read as {effective.status} {said}"
            f" {[str(day) for day in effective.readings]} «{quote}»"
        )


def measure(labels: list[dict]) -> Score:
    score = Score()
    for label in labels:
        if "page_state" in label:
            continue
        document = timed_parse(label, score)
        start = time.process_time()
        effective, findings = read_effective_date(document)
        score.seconds += time.process_time() - start
        asked = {one.code for one in findings if one.severity is Severity.QUESTION}
        judge(score, label, effective, asked)
    return score


def timed_parse(label: dict, score: Score) -> Document:
    snapshot = Snapshot((CORPUS / label["file"]).read_bytes(), label["file"])
    start = time.process_time()
    document = parse(snapshot)
    score.parsing += time.process_time() - start
    return document


def main() -> None:
    if not CORPUS.is_dir():
        sys.exit(f"no corpus at {CORPUS}; set NOTIFIER_TEST_CORPUS")
    with (CORPUS / "metadata.jsonl").open(encoding="utf-8") as lines:
        labels = [json.loads(line) for line in lines]
    parts = {"dev": [one for one in labels if not held_out(one["company"])]}
    if "--dev" not in sys.argv:
        parts["held-out"] = [one for one in labels if held_out(one["company"])]
    scores = {name: measure(part) for name, part in parts.items()}
    for score in scores.values():
        print(*score.misses, sep="\n")
    print(f"\n{'':<30}", *(f"{name:>20}" for name in scores))
    for row in ROWS:
        print(f"{row:<30}", *(f"{score.share(row):>20}" for score in scores.values()))
    for row, clock in (
        ("dates, versions/s and core", "seconds"),
        ("parsing, versions/s and core", "parsing"),
    ):
        rates = (
            score.of["wrong and confident"] / getattr(score, clock) for score in scores.values()
        )
        print(f"{row:<30}", *(f"{rate:>20.0f}" for rate in rates))


if __name__ == "__main__":
    main()
