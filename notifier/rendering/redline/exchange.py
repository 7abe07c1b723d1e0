"""JSON: the whole redline as data, from which both texts can be rebuilt; see the schema beside.

``docs/redline-format.md`` describes it for readers in other languages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from notifier.model.redline import Redline

FORMAT: Literal["notifier-redline"] = "notifier-redline"
VERSION: Literal[1] = 1


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
