"""How the formats read on real policies: words, changes, quarantine, speed.

Run as ``python -m tests.bench.reading_blocks``. A third of the companies is held out: their texts
are not looked at while rules are written, and are scored apart. Every miss is printed.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from notifier.model.reading import PageState
from notifier.model.text import BlockKind, Document, Snapshot, comparable
from notifier.reading.formats import parse
from notifier.reading.pagestate import page_state

CORPUS = Path(
    os.environ.get("NOTIFIER_TEST_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus"
)
NO_CHANGE = {"format_only", "whitespace_only"}
TRUE_CHANGES = {
    "docs/basecamp/terms-of-service/012.md": "a visible address is another one",
    "docs/blablacar/blablacar-trackers-policy-fr/002.md": "a full stop was added",
    "docs/govuk-notify/privacy/019.html": "the visible date, printed by a macro, is another one",
    "docs/govuk-notify/terms-of-use/002.html": "a paragraph that template code prints was taken out",
}
"""Pairs labelled as no change, by a count of words without markup, whose page did change."""


@dataclass
class Version:
    facts: dict
    snapshot: Snapshot
    document: Document

    @property
    def file(self) -> str:
        return self.facts["file"]


def main() -> int:
    if not CORPUS.is_dir():
        print(f"no corpus at {CORPUS}; set NOTIFIER_TEST_CORPUS")
        return 0
    facts = [json.loads(line) for line in (CORPUS / "metadata.jsonl").open(encoding="utf-8")]
    rows = []
    for label, part in (
        ("looked at", [f for f in facts if not _held_out(f)]),
        ("held out", [f for f in facts if _held_out(f)]),
    ):
        started = time.process_time()
        snapshots = [(f, Snapshot((CORPUS / f["file"]).read_bytes(), f["file"])) for f in part]
        versions = [Version(f, s, parse(s)) for f, s in snapshots]
        rate = len(versions) / (time.process_time() - started)
        rows.append(
            (
                label,
                len(versions),
                words(versions),
                pairs(versions),
                states(versions),
                languages(versions),
                f"{rate:.0f}/s",
            )
        )
    print(
        f"\n{'':10} {'versions':>8}  {'words kept':>14}  {'no change':>26}  {'quarantine':>26}  {'language':>10}  speed per core"
    )
    for label, count, kept, same, state, language, rate in rows:
        print(f"{label:10} {count:8}  {kept:>14}  {same:>26}  {state:>26}  {language:>10}  {rate}")
    megabyte()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 0


def _held_out(facts: dict) -> bool:
    return int(hashlib.sha256(facts["company"].encode()).hexdigest(), 16) % 3 == 0


# words ----------------------------------------------------------------------------------------

_TARGET = r"\(\s*(?:<[^>\n]*>|(?:[^()\s{]|\{\{[^}\n]*\}\}|\([^()\s]*\))*(?: [^()\n\"]*\.\w{2,5})?)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
_EMPHASIS = re.compile(r"[*`]|(?<![^\W_])_+|_+(?![^\W_])|~~")
_MARKUP = (
    (re.compile(r"\A---[ ]*\n.*?\n---[ ]*\n", re.DOTALL), ""),
    (re.compile(r"<!--.*?-->|\{%.*?%\}", re.DOTALL), ""),
    (re.compile(r"<img\b[^>]*>"), " "),
    (re.compile(rf"!\[(?:[^\[\]\\]|\\.)*\]{_TARGET}"), " "),
    (re.compile(r"^([ \t]*[*+-][ \t]+\[?)\d+\\[.)]", re.MULTILINE), r"\1"),
    (
        re.compile(
            r"</?(?:br|p|div|li|ul|ol|h\d|hr|header|footer|figure|figcaption|table|tr|td|th|tbody|thead)\b[^>]*>"
        ),
        " ",
    ),
    (re.compile(r"</?(?:em|strong|small|a|b|i|u|sup|sub|span)\b[^>]*>"), ""),
    (re.compile(rf"!?\[((?:[^\[\]\\]|\\.)*)\]{_TARGET}"), r"\1"),
    (re.compile(rf"!?\[((?:[^\[\]\\]|\\.)*)\]{_TARGET}"), r"\1"),
    (re.compile(rf"^\]{_TARGET}$", re.MULTILINE), ""),
    (re.compile(rf"\]{_TARGET}"), ""),
    (re.compile(r"^ {0,3}\[[^\]\n]+\]:[ ]+\S+.*$", re.MULTILINE), ""),
    (re.compile(r"\[([^\[\]\n]+)\]\[[^\[\]\n]+\]"), r"\1"),
    (re.compile(r"^[ \t]*(?:[*+>-][ \t]+)*\d{1,9}[.)](?=[ \t])", re.MULTILINE), ""),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
    (_EMPHASIS, ""),
)
"""Markdown's markup by a route that shares nothing with the reader."""


def words(versions: list[Version]) -> str:
    right = total = 0
    for version in versions:
        name = version.facts["source_format"]
        if name not in {"md", "txt"}:
            continue
        total += 1
        source, read = (
            _source_words(version, plain=name == "txt"),
            _read_words(version.document, plain=name == "txt"),
        )
        if source == read:
            right += 1
        else:
            print(f"words  {version.file}: lost {_few(source - read)}, added {_few(read - source)}")
    return f"{right}/{total} {100 * right / max(total, 1):.1f}%"


def _few(words: Counter) -> str:
    return " ".join(list(words.elements())[:12]) or "none"


def _source_words(version: Version, *, plain: bool) -> Counter:
    text = version.snapshot.content.decode("utf-8-sig").replace("\r\n", "\n")
    if not plain:
        for pattern, replacement in _MARKUP:
            text = pattern.sub(replacement, text)
        text = html.unescape(text)
    return Counter(re.findall(r"[^\W_]+", text))


def _read_words(document: Document, *, plain: bool) -> Counter:
    def number(block) -> str:
        counted = (
            not plain and block.kind is BlockKind.LIST_ITEM and re.fullmatch(r"\d+\.", block.number)
        )
        return "" if counted else block.number

    text = "\n".join(f"{number(block)} {block.text}" for block in document.blocks)
    return Counter(re.findall(r"[^\W_]+", text if plain else _EMPHASIS.sub("", text)))


# changes --------------------------------------------------------------------------------------


def pairs(versions: list[Version]) -> str:
    """Pairs marked as no change that read as none; a changed link target is a change."""
    same = total = retargeted = changed = 0
    for old, new in _consecutive(versions):
        if new.facts.get("change", {}).get("cls") not in NO_CHANGE:
            continue
        if old.document.content_hash == new.document.content_hash:
            same, total = same + 1, total + 1
        elif "".join(_text(old.document)) == "".join(_text(new.document)):
            retargeted += 1
        elif reason := TRUE_CHANGES.get(new.file):
            changed += 1
            print(f"label  {new.file}: {reason}")
        else:
            total += 1
            print(
                f"change {new.file}: {_first_difference(_text(old.document), _text(new.document))}"
            )
    return (
        f"{same}/{total} {100 * same / max(total, 1):.1f}% (+{retargeted} links, {changed} labels)"
    )


def _consecutive(versions: list[Version]) -> Iterator[tuple[Version, Version]]:
    for old, new in pairwise(versions):
        if (old.facts["company"], old.facts["doc"]) == (new.facts["company"], new.facts["doc"]):
            yield old, new


def _text(document: Document) -> list[str]:
    return " ".join(comparable(block.text) for block in document.blocks).split()


def _first_difference(old: list[str], new: list[str]) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    return f"{' '.join(old[at : at + 5])!r} -> {' '.join(new[at : at + 5])!r}"


# quarantine and language ------------------------------------------------------------------------


def states(versions: list[Version]) -> str:
    found = labelled = wrong = 0
    previous: Version | None = None
    for version in versions:
        same_run = previous and (previous.facts["company"], previous.facts["doc"]) == (
            version.facts["company"],
            version.facts["doc"],
        )
        alone, _ = page_state(version.document)
        state, reason = page_state(
            version.document, previous=previous.document if previous and same_run else None
        )
        label = version.facts.get("page_state")
        labelled += label is not None
        found += label is not None and label == alone == state
        if (label or "policy") != state or (label or "policy") != alone:
            wrong += label is None
            print(f"state  {version.file}: labelled {label}, read {alone} and {state} ({reason})")
        if state is PageState.POLICY:
            previous = version
    return f"{found}/{labelled} found, {wrong} wrong"


def languages(versions: list[Version]) -> str:
    told = [v for v in versions if not v.facts.get("page_state")]
    right = 0
    for version in told:
        if (version.document.language or "").partition("-")[0] == version.facts["language"]:
            right += 1
        else:
            print(
                f"lang   {version.file}: {version.facts['language']}, read {version.document.language}"
            )
    return f"{100 * right / max(len(told), 1):.1f}%"


# speed ------------------------------------------------------------------------------------------


def megabyte() -> None:
    sentence = (
        "We may change this policy; we will **tell you** by [email](mailto:a@b.c) 30 days before. "
    )
    texts = {
        "a.md": (sentence * 4 + "\n\n") * 2900,
        "b.md": sentence * 11 + "\n\n" + "plain words in one paragraph " * 34_000,
        "a.html": f"<p>{sentence * 4}</p>\n" * 2900,
        "a.txt": (sentence * 4 + "\n\n") * 2900,
        "a.rst": (
            "We may change this policy; we **tell you** by email 30 days before. " * 4 + "\n\n"
        )
        * 3600,
    }
    for name, text in texts.items():
        started = time.process_time()
        parse(Snapshot(text.encode(), name))
        print(f"{name:7} {len(text) / 1e6:.2f} MB in {time.process_time() - started:.2f} s of CPU")


if __name__ == "__main__":
    sys.exit(main())
