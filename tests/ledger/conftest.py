"""Fixtures of the ledger's tests."""

from __future__ import annotations

import pytest

from notifier.model.plan import Channel
from tests.ledger.samples import approved, people, planned


@pytest.fixture
def standing_sample(ledger):
    """Six people, told by mail and in the product."""
    return approved(ledger, people(6), [planned(), planned(channel=Channel.IN_APP)])
