"""JSON: the whole redline as data, from which both texts can be rebuilt; see the schema beside.

``docs/redline-format.md`` describes it for readers in other languages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from notifier.errors import RenderingError
from notifier.model.redline import BlockChange, Redline
from notifier.model.text import Document
from notifier.redline import rebuild_new, rebuild_old

FORMAT: Literal["notifier-redline"] = "notifier-redline"
VERSION: Literal[1] = 1
MAX_BYTES = 64_000_000
"""Longest JSON that is read; the redline of two 4 MB policies is about half of it."""

_SOUND = "compare the two texts again with: notifier redline OLD NEW -o redline.json"


@dataclass(frozen=True, slots=True)
class RedlineFile:
    """The top of a redline's JSON.

    Attributes:
        format: tells this format from any other.
        version: raised when a reader of the version before could misread it; new keys alone
            do not raise it.
    """

    format: Literal["notifier-redline"]
    version: Literal[1]
    redline: Redline


def to_json(redline: Redline) -> str:
    """The redline as canonical JSON: keys sorted by code point, no white space, UTF-8 as it is.

    Equal redlines give equal bytes, so that a hash over them identifies the comparison.
    """
    data = _adapter().dump_python(RedlineFile(FORMAT, VERSION, redline), mode="python")
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Redline:
    """Read a redline back, and prove that its edits rebuild both of its texts.

    Raises:
        RenderingError: it is too long, is not of this format and version, or contradicts itself.
    """
    if len(text) > MAX_BYTES:
        raise RenderingError(
            f"The redline's JSON has {len(text):,} characters; at most {MAX_BYTES:,} are read.",
            remedy=_SOUND,
        )
    try:
        redline = _adapter().validate_json(text).redline
    except ValidationError as error:
        raise RenderingError(f"This is no redline: {_first(error)}.", remedy=_SOUND) from error
    if not _is_sound(redline):
        raise RenderingError(
            "The redline contradicts itself: its edits do not rebuild its two texts.",
            remedy=_SOUND,
        )
    return redline


def schema() -> dict[str, Any]:
    """The format as JSON Schema 2020-12; ``redline.schema.json`` is this, written out."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_adapter().json_schema(mode="serialization"),
        "title": "The redline of two policy texts",
    }


@cache
def _adapter() -> TypeAdapter[RedlineFile]:
    return TypeAdapter(RedlineFile)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"


def _is_sound(redline: Redline) -> bool:
    """True when every block of both texts is told exactly once, in its own words."""
    told = [entry for entry in redline.entries if entry.change is not BlockChange.MOVED_AWAY]
    olds = sorted(at for entry in told for at in entry.old)
    news = sorted(at for entry in redline.entries for at in entry.new)
    if olds != [*range(len(redline.old.blocks))] or news != [*range(len(redline.new.blocks))]:
        return False
    if not all(entry.old or entry.new for entry in told):
        return False
    if _ends(redline, BlockChange.MOVED) != _ends(redline, BlockChange.MOVED_AWAY):
        return False
    try:
        was, now = rebuild_old(redline), rebuild_new(redline)
    except ValueError:
        return False
    return was == _texts(redline.old) and now == _texts(redline.new)


def _ends(redline: Redline, change: BlockChange) -> list[tuple[int, tuple[int, ...]]]:
    """The moves by number and old place, as one of their two ends tells them."""
    return sorted((e.move, e.old) for e in redline.entries if e.change is change)


def _texts(document: Document) -> tuple[str, ...]:
    return tuple(block.text for block in document.blocks)
