"""Whatever happens to a change, no promise is broken that was not reported."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.planning.history import History

TestHistory = History.TestCase
TestHistory.settings = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
