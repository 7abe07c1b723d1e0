"""The built wheel, installed alone, does the main job: templates and tables travel inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the checkout that holds the wheel's files and nothing of the checkout."""
    made = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", made, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "site")
    return made / "site"


def test_the_wheel_alone_tells_the_whole_story(installed: Path, tmp_path: Path) -> None:
    program = (
        "import sys, notifier;"
        f"assert notifier.__file__.startswith({str(installed)!r}), notifier.__file__;"
        "from notifier.cli import main; sys.exit(main(['demo']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every record is as it was written" in done.stdout
    assert len(list((tmp_path / "demo-output" / "outbox").glob("*.eml"))) > 300


def test_every_template_is_in_the_wheel(installed: Path) -> None:
    shipped = {
        path.relative_to(ROOT / "templates")
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    packed = installed / "notifier" / "_templates"
    assert shipped == {p.relative_to(packed) for p in packed.rglob("*") if p.is_file()}
