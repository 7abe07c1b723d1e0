"""Every command of the README runs, and what it shows is what it prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.company import Company

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LONG_RUNNING = {"notifier serve"}


def commands() -> list[str]:
    """The lines of the README's shell blocks that run notifier, comments removed."""
    blocks = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("notifier ")]


def test_every_command_runs_in_the_order_of_the_readme(tmp_path: Path) -> None:
    company = Company(tmp_path / "acme").set_up()
    (company.folder / "notifier.toml").unlink()
    for branch in ("main", "upcoming"):
        company.git("checkout", "-q", branch)
        company.git("mv", "privacy.md", "privacy-policy.md")
        company.git("commit", "-q", "-m", "rename")
    company.git("checkout", "-q", "main")
    ran = []
    for command in commands():
        if command in LONG_RUNNING:
            company.ok("send", "--now")
        else:
            company.ok(*shlex.split(command)[1:])
        ran.append(command.split()[1])
    assert ran[0] == "init"
    assert ran[-1] == "evidence"
    assert len(company.outbox) == 4


def test_the_screen_of_real_use_is_real() -> None:
    """Written anew by NOTIFIER_TEST_WRITE_GOLDEN=1."""
    import os

    company = Company(ROOT)
    shown = README
    for command, block in re.findall(
        r"<!-- run: (.*?) -->\n(```console\n.*?```)", README, re.DOTALL
    ):
        printed = company.ok(*shlex.split(command)[1:]).strip("\n")
        real = f"```console\n$ {command}\n{printed}\n```"
        shown = shown.replace(block, real)
    if os.environ.get("NOTIFIER_TEST_WRITE_GOLDEN"):
        (ROOT / "README.md").write_text(shown, encoding="utf-8")
    else:
        assert shown == README


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"(?m)^{target}:", (ROOT / "Makefile").read_text())


def test_every_link_leads_somewhere() -> None:
    for link in re.findall(r"\]\(((?!http)[^)]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_verb_is_explained() -> None:
    company = Company(ROOT)
    listed = company.ok("--help")
    for verb in re.findall(r"^  (\w+) ", listed.split("Commands:")[1], re.MULTILINE):
        assert len(company.ok(verb, "--help")) > 100
        assert f"notifier {verb}" in README or verb in {"config", "demo"}
