"""Snapshots, readings, versions and changes."""

from __future__ import annotations

from notifier.ledger import changes, texts
from notifier.ledger.changes import ChangeState
from notifier.model.reading import DateStatus, EffectiveDate, Promise, Reading
from notifier.model.request import Ruling, RulingSubject
from notifier.model.text import Block, BlockKind, Document, Snapshot
from tests.ledger.samples import NOW, add_text, seconds


def test_the_same_bytes_are_kept_once(ledger):
    snapshot = Snapshot(b"\x00words\xff", "privacy.md", "file:one")
    with ledger.begin() as tx:
        first = texts.record_snapshot(tx, "privacy", snapshot, NOW)
        assert texts.record_snapshot(tx, "privacy", snapshot, seconds(9)) == first
        assert texts.record_snapshot(tx, "terms", snapshot, NOW) != first
        assert texts.load_snapshot(tx, first) == snapshot


def test_a_newer_reader_reads_the_same_snapshot_anew(ledger):
    with ledger.begin() as tx:
        version = add_text(tx, "the words")
        upgraded = Reading(
            Document((Block(BlockKind.PARAGRAPH, "the words, better read"),)),
            EffectiveDate(DateStatus.NONE),
            Promise(),
            reader=7,
        )
        texts.record_reading(tx, version.snapshot_id, upgraded, NOW)
        texts.record_reading(tx, version.snapshot_id, upgraded, seconds(5))
        again = texts.load_version(tx, version.id)
    assert again.reading == upgraded
    assert again.number == version.number


def test_versions_are_numbered_by_policy(ledger):
    with ledger.begin() as tx:
        names = [add_text(tx, words).name for words in ("one", "two")]
        names.append(add_text(tx, "one", policy="terms").name)
        found = texts.find_version(tx, "privacy", 2)
        assert texts.find_version(tx, "privacy", 3) is None
    assert names == ["privacy v1", "privacy v2", "terms v1"]
    assert found is not None
    assert found.reading.document.blocks[0].text == "two"


def test_the_version_seen_live_last_is_in_force(ledger):
    with ledger.begin() as tx:
        assert texts.shown_last(tx, "privacy") is None
        old, new = add_text(tx, "one"), add_text(tx, "two")
        texts.mark_live(tx, new, seconds(1))
        texts.mark_live(tx, old, seconds(2))
        live = texts.shown_last(tx, "privacy")
    assert live is not None
    assert live.number == 1


def test_one_change_of_a_policy_is_open_at_a_time(ledger):
    with ledger.begin() as tx:
        one, two, three = (add_text(tx, words) for words in ("one", "two", "three"))
        first = changes.open_change(tx, "privacy", one.id, two.id, NOW)
        second = changes.open_change(tx, "privacy", one.id, three.id, NOW)
        assert changes.load_change(tx, first.id).state is ChangeState.SUPERSEDED
        assert changes.current_change(tx, "privacy") == second
        again = changes.open_change(tx, "privacy", one.id, two.id, seconds(5))
        assert (again.id, again.state) == (first.id, ChangeState.OPEN)
        changes.close_change(tx, again.id, ChangeState.WITHDRAWN)
        assert changes.current_change(tx, "privacy") is None
        latest = changes.latest_change(tx, "privacy")
    assert latest is not None
    assert latest.id == first.id


def test_rulings_come_back_as_they_were_made(ledger):
    with ledger.begin() as tx:
        change = changes.open_change(
            tx, "privacy", add_text(tx, "one").id, add_text(tx, "two").id, NOW
        )
        made = tuple(
            Ruling(RulingSubject.MATERIALITY, value, "L. Egal", seconds(n), "in the meeting")
            for n, value in enumerate(("editorial", "material"))
        )
        for ruling in made:
            changes.add_ruling(tx, change.id, ruling)
        assert changes.rulings_on(tx, change.id) == made
