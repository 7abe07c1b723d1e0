"""Folders of proof: what is in them, begun empty, closed with the hashes of all files on record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from notifier.config import PolicyConfig
from notifier.errors import NotifierError
from notifier.ledger import journal
from notifier.pipeline.pipeline import Pipeline

SUMS = "SHA256SUMS"
JOURNAL = "journal.jsonl"
PEOPLE = "people.csv"
HANDOVERS = "hand-overs.txt"
_CHUNK = 1 << 20
_STARTS_FORMULA = frozenset("=+-@\t\r")


def cells(values: Iterable[object]) -> list[str]:
    """Values as people.csv has them; none is the start of a spreadsheet's formula."""
    return [
        value if type(value) is str and value[:1] not in _STARTS_FORMULA else _cell(value)
        for value in values
    ]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    text = str("" if value is None else value)
    return f"'{text}" if text[:1] in _STARTS_FORMULA else text


def refuse_full(folder: Path) -> None:
    """Only a new folder is written to.

    Raises:
        NotifierError: it has something in it.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise NotifierError(f"{folder} is not empty.", remedy="name a new folder")


def make(folder: Path) -> None:
    """Have a folder there to write to.

    Raises:
        NotifierError: there cannot be one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotifierError(
            f"{folder} cannot be made: {error.strerror}.", remedy="name another folder with -o"
        ) from error


def close(
    pipeline: Pipeline,
    policy: PolicyConfig,
    folder: Path,
    *,
    at: datetime,
    who: str,
    verb: str,
    facts: dict[str, object],
) -> None:
    """List every file with its SHA-256, as sha256sum does; that of the list goes on record."""
    lines = [f"{digest}  {name}\n" for name, digest in _digests(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    with pipeline.ledger.begin() as tx:
        journal.append(
            tx,
            at=at,
            who=who,
            verb=verb,
            subject=policy.key,
            facts={**facts, "sums": _digest(folder / SUMS)},
        )


def differing(folder: Path) -> Iterator[str]:
    """Files that are not as they were when the folder was closed, in words.

    Raises:
        NotifierError: it is no folder of proof.
    """
    if not (folder / SUMS).is_file():
        raise NotifierError(
            f"{folder} is no export of evidence.", remedy="name a folder of `notifier evidence`"
        )
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = dict(_digests(folder))
    for name in sorted(listed.keys() | found.keys()):
        if name not in found:
            yield f"{name}: is missing"
        elif name not in listed:
            yield f"{name}: was added"
        elif listed[name] != found[name]:
            yield f"{name}: was changed"
        elif name.startswith("messages/") and Path(name).stem != found[name]:
            yield f"{name}: is not the message it is named after"


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != SUMS:
            yield name, _digest(path)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
