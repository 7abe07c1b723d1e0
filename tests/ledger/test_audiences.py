"""Freezing: everybody is counted, nobody twice, the broken ones too."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, func, inspect, select

from notifier.errors import AudienceError
from notifier.ledger import audiences, journal
from notifier.ledger.codec import sha256
from notifier.ledger.rows import UnknownValue
from notifier.ledger.schema import recipients
from notifier.model.people import Recipient
from notifier.model.plan import Group
from tests.ledger.samples import freeze, people, person


def kept(ledger) -> list[tuple[str, str]]:
    with ledger.begin() as tx:
        rows = tx.execute(select(recipients.c.key, recipients.c.problem).order_by(recipients.c.id))
        return [tuple(row) for row in rows]


def test_everybody_is_counted(ledger):
    frozen = freeze(ledger, people(12_345))
    assert (frozen.people, frozen.report.rows, frozen.report.merged) == (12_345, 12_345, 0)
    with ledger.begin() as tx:
        assert audiences.find_frozen(tx, frozen.digest) == frozen
        assert audiences.groups(tx, frozen.id) == (Group("en", 12_345),)
        assert audiences.sample(tx, frozen.id, "en") == person(1)


def test_a_person_listed_twice_is_told_once(ledger):
    rows = [
        person(1, address="Ann@Example.org", in_app_id=""),
        person(2, address="bob@example.org"),
        person(3, address="ann@example.ORG", in_app_id=""),
    ]
    frozen = freeze(ledger, rows)
    assert (frozen.people, frozen.report.rows, frozen.report.merged) == (2, 3, 1)
    assert [key for key, _ in kept(ledger)] == ["k1", "k2"]


def test_two_accounts_with_one_address_see_it_twice_and_get_one_mail(ledger):
    rows = [person(1, address="a@example.org"), person(2, address="a@example.org")]
    frozen = freeze(ledger, rows)
    assert (frozen.people, frozen.report.merged) == (2, 0)
    assert kept(ledger) == [
        ("k1", ""),
        ("k2", "another account has the same address and gets the mail"),
    ]


def test_the_same_account_twice_is_one_person(ledger):
    twice = person(1, address="a@example.org")
    assert freeze(ledger, [twice, person(2), twice]).people == 2


def test_broken_addresses_are_kept_and_reported(ledger):
    rows = [
        person(1, address="", problem="no address"),
        person(2, address="a@", problem="broken address: it has no domain"),
        person(3, address="b@", problem="broken address: it has no domain at all"),
        person(4),
    ]
    frozen = freeze(ledger, rows)
    assert frozen.people == 4
    assert frozen.report.problems == {"broken address": 2, "no address": 1}


def test_what_nobody_knows_is_reported_by_value_and_row(ledger):
    rows = [person(n, unknown=(("zone", f"Mars/{n}"),)) for n in range(1, 13)]
    rows += [person(13, unknown=(("locale", "klingon"), ("zone", "Mars/1")))]
    unknown = freeze(ledger, rows).report.unknown
    assert unknown[0] == UnknownValue("zone", "Mars/1", 2, (1, 13))
    assert unknown[10] == UnknownValue("zone", "", 2, (11, 12))
    assert unknown[11] == UnknownValue("locale", "klingon", 1, (13,))


def test_people_without_an_address_are_not_one_person(ledger):
    rows = [person(n, address="", problem="no address") for n in range(3)]
    assert freeze(ledger, rows).people == 3


def test_a_key_stands_for_one_person(ledger):
    rows = [person(1), person(2, key="k1"), person(3)]
    with pytest.raises(
        AudienceError, match="1 key that stands for more than one person"
    ) as refused:
        freeze(ledger, rows)
    assert "@" not in str(refused.value)
    with ledger.begin() as tx:
        assert tx.execute(select(func.count()).select_from(recipients)).scalar_one() == 0
    same = [person(1, key="p1@example.org"), person(1, key="p1@example.org", in_app_id="u9")]
    assert freeze(ledger, same).people == 2


def test_an_audience_of_nobody_is_an_error(ledger):
    with pytest.raises(AudienceError, match="no rows"):
        freeze(ledger, [])


def test_a_freeze_that_broke_off_is_done_again(ledger):
    def breaks() -> object:
        yield from people(7_000)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        freeze(ledger, breaks())
    assert kept(ledger) == []
    with ledger.begin() as tx:
        assert audiences.find_frozen(tx, "d" * 64) is None
    assert freeze(ledger, people(9)).people == 9
    assert len(kept(ledger)) == 9


def test_who_is_second_to_freeze_the_same_list_gets_the_first_ones(ledger):
    frozen = []

    def slowly():
        yield person(1)
        frozen.append(freeze(ledger, [person(1)]))

    second = freeze(ledger, slowly())
    assert [second] == frozen
    assert len(kept(ledger)) == 1


def test_indexes_are_the_same_afterwards(ledger, ledger_url):
    def indexes():
        engine = create_engine(ledger_url)
        found = inspect(engine).get_indexes("recipients")
        engine.dispose()
        return sorted((index["name"], index["column_names"]) for index in found)

    before = indexes()
    freeze(ledger, people(50))
    assert indexes() == before
    freeze(ledger, people(1), digest="e" * 64)
    assert indexes() == before


def test_the_list_of_a_frozen_audience_is_what_was_hashed(ledger):
    frozen = freeze(ledger, [person(1, name="Ann"), person(2, address="", problem="no address")])
    with ledger.begin() as tx:
        text = "".join(audiences.people_list(tx, frozen.id))
        (facts,) = [facts for _, facts in journal.facts_of_main(tx, "freeze")]
    assert text.splitlines() == [
        "id\tkey\taddress\taddress_key\tname\tlocale\tzone\tin_app_id\tsegment\tproblem",
        "1\tk1\tp1@example.org\tp1@example.org\tAnn\ten\t\tu1\t\t",
        "2\tk2\t\t\t\ten\t\tu2\t\tno address",
        "2 people",
    ]
    assert facts["people_sha256"] == sha256(text)


def test_two_audiences_stand_side_by_side(ledger):
    first = freeze(ledger, people(2))
    second = freeze(ledger, people(3), digest="e" * 64)
    assert first.id != second.id
    with ledger.begin() as tx:
        assert audiences.groups(tx, first.id) == (Group("en", 2),)
        assert audiences.groups(tx, second.id) == (Group("en", 3),)


def test_groups_tell_apart_what_planning_asks(ledger):
    freeze(
        ledger,
        [
            person(1),
            person(2, locale="de", zone="Europe/Berlin", segment="business"),
            person(3, in_app_id=""),
            person(4, address="", problem="no address"),
            Recipient("k5", locale="fr", in_app_id="", problem="no address"),
        ],
    )
    with ledger.begin() as tx:
        found = audiences.groups(tx, 1)
        assert audiences.sample(tx, 1, "fr") is None
    assert set(found) == {
        Group("de", 1, "Europe/Berlin", "business"),
        Group("en", 1),
        Group("en", 1, can_in_app=False),
        Group("en", 1, can_email=False),
        Group("fr", 1, can_email=False, can_in_app=False),
    }


def test_rows_in_another_order_are_the_same_people(ledger):
    rows = [
        person(9, address="a@example.org", locale="de"),
        person(10, address="A@example.org"),
        person(11, address="a@example.org", in_app_id=""),
    ]
    freeze(ledger, rows)
    people = sorted(kept(ledger))
    freeze(ledger, rows[::-1], digest="e" * 64)
    assert sorted(kept(ledger)) == sorted(2 * people)
    assert ("k9", "") in people
