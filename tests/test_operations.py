"""What docs/operations.md tells a person on call is what the program says and has."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import click
import pytest

from notifier.cli import verbs

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
FILLED_IN = re.compile(r"…|\bN\b|\bM\b|privacy")
"""What stands in the document for what the program fills in."""


@cache
def said() -> str:
    """Every text of the program, those in pieces put together as far as they are known."""
    return "\n".join(
        node.value
        for path in sorted((ROOT / "notifier").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def symptoms() -> list[str]:
    first_cells = re.findall(r"(?m)^\| (.*?) \|", OPERATIONS)
    return [quoted for cell in first_cells for quoted in re.findall(r"`(.*?)`", cell)]


@pytest.mark.parametrize("symptom", symptoms())
def test_every_symptom_is_one_the_program_shows(symptom: str) -> None:
    if symptom.startswith("notifier ") and "failed" not in symptom:
        return
    for piece in FILLED_IN.split(symptom):
        assert piece.strip(" ;“”") in said(), piece


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`notifier ([^`]+)`", OPERATIONS))))
def test_every_command_is_one_of_ours(command: str) -> None:
    if command.startswith("failed at"):
        return
    found: click.Command | None = verbs
    for word in command.split():
        if not isinstance(found, click.Group):
            break
        found = found.get_command(click.Context(found), word)
    assert found is not None, command
    options = {option for one in found.params for option in one.opts}
    assert set(re.findall(r"--?[a-z]+\b", command)) <= options
