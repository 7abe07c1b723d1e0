"""Every column the proof rests on: edited by hand, it is named by ``notifier verify``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from notifier.delivery import EventKind, Outcome, State
from notifier.errors import LedgerError
from notifier.ledger import Ledger, Tx, feedback, verifying
from notifier.ledger.feedback import Event
from notifier.ledger.schema import Instant, attempts, deliveries, events, metadata, recipients
from notifier.model.request import RulingSubject
from notifier.pipeline import approving, suppressing
from tests.databases import a_database
from tests.life import Life, begin

BESIDE_THE_PROOF = {
    "audiences": {"compared"},  # so that the same list is not read again
    "deliveries": {"due_at", "attempts", "changed_at"},  # when and how often to try again
    "paces": {"way", "free_at", "rate", "slowed_at"},  # how fast mail may leave just now
    "workers": {"id", "host", "process", "started_at", "seen_at", "ended_at"},
}
"""What only runs the machine; a test that finds another column must say why."""

OTHER = {
    ("plans", "state"): "complete",
    ("changes", "state"): "taken_back",
    ("notices", "kind"): "late",
    ("notices", "channel"): ("email", "in_app"),
    ("deliveries", "state"): (State.FAILED, State.SHOWN),
    ("outcomes", "outcome"): (Outcome.REFUSED, Outcome.ACCEPTED),
    ("events", "kind"): (EventKind.DELIVERED, EventKind.SHOWN),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A company to which most things have happened; nothing that a test edits stays."""
    folder = tmp_path_factory.mktemp("tampering")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'ledger.db'}"
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_url")
            url = stack.enter_context(a_database(server))
        live(begin(folder, url))
        ledger = Ledger(url)
        yield ledger
        ledger.close()


def live(life: Life) -> None:
    life.announce()
    life.shown_to("u2", see=True)
    tell(life, "zoe@mail.example", EventKind.BOUNCED_FOR_GOOD, "5.1.1 nobody of that name")
    tell(life, "ana@mail.example", EventKind.DELIVERED, "2.0.0")
    hold_and_resume(life)
    life.later(days=1)
    life.stage(date(2027, 3, 4), days=120)
    life.check()
    life.rule(RulingSubject.MATERIALITY, "material")
    life.announce()
    tell(life, "karl@mail.example", EventKind.BOUNCED_FOR_GOOD, "5.1.1 gone")
    with life._open() as (pipeline, _):
        suppressing.lift(pipeline, "karl@mail.example", who="Ana", why="it works again")
    life.pause()
    life.approve()
    life.send()


def tell(life: Life, address: str, kind: EventKind, words: str) -> None:
    with life._open() as (pipeline, _), pipeline.ledger.begin() as tx:
        attempt = tx.execute(
            select(func.max(attempts.c.id))
            .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
            .join(recipients, recipients.c.id == deliveries.c.recipient_id)
            .where(recipients.c.address == address)
        ).scalar_one()
        event = Event(f"{address} {kind}", kind, attempt, life.now, words)
        assert feedback.record(tx, [event], life.now) == []


def hold_and_resume(life: Life) -> None:
    with life._open() as (pipeline, privacy):
        approving.hold(pipeline, privacy, who="Ana", why="a question")
        approving.resume(pipeline, privacy, who="Ana", why="answered")


def test_the_record_is_whole_and_every_table_has_something_in_it(lived: Ledger) -> None:
    with lived.reading() as tx:
        assert verifying.wrong(tx) == []
        empty = [t.name for t in metadata.sorted_tables if not tx.execute(count(t)).scalar_one()]
    assert empty == [], "a table without rows proves nothing here"


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_no_edit_of_the_record_goes_unseen(lived: Ledger, table: Table) -> None:
    unseen = []
    for column in table.columns:
        if column.name in BESIDE_THE_PROOF.get(table.name, ()):
            continue
        for newest in (False, True):
            tried = [edited(lived, table, column, value, newest) for value in other(table, column)]
            if not any(tried) or ("unseen" in tried and not is_untouched(table, column)):
                unseen.append(f"{column.name}: {tried}")
    assert unseen == []


def is_untouched(table: Table, column: Column) -> bool:
    """The number of a delivery of which nothing came yet: nothing else in the record names it."""
    return (table.name, column.name) == ("deliveries", "id")


def test_no_row_of_the_record_can_be_taken_out_unseen(lived: Ledger) -> None:
    for table in metadata.sorted_tables:
        if table.name in {"workers", "contents", "paces"}:
            continue
        with undone(lived) as tx:
            if tx.dialect.name == "sqlite":
                tx.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            try:
                with tx.begin_nested():
                    tx.execute(delete(table).where(*is_row(tx, table, newest=True)))
            except DBAPIError:  # other rows point to it
                continue
            assert verifying.wrong(tx), table.name


def count(table: Table):
    return select(func.count()).select_from(table)


def other(table: Table, column: Column) -> list[object]:
    """Values that may stand there as well as what does."""
    known = OTHER.get((table.name, column.name))
    if known is not None:
        return list(known) if isinstance(known, tuple) else [known]
    if isinstance(column.type, Instant):
        return [datetime.fromisoformat("2027-01-01T00:00:00+00:00") + timedelta(days=7)]
    if isinstance(column.type, Boolean):
        return [True, False]
    if isinstance(column.type, LargeBinary):
        return [b"other bytes"]
    if isinstance(column.type, Integer):
        return [1, 2, 987_654]
    return ["something else"]


def edited(ledger: Ledger, table: Table, column: Column, value: object, newest: bool) -> str:
    """What comes of an edit of one row: "refused", "named", "unseen", or nothing to edit."""
    with undone(ledger) as tx:
        where = is_row(tx, table, newest=newest)
        if tx.execute(select(column).where(*where)).scalar_one() == value:
            return ""
        try:
            with tx.begin_nested():
                tx.execute(update(table).where(*where).values({column.name: value}))
        except DBAPIError:
            return "refused"
        return "named" if verifying.wrong(tx) else "unseen"
    return "unseen"


def is_row(tx: Tx, table: Table, *, newest: bool) -> list:
    keys = list(table.primary_key.columns) or list(table.columns)
    order = [key.desc() if newest else key for key in keys]
    row = tx.execute(select(*keys).order_by(*order).limit(1)).one()
    return [key == value for key, value in zip(keys, row, strict=True)]


class _Undo(Exception):
    pass


@contextmanager
def undone(ledger: Ledger) -> Iterator[Tx]:
    """A transaction of which nothing stays."""
    try:
        with ledger.begin() as tx:
            yield tx
            raise _Undo  # noqa: TRY301
    except (_Undo, LedgerError):
        pass


def test_events_that_never_came_are_found(lived: Ledger) -> None:
    with undone(lived) as tx:
        mailed = tx.execute(select(func.max(deliveries.c.id))).scalar_one()
        tx.execute(
            events.insert().values(
                delivery_id=mailed,
                kind=EventKind.DELIVERED,
                at=datetime.fromisoformat("2027-01-05T00:00:00+00:00"),
                recorded_at=datetime.fromisoformat("2027-01-05T00:00:00+00:00"),
                origin="made up",
                detail="",
                entry=1,
            )
        )
        assert any("events" in wrong for wrong in verifying.wrong(tx))
