"""Every table of the ledger. Migrations in ``migrations/`` must yield exactly this.

What happened is append-only (snapshots, readings, attempts, outcomes, events, journal); what
follows from it (the state of a delivery) is kept beside it so that it can be asked for quickly.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from notifier.delivery import MOST_COPIES, SAYS_WHY, EventKind, Outcome, State
from notifier.model.plan import Channel, NoticeKind


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it as text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; hand SQLite UTC without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be recorded")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


def _to(name: str, target: str) -> Column[int]:
    return Column(name, _Id, ForeignKey(f"{target}.id"), nullable=False)


def _is_any(column: str, values: Iterable[str]) -> str:
    """The same as IN, which SQLite decides anew from a sorted copy of its list for every row."""
    return " OR ".join(f"{column} = '{value}'" for value in values)


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    return CheckConstraint(_is_any(column, values), name=column)


def _only(condition: str) -> dict[str, Any]:
    """For an index over some rows; both databases read the condition alike."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


snapshots = Table(
    "snapshots",
    metadata,
    _id(),
    Column("policy", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    UniqueConstraint("policy", "sha256"),
)

readings = Table(
    "readings",
    metadata,
    _id(),
    _to("snapshot_id", "snapshots"),
    Column("reader", Integer, nullable=False),
    Column("reading", Text, nullable=False),
    Column("read_at", Instant, nullable=False),
    UniqueConstraint("snapshot_id", "reader"),
)

versions = Table(
    "versions",
    metadata,
    _id(),
    Column("policy", Text, nullable=False),
    Column("number", Integer, nullable=False),
    _to("snapshot_id", "snapshots"),
    Column("first_seen_at", Instant, nullable=False),
    Column("live_at", Instant),
    Column("live_number", Integer),
    UniqueConstraint("policy", "number"),
)

changes = Table(
    "changes",
    metadata,
    _id(),
    Column("policy", Text, nullable=False),
    _to("from_version", "versions"),
    _to("to_version", "versions"),
    Column("opened_at", Instant, nullable=False),
    Column("opening", Integer, nullable=False),
    Column("state", Text, nullable=False),
    _one_of("state", ("open", "paused", "withdrawn", "taken_back", "superseded", "in_force")),
    UniqueConstraint("from_version", "to_version"),
)

rulings = Table(
    "rulings",
    metadata,
    _id(),
    _to("change_id", "changes"),
    Column("subject", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("why", Text, nullable=False),
)

audiences = Table(
    "audiences",
    metadata,
    _id(),
    Column("digest", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("people", Integer, nullable=False),
    Column("report", Text, nullable=False),
    Column("people_sha256", Text, nullable=False),
    Column("frozen_at", Instant, nullable=False),
    Column("extends", _Id, ForeignKey("audiences.id")),
    Column("number", Integer, nullable=False, server_default=text("0")),
    Column("compared", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("extends", "number"),
    UniqueConstraint("digest", "number"),
)
"""``number`` counts an audience's additions from 1; else how often the list was frozen before."""

recipients = Table(
    "recipients",
    metadata,
    _id(),
    Column("audience_id", _Id, nullable=False),
    Column("key", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("in_app_id", Text, nullable=False),
    Column("segment", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Index(None, "audience_id", "address_key"),
    Index(None, "audience_id", "key"),
    Index(None, "in_app_id"),
)

plans = Table(
    "plans",
    metadata,
    _id(),
    _to("change_id", "changes"),
    _to("audience_id", "audiences"),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("additions_before", Integer, nullable=False, server_default=text("0")),
    Column("plan", Text, nullable=False),
    Column("manifest", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    _one_of(
        "state", ("draft", "refused", "approved", "void", "complete", "complete_with_exceptions")
    ),
)

approvals = Table(
    "approvals",
    metadata,
    _id(),
    _to("plan_id", "plans"),
    Column("digest", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("why", Text, nullable=False),
    Column("void_at", Instant),
    Column("void_because", Text),
)

holds = Table(
    "holds",
    metadata,
    _id(),
    _to("plan_id", "plans"),
    Column("who", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("why", Text, nullable=False),
    Column("lifted_by", Text),
    Column("lifted_at", Instant),
)

contents = Table(
    "contents",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    _to("plan_id", "plans"),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("before", Instant, nullable=False),
    Column("expanded_at", Instant),
    Column("people", Integer),
    Column("offered_at", Instant),
    Column("called_off_at", Instant),
    Column("withheld_at", Instant),
    Column("tells_date", Text),
    Column("tells_version", Text),
    Column("tells_withdrawn", Boolean),
    _one_of("kind", NoticeKind),
    _one_of("channel", Channel),
    UniqueConstraint("plan_id", "position"),
)

renderings = Table(
    "renderings",
    metadata,
    _to("notice_id", "notices"),
    Column("locale", Text, nullable=False),
    Column("sha256", Text, ForeignKey("contents.sha256"), nullable=False),
    UniqueConstraint("notice_id", "locale"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("notice_id", _Id, nullable=False),
    Column("recipient_id", _Id, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("unknowns", Integer, nullable=False, server_default=text("0")),
    Column("late", Boolean, nullable=False, server_default=text("false")),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("changed_at", Instant, nullable=False),
    _one_of("state", State),
    CheckConstraint(f"unknowns <= {MOST_COPIES}", name="never_a_third_copy"),
    CheckConstraint(
        f"unknowns > 0 OR NOT ({_is_any('state', (State.UNKNOWN, State.UNRESOLVED))})",
        name="in_doubt",
    ),
    CheckConstraint(f"reason <> '' OR NOT ({_is_any('state', sorted(SAYS_WHY))})", name="says_why"),
    UniqueConstraint("notice_id", "recipient_id"),
    Index(None, "recipient_id"),
    Index(
        "ix_deliveries_open",
        "notice_id",
        "id",
        **_only(f"state IN ('{State.PENDING}', '{State.UNKNOWN}')"),
    ),
    Index("ix_deliveries_unanswered", "notice_id", **_only("unknowns > 0")),
)
"""Two of its columns are no foreign keys: the only statement that writes them selects from both
tables, and looking them up again for each row takes PostgreSQL three times as long as all else."""


workers = Table(
    "workers",
    metadata,
    _id(),
    Column("host", Text, nullable=False),
    Column("process", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_workers_alive", "id", **_only("ended_at IS NULL")),
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    Column("delivery_id", _Id, nullable=False),
    Column("worker_id", _Id, nullable=False),
    Column("copy", Integer, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("entry", Integer, nullable=False),
    Index(None, "delivery_id"),
    Index(None, "worker_id", "entry"),
)
"""Attempts and outcomes have no foreign keys: every one is sealed by the entry of its group."""

outcomes = Table(
    "outcomes",
    metadata,
    Column("attempt_id", _Id, primary_key=True, autoincrement=False),
    Column("outcome", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("worker_id", _Id, nullable=False),
    Column("entry", Integer, nullable=False),
    _one_of("outcome", Outcome),
)

events = Table(
    "events",
    metadata,
    _id(),
    _to("delivery_id", "deliveries"),
    Column("attempt_id", _Id, ForeignKey("attempts.id")),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("origin", Text, nullable=False, unique=True),
    Column("detail", Text, nullable=False),
    Column("early", Boolean, nullable=False, server_default=text("false")),
    Column("entry", _Id),
    _one_of("kind", EventKind),
    Index(None, "delivery_id"),
    Index("ix_events_early", "delivery_id", **_only("early")),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_key", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

paces = Table(
    "paces",
    metadata,
    Column("way", Text, primary_key=True),
    Column("free_at", Instant, nullable=False),
    Column("rate", Double, nullable=False),
    Column("slowed_at", Instant),
    CheckConstraint("rate > 0", name="rate"),
)

journal = Table(
    "journal",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("number", _Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    sqlite_with_rowid=False,
)
