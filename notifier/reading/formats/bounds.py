"""How much a snapshot may ask of us. What exceeds a bound is refused by name, never cut off."""

from __future__ import annotations

import re
from collections import Counter

from notifier.errors import ReadingError
from notifier.reading.formats.lines import without

MAX_BYTES = 8_000_000
"""Largest snapshot read. The longest real policies are below 1 MB."""

MAX_MARKS = 30_000
"""Most characters of one paragraph that could be Markdown."""

MAX_BRACKETS = 1_000
"""Most opening brackets of one paragraph: looking for their partners is quadratic."""

MAX_LINES = 40_000
"""Most lines that are not blank in Markdown; twice what reStructuredText may have."""

MAX_DEPTH = 200
"""Deepest nesting of elements."""

MAX_WORK = 4_000_000
"""Most elements that repairing unclosed formatting elements may create (HTML 13.2.4.3)."""

MAX_BLOCKS = 100_000
"""Most blocks of one document."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_MARKS = re.compile(r"[\[\]*_`<&\\!~\n:]")
_OPAQUE = (
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script", re.IGNORECASE)),
    (re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style", re.IGNORECASE)),
)
_VOID = "area base br col embed hr img input link meta source track wbr"
_IMPLIED_END = (
    "p li dt dd tr td th thead tbody tfoot option optgroup colgroup caption rp rt html head body"
)
_CLOSED_BY_ITSELF = frozenset(f"{_VOID} {_IMPLIED_END}".split())
_FORMATTED = "a b big code em font i nobr s small strike strong tt u"
_FORMATTING = frozenset(_FORMATTED.split())
_CHEAP_TO_CHECK = 2_000


def check_size(content: bytes, name: str) -> None:
    """Refuse a snapshot that is too large.

    Raises:
        ReadingError: it has more than :data:`MAX_BYTES`.
    """
    if len(content) > MAX_BYTES:
        message = f"{name}: {len(content):,} bytes; at most {MAX_BYTES:,} are read"
        raise ReadingError(message, remedy="point the source at the text of the policy alone")


def check_lines(text: str, name: str, most: int = MAX_LINES) -> None:
    """Refuse text whose parser would need more than seconds.

    Raises:
        ReadingError: it has more than ``most`` lines that are not blank.
    """
    written = text.count("\n") + 1 - text.count("\n\n")
    if written > most:
        message = f"{name}: {written:,} lines; at most {most:,} are read"
        raise ReadingError(message, remedy="check that the source is a policy")


def check_paragraph(text: str, name: str) -> None:
    """Refuse a paragraph of Markdown that is all markup.

    Raises:
        ReadingError: it has more than :data:`MAX_MARKS` or :data:`MAX_BRACKETS`.
    """
    if len(text) > MAX_BRACKETS and (
        text.count("[") > MAX_BRACKETS or len(_MARKS.findall(text)) > MAX_MARKS
    ):
        message = f"{name}: a paragraph of {len(text):,} characters that is mostly markup"
        raise ReadingError(message, remedy="check that the source is a policy")


def check_nesting(html: str, name: str) -> None:
    """Refuse markup that would make an HTML parser build a bomb.

    Parsers repair unclosed elements: every unclosed ``<font>`` is opened again in every
    paragraph that follows, so n of them cost n times the page.

    Raises:
        ReadingError: elements are nested deeper than :data:`MAX_DEPTH`, or the repair would
            make more than :data:`MAX_WORK` elements.
    """
    if len(html) < _CHEAP_TO_CHECK and html.count("<") <= MAX_DEPTH:
        return
    depth = deepest = tags = reopened = deepest_reopened = 0
    opened: Counter[str] = Counter()
    for closing, written in _TAG.findall(without(html, _OPAQUE)):
        tag = written.lower()
        tags += 1
        if tag in _CLOSED_BY_ITSELF:
            continue
        step = -1 if closing else 1
        if closing and not opened[tag]:
            continue
        opened[tag] += step
        depth += step
        deepest = max(deepest, depth)
        if tag in _FORMATTING:
            reopened += step
            deepest_reopened = max(deepest_reopened, reopened)
    if deepest > MAX_DEPTH or deepest_reopened * tags > MAX_WORK:
        message = f"{name}: elements are nested or left open too deeply to be read safely"
        raise ReadingError(message, remedy="name the element that holds the policy as selector")
