"""Whom of a plan no mail reaches, why, and whether a notice in the product does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, false, or_, select

from notifier.ledger.bulk import join_whole_sets
from notifier.ledger.database import Tx
from notifier.ledger.expansion import UNMAILABLE, with_suppressions
from notifier.ledger.plans import StoredPlan
from notifier.ledger.schema import recipients
from notifier.ledger.tellings import conditions, people_of
from notifier.model.people import Unmailed, UnmailedKind
from notifier.model.plan import Channel, NoticeKind, PlannedNotice

_NAMED = 10


def unmailed_kinds(tx: Tx, stored: StoredPlan) -> tuple[UnmailedKind, ...]:
    """The same people by what becomes of them and why, first those whom nothing tells."""
    counts = Counter[tuple[bool, str]]()
    first: dict[tuple[bool, str], list[Unmailed]] = defaultdict(list)
    for one in unmailed(tx, stored):
        kind = one.in_product, one.why
        counts[kind] += 1
        if counts[kind] <= _NAMED:
            first[kind].append(one)
    return tuple(
        UnmailedKind(why, in_product, counts[in_product, why], tuple(named))
        for (in_product, why), named in sorted(first.items())
    )


def unmailed(tx: Tx, stored: StoredPlan) -> Iterator[Unmailed]:
    """Everybody a plan is for whom no mail reaches as things are now, in the audience's order.

    Of a plan without notices that is everybody of its audience. Who may join is not known.
    """
    first = [
        notice
        for notice in stored.plan.notices
        if notice.kind is not NoticeKind.REMINDER and not notice.addressees.joiners
    ]
    whole = recipients.c.audience_id == stored.audience_id
    everybody = or_(*_readers(tx, stored, first)) if first else whole
    product = [notice for notice in first if notice.channel is Channel.IN_APP]
    offered = and_(recipients.c.in_app_id != "", or_(false(), *_readers(tx, stored, product)))
    join_whole_sets(tx)
    rows = tx.execute(
        select(recipients.c.key, recipients.c.name, UNMAILABLE.label("why"), offered.label("shown"))
        .select_from(with_suppressions())
        .where(everybody, UNMAILABLE != "")
        .order_by(recipients.c.id)
        .execution_options(yield_per=1_000)
    )
    for row in rows:
        yield Unmailed(row.key, row.name, row.why.partition(":")[0], bool(row.shown))


def _readers(
    tx: Tx, stored: StoredPlan, notices: Iterable[PlannedNotice]
) -> Iterator[ColumnElement[bool]]:
    """Whom notices are for, as conditions, few even where every zone has a notice of its own."""
    for whom in dict.fromkeys(replace(notice.addressees, zones=()) for notice in notices):
        among = recipients.c.audience_id.in_(people_of(tx, stored, whom))
        yield and_(among, *conditions(tx, stored.id, whom))
