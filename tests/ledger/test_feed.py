"""Notices in the product: shown to whom they are for, marked once."""

from __future__ import annotations

import pytest

from notifier.delivery import EventKind, State
from notifier.ledger import approvals, expansion, feed
from notifier.ledger.standing import standing
from notifier.model.plan import Channel
from tests.ledger.samples import DEADLINE, MESSAGE, NOW, approved, people, planned, seconds


@pytest.fixture
def sample(ledger):
    """Three people, the notice offered to all of them."""
    sample = approved(ledger, people(3), [planned(channel=Channel.IN_APP)])
    with ledger.begin() as tx:
        assert expansion.offer(tx, sample.in_app, seconds(1)) == 3
        assert expansion.offer(tx, sample.in_app, seconds(1)) == 0
    return sample


def items(sample, who: str) -> list[feed.FeedItem]:
    with sample.ledger.begin() as tx:
        return feed.feed(tx, who)


def mark(sample, who: str, delivery: int, kind: EventKind, at=NOW) -> bool:
    with sample.ledger.begin() as tx:
        return feed.mark(tx, who, delivery, kind, at)


def test_a_person_sees_their_own_notice(sample):
    (item,) = items(sample, "u2")
    assert (item.state, item.changed_at, item.content) == (State.OFFERED, seconds(1), MESSAGE)
    assert items(sample, "nobody") == []
    assert items(sample, "") == []


def test_shown_then_acknowledged(sample):
    (item,) = items(sample, "u1")
    assert mark(sample, "u1", item.delivery, EventKind.SHOWN)
    assert items(sample, "u1")[0].state is State.SHOWN
    assert mark(sample, "u1", item.delivery, EventKind.ACKNOWLEDGED)
    assert items(sample, "u1") == []


def test_marks_that_repeat_or_come_late_change_nothing(sample):
    (item,) = items(sample, "u1")
    for kind in (
        EventKind.SHOWN,
        EventKind.SHOWN,
        EventKind.ACKNOWLEDGED,
        EventKind.ACKNOWLEDGED,
        EventKind.SHOWN,
    ):
        assert mark(sample, "u1", item.delivery, kind)
    with sample.ledger.begin() as tx:
        assert standing(tx, sample.stored, NOW).notices[0].states == {
            State.ACKNOWLEDGED: 1,
            State.OFFERED: 2,
        }


def test_nobody_marks_another_persons_notice(sample):
    (item,) = items(sample, "u1")
    assert not mark(sample, "u2", item.delivery, EventKind.ACKNOWLEDGED)
    assert not mark(sample, "u1", 999_999, EventKind.SHOWN)
    assert not mark(sample, "", item.delivery, EventKind.SHOWN)
    assert items(sample, "u1")[0].state is State.OFFERED


def test_first_seen_at_the_deadline_is_late(sample):
    (first,), (second,) = items(sample, "u1"), items(sample, "u2")
    mark(sample, "u1", first.delivery, EventKind.SHOWN, DEADLINE)
    mark(sample, "u2", second.delivery, EventKind.SHOWN, seconds(5))
    mark(sample, "u2", second.delivery, EventKind.ACKNOWLEDGED, DEADLINE)
    with sample.ledger.begin() as tx:
        account = standing(tx, sample.stored, NOW)
    assert (account.told, account.late) == (1, 1)


def test_only_the_newest_notice_of_a_change_is_shown(ledger):
    sample = approved(
        ledger, people(1), [planned(channel=Channel.IN_APP), planned(channel=Channel.IN_APP)]
    )
    first, second = sample.notices
    with ledger.begin() as tx:
        expansion.offer(tx, first, NOW)
    (item,) = items(sample, "u1")
    mark(sample, "u1", item.delivery, EventKind.ACKNOWLEDGED)
    assert items(sample, "u1") == []
    with ledger.begin() as tx:
        expansion.offer(tx, second, NOW)
    (newest,) = items(sample, "u1")
    assert newest.delivery != item.delivery
    mark(sample, "u1", newest.delivery, EventKind.ACKNOWLEDGED)
    assert items(sample, "u1") == []


def test_nothing_of_a_void_plan_is_shown_or_marked(sample):
    (item,) = items(sample, "u1")
    with sample.ledger.begin() as tx:
        approvals.void(tx, sample.stored.id, at=NOW, because="the text changed")
    assert items(sample, "u1") == []
    assert not mark(sample, "u1", item.delivery, EventKind.SHOWN)
