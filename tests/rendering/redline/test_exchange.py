"""JSON: the redline as data, whole, canonical, and never believed when it contradicts itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings

import notifier.rendering.redline as door
from notifier.errors import RenderingError
from notifier.redline import compare
from notifier.rendering.redline.exchange import from_json, schema, to_json
from tests.redline.texts import two_documents
from tests.rendering.redline.samples import everything, hostile

SCHEMA = Path(door.__file__).parent / "redline.schema.json"


@settings(max_examples=100, deadline=None)
@given(two_documents())
def test_what_is_written_is_read_back_the_same(pair) -> None:
    redline = compare(*pair)

    assert from_json(to_json(redline)) == redline


@pytest.mark.parametrize("redline", [everything(), hostile()])
def test_equal_redlines_give_equal_bytes(redline) -> None:
    once = to_json(redline)

    assert to_json(from_json(once)) == once
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


def test_keys_of_a_later_writer_are_passed_over() -> None:
    data = json.loads(to_json(everything()))
    data["redline"]["colour"] = "blue"

    assert from_json(json.dumps(data)) == everything()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: data.update(version=2), "version"),
        (lambda data: data.update(format="other"), "format"),
        (lambda data: data["redline"].pop("old"), "redline.old"),
        (lambda data: data["redline"]["entries"].pop(), "contradicts itself"),
        (lambda data: data["redline"]["entries"][0].update(old=[99]), "contradicts itself"),
        (lambda data: data["redline"]["entries"][5].update(old=[-1]), "contradicts itself"),
        (lambda data: data["redline"]["entries"][5].update(old=[]), "contradicts itself"),
        (lambda data: data["redline"]["entries"][5].update(move=7), "contradicts itself"),
        (
            lambda data: data["redline"]["entries"][1]["spans"][0].update(text="Void on 1 "),
            "contradicts itself",
        ),
    ],
)
def test_json_that_is_wrong_is_refused_with_its_reason(spoil, reason: str) -> None:
    data = json.loads(to_json(everything()))
    spoil(data)

    with pytest.raises(RenderingError, match=reason):
        from_json(json.dumps(data))


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "[" * 100_000, '"\\ud800"'])
def test_what_is_no_redline_is_refused(text: str) -> None:
    with pytest.raises(RenderingError, match="no redline"):
        from_json(text)


def test_the_schema_beside_the_code_is_the_formats_own() -> None:
    written = json.loads(SCHEMA.read_text("utf-8"))

    assert written == schema(), "write it anew: python -m tests.rendering.redline.golden"


def test_every_key_of_the_format_is_in_the_schema() -> None:
    definitions = schema()["$defs"]

    assert set(json.loads(to_json(everything()))) == set(schema()["properties"])
    assert set(json.loads(to_json(everything()))["redline"]) == set(
        definitions["Redline"]["properties"]
    )
