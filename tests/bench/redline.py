"""The redline beside the field: speed, what it costs its reader, exactness, recognition.

Run: ``python -m tests.bench.redline``. Tools that are not installed are named and skipped.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from notifier.redline import compare, rebuild_new, rebuild_old
from tests.bench.redline_measures import (
    BARE_WORD,
    WORD_OR_DATE,
    Reading,
    changed_sentences,
    read,
)
from tests.bench.redline_peers import document, peers, whole_comparison
from tests.bench.redline_reference import optimum, words_in
from tests.bench.redline_texts import pairs
from tests.redline.generated import policy, reworded
from tests.redline.test_recognition import merge, move, move_section, rename, renumber, split

GENERATED = 10_000
TRIES = 1_000


@dataclass
class Tally:
    """What one tool did on all pairs."""

    seconds: list[float] = field(default_factory=list)
    bare: list[Reading] = field(default_factory=list)
    dates_whole: list[Reading] = field(default_factory=list)


def main() -> None:
    origin, texts = pairs()
    tallies, ours_with_signals = _measured(texts)
    print(f"Redline on {origin}\n")
    _print_table(tallies, texts)
    print(f"\nours with signals, summaries and the proof: {sum(ours_with_signals):.2f} s in sum")
    _print_bars(tallies)
    print()
    subprocess.run([sys.executable, "-m", "tests.bench.redline_worst"], check=True)
    print()
    _print_exactness()


def _measured(texts: list[tuple[str, str]]) -> tuple[dict[str, Tally], list[float]]:
    """All tools on one pair, then all on the next, so that a slow minute hits them alike."""
    tools = []
    for peer in peers():
        if peer.missing:
            print(f"skipped {peer.name}: {peer.missing}")
        else:
            tools.append(peer)
    tallies: dict[str, Tally] = defaultdict(Tally)
    with_signals = []
    for old, new in texts:
        for peer in tools:
            started = time.perf_counter()
            answer = peer.run(old, new)
            tallies[peer.name].seconds.append(time.perf_counter() - started)
            script = peer.script(answer, old, new)
            sides = (peer.lead + old, peer.lead + new)
            tallies[peer.name].bare.append(read(script, *sides))
            tallies[peer.name].dates_whole.append(read(script, *sides, WORD_OR_DATE))
        started = time.perf_counter()
        whole_comparison(document(old), document(new))
        with_signals.append(time.perf_counter() - started)
    return tallies, with_signals


def _print_table(tallies: dict[str, Tally], texts: list[tuple[str, str]]) -> None:
    sentences = sum(changed_sentences(old, new) for old, new in texts)
    best = [
        [optimum(word.findall(old), word.findall(new)) for old, new in texts]
        for word in (BARE_WORD, WORD_OR_DATE)
    ]
    uncut = [
        optimum(WORD_OR_DATE.findall(old), WORD_OR_DATE.findall(new), words_in)
        for old, new in texts
    ]
    print(f"{sentences:,} changed sentences; cost = edit words + 4 x fragments, over its optimum,")
    print("averaged over pairs and in sum, with every word counted / with a date as one word\n")
    print(
        f"{'tool':30}{'median ms':>10}{'p95':>7}{'worst':>7}{'sum s':>7}{'frag/sent':>10}{'cuts':>6}"
        f"{'chaff':>7}{'exact':>6}{'cost avg':>16}{'cost sum':>16}"
    )
    for name, tally in tallies.items():
        ms = sorted(1_000 * seconds for seconds in tally.seconds)
        averages, sums = [], []
        for readings, least in zip((tally.bare, tally.dates_whole), best, strict=True):
            costs = [reading.cost for reading in readings]
            averages.append(statistics.mean(_over(costs, least)))
            sums.append(sum(costs) / sum(least))
        print(
            f"{name:30}{statistics.median(ms):10.2f}{ms[int(0.95 * len(ms))]:7.0f}{ms[-1]:7.0f}"
            f"{sum(ms) / 1_000:7.2f}{sum(r.fragments for r in tally.bare) / sentences:10.2f}"
            f"{sum(r.cuts for r in tally.bare):6}{sum(r.chaff for r in tally.bare):7}"
            f"{sum(r.exact for r in tally.bare):6}"
            f"{'/'.join(f'{x:7.3f}' for x in averages):>16}{'/'.join(f'{x:7.3f}' for x in sums):>16}"
        )
    print(
        "least while no date is cut, every word counted: "
        f"{statistics.mean(_over(uncut, best[0])):.3f} on average, "
        f"{sum(uncut) / sum(best[0]):.3f} in sum"
    )


def _over(costs: Sequence[int], least: Sequence[int]) -> list[float]:
    return [cost / low if low else 1.0 for cost, low in zip(costs, least, strict=True)]


def _print_bars(tallies: dict[str, Tally]) -> None:
    spent = {name: sum(tally.seconds) for name, tally in tallies.items()}
    programs = {"notifier", "wdiff", "dwdiff", "git diff --word-diff"}
    python = {name: seconds for name, seconds in spent.items() if name not in programs}
    quickest = min(python, key=python.__getitem__)
    ratio = spent["notifier"] / python[quickest]
    print(f"sum over that of the best Python peer ({quickest}): {ratio:.2f} (bar 0.35)")
    if "wdiff" in spent:
        print(f"sum over that of wdiff: {spent['notifier'] / spent['wdiff']:.2f} (bar 1.4)")


def _print_exactness() -> None:
    random = Random(11)
    exact = 0
    for _ in range(GENERATED):
        old, new = policy(random, sections=2), policy(random, sections=2)
        blocks = [*new.blocks, *random.sample(old.blocks, len(old.blocks) // 2)]
        random.shuffle(blocks)
        new = document("\n".join(reworded(random, b.text, random.randrange(2)) for b in blocks))
        redline = compare(old, new)
        sides = (rebuild_old(redline), rebuild_new(redline))
        exact += sides == tuple(tuple(b.text for b in side.blocks) for side in (old, new))
    print(f"exact both ways: {exact:,} of {GENERATED:,} generated pairs")
    for happens in (move, move_section, split, merge, renumber, rename):
        seen = sum(happens(Random(seed)) for seed in range(TRIES))
        print(f"recognised, {happens.__name__.replace('_', ' ')}: {seen:,} of {TRIES:,}")


if __name__ == "__main__":
    main()
