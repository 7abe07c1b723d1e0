"""The page in a real browser: accessible, quiet, whole at every width, usable by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from notifier.redline import compare
from notifier.rendering.environment import Templates
from notifier.rendering.redline import email_fragment, page, words_for
from tests.redline.texts import document
from tests.rendering.browsing import violations
from tests.rendering.redline.samples import everything, hostile

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The sample's page, opened from a file; ``complaints`` gathers what the browser says."""
    file = tmp_path / "redline.html"
    file.write_text(html(everything()), "utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    tab.goto(file.as_uri())
    yield tab
    tab.close()


def html(redline) -> str:
    return page(
        redline,
        templates=Templates(),
        title="Privacy policy",
        old_label="1 May 2023",
        new_label="1 June 2024",
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("view", ["inline", "sides"])
def test_axe_finds_nothing(browser: Browser, tmp_path, scheme: str, width: int, view: str) -> None:
    file = tmp_path / "redline.html"
    file.write_text(html(everything()), "utf-8")
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.goto(file.as_uri())
    tab.check(f"#view-{view}")
    tab.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")

    assert violations(tab) == []
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_mail_around_the_fragment(browser: Browser, scheme: str) -> None:
    words = words_for(Templates(), "en")
    fragment = email_fragment(
        everything(), templates=Templates(), words=words, link="https://example.org/", budget=5_000
    )
    tab = browser.new_page(viewport={"width": 600, "height": 900}, color_scheme=scheme)
    tab.set_content(
        '<!doctype html><html lang="en"><head><title>Mail</title></head>'
        f'<body style="background:#fff;color:#222"><main><h1>Mail</h1>{fragment}</main></body>'
    )

    assert violations(tab) == []
    tab.close()


@pytest.mark.parametrize("redline", [everything(), hostile()])
@pytest.mark.parametrize("width", [320, 768, 1920])
def test_nothing_sticks_out_at_any_width(browser: Browser, width: int, redline) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.set_content(html(redline))
    for view in ("inline", "sides"):
        tab.check(f"#view-{view}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


@pytest.mark.parametrize("redline", [everything(), hostile()])
def test_the_browser_has_no_complaint_and_asks_for_nothing(browser: Browser, redline) -> None:
    tab = browser.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("dialog", lambda dialog: complaints.append(dialog.message))
    tab.on("request", lambda request: requests.append(request.url))
    tab.set_content(html(redline))
    tab.keyboard.press("n")
    tab.click("#next")

    assert complaints == []
    assert requests == []
    tab.close()


def test_keys_jump_from_change_to_change_and_back(shown: Page) -> None:
    focused = "document.activeElement.id"

    shown.keyboard.press("n")
    assert shown.evaluate(focused) == "c1"
    assert shown.inner_text("#position") == "Change 1 of 10"
    shown.keyboard.press("n")
    assert shown.evaluate(focused) == "c2"
    shown.keyboard.press("p")
    assert shown.evaluate(focused) == "c1"
    shown.keyboard.press("p")
    assert shown.inner_text("#position") == "Change 10 of 10"


def test_the_keys_can_be_turned_off(shown: Page) -> None:
    shown.uncheck("#keys")
    shown.keyboard.press("n")

    assert shown.inner_text("#position") == "10 changes"


def test_jumping_opens_what_is_folded_and_starts_from_where_the_reader_is(
    browser: Browser, tmp_path: Path
) -> None:
    old = document("# A", "Keep logs 30 days.", *(f"Clause {n}." for n in range(200)), "Fee 5.")
    new = document("# A", "Keep logs 90 days.", *(f"Clause {n}." for n in range(200)), "Fee 9.")
    tab = browser.new_page(viewport={"width": 1280, "height": 700}, reduced_motion="reduce")
    tab.set_content(html(compare(old, new)))
    tab.check("#unfold")
    tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    tab.keyboard.press("p")

    assert tab.evaluate("document.activeElement.id") == "c1"
    tab.close()


def test_both_views_show_the_same_words(shown: Page) -> None:
    assert shown.is_visible("#c1 .one")
    assert not shown.is_visible("#c1 .two")

    shown.check("#view-sides")

    assert not shown.is_visible("#c1 .one")
    sides = shown.locator("#c1 .side .words").all_inner_texts()
    assert [re_spaced(side) for side in sides] == [
        "Effective 1 removed: May 2023. end of removed words.",
        "Effective 1 added: June 2024. end of added words.",
    ]


def re_spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("with_scripts", [True, False])
def test_on_paper_everything_is_there_and_no_controls(browser: Browser, with_scripts: bool) -> None:
    kept = [f"Clause {n} stays as it is." for n in range(9)]
    old = document("# One", *kept, "We keep logs for 30 days.", "# Two", "Nothing here.")
    new = document("# One", *kept, "We keep logs for 90 days.", "# Two", "Nothing here.")
    context = browser.new_context(java_script_enabled=with_scripts)
    tab = context.new_page()
    tab.set_content(html(compare(old, new)))
    assert not tab.is_visible("text=Clause 3 stays")

    tab.emulate_media(media="print")

    for control in (".tools", ".outline", ".map", ".fold > summary"):
        assert not tab.is_visible(control)
    assert tab.is_visible("#c1")
    assert tab.is_visible("text=Clause 3 stays")
    assert tab.is_visible("text=Nothing here.")
    context.close()


def test_without_scripts_everything_can_be_read(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.set_content(html(everything()))

    assert tab.is_visible("#c1")
    assert tab.is_visible("#view-sides")
    assert not tab.is_visible("#next")
    context.close()
