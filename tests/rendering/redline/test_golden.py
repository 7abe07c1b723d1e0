"""Every view of the sample with everything in it stays as it was last read and found good."""

from __future__ import annotations

import pytest

from notifier.redline import rebuild_new, rebuild_old
from tests.rendering.redline.golden import FOLDER, VIEWS
from tests.rendering.redline.samples import everything, hostile, nothing


@pytest.mark.parametrize("name", VIEWS)
def test_view_is_the_golden_one(name: str) -> None:
    golden = (FOLDER / name).read_text("utf-8")

    assert VIEWS[name]() == golden, "wanted? write the files anew, see golden.py"


@pytest.mark.parametrize("redline", [everything(), hostile(), nothing()])
def test_the_samples_keep_the_contract_of_a_redline(redline) -> None:
    assert rebuild_old(redline) == tuple(block.text for block in redline.old.blocks)
    assert rebuild_new(redline) == tuple(block.text for block in redline.new.blocks)
