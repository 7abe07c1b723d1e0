"""A redline written to a file: the name chooses the view."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifier.errors import RenderingError
from notifier.rendering.environment import Templates
from notifier.rendering.redline.files import write
from tests.rendering.redline.samples import everything, read_back


def written(path: Path) -> Path:
    write(
        everything(),
        path,
        templates=Templates(),
        title="Privacy policy",
        old_label="1 May 2023",
        new_label="1 June 2024",
    )
    return path


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("redline.html", b"<!doctype html>"),
        ("redline.docx", b"PK\x03\x04"),
        ("redline.md", b"Edited: "),
        ("redline.json", b'{"format":"notifier-redline"'),
        ("redline.txt", b"Privacy policy\n---"),
        ("REDLINE.HTML", b"<!doctype html>"),
    ],
)
def test_the_suffix_chooses_the_view(tmp_path: Path, name: str, start: bytes) -> None:
    assert written(tmp_path / name).read_bytes().lstrip().startswith(start)


def test_json_written_to_a_file_is_the_redline(tmp_path: Path) -> None:
    text = written(tmp_path / "redline.json").read_text("utf-8")

    assert read_back(text) == everything()


@pytest.mark.parametrize("name", ["redline.pdf", "redline"])
def test_a_suffix_without_a_view_is_refused_and_the_known_ones_named(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(RenderingError, match=r"\.html, \.docx, \.md, \.json, \.txt"):
        written(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match="cannot be written: No such file"):
        written(tmp_path / "nowhere" / "redline.html")
