"""What each person was last told of a change, and whom a notice is for by it.

A telling is a fact about a person, not about a row: :attr:`Recipient.key` is who they are, also
after the audience has been frozen anew. It counts once a message was handed over and has not come
back, or was shown in the product. Everything here is asked for by group, never by person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from notifier.delivery import TOLD, State
from notifier.ledger import additions, changes
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredPlan, load_plan
from notifier.ledger.schema import deliveries, notices, plans, recipients
from notifier.model.plan import Addressees, Channel, Group, Standing, Telling, Told


def plans_of_series(tx: Tx, change_id: int, *, before_plan: int | None = None) -> list[int]:
    """Plans that people know as one change, or those of them made before another one."""
    members = changes.series(tx, changes.load_change(tx, change_id))
    wanted = select(plans.c.id).where(plans.c.change_id.in_(members)).order_by(plans.c.id)
    if before_plan is not None:
        wanted = wanted.where(plans.c.id < before_plan)
    return list(tx.execute(wanted).scalars())


def last_told_by(tx: Tx, change_id: int, *, before_plan: int | None = None) -> StoredPlan | None:
    """The newest plan of a change that anybody was told by, or None."""
    among = plans_of_series(tx, change_id, before_plan=before_plan)
    newest = _told_by(among).with_only_columns(func.max(notices.c.plan_id))
    found = tx.execute(newest).scalar_one_or_none()
    return load_plan(tx, found) if found is not None else None


def told(
    tx: Tx, change_id: int, audience_id: int, *, before_plan: int | None = None
) -> tuple[Told, ...]:
    """How many people of which group of an audience, its additions with it, were last told what.

    Args:
        before_plan: what this plan and later ones told is left out.
    """
    among = plans_of_series(tx, change_id, before_plan=before_plan)
    if not among:
        return ()
    last = _last_notice(among).subquery()
    can_email = (recipients.c.problem == "").label("can_email")
    can_in_app = (recipients.c.in_app_id != "").label("can_in_app")
    who = (recipients.c.locale, recipients.c.zone, recipients.c.segment, can_email, can_in_app)
    what = (notices.c.tells_date, notices.c.tells_version, notices.c.tells_withdrawn)
    rows = tx.execute(
        select(*what, *who, func.count().label("people"))
        .select_from(recipients)
        .join(last, last.c.key == recipients.c.key)
        .join(notices, notices.c.id == last.c.notice_id)
        .where(recipients.c.audience_id.in_(additions.family(tx, audience_id)))
        .group_by(*what, *who)
        .order_by(*what, *who)
    )
    return tuple(
        Told(
            Telling(
                date.fromisoformat(row.tells_date) if row.tells_date else None,
                row.tells_version,
                bool(row.tells_withdrawn),
            ),
            Group(
                locale=row.locale,
                count=row.people,
                zone=row.zone,
                segment=row.segment,
                can_email=bool(row.can_email),
                can_in_app=bool(row.can_in_app),
            ),
        )
        for row in rows
    )


def keys_last_told(among: Iterable[int], tellings: Iterable[Telling]) -> Select[tuple[str]]:
    """Keys of the people whose last telling by some plans is one of these."""
    last = _last_notice(among).subquery()
    exactly = or_(false(), *(_is(telling) for telling in tellings))
    return select(last.c.key).join(notices, notices.c.id == last.c.notice_id).where(exactly)


def conditions(tx: Tx, plan_id: int, whom: Addressees) -> Iterator[ColumnElement[bool]]:
    """Whom a plan's notice is for, as conditions on recipients.

    A standing is the one before the plan: what the plan itself tells changes nobody's place in it.
    """
    yield from _in_place(whom)
    if whom.standing is Standing.UNACKNOWLEDGED:
        yield _is_not_among(_acknowledged(tx, plan_id))
    if whom.standing in {Standing.UNTOLD, Standing.TOLD}:
        change_id = tx.execute(select(plans.c.change_id).where(plans.c.id == plan_id)).scalar_one()
        among = plans_of_series(tx, change_id, before_plan=plan_id)
        if whom.standing is Standing.UNTOLD:
            yield _is_not_among(select(_last_notice(among).subquery().c.key))
        else:
            exactly = [whom.told] if whom.told else []
            yield recipients.c.key.in_(keys_last_told(among, exactly))


def _is_not_among(keys: Select[tuple[str]]) -> ColumnElement[bool]:
    """As NOT EXISTS: of a million keys PostgreSQL would make no hash for NOT IN."""
    known = keys.distinct().subquery()
    return ~exists().where(known.c.key == recipients.c.key)


def people_of(tx: Tx, stored: StoredPlan, whom: Addressees) -> list[int]:
    """The audiences that a plan's notice is for people of: the frozen one, or its additions.

    What sets people right is for whoever was told, on joining or before.
    """
    if whom.joiners:
        return [addition.id for addition in additions.additions(tx, stored)]
    if whom.standing is Standing.TOLD:
        return additions.family(tx, stored.audience_id)
    return [stored.audience_id]


def _in_place(whom: Addressees) -> Iterator[ColumnElement[bool]]:
    """The conditions that do not depend on what people were told."""
    if whom.zones:
        yield recipients.c.zone.in_(whom.zones)
    if whom.segments:
        yield recipients.c.segment.in_(whom.segments)
    if whom.except_segments:
        yield recipients.c.segment.not_in(whom.except_segments)
    if whom.without is Channel.EMAIL:
        yield recipients.c.problem != ""
    if whom.without is Channel.IN_APP:
        yield recipients.c.in_app_id == ""


def in_place(whom: Addressees) -> ColumnElement[bool]:
    """Whether a recipient is in a notice's or a duty's zones and segments."""
    return and_(recipients.c.id.is_not(None), *_in_place(whom))


def _told_by(among: Iterable[int]) -> Select[tuple[int]]:
    return (
        select(notices.c.id)
        .join(deliveries, deliveries.c.notice_id == notices.c.id)
        .where(
            notices.c.plan_id.in_(list(among)),
            notices.c.tells_version.is_not(None),
            deliveries.c.state.in_(TOLD),
        )
    )


def _last_notice(among: Iterable[int]) -> Select[tuple[str, int]]:
    """For each key, the newest notice that has told them; plans are numbered as they were made."""
    return (
        _told_by(among)
        .join(recipients, recipients.c.id == deliveries.c.recipient_id)
        .with_only_columns(recipients.c.key, func.max(notices.c.id).label("notice_id"))
        .group_by(recipients.c.key)
    )


def _is(telling: Telling) -> ColumnElement[bool]:
    day = telling.effective_date.isoformat() if telling.effective_date else None
    return and_(
        notices.c.tells_date.is_(None) if day is None else notices.c.tells_date == day,
        notices.c.tells_version == telling.version,
        notices.c.tells_withdrawn.is_(telling.withdrawn),
    )


def _acknowledged(tx: Tx, plan_id: int) -> Select[tuple[str]]:
    """Keys of those who acknowledged a notice that tells what this plan tells."""
    stored = load_plan(tx, plan_id)
    same = or_(notices.c.plan_id == plan_id, *(_is(t) for t in tellings_of(stored)))
    return (
        select(recipients.c.key)
        .join(deliveries, deliveries.c.recipient_id == recipients.c.id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(
            notices.c.plan_id.in_(
                [*plans_of_series(tx, stored.change_id, before_plan=plan_id), plan_id]
            ),
            same,
            deliveries.c.state == State.ACKNOWLEDGED,
        )
    )


def tellings_of(stored: StoredPlan) -> tuple[Telling, ...]:
    """Everything a plan's readers may have been told once it is carried out."""
    plan = stored.plan
    own = [notice.tells for notice in plan.notices if notice.tells]
    if not plan.stops:
        own.append(Telling(plan.effective_date, plan.version))
    return tuple(dict.fromkeys(own))
