"""The labels of the views, in every language they come in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notifier.errors import RenderingError
from notifier.rendering.environment import Templates
from notifier.rendering.redline import words_for
from notifier.rendering.redline.words import counted, filled


@pytest.mark.parametrize("locale", ["de", "fr", "es"])
def test_a_language_has_every_label_with_the_same_places(locale: str) -> None:
    english, other = words_for(Templates(), "en"), words_for(Templates(), locale)

    assert other.keys() == english.keys()
    for name, label in english.items():
        assert set(re.findall(r"\{\w+\}", other[name])) == set(re.findall(r"\{\w+\}", label)), name


def test_a_region_falls_back_to_its_language() -> None:
    assert words_for(Templates(), "de-AT") == words_for(Templates(), "de")


def test_a_language_without_labels_is_refused_instead_of_mixed_with_english() -> None:
    with pytest.raises(RenderingError, match="'it'"):
        words_for(Templates(), "it")


def test_the_companys_own_labels_go_first_and_must_be_complete(tmp_path: Path) -> None:
    own = tmp_path / "locales" / "en"
    own.mkdir(parents=True)
    shipped = Templates().find("locales/en/redline.toml")
    assert shipped is not None
    table = shipped.read_text("utf-8")
    (own / "redline.toml").write_text(table.replace('"Added"', '"New"'), "utf-8")
    assert words_for(Templates(tmp_path), "en")["added"] == "New"

    (own / "redline.toml").write_text(table.replace("added = ", "addde = ", 1), "utf-8")
    with pytest.raises(RenderingError, match="added"):
        words_for(Templates(tmp_path), "en")


def test_places_are_filled_once_and_never_from_the_values() -> None:
    words = {"note": "{before} → {after}"}

    assert filled(words, "note", before="{after}", after="x") == "{after} → x"


def test_one_is_counted_in_its_own_words() -> None:
    words = words_for(Templates(), "fr")

    assert counted(words, "more_sections", 1) == "… et une autre section"
    assert counted(words, "more_sections", 14) == "… et 14 autres sections"
