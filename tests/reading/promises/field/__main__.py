"""Score the field documents and print every miss.

Run: ``python -m tests.reading.promises.field [--held-out] [language …]``.
"""

from __future__ import annotations

import argparse
from collections import Counter

from tests.reading.promises.field import FIELDS, Case, cases, fields


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--held-out", action="store_true", help="show the held-out misses too")
    arguments.add_argument("languages", nargs="*")
    chosen = arguments.parse_args()
    scores: dict[tuple[str, bool], Counter[str]] = {}
    for case in cases():
        if chosen.languages and case.language not in chosen.languages:
            continue
        score = scores.setdefault((case.language, case.held_out), Counter())
        misses = _score(case, score)
        if misses and (chosen.held_out or not case.held_out):
            print(f"{case.language} [{case.heading}] {case.clause[:400]}")
            print("\n".join(f"      {miss}" for miss in misses))
    _table(scores)


def _score(case: Case, score: Counter[str]) -> list[str]:
    promise, _ = case.read()
    got, want = fields(promise), case.expected
    misses = [
        f"{field}: {got[field]} not {want[field]}" for field in want if got[field] != want[field]
    ]
    score["documents"] += 1
    score["without a miss"] += not misses
    for field in want:
        score[f"of {field}"] += 1
        score[field] += got[field] == want[field]
    if misses and promise.clause:
        misses.append(f"clause: {promise.clause.text[:300]!r}")
    return misses


def _table(scores: dict[tuple[str, bool], Counter[str]]) -> None:
    columns = sorted(scores)
    print(f"{'':26}" + "".join(f"{_column(lang, out):>9}" for lang, out in columns))
    for field in ("documents", "without a miss", *FIELDS):
        cells = (f"{_share(scores[column], field):>9}" for column in columns)
        print(f"{field:26}" + "".join(cells))


def _column(language: str, held_out: bool) -> str:
    return f"{language} {'out' if held_out else 'dev'}"


def _share(score: Counter[str], field: str) -> str:
    total = score.get(f"of {field}", score["documents"])
    return str(total) if field == "documents" else f"{100 * score[field] / max(1, total):.1f}%"


if __name__ == "__main__":
    main()
