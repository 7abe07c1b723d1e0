"""Plans with everything that will go out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Row, exists, func, select, update

from notifier.ledger import seals
from notifier.ledger.codec import canonical, restore, sha256
from notifier.ledger.database import Tx
from notifier.ledger.schema import (
    audiences,
    changes,
    contents,
    notices,
    plans,
    renderings,
)
from notifier.model.plan import Channel, NoticeKind, Plan, PlannedNotice, Telling
from notifier.model.stamp import Stamp

_AT_A_TIME = 100


class PlanState(StrEnum):
    """Where a plan stands; mirrored by a CHECK constraint."""

    DRAFT = "draft"
    REFUSED = "refused"
    APPROVED = "approved"
    VOID = "void"
    COMPLETE = "complete"
    COMPLETE_WITH_EXCEPTIONS = "complete_with_exceptions"

    @property
    def is_over(self) -> bool:
        """Nothing more of it goes out, and nothing is left to hold."""
        return self in {self.VOID, self.COMPLETE, self.COMPLETE_WITH_EXCEPTIONS}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A hash of everything that will go out (guarantee G3); approval is pinned to its digest.

    Attributes:
        sender, bounces_to: From, and where bounces go; the return path and the domain of every
            Message-ID are made of them.
        definition: whom the plan is for, in words: the audience, and until when who joins it.
        messages: ``"<position>/<locale>"`` to the SHA-256 of that rendered message.
        request: what planning decided on: promise, dates, rulings, rules.
        pages: path of each page that the messages link to, to its SHA-256.
    """

    from_text: str
    to_text: str
    redline: str
    plan: str
    audience: str
    people: int
    sender: str
    messages: Mapping[str, str] = field(default_factory=dict)
    request: str = ""
    bounces_to: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    definition: str = ""

    @property
    def digest(self) -> str:
        """Hex SHA-256 over all of it."""
        return sha256(canonical(self))


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan in the ledger."""

    id: int
    change_id: int
    audience_id: int
    made_at: datetime
    made_by: str
    plan: Plan
    manifest: Manifest
    digest: str
    state: PlanState
    additions_before: int
    """How many additions its audience had when it was made: who joined later is told by it."""


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A planned notice in the ledger; ``position`` is its place in the plan, from 0."""

    id: int
    plan_id: int
    position: int
    kind: NoticeKind
    channel: Channel
    due_at: datetime
    before: datetime
    expanded_at: datetime | None
    withheld_at: datetime | None = None
    """When it was found too late to go out as what it says; then it never does."""


def add_plan(
    tx: Tx,
    *,
    change_id: int,
    audience_id: int,
    plan: Plan,
    manifest: Manifest,
    messages: Mapping[tuple[int, str], bytes],
    by: Stamp,
    pages: Iterable[bytes] = (),
) -> StoredPlan:
    """Record a plan with its notices and their rendered messages; older drafts become void.

    Args:
        messages: rendered bytes by notice position and locale.
        pages: the pages of the manifest, in any order.
    """
    seals.write(
        tx,
        update(plans)
        .where(plans.c.change_id == change_id, plans.c.state.in_(("draft", "refused")))
        .values(state=PlanState.VOID),
    )
    (plan_id,) = seals.write(
        tx,
        plans.insert().values(
            change_id=change_id,
            audience_id=audience_id,
            made_at=by.at,
            made_by=by.who,
            plan=canonical(plan),
            manifest=canonical(manifest),
            digest=manifest.digest,
            additions_before=select(func.coalesce(func.max(audiences.c.number), 0))
            .where(audiences.c.extends == audience_id)
            .scalar_subquery(),
            state=PlanState.REFUSED if plan.refusal else PlanState.DRAFT,
        ),
    )
    for position, notice in enumerate(plan.notices):
        _add_notice(tx, plan_id, position, notice, messages)
    for page in pages:
        store(tx, page)
    return load_plan(tx, plan_id)


def _add_notice(
    tx: Tx,
    plan_id: int,
    position: int,
    notice: PlannedNotice,
    messages: Mapping[tuple[int, str], bytes],
) -> None:
    (notice_id,) = seals.write(
        tx,
        notices.insert().values(
            plan_id=plan_id,
            position=position,
            kind=notice.kind,
            channel=notice.channel,
            due_at=notice.due_at,
            before=notice.before,
            **_tells(notice.tells),
        ),
    )
    for (place, locale), content in messages.items():
        if place == position:
            tx.execute(
                renderings.insert().values(
                    notice_id=notice_id, locale=locale, sha256=store(tx, content)
                )
            )


def _tells(telling: Telling | None) -> dict[str, object]:
    if telling is None:
        return {}
    day = telling.effective_date
    return {
        "tells_date": day.isoformat() if day else None,
        "tells_version": telling.version,
        "tells_withdrawn": telling.withdrawn,
    }


def store(tx: Tx, content: bytes) -> str:
    """Keep bytes under their SHA-256; the same bytes are kept once."""
    digest = sha256(content)
    if not keeps(tx, content):
        tx.execute(contents.insert().values(sha256=digest, content=content))
    return digest


def keeps(tx: Tx, content: bytes) -> bool:
    """Whether these bytes are among the messages and pages that are kept."""
    known = select(exists().where(contents.c.sha256 == sha256(content)))
    return bool(tx.execute(known).scalar_one())


def load_plan(tx: Tx, plan_id: int) -> StoredPlan:
    """The plan with this id."""
    return _plan(tx.execute(select(plans).where(plans.c.id == plan_id)).one())


def latest_plan(tx: Tx, change_id: int) -> StoredPlan | None:
    """The newest plan for a change that is not void, else the newest, else None."""
    rows = tx.execute(
        select(plans)
        .where(plans.c.change_id == change_id)
        .order_by((plans.c.state == PlanState.VOID), plans.c.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return _plan(row) if row else None


def plans_of_policy(tx: Tx, policy: str) -> list[StoredPlan]:
    """Every plan of a policy's changes, the newest first."""
    rows = tx.execute(
        select(plans)
        .join(changes, changes.c.id == plans.c.change_id)
        .where(changes.c.policy == policy)
        .order_by(plans.c.id.desc())
    )
    return [_plan(row) for row in rows]


def standing_plans(tx: Tx, change_ids: Iterable[int]) -> list[StoredPlan]:
    """The drafts and approved plans of some changes, oldest first."""
    rows = tx.execute(
        select(plans)
        .where(
            plans.c.change_id.in_(list(change_ids)),
            plans.c.state.in_((PlanState.DRAFT, PlanState.REFUSED, PlanState.APPROVED)),
        )
        .order_by(plans.c.id)
    )
    return [_plan(row) for row in rows]


def approved_plans(tx: Tx) -> list[StoredPlan]:
    """Every plan whose approval stands, oldest first."""
    rows = tx.execute(select(plans).where(plans.c.state == PlanState.APPROVED).order_by(plans.c.id))
    return [_plan(row) for row in rows]


def set_state(tx: Tx, plan_id: int, state: PlanState) -> None:
    """Move a plan to another state."""
    seals.write(tx, update(plans).where(plans.c.id == plan_id).values(state=state))


def withhold(tx: Tx, notice_id: int, at: datetime) -> None:
    """Note that a notice is too late to go out."""
    seals.write(tx, update(notices).where(notices.c.id == notice_id).values(withheld_at=at))


def notices_of(tx: Tx, plan_id: int) -> list[StoredNotice]:
    """The plan's notices in order."""
    rows = tx.execute(
        select(notices).where(notices.c.plan_id == plan_id).order_by(notices.c.position)
    )
    return [
        StoredNotice(
            id=row.id,
            plan_id=row.plan_id,
            position=row.position,
            kind=NoticeKind(row.kind),
            channel=Channel(row.channel),
            due_at=row.due_at,
            before=row.before,
            expanded_at=row.expanded_at,
            withheld_at=row.withheld_at,
        )
        for row in rows
    ]


def messages_of(tx: Tx, notice_id: int) -> dict[str, bytes]:
    """The approved bytes of a notice by locale."""
    rows = tx.execute(
        select(renderings.c.locale, contents.c.content)
        .join(contents, contents.c.sha256 == renderings.c.sha256)
        .where(renderings.c.notice_id == notice_id)
    )
    return {row.locale: row.content for row in rows}


def pages_of(tx: Tx, plan: StoredPlan) -> dict[str, bytes]:
    """The pages that a plan's messages link to, by path."""
    rows = tx.execute(
        select(contents.c.sha256, contents.c.content).where(
            contents.c.sha256.in_(plan.manifest.pages.values())
        )
    )
    found = {row.sha256: row.content for row in rows}
    return {path: found[digest] for path, digest in plan.manifest.pages.items()}


def verify(tx: Tx) -> Iterator[str]:
    """Compare every plan's messages with its manifest and their bytes with their digest."""
    for row in tx.execute(select(plans).order_by(plans.c.id)).all():
        stored = _plan(row)
        kept = select(notices.c.position, renderings.c.locale, renderings.c.sha256)
        of_plan = kept.join(notices, notices.c.id == renderings.c.notice_id)
        found = tx.execute(of_plan.where(notices.c.plan_id == stored.id)).all()
        if {f"{m.position}/{m.locale}": m.sha256 for m in found} != stored.manifest.messages:
            yield f"plan {stored.id}: its messages are not those of its manifest"
        pages = set(stored.manifest.pages.values())
        kept_pages = select(func.count()).where(contents.c.sha256.in_(pages))
        if tx.execute(kept_pages).scalar_one() != len(pages):
            yield f"plan {stored.id}: a page of its manifest is missing"
    everything = select(contents).order_by(contents.c.sha256)
    for row in tx.execute(everything.execution_options(yield_per=_AT_A_TIME)):
        if sha256(row.content) != row.sha256:
            yield f"the message {row.sha256}: its bytes were changed"


def _plan(row: Row[tuple[object, ...]]) -> StoredPlan:
    return StoredPlan(
        id=row.id,
        change_id=row.change_id,
        audience_id=row.audience_id,
        made_at=row.made_at,
        made_by=row.made_by,
        plan=restore(Plan, row.plan),
        manifest=restore(Manifest, row.manifest),
        digest=row.digest,
        state=PlanState(row.state),
        additions_before=row.additions_before,
    )
