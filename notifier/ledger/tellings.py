"""What each person was last told of a change, and whom a notice is for by it.

A telling is a fact about a person, not about a row: :attr:`Recipient.key` is who they are, also
after the audience has been frozen anew. It counts once a message was handed over and has not come
back, or was shown in the product. Everything here is asked for by group, never by person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select

from notifier.delivery import TOLD, State
from notifier.ledger import additions, changes
from notifier.ledger.audiences import grouped
from notifier.ledger.bulk import join_whole_sets
from notifier.ledger.database import Tx
from notifier.ledger.plans import StoredPlan, load_plan
from notifier.ledger.schema import audiences, deliveries, notices, plans, recipients
from notifier.model.plan import Addressees, Channel, Standing, Telling, Told


def plans_of_series(tx: Tx, change_id: int, *, before_plan: int | None = None) -> list[int]:
    """Plans that people know as one change, or those of them made before another one."""
    members = changes.series(tx, changes.load_change(tx, change_id))
    wanted = select(plans.c.id).where(plans.c.change_id.in_(members)).order_by(plans.c.id)
    if before_plan is not None:
        wanted = wanted.where(plans.c.id < before_plan)
    return list(tx.execute(wanted).scalars())


def last_told_by(tx: Tx, change_id: int) -> StoredPlan | None:
    """The newest plan of a change that anybody was told by, or None."""
    among = plans_of_series(tx, change_id)
    heard = exists().where(deliveries.c.notice_id == notices.c.id, deliveries.c.state.in_(TOLD))
    newest = select(notices.c.plan_id).where(_tells(among), heard).order_by(notices.c.id.desc())
    found = tx.execute(newest.limit(1)).scalar_one_or_none()
    return load_plan(tx, found) if found is not None else None


def told(tx: Tx, change_id: int, audience_id: int, *, by_channel: bool = False) -> tuple[Told, ...]:
    """How many people of which group of an audience, its additions with it, were last told what.

    Args:
        by_channel: tell those apart whom one of the channels has not told it.
    """
    record = Record(tx, plans_of_series(tx, change_id))
    among = recipients.c.audience_id.in_(additions.family(tx, audience_id))
    join_whole_sets(tx)
    return tuple(
        Told(telling, group, not_by)
        for telling in record.tellings
        for not_by, how in _ways(record, telling, by_channel=by_channel)
        for group in grouped(tx, among, record.last_told([telling]), *how)
    )


def gone(tx: Tx, change_id: int, audience_id: int, tellings: Iterable[Telling]) -> int:
    """How many people were last told something other than this, and are in an audience no more."""
    record = Record(tx, plans_of_series(tx, change_id))
    if not set(record.tellings) - set(tellings):
        return 0
    here = recipients.alias("here")
    family = additions.family(tx, audience_id)
    still = exists().where(here.c.audience_id.in_(family), here.c.key == recipients.c.key)
    who = select(func.count(recipients.c.key.distinct())).where(
        recipients.c.audience_id.in_(record.audiences),
        recipients.c.audience_id.not_in(family),
        record.told(),
        ~record.last_told(tellings),
        ~still,
    )
    return int(tx.execute(who).scalar_one())


def _ways(
    record: Record, telling: Telling, *, by_channel: bool
) -> Iterator[tuple[Channel | None, tuple[ColumnElement[bool], ...]]]:
    """By which channel people were not told something, each with its conditions."""
    if not by_channel:
        yield None, ()
        return
    mail, product = (record.told_by([telling], channel) for channel in Channel)
    yield None, (mail, product)
    yield Channel.IN_APP, (mail, ~product)
    yield Channel.EMAIL, (~mail, product)


_UNDER_WAY = (State.PENDING, State.SENDING, State.UNKNOWN, State.UNRESOLVED)


class Record:
    """What some plans have told whom, as conditions on recipients.

    Each is a semi-join by key: SQLite answers it by index, person by person (``+ 0`` keeps it from
    going through a whole notice for each), and PostgreSQL, joining whole sets, by one hash.
    """

    def __init__(self, tx: Tx, among: Iterable[int]) -> None:
        """Look up which notices of these plans have begun, and which audiences they were for."""
        of_plans = list(among)
        begun = exists().where(deliveries.c.notice_id == notices.c.id)
        rows = tx.execute(select(notices).where(_tells(of_plans), begun).order_by(notices.c.id))
        self._said: dict[int, Telling] = {}
        self._by: dict[int, Channel] = {}
        for row in rows:
            self._said[row.id], self._by[row.id] = _telling(row), Channel(row.channel)
        frozen = select(plans.c.audience_id).where(plans.c.id.in_(of_plans))
        either = or_(audiences.c.id.in_(frozen), audiences.c.extends.in_(frozen))
        self.audiences = list(tx.execute(select(audiences.c.id).where(either)).scalars())

    @property
    def tellings(self) -> tuple[Telling, ...]:
        """What has been told, each once, by date."""
        known = dict.fromkeys(self._said.values())
        return tuple(sorted(known, key=lambda one: (str(one.effective_date), one.version)))

    @property
    def notices(self) -> list[int]:
        """The notices that have begun, oldest first."""
        return list(self._said)

    def notices_of(self, tellings: Iterable[Telling]) -> list[int]:
        """Those of them that tell one of these."""
        meant = set(tellings)
        return [notice for notice, said in self._said.items() if said in meant]

    def told(self) -> ColumnElement[bool]:
        """Whether a person was told anything."""
        return self._has(self._said, TOLD)

    def last_told(self, tellings: Iterable[Telling]) -> ColumnElement[bool]:
        """Whether the last that a person was told is one of these."""
        same = self.notices_of(tellings)
        other = [
            notice for notice in self._said if notice not in same and notice > min(same, default=0)
        ]
        return self._has(same, TOLD, unless_later=other)

    def told_by(self, tellings: Iterable[Telling], channel: Channel) -> ColumnElement[bool]:
        """Whether a channel told a person one of these."""
        mine = [notice for notice in self.notices_of(tellings) if self._by[notice] is channel]
        return self._has(mine, TOLD)

    def under_way(self, tellings: Iterable[Telling]) -> ColumnElement[bool]:
        """Whether a mail to a person that tells one of these may yet arrive, or has, unknown to us.

        Who has one coming is not told a second time beside it (sending rule: never a third copy).
        """
        return self._has(self.notices_of(tellings), _UNDER_WAY)

    def acknowledged(self, tellings: Iterable[Telling]) -> ColumnElement[bool]:
        """Whether a person acknowledged a notice that tells one of these."""
        return self._has(self.notices_of(tellings), [State.ACKNOWLEDGED])

    def _has(
        self, notice_ids: Iterable[int], states: Iterable[State], unless_later: Sequence[int] = ()
    ) -> ColumnElement[bool]:
        """By key; ``+ 0`` lets SQLite go by the person, not through a notice for each of them."""
        before, by = recipients.alias("before"), deliveries.alias("by")
        heard = (
            select(before.c.id)
            .join(by, by.c.recipient_id == before.c.id)
            .where(
                before.c.audience_id.in_(self.audiences),
                (by.c.notice_id + 0).in_(list(notice_ids)),
                by.c.state.in_(list(states)),
            )
        )
        if unless_later:
            since, later = recipients.alias("since"), deliveries.alias("later")
            again = (
                select(since.c.id)
                .join(later, later.c.recipient_id == since.c.id)
                .where(
                    since.c.audience_id.in_(self.audiences),
                    since.c.key == before.c.key,
                    (later.c.notice_id + 0).in_(unless_later),
                    later.c.notice_id > by.c.notice_id,
                    later.c.state.in_(list(states)),
                )
            )
            heard = heard.where(~again.correlate(before, by).exists())
        return heard.where(before.c.key == recipients.c.key).correlate(recipients).exists()


def _tells(among: Iterable[int]) -> ColumnElement[bool]:
    return and_(notices.c.plan_id.in_(list(among)), notices.c.tells_version.is_not(None))


def _telling(row: Row[tuple[object, ...]]) -> Telling:
    day = date.fromisoformat(row.tells_date) if row.tells_date else None
    return Telling(day, row.tells_version, bool(row.tells_withdrawn))


def conditions(tx: Tx, plan_id: int, whom: Addressees) -> Iterator[ColumnElement[bool]]:
    """Whom a plan's notice is for, as conditions on recipients.

    A standing is the one before the plan: what the plan itself tells changes nobody's place in it,
    but for its reminders, whose words are true only for those whom it has reached.
    """
    yield from _in_place(whom)
    if whom.standing in {Standing.UNACKNOWLEDGED, Standing.MISSED}:
        stored = load_plan(tx, plan_id)
        with_it = [*plans_of_series(tx, stored.change_id, before_plan=plan_id), plan_id]
        record, tells = Record(tx, with_it), stored.plan.tellings
        if whom.standing is Standing.MISSED:
            yield ~record.last_told(tells)
            yield ~record.under_way(tells)
        else:
            yield record.last_told(tells)
            yield ~record.acknowledged(tells)
    if whom.joiners:
        stored = load_plan(tx, plan_id)
        earlier = Record(tx, plans_of_series(tx, stored.change_id, before_plan=plan_id))
        yield ~earlier.last_told(stored.plan.tellings)
    elif whom.standing in {Standing.UNTOLD, Standing.TOLD}:
        change_id = tx.execute(select(plans.c.change_id).where(plans.c.id == plan_id)).scalar_one()
        earlier = Record(tx, plans_of_series(tx, change_id, before_plan=plan_id))
        if whom.standing is Standing.UNTOLD:
            yield ~earlier.told()
        else:
            said = [whom.told] if whom.told else []
            yield earlier.last_told(said)
            if whom.not_by:
                yield ~earlier.told_by(said, whom.not_by)


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


def owed_together(tx: Tx, stored: StoredPlan, recipient: int) -> frozenset[Channel]:
    """The channels that a plan's promise asks for together for one recipient; often none."""
    return frozenset(
        channel
        for duty in stored.plan.joint_duties
        if tx.execute(
            select(recipients.c.id).where(recipients.c.id == recipient, in_place(duty.addressees))
        ).first()
        for channel in duty.every_channel
    )
