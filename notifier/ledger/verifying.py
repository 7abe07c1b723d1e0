"""Everything that proves the record, asked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from notifier.ledger import (
    audiences,
    feedback,
    handover,
    journal,
    plans,
    retracing,
    seals,
    suppressions,
)
from notifier.ledger.database import Tx

_MOST = 200


def wrong(tx: Tx, progress: Callable[[int, int], None] = lambda _done, _of: None) -> list[str]:
    """What does not fit, in every chain and in the rows they tell of; at most so many lines.

    Args:
        progress: called with how many of how many comparisons are done.
    """
    found = list(islice(_wrong(tx, progress), _MOST + 1))
    return [*found[:_MOST], "... and more"] if len(found) > _MOST else found


def _wrong(tx: Tx, progress: Callable[[int, int], None]) -> Iterator[str]:
    for done, (name, check) in enumerate(_CHECKS.items()):
        progress(done, len(_CHECKS))
        try:
            yield from check(tx)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            yield f"{name}: cannot be read as what was written ({type(error).__name__})"
    progress(len(_CHECKS), len(_CHECKS))


def _sealed(tx: Tx) -> Iterator[str]:
    return seals.verify(tx, (facts for _, facts in journal.facts_of_main(tx)))


_CHECKS: dict[str, Callable[[Tx], Iterable[str]]] = {
    "the journal": journal.verify,
    "the rows it seals": _sealed,
    "plans": plans.verify,
    "audiences": audiences.verify,
    "hand-overs": handover.verify,
    "feedback": feedback.verify,
    "suppressions": suppressions.verify,
    "states": retracing.verify,
}
