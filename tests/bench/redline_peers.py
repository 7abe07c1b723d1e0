"""The field: each tool compares two texts, and its own answer is read back as an edit script."""

from __future__ import annotations

import difflib
import html
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diff_match_patch import diff_match_patch

from notifier.model.redline import BlockChange, Op
from notifier.model.text import Block, BlockKind, Document
from notifier.redline import compare
from notifier.redline.comparison import entries
from tests.bench.redline_measures import Script

_SIGN = {Op.EQUAL: "=", Op.DELETE: "-", Op.INSERT: "+"}
_DMP_SIGN = {0: "=", -1: "-", 1: "+"}
_MARKS = {"\x01": "-", "\x02": "=", "\x03": "+", "\x04": "="}
_MARKERS = ("-w", "\x01", "-x", "\x02", "-y", "\x03", "-z", "\x04")


@dataclass(frozen=True)
class Peer:
    """A tool: ``run`` is timed, ``script`` reads its answer; it breaks lines with ``lead`` first."""

    name: str
    run: Callable[[str, str], Any]
    script: Callable[[Any, str, str], Script]
    lead: str = ""
    missing: str = ""


def document(text: str) -> Document:
    """Every line of a text, empty ones too, as a paragraph."""
    return Document(tuple(Block(BlockKind.PARAGRAPH, line) for line in text.split("\n")))


def _notifier(old: str, new: str) -> tuple[Document, Any]:
    one = document(old)
    return one, entries(one, document(new))


def _notifier_script(answer: tuple[Document, Any], _old: str, _new: str) -> Script:
    """A redline as one script; a moved block counts as gone here and come there.

    Between two changed blocks the line feed that stays is told where it interrupts nothing.
    """
    document, told = answer
    script: Script = []
    for entry in told:
        if entry.change is BlockChange.MOVED_AWAY:
            script.append(("-", "\n" + document.blocks[entry.old[0]].text))
        elif entry.change is BlockChange.MOVED:
            script.append(("+", "\n" + entry.new_text))
        else:
            op = "=" if entry.old and entry.new else "-" if entry.old else "+"
            spans = [(_SIGN[span.op], span.text) for span in entry.spans]
            script += (
                [("=", "\n"), *spans]
                if op == "="
                else [(op, "\n" + spans[0][1] if spans else "\n")]
            )
    return list(_slid(script))


def _slid(script: Script) -> Iterator[tuple[str, str]]:
    """A line feed kept behind blocks that came or went, and before an edit, goes in front of them.

    ``a[+⏎b+]⏎[-c-]`` is told as ``a⏎[+b⏎+][-c-]``: the same texts, and one interruption less.
    """
    waiting: Script = []
    for at, (op, text) in enumerate(script):
        edit = script[at + 1][0] if at + 1 < len(script) else "="
        if op != "=" and text.startswith("\n"):
            waiting.append((op, text))
        elif waiting and op == "=" and text == "\n" and edit != "=":
            yield (op, text)
            yield from ((kind, part[1:] + "\n") for kind, part in waiting)
            waiting = []
        else:
            yield from waiting
            waiting = []
            yield (op, text)
    yield from waiting


def _tokens(text: str) -> list[str]:
    return re.findall(r"^\s+|\S+\s*", text)


def _of_opcodes(opcodes: Sequence[Any], old: Sequence[str], new: Sequence[str]) -> Script:
    script: Script = []
    for op, a, b, c, d in opcodes:
        if op == "equal":
            script.append(("=", "".join(old[a:b])))
        else:
            script += [("-", "".join(old[a:b])), ("+", "".join(new[c:d]))]
    return script


def _difflib(old: str, new: str) -> Any:
    return difflib.SequenceMatcher(None, _tokens(old), _tokens(new), autojunk=False).get_opcodes()


def _redlines(old: str, new: str) -> Any:
    from redlines import Redlines

    return Redlines(old, new)._diff_operations


def _redlines_script(answer: Any, old: str, _new: str) -> Script:
    script: Script = []
    for step in answer:
        sides = [
            [token.replace("¶ ", "\n") for token in chunk.text]
            for chunk in (step.source_chunk, step.test_chunk)
        ]
        script += _of_opcodes([step.opcodes], *sides)
    return script or [("=", old)]


def _lxml(old: str, new: str) -> str:
    from lxml.html.diff import htmldiff

    return htmldiff(
        *(
            "".join(f"<p>{html.escape(line)}</p>" for line in t.split("\n") if line.strip())
            for t in (old, new)
        )
    )


def _lxml_script(answer: str, _old: str, _new: str) -> Script:
    script: Script = []
    op = "="
    for part in re.split(r"(<[^>]*>)", answer):
        if part in ("<ins>", "<del>", "</ins>", "</del>"):
            op = {"<ins>": "+", "<del>": "-"}.get(part, "=")
        elif part.startswith("<"):
            script += [("=", "\n")] if part in ("<p>", "</p>") else []
        elif part:
            script.append((op, html.unescape(part)))
    return script


def _dmp_characters(old: str, new: str) -> Any:
    engine = diff_match_patch()
    diffs = engine.diff_main(old, new)
    engine.diff_cleanupSemantic(diffs)
    return diffs


def _dmp_words(old: str, new: str) -> Any:
    engine = diff_match_patch()
    codes: dict[str, str] = {}
    one, two = (
        "".join([codes.setdefault(t, chr(0xE000 + len(codes))) for t in _tokens(text)])
        for text in (old, new)
    )
    diffs = engine.diff_main(one, two, False)
    engine.diff_cleanupSemantic(diffs)
    words = {code: token for token, code in codes.items()}
    return [(op, "".join([words[code] for code in text])) for op, text in diffs]


def _dmp_script(answer: Any, _old: str, _new: str) -> Script:
    return [(_DMP_SIGN[op], text) for op, text in answer]


def _program(*command: str) -> Callable[[str, str], str]:
    def run(old: str, new: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, "old"), Path(folder, "new")]
            for file, text in zip(files, (old, new), strict=True):
                file.write_text(text, encoding="utf-8", newline="")
            done = subprocess.run([*command, *files], capture_output=True, check=False)
            return done.stdout.decode("utf-8", "replace")

    return run


def _marked_script(answer: str, _old: str, _new: str) -> Script:
    script: Script = []
    op = "="
    for part in re.split("([\x01-\x04])", answer):
        if part in _MARKS:
            op = _MARKS[part]
        elif part:
            script.append((op, part))
    return script


def _git_script(answer: str, old: str, _new: str) -> Script:
    if not answer:
        return [("=", old)]
    script: Script = []
    lines = answer.split("\n")
    start = next((at for at, line in enumerate(lines) if line.startswith("@@")), 0) + 1
    for line in lines[start:-1]:
        if line == "~":
            script.append(("=", "\n"))
        elif line[:1] in "+- " and line:
            script.append(({" ": "="}.get(line[0], line[0]), line[1:]))
    return script


def peers() -> Iterator[Peer]:
    """Ours first; a tool that is not installed comes with the reason it is skipped."""
    yield Peer("notifier", _notifier, _notifier_script, lead="\n")
    yield Peer(
        "difflib, words", _difflib, lambda ops, a, b: _of_opcodes(ops, _tokens(a), _tokens(b))
    )
    yield Peer("redlines", _redlines, _redlines_script)
    yield Peer("lxml.html.diff", _lxml, _lxml_script)
    yield Peer("diff-match-patch, characters", _dmp_characters, _dmp_script)
    yield Peer("diff-match-patch, words", _dmp_words, _dmp_script)
    git = ("git", "diff", "--no-index", "--word-diff=porcelain", "-U9999999", "--no-color")
    yield _installed("wdiff", ("wdiff", *_MARKERS), _marked_script)
    yield _installed("dwdiff", ("dwdiff", *_MARKERS), _marked_script)
    yield _installed("git diff --word-diff", git, _git_script)


def _installed(name: str, command: Sequence[str], script: Callable[..., Script]) -> Peer:
    missing = "" if shutil.which(command[0]) else f"the program {command[0]} is not installed"
    return Peer(name, _program(*command), script, missing=missing)


def whole_comparison(old: Document, new: Document) -> Any:
    """Everything ``notifier.redline`` does, signals and summaries included."""
    return compare(old, new)
