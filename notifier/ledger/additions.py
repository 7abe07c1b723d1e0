"""People who join after an audience was frozen: numbered additions to it, each frozen in turn.

An addition is an audience of its own that names the one it extends. What was frozen is never
touched: a plan's account stays over the frozen audience, and its additions are counted beside it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from notifier.ledger import journal, seals
from notifier.ledger.audiences import (
    SAME_ADDRESS,
    FrozenAudience,
    people_digest,
    write_people,
)
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredPlan
from notifier.ledger.rows import AudienceReport
from notifier.ledger.schema import audiences, recipients
from notifier.model.people import Recipient
from notifier.model.stamp import Stamp

_VERB = "join"
_DOUBT = "doubt"
_AT_A_TIME = 2_000


@dataclass(frozen=True, slots=True)
class Addition:
    """One addition; ``number`` counts from 1 within the audience it extends."""

    id: int
    number: int
    people: int
    digest: str
    frozen_at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """Some rows of the source compared with an audience and its additions.

    Attributes:
        joined: people who are in neither, as they would be frozen.
        moved: how many people have another address now than when they were frozen.
    """

    joined: tuple[Recipient, ...]
    moved: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """A list that is not believed: its digest, and more than how many strangers it holds."""

    source: str = ""
    strangers: int = 0


def additions(tx: Tx, plan: StoredPlan) -> tuple[Addition, ...]:
    """Who joined since a plan was made, in order."""
    rows = tx.execute(
        select(audiences)
        .where(
            audiences.c.extends == plan.audience_id,
            audiences.c.number > plan.additions_before,
        )
        .order_by(audiences.c.number)
    )
    return tuple(Addition(r.id, r.number, r.people, r.digest, r.frozen_at) for r in rows)


def family(tx: Tx, audience_id: int) -> list[int]:
    """A frozen audience and all of its additions."""
    extending = select(audiences.c.id).where(audiences.c.extends == audience_id)
    return [audience_id, *tx.execute(extending.order_by(audiences.c.number)).scalars()]


def last_compared(tx: Tx, audience_id: int) -> str:
    """The digest of the source when it was last compared with an audience, or empty."""
    compared = select(audiences.c.compared).where(audiences.c.id == audience_id)
    return str(tx.execute(compared).scalar_one())


def compare(tx: Tx, audience_id: int, people: Sequence[Recipient]) -> Difference:
    """Who of some people has joined: neither their key nor their address is known.

    A known address with an account of its own in the product is another account of somebody who
    gets the mail already: it joins for the product only, as when an audience is frozen.
    """
    among = family(tx, audience_id)
    known = _addresses_by_key(tx, among, people)
    strangers = [person for person in people if person.key not in known]
    accounts = _accounts_by_address(tx, among, strangers)
    moved = sum(known.get(person.key, person.address) != person.address for person in people)
    return Difference(tuple(_apart(strangers, accounts)), moved)


def _apart(people: Sequence[Recipient], accounts: dict[str, set[str]]) -> Iterator[Recipient]:
    """Those who are people of their own, the later ones of an address in the product only."""
    keys = set()
    for person in people:
        address = "" if person.problem else person.address.lower()
        theirs = accounts[address] if address else set()
        if person.key in keys or (theirs and person.in_app_id in {"", *theirs}):
            continue
        keys.add(person.key)
        yield person._replace(problem=SAME_ADDRESS) if theirs else person
        if address:
            theirs.add(person.in_app_id)


def _addresses_by_key(tx: Tx, among: Sequence[int], people: Sequence[Recipient]) -> dict[str, str]:
    wanted = select(recipients.c.key, recipients.c.address).where(
        recipients.c.audience_id.in_(among), recipients.c.key.in_([p.key for p in people])
    )
    return {row.key: row.address for row in tx.execute(wanted)}


def _accounts_by_address(
    tx: Tx, among: Sequence[int], people: Sequence[Recipient]
) -> dict[str, set[str]]:
    addresses = {person.address.lower() for person in people if not person.problem}
    wanted = select(recipients.c.address_key, recipients.c.in_app_id).where(
        recipients.c.audience_id.in_(among), recipients.c.address_key.in_(addresses)
    )
    accounts: dict[str, set[str]] = defaultdict(set)
    for row in tx.execute(wanted) if addresses else ():
        accounts[row.address_key].add(row.in_app_id)
    return accounts


def add(
    tx: Tx, base: FrozenAudience, people: Sequence[Recipient], *, compared: str, by: Stamp
) -> int:
    """Freeze whoever of these people is still unknown as the next addition.

    Args:
        compared: the source's digest when they were read.

    Returns:
        How many joined; without any there is no addition.
    """
    tx.execute(select(audiences.c.id).where(audiences.c.id == base.id).with_for_update())
    tx.execute(update(audiences).where(audiences.c.id == base.id).values(compared=compared))
    parts = [people[n : n + _AT_A_TIME] for n in range(0, len(people), _AT_A_TIME)]
    joined = [person for part in parts for person in compare(tx, base.id, part).joined]
    if joined:
        _freeze(tx, base, joined, by)
    return len(joined)


def doubt(tx: Tx, base: FrozenAudience, strangers: int, *, source: str, by: Stamp) -> None:
    """Record that a list holds more strangers than can have joined, so that none is added.

    It stands until a list is believed again, which is recorded with no strangers.

    Args:
        source: the list's digest; one list is doubted once.
    """
    if doubted(tx, base.id) != (Doubt(source, strangers) if strangers else Doubt()):
        facts = asdict(Doubt(source, strangers) if strangers else Doubt())
        journal.append(
            tx, at=by.at, who=by.who, verb=_DOUBT, subject=_audience(base.id), facts=facts
        )


def doubted(tx: Tx, audience_id: int) -> Doubt:
    """What stands in doubt beside a frozen audience."""
    said = journal.last(tx, verb=_DOUBT, subject=_audience(audience_id))
    return Doubt(**json.loads(said.facts)) if said else Doubt()


def _audience(audience_id: int) -> str:
    return f"audience {audience_id}"


def _freeze(tx: Tx, base: FrozenAudience, people: Sequence[Recipient], by: Stamp) -> None:
    last = select(func.max(audiences.c.number)).where(audiences.c.extends == base.id)
    number = int(tx.execute(last).scalar_one() or 0) + 1
    digest = _digest(base, number, people)
    problems = Counter(p.problem.partition(":")[0] for p in people if p.problem)
    report = AudienceReport(len(people), len(people), 0, dict(sorted(problems.items())))
    (addition_id,) = seals.write(
        tx,
        insert(audiences).values(
            digest=digest,
            definition=f"who joined: {base.definition}",
            people=len(people),
            report=canonical(report),
            people_sha256="",
            frozen_at=by.at,
            extends=base.id,
            number=number,
        ),
    )
    write_people(tx, addition_id, people)
    people_sha256 = people_digest(tx, addition_id)
    kept = update(audiences).where(audiences.c.id == addition_id)
    seals.write(tx, kept.values(people_sha256=people_sha256))
    journal.append(
        tx,
        at=by.at,
        who=by.who,
        verb=_VERB,
        subject=f"audience {base.id}, addition {number}",
        facts={
            "digest": digest,
            "people": len(people),
            "problems": report.problems,
            "people_sha256": people_sha256,
        },
    )


def _digest(base: FrozenAudience, number: int, people: Iterable[Recipient]) -> str:
    return sha256(
        canonical([base.digest, base.id, number, *(list(person.kept) for person in people)])
    )
