"""An export held against its own journal: the lists of people, the hand-overs, and people.csv.

Whoever keeps the journal's last hash elsewhere needs nothing of us: the journal holds the hash of
each list and of every hand-over, and people.csv must say what they say. The rows wait in a
database of SQLite's own that is gone afterwards, so that memory stays the same for any number.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from notifier.ledger import journal
from notifier.ledger.codec import sha256
from notifier.ledger.journal import JournalEntry
from notifier.pipeline import folders
from notifier.pipeline.folders import HANDOVERS, JOURNAL, PEOPLE, cells

_MOST = 200

_PERSON = ("recipient", "key", "address", "name", "in_app_id", "locale")
_ATTEMPT = ("attempt", "delivery", "recipient", "copy", "content_sha256", "attempted_at")
_OPENED = (*_ATTEMPT[:2], "notice", *_ATTEMPT[2:])
_OUTCOME = ("attempt", "outcome", "outcome_at", "provider_id", "answer")
_LINE = ("plan", *_PERSON, *(name for name in (*_ATTEMPT, *_OUTCOME[1:]) if name != "recipient"))
_TABLES = f"""
    CREATE TABLE told (worker, entry, sha256, hash, PRIMARY KEY (worker, entry)) WITHOUT ROWID;
    CREATE TABLE kept (worker, entry, hash);
    CREATE TABLE approved (plan, notice);
    CREATE TABLE person ({", ".join(_PERSON)}, PRIMARY KEY (recipient)) WITHOUT ROWID;
    CREATE TABLE opened ({", ".join(_OPENED)}, PRIMARY KEY (attempt)) WITHOUT ROWID;
    CREATE TABLE closed ({", ".join(_OUTCOME)}, PRIMARY KEY (attempt)) WITHOUT ROWID;
    CREATE TABLE line ({", ".join(_LINE)});
"""


def verify_folder(folder: Path) -> list[str]:
    """Whether an export is as it was written, and says what its journal holds the hashes of.

    Needs neither configuration nor ledger.

    Returns:
        What does not fit, in words; of very much only the beginning.

    Raises:
        NotifierError: it is no export.
    """
    found = list(islice(_differing(folder), _MOST + 1))
    return [*found[:_MOST], "... and more"] if len(found) > _MOST else found


def last_hash(folder: Path) -> str:
    """The end of an export's journal, to be compared with what was kept elsewhere; else empty."""
    if not (folder / JOURNAL).is_file():
        return ""
    with (folder / JOURNAL).open(encoding="utf-8") as file:
        main = (
            entry.hash
            for entry in journal.restored(map(json.loads, file))
            if entry.chain == journal.MAIN
        )
        return deque(main, maxlen=1).pop()


def _differing(folder: Path) -> Iterator[str]:
    yield from folders.differing(folder)
    if not (folder / JOURNAL).is_file():
        return
    with closing(sqlite3.connect("", isolation_level=None)) as rows:
        rows.executescript(f"PRAGMA journal_mode = OFF; {_TABLES}")
        for name, check in (
            (JOURNAL, _journal),
            ("audience-*.txt", _lists),
            (HANDOVERS, _hand_overs),
            (PEOPLE, _people),
        ):
            try:
                yield from check(rows, folder)
            except (ValueError, LookupError, TypeError, OSError, sqlite3.Error, csv.Error):
                yield f"{name}: cannot be read"


def _journal(rows: sqlite3.Connection, folder: Path) -> Iterator[str]:
    with (folder / JOURNAL).open(encoding="utf-8") as file:
        entries = journal.restored(map(json.loads, file))
        yield from journal.verify_entries(_noted(rows, entries))
    for (worker,) in rows.execute(_OTHER_CHAINS):
        yield f"{JOURNAL}: the chain of worker {worker} is not the one that the main chain names"


_OTHER_CHAINS = """
    SELECT worker FROM kept LEFT JOIN told USING (worker, entry) WHERE told.hash IS NOT kept.hash
"""


def _noted(rows: sqlite3.Connection, entries: Iterator[JournalEntry]) -> Iterator[JournalEntry]:
    """The entries, with the hashes they hold put down: worker 0 stands for the lists."""
    for entry in entries:
        facts = json.loads(entry.facts)
        number, kept = str(entry.number), facts.get("chain")
        if entry.verb == "hand over":
            worker = entry.chain.rpartition(" ")[2]
            rows.execute(_insert("told", 4), (worker, number, facts["rows"], entry.hash))
        elif "people_sha256" in facts:
            rows.execute(_insert("told", 4), ("0", number, facts["people_sha256"], entry.hash))
        elif entry.verb == "approve":
            plan = entry.subject.removeprefix("plan ")
            theirs = ((plan, str(notice)) for notice in facts["notices"])
            rows.executemany(_insert("approved", 2), theirs)
        elif kept and kept["entries"]:
            end = (str(kept["worker"]), str(kept["entries"]), kept["end"])
            rows.execute(_insert("kept", 3), end)
        yield entry


def _lists(rows: sqlite3.Connection, folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("audience-*.txt")):
        digest = hashlib.sha256()
        rows.executemany(_insert("person", len(_PERSON)), _persons(path, digest))
        known = "SELECT count(*) FROM told WHERE worker = '0' AND sha256 = ?"
        if not rows.execute(known, (digest.hexdigest(),)).fetchone()[0]:
            yield f"{path.name}: is not the list that the journal holds the hash of"


def _persons(path: Path, digest: hashlib._Hash) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        header = next(file)
        digest.update(header.encode())
        names = header.rstrip("\n").split("\t")
        places = [names.index("id" if name == "recipient" else name) for name in _PERSON]
        for line in file:
            digest.update(line.encode())
            fields = line.rstrip("\n").split("\t")
            if len(fields) == len(names):
                yield cells(fields[place] for place in places)


def _hand_overs(rows: sqlite3.Connection, folder: Path) -> Iterator[str]:
    known = "SELECT sha256 FROM told WHERE worker = ? AND entry = ?"
    with (folder / HANDOVERS).open(encoding="utf-8", newline="\n") as file:
        for line in file:
            worker, entry, text = line.rstrip("\n").split("\t", 2)
            if rows.execute(known, (worker, entry)).fetchone() != (sha256(text),):
                yield f"{HANDOVERS}: worker {worker}, entry {entry}: is not what the journal holds"
            opened, closed = json.loads(text)
            rows.executemany(_insert("opened", len(_OPENED)), map(cells, opened))
            rows.executemany(_insert("closed", len(_OUTCOME)), map(cells, closed))


def _people(rows: sqlite3.Connection, folder: Path) -> Iterator[str]:
    with (folder / PEOPLE).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        names = next(reader)
        places = [names.index(name) for name in _LINE]
        told = ([row[place] for place in places] for row in reader)
        rows.executemany(_insert("line", len(_LINE)), told)
    for words, query in _QUESTIONS.items():
        for (number,) in rows.execute(query):
            yield words.format(where=PEOPLE, number=number)


def _same(names: tuple[str, ...], *tables: str) -> str:
    """Whether a line has what a record has in these columns; what is not there is empty."""
    told = ", ".join(f"line.{name}" for name in names)
    known = ", ".join(
        f"coalesce({table}.{name}, '')" for table in tables for name in names if name in _OF[table]
    )
    return f"({told}) = ({known})"


_OF = {"person": _PERSON, "opened": _ATTEMPT, "closed": _OUTCOME[1:]}
_QUESTIONS = {
    "{where}, line {number}: names another person than the list of the audience": f"""
        SELECT line.rowid + 1 FROM line LEFT JOIN person USING (recipient)
        WHERE person.recipient IS NULL OR NOT {_same(_PERSON, "person")}""",  # noqa: S608
    "{where}, line {number}: is not what was handed over": f"""
        SELECT line.rowid + 1 FROM line LEFT JOIN opened USING (attempt)
        LEFT JOIN closed USING (attempt)
        WHERE line.attempt <> '' AND NOT {_same(_ATTEMPT + _OUTCOME[1:], "opened", "closed")}""",  # noqa: S608
    "{where}: leaves out attempt {number}": """
        SELECT attempt FROM opened WHERE attempt NOT IN (SELECT attempt FROM line)
        AND notice IN (SELECT notice FROM approved WHERE plan IN (SELECT plan FROM line))""",
    "{where}: leaves out person {number} of the list": """
        SELECT recipient FROM person WHERE key NOT IN (SELECT key FROM line)""",
}


def _insert(table: str, columns: int) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608
