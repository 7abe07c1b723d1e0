"""Notices in the product, asked for over HTTP as the product's own server does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from notifier.app import open_pipeline
from notifier.pipeline.pipeline import Pipeline
from notifier.web import build
from tests.company import Company, in_days, policy

TOKEN = "t0ken-of-the-product"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    company = Company(tmp_path / "acme").set_up()
    company.ok("check")
    company.ok("plan")
    company.ok("approve")
    company.ok("send", "--now")
    return company


@pytest.fixture
def pipeline(company: Company) -> Iterator[Pipeline]:
    with open_pipeline(company.folder / "notifier.toml") as pipeline:
        yield pipeline


@pytest.fixture
def client(pipeline: Pipeline) -> TestClient:
    return TestClient(build(pipeline, health=lambda: {"beats": {}, "trouble": {}}))


def test_a_person_sees_their_notice_in_their_language(client: TestClient) -> None:
    answer = client.get("/notices/u1")
    assert answer.headers["cache-control"] == "no-store"
    (notice,) = answer.json()["notices"]
    assert notice["locale"] == "es"
    assert notice["heading"].startswith("Privacy Policy: cambio a partir del")
    assert notice["effective_date"] == in_days(20).isoformat()
    assert notice["state"] == "offered"


def test_shown_and_acknowledged_are_facts_about_a_person(
    client: TestClient, company: Company
) -> None:
    (notice,) = client.get("/notices/u3").json()["notices"]
    where = f"/notices/u3/{notice['id']}"
    assert client.post(f"{where}/shown").json() == {"state": "shown"}
    assert client.get("/notices/u3").json()["notices"][0]["state"] == "shown"
    assert client.post(f"{where}/acknowledged").status_code == 200
    assert client.get("/notices/u3").json()["notices"] == []
    for again in ("shown", "acknowledged", "shown"):
        assert client.post(f"{where}/{again}").status_code == 200
    assert "1 acknowledged" in company.ok("status")


def test_nobody_can_see_or_mark_what_is_not_theirs(client: TestClient, company: Company) -> None:
    (notice,) = client.get("/notices/u3").json()["notices"]
    assert client.post(f"/notices/u1/{notice['id']}/acknowledged").status_code == 404
    assert client.post("/notices/u3/999999/shown").status_code == 404
    assert client.post(f"/notices/u3/{notice['id']}/deleted").status_code == 404
    assert client.get(f"/notices/u3/{notice['id']}/shown").json() == {"notices": []}
    assert client.post("/notices/u3").status_code == 405
    assert client.get("/notices/nobody").json() == {"notices": []}
    assert client.get("/notices/' OR 1=1 --").json() == {"notices": []}
    assert "4 offered" in company.ok("status")


@pytest.mark.parametrize("who", ["org/7", "auth0|7", "../health", "ü7", "a b"])
def test_any_id_a_product_gives_its_people_will_do(tmp_path: Path, who: str) -> None:
    company = Company(tmp_path / "acme").set_up()
    company.write_audience([("eve@mail.example", "1", "Eve", "en", "", who)])
    for verb in (("check",), ("plan",), ("approve",), ("send", "--now")):
        company.ok(*verb)
    with open_pipeline(company.folder / "notifier.toml") as pipeline:
        client = TestClient(build(pipeline, health=lambda: {"trouble": {}}))
        where = f"/notices/{quote(who, safe='')}"
        (notice,) = client.get(where).json()["notices"]
        assert client.post(f"{where}/{notice['id']}/acknowledged").status_code == 200
        assert client.get(where).json() == {"notices": []}


def test_the_next_change_is_shown_to_those_who_acknowledged_the_last(
    client: TestClient, company: Company
) -> None:
    (notice,) = client.get("/notices/u1").json()["notices"]
    client.post(f"/notices/u1/{notice['id']}/acknowledged")
    company.stage(policy(in_days(25), days=365))
    company.ok("check")
    company.ok("plan")
    company.ok("approve")
    company.ok("send", "--now")
    (again,) = client.get("/notices/u1").json()["notices"]
    assert again["effective_date"] == in_days(25).isoformat()


def test_without_the_token_nothing_is_told(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFIER_WEB__TOKEN", TOKEN)
    with open_pipeline(company.folder / "notifier.toml") as pipeline:
        client = TestClient(build(pipeline, health=lambda: {"trouble": {}}))
        for given in (
            {},
            {"Authorization": "Bearer x"},
            {"Authorization": f"Basic {TOKEN}"},
            {"Authorization": TOKEN},
        ):
            answer = client.get("/notices/u1", headers=given)
            assert answer.status_code == 401
            assert "heading" not in answer.text
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert client.get("/notices/u1", headers=right).json()["notices"]


@pytest.mark.parametrize("token", ["", "t0ken", "tök-en-of-the-product", "t0ken of the product"])
def test_a_token_that_opens_or_closes_it_to_everybody_is_refused(
    company: Company, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("NOTIFIER_WEB__TOKEN", token)
    done = company.run("config", "--check")
    assert done.returncode == 2
    assert "web.token (variable NOTIFIER_WEB__TOKEN): must be at least 16 letters" in done.stderr
    assert not token or token not in done.stderr


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 19, "-6", "٦", "x"])
def test_a_number_that_is_no_notices_is_refused_in_words(
    company: Company, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setenv("NOTIFIER_WEB__TOKEN", TOKEN)
    with open_pipeline(company.folder / "notifier.toml") as pipeline:
        client = TestClient(build(pipeline, health=lambda: {"trouble": {}}))
        where = f"/notices/u3/{number}/shown"
        assert client.post(where).status_code == 401
        answer = client.post(where, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 404
    assert answer.json() == {"error": "no such notice for this person"}


def test_a_server_open_to_the_network_must_have_a_token(company: Company) -> None:
    path = company.folder / "notifier.toml"
    path.write_text(path.read_text().replace("port = 0", 'host = "0.0.0.0"'))
    done = company.run("config", "--check")
    assert done.returncode == 2
    assert "a host other than loopback needs a token" in done.stderr


def test_health_says_what_is_wrong(pipeline: Pipeline) -> None:
    state = {"beats": {"send": "2027-01-01T00:00:00+00:00"}, "trouble": {"check privacy": "gone"}}
    answer = TestClient(build(pipeline, health=lambda: state)).get("/health")
    assert answer.status_code == 503
    assert answer.json() == state
