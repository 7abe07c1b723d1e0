"""Language tags as a page declares them, and the tables they are read with."""

from __future__ import annotations

_WRITTEN_AS = {"no": "nb", "nn": "nb"}
"""Tags of languages that are read with another's table."""


def primary_language(tag: str | None) -> str:
    """The language of a BCP 47 tag, by the name of its tables; empty where none is declared."""
    declared = (tag or "").partition("-")[0].lower()
    return _WRITTEN_AS.get(declared, declared)
