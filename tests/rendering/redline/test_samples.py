"""The samples keep the redline's own contract, so that the views are tried on sound ones."""

from __future__ import annotations

import pytest

from notifier.redline import rebuild_new, rebuild_old
from tests.rendering.redline.samples import everything, hostile, nothing


@pytest.mark.parametrize("redline", [everything(), hostile(), nothing()])
def test_entries_rebuild_both_texts(redline) -> None:
    assert rebuild_old(redline) == tuple(block.text for block in redline.old.blocks)
    assert rebuild_new(redline) == tuple(block.text for block in redline.new.blocks)
