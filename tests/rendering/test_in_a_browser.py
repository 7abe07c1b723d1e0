"""Mails, both texts and the plan as people see them: axe finds nothing, nothing sticks out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, Page
from pypdfium2 import PdfDocument

from notifier.model.people import Unmailed, UnmailedKind
from notifier.model.plan import Group, NoticeKind, Wording
from notifier.model.request import Rules
from notifier.planning import make_plan, timeline
from notifier.rendering import Addressee, Facts, Links, Mail, Templates, compose, html_part
from notifier.rendering.redline import email_fragment, text_page, words_for
from notifier.rendering.timeline import page as plan_page
from tests.planning.requests import NOW, request
from tests.rendering.browsing import violations
from tests.rendering.redline.samples import everything, hostile

pytestmark = pytest.mark.xdist_group("browser")
TEMPLATES = Templates()
AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
LINKS = Links(*(f"https://acme.example/changes/{page}.html" for page in ("v1-v2/de", "v1", "v2")))


def mail(kind: NoticeKind) -> str:
    redline = everything()
    facts = Facts(
        kind=kind,
        company="Acme Ltd",
        contact="legal@acme.example",
        titles={"": "Datenschutzerklärung"},
        url="https://acme.example/privacy",
        effective_date=date(2027, 3, 15),
        old_date=date(2027, 3, 1),
        promise="We will tell you by email before a change takes effect.",
        summary=redline.summary,
        policy_language="en",
        links=LINKS,
        wording=(Wording.SHORT_NOTICE,) if kind is NoticeKind.LATE else (),
    )
    fragment = email_fragment(
        redline,
        templates=TEMPLATES,
        words=words_for(TEMPLATES, "de"),
        link=LINKS.comparison,
        budget=4_000,
    )
    content = compose(
        TEMPLATES, facts, "de", sender="l@acme.example", redline_text="-", redline_html=fragment
    )
    return html_part(Mail(content).fill(Addressee("a@mail.example", "Zoë", "<1@acme.example>", AT)))


def without_style_block(page: str) -> str:
    """As Gmail shows it to an account of another provider: inline styles are all there is."""
    return re.sub(r"(?s)<style>.*?</style>", "", page)


def far_plan() -> str:
    return plan_page(FAR, timeline(FAR), UNMAILED, templates=TEMPLATES, title="Privacy Policy")


PAGES = {
    **{f"mail-{kind}": lambda kind=kind: mail(kind) for kind in NoticeKind},
    "mail-in-gmail": lambda: without_style_block(mail(NoticeKind.INITIAL)),
    "text": lambda: text_page(everything().new, templates=TEMPLATES, title="Privacy policy (v2)"),
    "hostile-text": lambda: text_page(hostile().new, templates=TEMPLATES, title="<b>"),
    "plan": lambda: plan_page(PLAN, timeline(PLAN), templates=TEMPLATES, title="Privacy Policy"),
    "far-plan": far_plan,
}
PLAN = make_plan(request(), now=NOW)
FAR = make_plan(
    request(
        rules=Rules(recipient_zones=True),
        groups=(Group("es", 9, zone="America/Argentina/ComodRivadavia"),),
    ),
    now=NOW,
)
UNMAILED = (UnmailedKind("no address", False, 1, (Unmailed("k" * 90, "", "no address", False),)),)


@pytest.fixture(params=["light", "dark"])
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    tab = browser.new_page(color_scheme=request.param)
    yield tab
    tab.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_sticks_out_or_is_loaded(tab: Page, name: str) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text))
    tab.set_content(PAGES[name]())

    for width in (320, 360, 800):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width

    assert violations(tab) == []
    assert requests == []
    assert complaints == []


def test_the_tables_of_a_plan_are_read_on_a_telephone_without_moving_them(tab: Page) -> None:
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.set_content(far_plan())
    fits = "tables => tables.every(t => t.scrollWidth <= t.parentElement.clientWidth)"
    assert tab.eval_on_selector_all(".scroll table", fits)


@pytest.mark.parametrize("name", ["far-plan", "text"])
def test_on_paper_no_heading_ends_a_page(tab: Page, name: str) -> None:
    tab.set_content(PAGES[name]())
    headings = tab.eval_on_selector_all("h2, h3, thead", "all => all.map(one => one.innerText)")
    alone = {" ".join(heading.split()) for heading in headings}
    for filled in range(0, 1000, 25):
        tab.eval_on_selector("h1", f"h1 => h1.style.marginBottom = '{filled}px'")
        with PdfDocument(tab.pdf(format="A4")) as paper:
            pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in paper]
        assert not any(page.endswith(heading) for page in pages for heading in alone), filled
