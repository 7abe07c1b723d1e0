from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from notifier.audience import Columns, CsvAudience
from notifier.errors import AudienceError
from tests.audience.contract import AudienceContract

HEADER = "email,id,name\n"


class TestCsvAudience(AudienceContract):
    @pytest.fixture
    def put(self, tmp_path):
        def write(names, rows, columns: Columns | None = None) -> CsvAudience:
            path = tmp_path / "people.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([names, *rows])
            return CsvAudience(path, columns or Columns())

        return write


def written(folder: Path, content: str | bytes) -> CsvAudience:
    path = folder / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return CsvAudience(path)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_header_tells_the_separator(tmp_path, separator):
    content = HEADER.replace(",", separator) + separator.join(["a@b.example", "1", '"A;,|\tnn"'])
    (person,) = written(tmp_path, content).rows()
    assert (person.key, person.name) == ("1", "A;,|nn")


def test_as_spreadsheets_save_it(tmp_path):
    """A mark at the beginning, CRLF, a line break in a quoted field, empty lines, no last end."""
    content = "\ufeff" + HEADER + 'a@b.example,1,"An\nn"\n\n\nb@b.example,2,Bo'
    people = list(written(tmp_path, content.replace("\n", "\r\n")).rows())
    assert [(person.key, person.name) for person in people] == [("1", "Ann"), ("2", "Bo")]


def test_a_row_may_end_early_but_not_late(tmp_path):
    (person,) = written(tmp_path, HEADER + "a@b.example,1\n").rows()
    assert (person.key, person.name) == ("1", "")
    late = written(tmp_path, HEADER + "a@b.example,1,Ann\nb@b.example,2,Bo,x\n")
    with pytest.raises(AudienceError, match="line 3: 4 fields where the header has 3"):
        list(late.rows())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (HEADER.encode() + b"a@b.example,1,J\xf6rg\n", "not UTF-8"),
        (HEADER + "a@b.example,1," + "x" * 200_000, "line 2: not a row of a CSV file"),
        ('email,"id\n', "not a CSV file"),
        ("", "has: none"),
    ],
    ids=["latin-1", "endless field", "broken header", "empty"],
)
def test_what_is_no_list_is_named(tmp_path, content, why):
    with pytest.raises(AudienceError, match=why):
        list(written(tmp_path, content).rows())


@pytest.mark.parametrize(
    ("after", "line"), [('c@b.example,3,Cy\nd@b.example,4,"Di"\n', 5), ("c@b.example,3,Cy\n", 4)]
)
def test_a_stray_quote_swallows_nobody(tmp_path, after, line):
    people = written(tmp_path, HEADER + 'a@b.example,1,Ann\nb@b.example,2,"Bo\n' + after).rows()
    with pytest.raises(AudienceError, match=f"line {line}: .* is not closed") as refused:
        list(people)
    assert "@" not in str(refused.value)


def test_a_column_that_somebody_named_may_not_be_missing(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(HEADER + "a@b.example,1,Ann\n")
    (ann,) = CsvAudience(path, Columns(key="ID")).rows()
    assert ann.key == "a@b.example"
    with pytest.raises(AudienceError, match='no column "ID"'):
        list(CsvAudience(path, Columns(key="ID"), frozenset({"key"})).rows())


def test_a_column_may_be_there_once(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("email,email,id\na@b.example,c@d.example,1\n")
    with pytest.raises(AudienceError, match='has the column "email" 2 times'):
        list(CsvAudience(path).rows())


def test_a_file_that_is_not_there(tmp_path):
    audience = CsvAudience(tmp_path / "nowhere.csv")
    for ask in (audience.digest, lambda: list(audience.rows())):
        with pytest.raises(AudienceError, match="There is no audience file"):
            ask()


def test_the_digest_stays_what_it_was(tmp_path):
    """Ledgers hold it: a new release that counts otherwise would freeze everybody anew."""
    content = (HEADER + "a@b.example,1,Ann\n").encode()
    columns = sorted(
        (field, field if field != "address" else "email")
        for field in ("address", "in_app_id", "locale", "name", "segment", "zone")
    )
    names = repr(sorted([*columns, ("key", "id")])).encode()
    assert written(tmp_path, content).digest() == hashlib.sha256(names + content).hexdigest()
