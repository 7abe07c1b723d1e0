"""Where a mail's links lead: pages that are published, approved and kept like the mail itself."""

from __future__ import annotations

import email
import email.policy
import json
import re
from pathlib import Path

import pytest

from tests.company import Company, in_days, policy

ADDRESS = "https://acme.example/changes"
PAGES = f'[pages]\nfolder = "public"\nurl = "{ADDRESS}"\n'


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return begun(Company(tmp_path / "company", more=PAGES))


def begun(company: Company, **texts: str) -> Company:
    company.set_up(**texts)
    company.ok("check")
    return company


def linked(content: bytes) -> set[str]:
    """Where a mail leads below the address of the pages; both of its parts must agree."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    found = []
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        found.append(set(re.findall(rf"{ADDRESS}/([\w/.-]+html)", str(part.get_content()))))
    assert found[0] == found[1]
    return found[0]


def pages(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.html")
    }


def test_every_link_of_every_mail_leads_to_a_page_that_was_published_and_approved(
    company: Company,
) -> None:
    company.ok("plan")
    company.ok("preview")
    company.ok("approve", "--by", "Ana Lima")
    published = pages(company.folder / "public")
    previews = list((company.folder / "preview").glob("*.eml"))
    company.ok("evidence")

    assert previews
    for mail in previews:
        links = linked(mail.read_bytes())
        language = mail.stem.split("-")[3]
        assert links == {f"privacy/v1-v2/{language}.html", "privacy/v1.html", "privacy/v2.html"}
        assert links <= published.keys()
    assert "keeps the records described here for 30 days" in published["privacy/v1.html"]
    assert "keeps the records described here for 90 days" in published["privacy/v2.html"]
    assert "Vorher: 1. September 2021" in published["privacy/v1-v2/de.html"]
    assert "Suggestion" not in published["privacy/v1-v2/en.html"]
    assert pages(company.folder / "preview" / "pages") == published
    assert pages(company.folder / "evidence" / "pages") == published
    summary = json.loads((company.folder / "evidence" / "summary.json").read_text("utf-8"))
    (plan,) = summary["plans"]
    assert plan["manifest"]["pages"].keys() == published.keys()


def test_nothing_is_published_before_it_is_approved(company: Company) -> None:
    company.ok("plan")
    company.ok("preview")
    assert not (company.folder / "public").exists()


def test_a_page_whose_template_changed_after_the_plan_voids_it(company: Company) -> None:
    own = company.folder / "own" / "redline"
    own.mkdir(parents=True)
    config = company.folder / "notifier.toml"
    config.write_text(f'templates = "own"\n{config.read_text("utf-8")}', "utf-8")
    company.ok("plan")
    (own / "text.css").write_text("body { color: black; }", "utf-8")

    refused = company.run("approve", "--by", "Ana Lima")

    assert refused.returncode != 0
    assert "the pages the messages link to" in refused.stderr


def test_a_folder_that_cannot_be_written_lets_nothing_be_approved(company: Company) -> None:
    company.ok("plan")
    (company.folder / "public").write_text("a file in the way", "utf-8")

    refused = company.run("approve", "--by", "Ana Lima")

    assert refused.returncode != 0
    assert "cannot be written" in refused.stderr
    assert "draft" in company.ok("status")


def test_without_pages_the_plan_says_that_readers_find_the_comparison_nowhere(
    tmp_path: Path,
) -> None:
    company = begun(Company(tmp_path / "company"))

    assert "[pages.none]" in company.ok("plan")
    company.ok("approve", "--by", "Ana Lima")


def of_clauses(folder: Path, clause: str, more: str) -> Company:
    """A company that changes 250 clauses at once."""
    clauses = "\n\n".join(clause.replace("{n}", str(n)) for n in range(250))
    return begun(
        Company(folder, more=more),
        live=policy("September 1, 2021") + "\n\n" + clauses.replace("{}", "30"),
        staged=policy(in_days(20)) + "\n\n" + clauses.replace("{}", "90"),
    )


def test_a_change_too_long_for_a_mail_is_not_approved_without_pages(tmp_path: Path) -> None:
    company = of_clauses(tmp_path / "company", "Clause {n} binds us for {} days.", more="")
    company.ok("plan")

    refused = company.run("approve", "--by", "Ana Lima")

    assert refused.returncode != 0
    assert "does not fit into a mail" in " ".join(refused.stderr.split())
    assert "[pages]" in refused.stderr
    company.more = PAGES
    company.configure()
    company.ok("plan")
    company.ok("approve", "--by", "Ana Lima")


def test_letters_that_travel_as_three_times_their_bytes_do_not_make_a_mail_too_long(
    tmp_path: Path,
) -> None:
    stated = (
        '[policy.promise]\nwho = "Ana Lima"\nwhy = "read by hand"\nchannels = ["email"]\n'
        'channels_mode = "all"\nobligation = "will"\nprior = true\n'
    )
    clause = "第{n}条：株式会社道玄坂は、お客様の記録を{}日間保存し、その後すみやかに削除します。"
    company = of_clauses(tmp_path / "company", clause, more=PAGES + stated)
    company.ok("plan")
    company.ok("preview")

    mails = [mail.read_bytes() for mail in (company.folder / "preview").glob("*.eml")]

    assert mails
    assert all(linked(mail) and len(mail) < 100 * 1024 for mail in mails)
