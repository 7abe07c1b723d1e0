"""Front matter: what stands before the text for the site's own machinery.

Jekyll and Hugo write YAML between ``---``, Hugo also TOML between ``+++`` or JSON.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

_MAX = 64_000
_MAX_BRACKETS = 500
_MAX_PAIRS = 500


class _PlainYAML(YAMLHandler):
    """YAML whose scalars stay as written: 2024-13-01 is not ours to reject, nor "no" a truth."""

    def load(self, fm: str, **_options: object) -> Any:
        return yaml.load(fm, Loader=yaml.CBaseLoader)  # noqa: S506 - builds strings, lists, dicts


class _TOML(BaseHandler):
    """TOML by the standard library."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)

    def load(self, fm: str) -> dict[str, Any]:
        return tomllib.loads(fm)


_HANDLERS = (_PlainYAML(), _TOML(), JSONHandler())
_PAIR = re.compile(r"([\w.-]+)\s*:\s+(\S.*?)\s*")
"""What can be read of YAML with a slip in it: ``title: Terms: what you agree to``."""
_YAML_LINE = re.compile(r"\s*(?:[\w.-]+\s*:(?:\s|$)|-(?:\s|$)|#|$)|\s+\S|[\]\[{}]")


def split(text: str) -> tuple[dict[str, str], str, int]:
    """Take the front matter off a text.

    Returns:
        Its values as flat text (lists joined by commas, nested keys by dots, keys in lower
        case), the text below it, and how many lines were taken off.
    """
    for handler in _HANDLERS:
        if not handler.detect(text):
            continue
        try:
            head, body = handler.split(text)
        except ValueError:
            continue
        values = _values(handler, head)
        if values is None:
            continue
        return _flat(values), body, text.count("\n", 0, len(text) - len(body))
    return {}, text, 0


def _values(handler: BaseHandler, head: str) -> Mapping[object, object] | None:
    """The front matter as a mapping; None when it is text between two rules after all."""
    if len(head) > _MAX or head.count("[") + head.count("{") > _MAX_BRACKETS:
        return None
    try:
        values: object = handler.load(head)
    except (yaml.YAMLError, ValueError, RecursionError):
        lines = head.splitlines()
        broken = isinstance(handler, _PlainYAML) and head.strip()
        if not broken or not all(map(_YAML_LINE.match, lines)):
            return None
        return {pair[1]: pair[2] for pair in map(_PAIR.fullmatch, lines) if pair}
    if values is None and not head.strip():
        return {}
    return values if isinstance(values, Mapping) else None


def _flat(values: Mapping[object, object]) -> dict[str, str]:
    flat: dict[str, str] = {}
    waiting: list[tuple[str, object]] = [("", values)]
    for _ in range(_MAX_PAIRS):  # aliases can make a small text into an endless mapping
        if not waiting:
            break
        key, value = waiting.pop()
        if isinstance(value, Mapping):
            start = f"{key}." if key else ""
            waiting += [(f"{start}{k}".lower(), v) for k, v in reversed(list(value.items()))]
        elif isinstance(value, list):
            flat[key] = ", ".join(str(v) for v in value[:_MAX_PAIRS] if not _is_nested(v))
        else:
            flat[key] = "" if value is None else str(value)
    return flat


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping | list)
