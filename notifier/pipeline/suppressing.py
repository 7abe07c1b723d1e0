"""Who is not mailed any more, and a person's decision to mail somebody again."""

from __future__ import annotations

from collections.abc import Iterator

from notifier.errors import NotifierError
from notifier.ledger import suppressions
from notifier.ledger.suppressions import Suppression
from notifier.pipeline.pipeline import Pipeline


def suppressed(pipeline: Pipeline) -> Iterator[Suppression]:
    """Every address that is not mailed, with the reason."""
    with pipeline.ledger.begin() as tx:
        yield from suppressions.every(tx)


def lift(pipeline: Pipeline, address: str, *, who: str, why: str) -> Suppression:
    """Mail an address again, from the next notice on; recorded by name, reason and digest.

    Raises:
        NotifierError: it is not suppressed.
    """
    with pipeline.ledger.begin() as tx:
        lifted = suppressions.lift(tx, address, at=pipeline.clock(), who=who, why=why)
        if lifted is None:
            raise NotifierError(
                "That address is not suppressed.", remedy="notifier suppression list shows them"
            )
    return lifted
