"""``make bench``: every table, one after the other; ``python -m tests.bench NAME`` runs one.

A bench that lacks what it compares with says so and goes on.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PARTS = {"__init__", "__main__", "delivery_peers", "delivery_sender"}


def benches() -> list[str]:
    """Modules of this package that can be run by themselves."""
    return sorted(
        path.stem
        for path in Path(__file__).parent.glob("*.py")
        if path.stem not in PARTS and '__name__ == "__main__"' in path.read_text("utf-8")
    )


def main() -> int:
    wanted = sys.argv[1:] or benches()
    unknown = set(wanted) - set(benches())
    if unknown:
        print(f"no such bench: {', '.join(sorted(unknown))}; there are: {', '.join(benches())}")
        return 2
    failed = []
    for name in wanted:
        print(f"\n━━ {name} ━━", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
