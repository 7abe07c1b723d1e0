"""JSON: the redline as data, whole and canonical."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings

import notifier.rendering.redline as door
from notifier.redline import compare
from notifier.rendering.redline.exchange import schema, to_json
from tests.redline.texts import two_documents
from tests.rendering.redline.samples import everything, hostile, read_back

SCHEMA = Path(door.__file__).parent / "redline.schema.json"


@settings(max_examples=100, deadline=None)
@given(two_documents())
def test_what_is_written_is_read_back_the_same(pair) -> None:
    redline = compare(*pair)

    assert read_back(to_json(redline)) == redline


@pytest.mark.parametrize("redline", [everything(), hostile()])
def test_equal_redlines_give_equal_bytes(redline) -> None:
    once = to_json(redline)

    assert to_json(read_back(once)) == once
    assert once == json.dumps(
        json.loads(once), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def test_both_texts_can_be_rebuilt_by_anyone_who_has_only_the_json() -> None:
    data = json.loads(to_json(everything()))["redline"]
    old: dict[int, str] = {}
    new: dict[int, str] = {}
    for entry in data["entries"]:
        for side, ops, places in (
            (old, ("equal", "delete"), entry["old"]),
            (new, ("equal", "insert"), entry["new"]),
        ):
            if entry["change"] == "moved_away":
                continue
            text = "".join(span["text"] for span in entry["spans"] if span["op"] in ops)
            lines = text.split("\n") if len(places) > 1 else [text]
            side.update(zip(places, lines, strict=False))

    assert [old[at] for at in sorted(old)] == [block["text"] for block in data["old"]["blocks"]]
    assert [new[at] for at in sorted(new)] == [block["text"] for block in data["new"]["blocks"]]


def test_the_documented_way_of_rebuilding_a_text_works(tmp_path, monkeypatch) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "redline-format.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "redline.json").write_text(to_json(everything()), "utf-8")
    monkeypatch.chdir(tmp_path)

    exec(example, {})  # its own assertion compares


def test_the_schema_beside_the_code_is_the_formats_own() -> None:
    written = json.loads(SCHEMA.read_text("utf-8"))

    assert written == schema(), "write it anew: python -m tests.rendering.redline.golden"


def test_every_key_of_the_format_is_in_the_schema() -> None:
    definitions = schema()["$defs"]

    assert set(json.loads(to_json(everything()))) == set(schema()["properties"])
    assert set(json.loads(to_json(everything()))["redline"]) == set(
        definitions["Redline"]["properties"]
    )
