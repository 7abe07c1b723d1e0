"""A fuzz of every parser: ``python -m tests.bench.reading_fuzz [SECONDS] [SEED]``.

Each format is read from mutated documents for SECONDS (10, a minute before a release) of CPU: cut, doubled, swapped, with
signs of markup, odd letters and damaged bytes put in. A text is read or refused by name; anything
else, or a reading of more than two seconds, is a failure. The same seed makes the same texts; the
text that failed is kept in a file beside the report.
"""

from __future__ import annotations

import html
import io
import random
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

from notifier.errors import ReadingError
from notifier.model.text import Snapshot
from notifier.reading import read
from tests.reading.formats.pdfs import pdf

LIMIT = 2.0
"""Seconds of CPU that one reading may take."""
LARGEST = 200_000
"""Bytes of a mutated text; what a megabyte costs is in ``reading_blocks``."""

PROSE = (
    "Effective date: May 3, 2024\n\nWe may change this policy; we will tell you by e-mail 30 days "
    "before. Diese Erklärung gilt ab 1. Mai 2024. 2024年5月1日 施行\n\n"
)
SIGNS = [
    *"*_`~[]()<>!#|-+=:&;\\/'\"{}%^$@\n\t \0",
    *(
        "**",
        "```",
        "](",
        "][]",
        "<!--",
        "-->",
        "<table>",
        "<td>",
        "<li>",
        "</p>",
        "<script>",
        "&#0;",
    ),
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{: ",
        "---\n",
        "+++\n",
        "\r\n",
        "\ufeff",
        "\u200b",
        "\xa0",
    ),
    *(
        ".. ",
        "::\n\n",
        "====\n",
        "    ",
        "> ",
        "1. ",
        "a) ",
        "| a | b |\n|---|---|\n",
        "[^1]: ",
        "😀",
    ),
    *("31/04/2024", "{{ date }}", "Version 2.3 | ", "Last updated:", "é", "\u0130", "ß", "日"),
]
HTML = f"<html lang=en><title>T</title><nav>x</nav><main><h1>P</h1><p>{PROSE}</p><ul><li>a<li>b</ul><table><tr><td>1<td>2</table></main>"
MARKDOWN = f"---\ntitle: P\ndate: 2024-05-01\n---\n# Policy\n\n{PROSE}* one\n  * two\n\n1. a [b](c)\n\n| x | y |\n|---|---|\n| 1 | 2 |\n"
RST = f"Policy\n======\n\n{PROSE}* one\n* two\n\n.. note:: x\n\n`link <x>`_\n"
DOCUMENT = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Policy</w:t></w:r></w:p>'
    "<w:p><w:ins><w:r><w:t>We tell you.</w:t></w:r></w:ins><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
)
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'


def docx(document: str) -> bytes:
    """A Word file with ``document`` as its main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", document)
    return out.getvalue()


def mutated(text: str, chance: random.Random) -> str:
    """``text`` after a few changes."""
    for _ in range(chance.randint(1, 12)):
        at, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        sign = chance.choice(SIGNS)
        match chance.randrange(6):
            case 0:
                text = text[:at] + sign + text[at:]
            case 1:
                text = text[:at] + sign * chance.choice((3, 40, 900)) + text[at:]
            case 2:
                text = text[:at] + text[end:]
            case 3:
                text = text[:end] + text[at:end] * chance.choice((1, 1, 8)) + text[end:]
            case 4:
                text = text[at:end] + text[:at] + text[end:]
            case 5:
                text = text[:at] + text[at:].replace(chance.choice(text or "x"), sign, 3)
        text = text[:LARGEST] or sign
    return text


def damaged(content: bytes, chance: random.Random) -> bytes:
    """``content`` with a few bytes changed, cut out or put in."""
    broken = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(broken) + 1)
        match chance.randrange(4):
            case 0:
                broken[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del broken[at : at + chance.choice((1, 4, 60))]
            case 2:
                broken[at:at] = chance.randbytes(chance.choice((1, 4, 60)))
            case 3:
                del broken[max(10, at) :]
    return bytes(broken)


def _text(source: str) -> Callable[[random.Random], bytes]:
    def make(chance: random.Random) -> bytes:
        content = mutated(source, chance).encode("utf-8", "surrogatepass")
        return damaged(content, chance) if chance.random() < 0.1 else content

    return make


WORD_PARTS = (
    "p r t tbl tr tc ins del hyperlink sdt sdtContent pPr numPr br tab smartTag delText".split()
)


def _element(chance: random.Random, depth: int) -> str:
    """A random element of WordprocessingML: of any kind, in any place."""
    part = chance.choice(WORD_PARTS)
    if part in {"t", "delText"} or depth > 25:
        words = " ".join(chance.choices(SIGNS + PROSE.split(), k=chance.choice((1, 8, 90))))
        return f"<w:{part}>{html.escape(''.join(filter(str.isprintable, words)))}</w:{part}>"
    inside = "".join(_element(chance, depth + 1) for _ in range(chance.choice((0, 0, 1, 1, 2))))
    return f"<w:{part}>{inside}</w:{part}>"


def _docx(chance: random.Random) -> bytes:
    if chance.random() < 0.2:
        return docx(mutated(DOCUMENT, chance))
    if chance.random() < 0.2:
        return damaged(docx(DOCUMENT), chance)
    body = "".join(_element(chance, 0) for _ in range(chance.choice((1, 5, 40))))
    return docx(DOCUMENT.replace("</w:body>", f"{body}</w:body>"))


def _pdf(chance: random.Random) -> bytes:
    words = mutated(PROSE, chance).encode("cp1252", "replace").decode("cp1252").split()[:400]
    lines = [
        (chance.uniform(-50, 600), chance.uniform(-50, 800), chance.uniform(0, 40), word)
        for word in words
    ]
    whole = pdf(lines, lines[: len(lines) // 2])
    return damaged(whole, chance) if chance.random() < 0.7 else whole


PARSERS: dict[str, Callable[[random.Random], bytes]] = {
    "policy.md": _text(MARKDOWN),
    "policy.mdx": _text(MARKDOWN),
    "policy.html": _text(HTML),
    "policy.html.j2": _text(HTML),
    "policy.rst": _text(RST),
    "policy.txt": _text(PROSE * 3),
    "policy.docx": _docx,
    "policy.pdf": _pdf,
}


def fuzz(name: str, seconds: float, seed: int) -> tuple[int, int, float, str | None]:
    """How many texts were made, how many refused, the slowest, and what failed."""
    chance = random.Random(f"{name} {seed}")
    made = refused = 0
    slowest = 0.0
    end = time.process_time() + seconds
    while time.process_time() < end:
        content = PARSERS[name](chance)
        made += 1
        started = time.process_time()
        try:
            read(Snapshot(content, name))
        except ReadingError:
            refused += 1
        except Exception:
            return made, refused, slowest, f"{_kept(name, content)}\n{traceback.format_exc()}"
        took = time.process_time() - started
        slowest = max(slowest, took)
        if took > LIMIT:
            return made, refused, slowest, f"{_kept(name, content)}: {took:.1f} s of CPU"
    return made, refused, slowest, None


def _kept(name: str, content: bytes) -> str:
    place = Path(tempfile.mkdtemp(prefix="notifier-fuzz-")) / name
    place.write_bytes(content)
    return str(place)


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10_000)
    print(f"{seconds:g} s of CPU for each format, seed {seed}")
    failures = 0
    for name in PARSERS:
        made, refused, slowest, failed = fuzz(name, seconds, seed)
        failures += failed is not None
        print(
            f"{name:15} {made:6} texts, {refused:5} refused, slowest {slowest:.2f} s", failed or ""
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
