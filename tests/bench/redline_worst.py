"""The comparison on texts made to be hard, in a process of its own so that memory is its own."""

from __future__ import annotations

import resource
import time

from notifier.redline.comparison import entries
from tests.bench.redline_peers import document, whole_comparison
from tests.bench.redline_texts import hard_cases


def main() -> None:
    print(f"{'worst cases':44}{'compare s':>10}{'bar':>6}{'with signals s':>16}")
    for name, bar, old, new in hard_cases():
        before, after = document(old), document(new)
        started = time.perf_counter()
        entries(before, after)
        compared = time.perf_counter()
        whole_comparison(before, after)
        ended = time.perf_counter()
        print(f"{name:44}{compared - started:10.3f}{bar:6.2f}{ended - compared:16.3f}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of all of them: {peak:.0f} MB (bar 150 MB)")


if __name__ == "__main__":
    main()
