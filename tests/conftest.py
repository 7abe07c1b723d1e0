"""Fixtures that every room uses."""

from __future__ import annotations

import os

import pytest

for name in [name for name in os.environ if name.startswith("NOTIFIER_")]:
    if not name.startswith("NOTIFIER_TEST_") and name != "NOTIFIER_CORPUS":
        del os.environ[name]


@pytest.fixture(params=["sqlite"])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty ledger's URL."""
    return "sqlite:///notifier.db"
