"""Fixtures that every room's tests may use; the machine's own configuration is left out."""

import os

from hypothesis import settings

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

for name in [name for name in os.environ if name.startswith("NOTIFIER_")]:
    if not name.startswith("NOTIFIER_TEST_"):
        del os.environ[name]

os.environ["COLUMNS"] = "92"  # whatever terminal the tests run in, what is printed is the same

settings.register_profile("untimed", settings.default, deadline=None)  # the benches measure speed
settings.load_profile("untimed")
