"""What every audience does, wherever its rows come from.

A test module makes a class of its own out of :class:`AudienceContract` and says how rows are put
where the audience finds them: ``put(names, rows)`` returns an audience over them.
"""

from __future__ import annotations

import pytest

from notifier.audience import Columns
from notifier.errors import AudienceError
from notifier.model.people import Recipient

NAMES = ["id", "email", "name", "locale", "zone", "in_app_id", "segment"]
ANA = ["1", "Ana@mail.example", "Ana", "es", "Europe/Madrid", "u1", "private"]


class AudienceContract:
    @pytest.fixture
    def put(self):
        raise NotImplementedError

    def test_each_row_is_a_person(self, put):
        assert list(put(NAMES, [ANA]).rows()) == [
            Recipient(
                key="1",
                address="Ana@mail.example",
                name="Ana",
                locale="es",
                zone="Europe/Madrid",
                in_app_id="u1",
                segment="private",
            )
        ]

    def test_rows_keep_their_order_and_can_be_read_again(self, put):
        audience = put(["email"], [[f"p{n}@example.org"] for n in range(5_000)])
        addresses = [person.address for person in audience.rows()]
        assert addresses == [f"p{n}@example.org" for n in range(5_000)]
        assert [person.address for person in audience.rows()] == addresses

    def test_the_address_is_enough(self, put):
        (person,) = put(["email"], [["Bob@Example.org"]]).rows()
        assert person == Recipient(key="bob@example.org", address="Bob@Example.org")

    def test_somebody_without_an_address_is_known_by_their_account(self, put):
        (person,) = put(["email", "in_app_id"], [["", "u7"]]).rows()
        assert (person.key, person.problem) == ("u7", "no address")

    def test_columns_are_called_as_the_company_calls_them(self, put):
        columns = Columns(address="Mail", key="Kunde", locale="Sprache")
        audience = put(["Kunde", "Sprache", "Mail"], [["17", "de_AT", "a@b.example"]], columns)
        assert list(audience.rows()) == [Recipient("17", "a@b.example", locale="de-AT")]

    def test_space_around_a_value_is_none_of_it(self, put):
        (person,) = put(["email", "name"], [["  a@b.example ", " Ann "]]).rows()
        assert (person.address, person.name, person.problem) == ("a@b.example", "Ann", "")

    def test_broken_addresses_stay_with_their_problem(self, put):
        people = list(put(["email", "id"], [["a@", "1"], ["a@b.example", "2"]]).rows())
        assert [(person.key, bool(person.problem)) for person in people] == [
            ("1", True),
            ("2", False),
        ]

    def test_a_locale_or_zone_nobody_knows_is_left_open_and_told(self, put):
        rows = [["a@b.example", "klingonisch", "Mars/Olympus"], ["b@b.example", "de", ""]]
        lost, known = put(["email", "locale", "zone"], rows).rows()
        assert (lost.locale, lost.zone, lost.problem) == ("", "", "")
        assert lost.unknown == (("locale", "klingonisch"), ("zone", "Mars/Olympus"))
        assert (known.locale, known.unknown) == ("de", ())

    def test_an_address_in_the_wrong_column_is_not_repeated(self, put):
        (person,) = put(["email", "zone"], [["a@b.example", "a@b.example"]]).rows()
        assert person.unknown == (("zone", "an address"),)

    def test_names_are_one_printable_line(self, put):
        rows = [["a@b.example", "An\x07n\u2028a" + "n" * 300]]
        (person,) = put(["email", "name"], rows).rows()
        assert person.name == ("Anna" + "n" * 300)[:200]

    def test_no_field_has_a_line_of_its_own(self, put):
        row = ["a@b.example\x1fx", "k\t1", "u\n1", "a\x1fb"]
        (person,) = put(["email", "id", "in_app_id", "segment"], [row]).rows()
        assert (person.key, person.in_app_id, person.segment) == ("k1", "u1", "ab")
        assert person.problem.startswith("broken address")

    def test_without_the_address_column_nobody_is_read(self, put):
        with pytest.raises(AudienceError, match='no column "email"'):
            list(put(["id", "name"], [["1", "Ann"]]).rows())

    def test_the_digest_is_that_of_the_people_and_of_how_they_are_read(self, put):
        digest = put(NAMES, [ANA]).digest()
        assert put(NAMES, [ANA]).digest() == digest
        other = put(NAMES, [["2", *ANA[1:]]]).digest()
        columns = put(NAMES, [ANA], Columns(name="segment")).digest()
        assert len({digest, other, columns}) == 3
