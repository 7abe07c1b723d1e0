"""docs/in-app-api.md: what it says of requests, answers and a page is what they are."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route
from starlette.testclient import TestClient

from notifier.app import open_pipeline
from notifier.web import build
from tests.company import Company
from tests.rendering.browsing import browser

__all__ = ["browser"]
GUIDE = (Path(__file__).parents[2] / "docs" / "in-app-api.md").read_text(encoding="utf-8")
TOKEN = "t0ken-of-the-product"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}


def block(language: str, number: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)[number]


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    company = Company(tmp_path / "acme").set_up()
    for verb in (("check",), ("plan",), ("approve",), ("send", "--now")):
        company.ok(*verb)
    monkeypatch.setenv("NOTIFIER_WEB__TOKEN", TOKEN)
    with open_pipeline(company.folder / "notifier.toml") as pipeline:
        yield TestClient(build(pipeline, health=lambda: {"beats": {}, "trouble": {}}))


def test_a_notice_has_the_keys_that_are_shown_and_explained(client: TestClient) -> None:
    (notice,) = client.get("/notices/u3", headers=RIGHT).json()["notices"]
    assert json.loads(block("json")).keys() == notice.keys()
    rows = GUIDE[GUIDE.index("| key |") : GUIDE.index("The words are what")]
    explained = [cell for row in rows.splitlines() for cell in row.split("|")[1:2]]
    assert set(re.findall(r"`(\w+)`", " ".join(explained))) == notice.keys()


def test_every_request_shown_is_answered(client: TestClient) -> None:
    (notice,) = client.get("/notices/u3", headers=RIGHT).json()["notices"]
    answers = []
    for line in block("sh").splitlines():
        words = shlex.split(line.replace("$TOKEN", TOKEN))
        path = words[-1].removeprefix("http://127.0.0.1:8080").replace("/5/", f"/{notice['id']}/")
        method = "POST" if "POST" in words else "GET"
        headers = RIGHT if "-H" in words else {}
        answers.append(client.request(method, path, headers=headers))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [answer.json() for answer in answers[1:3]] == [
        {"state": "shown"},
        {"state": "acknowledged"},
    ]


@pytest.mark.xdist_group("browser")
def test_the_page_shows_a_notice_and_reports_it(client: TestClient, browser: Browser) -> None:
    marked = []

    def product(route: Route) -> None:
        """The product's server, for whoever is logged in as u3."""
        path = route.request.url.removeprefix("https://shop.example/policy-notices")
        answer = client.request(route.request.method, f"/notices/u3{path}", headers=RIGHT)
        marked.append(path.rpartition("/")[2])
        route.fulfill(status=answer.status_code, json=answer.json())

    tab = browser.new_page()
    page = {"content_type": "text/html", "body": "<!doctype html><main></main>"}
    tab.route("https://shop.example/", lambda route: route.fulfill(**page))
    tab.route("https://shop.example/policy-notices{,/**}", product)
    tab.goto("https://shop.example/")
    tab.add_script_tag(content=block("js"))
    with tab.expect_response("**/shown"):
        tab.evaluate("showNotices(document.querySelector('main'))")
    assert "Privacy Policy" in tab.inner_text("h2")
    with tab.expect_response("**/acknowledged"):
        tab.click("text=OK")
    tab.wait_for_selector("section", state="detached")
    assert marked == ["", "shown", "acknowledged"]
    assert client.get("/notices/u3", headers=RIGHT).json() == {"notices": []}
