"""Nouns to canonical JSON and back: the same value always gives the same bytes, hence hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter

_T = TypeVar("_T")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def canonical(value: Any) -> str:
    """A noun, or plain data, as JSON with sorted keys and no spaces."""
    plain = _adapter(type(value)).dump_python(value, mode="json")
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def restore(kind: type[_T], text: str) -> _T:
    """The noun that :func:`canonical` wrote."""
    value: _T = _adapter(kind).validate_json(text)
    return value


def sha256(content: bytes | str) -> str:
    """Hex digest of bytes, or of text as UTF-8."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
