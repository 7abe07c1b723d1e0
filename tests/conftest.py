"""Fixtures that every room's tests may use."""

from tests.databases import (
    ledger,
    ledger_url,
    postgres_ledger_url,
    postgres_url,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "ledger",
    "ledger_url",
    "postgres_ledger_url",
    "postgres_url",
    "sqlite_template",
    "sqlite_url",
]
