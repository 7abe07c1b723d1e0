"""``read --json`` finds in each document of ``cases/`` what a careful reader finds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from notifier.cli import verbs
from tests.reading.field.documents import Case, cases

FIELDS = ("effective_date", "effective_precision", "kind", "ambiguous", "page_state")
BEYOND = {
    "dateless: sub-policy date only": "nothing but its title tells a sub-policy from this one",
    "english: dates wholly in words": "years in words are not read; the reader says none",
    "english: new and existing users": "one date is planned for, the other is a question",
}
"""What the reader is known not to tell, and why."""


def _params() -> list[object]:
    return [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(reason=BEYOND[case.name], strict=True)]
            if case.name in BEYOND
            else [],
        )
        for case in cases()
    ]


def _read(path: Path) -> dict[str, object]:
    result = CliRunner().invoke(verbs, ["read", "--json", str(path)], catch_exceptions=False)
    found = json.loads(result.output)
    assert isinstance(found, dict)
    return found


def _letters(line: str) -> str:
    return re.sub(r"[^\w]+", "", line).lower()


@pytest.mark.parametrize("case", _params())
def test_a_real_looking_document_is_read_right(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.file.replace("/", "-")
    path.write_text(case.text, encoding="utf-8")
    found = _read(path)
    assert {name: found[name] for name in FIELDS} == {
        name: getattr(case, name) for name in FIELDS
    } | _left_open(case, found)
    if case.effective_line and not case.ambiguous:
        said, wanted = _letters(str(found["effective_line"])), _letters(case.effective_line)
        assert said in wanted or wanted in said or said[-8:] in wanted


def _left_open(case: Case, found: dict[str, object]) -> dict[str, object]:
    """An ambiguous date may be given or left open, but never be another one."""
    if case.ambiguous and found["ambiguous"] and found["effective_date"] is None:
        return {"effective_date": None, "effective_precision": None}
    return {}


def test_the_line_of_a_text_is_the_line_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.md"
    path.write_text(
        "# Policy\n\n**Effective:** [May 1, 2024](/old) #\n\nWe keep what you give us and nothing else.\n"
    )
    assert _read(path)["effective_line"] == "**Effective:** [May 1, 2024](/old) #"


def test_what_cannot_be_read_is_one_line_too(tmp_path: Path) -> None:
    good, empty = tmp_path / "good.md", tmp_path / "empty.md"
    good.write_text("# Policy\n\nLast updated: May 1, 2024\n\nWe keep nothing.\n")
    empty.write_text("")
    arguments = ["read", "--json", str(empty), str(tmp_path / "none.md"), str(good)]
    result = CliRunner().invoke(verbs, arguments)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in line for line in lines] == [True, True, False]
    assert result.exit_code == 1


def test_a_person_reads_each_duty_with_its_words(tmp_path: Path) -> None:
    path = tmp_path / "policy.md"
    path.write_text(
        "# Policy\n\nEffective May 1, 2024\n\n## Changes\n\n"
        "We may change this policy. We will notify you by email at least 30 days before "
        "changes to this policy take effect.\n"
    )
    shown = CliRunner().invoke(verbs, ["read", str(path)]).stdout
    assert "2024-05-01 (effective)" in shown
    assert "notice period     30 days" in shown
    assert "“30 days” (line 7)" in shown
    assert "Nothing stops planning" in shown
