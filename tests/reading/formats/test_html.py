"""HTML pages: the text without what stands round it."""

import pytest

from notifier.errors import ReadingError
from notifier.model.text import BlockKind, Document, Link, Snapshot
from notifier.reading.formats import parse

PAGE = """<!doctype html>
<html lang="en-GB"><head><title>Privacy | Acme</title><meta name="Date" content="2024-05-01">
<script>var words = "not text";</script></head>
<body><a class="skip-link" href="#main">Skip to content</a>
<header><nav><a href="/">Home</a></nav><p>Acme shop</p></header>
<div id="onetrust-consent-sdk"><p>We use cookies. Accept all?</p></div>
<form action="/search"><label>Search</label><input name="q"></form>
<div id="main"><h1>Privacy Policy</h1>
<p>Last updated <time datetime="2024-05-01">1 May 2024</time>.<br>See the <a href="/terms">terms</a> of the service.</p>
<ol start="3"><li>One<ol type="a"><li>Inner</li></ol></li><li><p>Two</p><p>more</p></li></ol>
<section><header><h2><button>What we keep</button></h2></header><p>All of it that you give to us.</p></section>
<table><tr><th>Name</th><th colspan="2">Use</th></tr><tr><td><p>id</p><p>key</p></td><td>a</td><td>b</td></tr></table>
</div>
<footer><p>Imprint</p></footer></body></html>"""


def html(text: str, selector: str | None = None, name: str = "privacy.html") -> Document:
    return parse(Snapshot(text.encode(), name), selector=selector)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def test_a_page_reads_as_its_text_without_furniture():
    document = html(PAGE)
    assert texts(document) == [
        "Privacy Policy",
        "Last updated 1 May 2024. See the terms of the service.",
        "One",
        "Inner",
        "Two",
        "more",
        "What we keep",
        "All of it that you give to us.",
        "Name",
        "Use",
        "id key",
        "a",
        "b",
    ]
    assert (document.title, document.language) == ("Privacy | Acme", "en-GB")
    assert document.metadata["date"] == document.metadata["datetime"] == "2024-05-01"


def test_blocks_know_their_kind_number_cell_line_and_links():
    by_text = {block.text: block for block in html(PAGE).blocks}
    updated = by_text["Last updated 1 May 2024. See the terms of the service."]
    assert updated.links == (Link(33, 38, "/terms"),)
    assert updated.lines == ("Last updated 1 May 2024.", "See the terms of the service.")
    assert (by_text["Privacy Policy"].kind, by_text["Privacy Policy"].line) == (
        BlockKind.HEADING,
        8,
    )
    assert (by_text["One"].number, by_text["Inner"].number, by_text["Two"].number) == (
        "3.",
        "a.",
        "4.",
    )
    assert (by_text["Inner"].level, by_text["more"].kind) == (2, BlockKind.PARAGRAPH)
    assert [by_text[t].cell for t in ("Name", "Use", "id key", "b")] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 2),
    ]


def test_a_selector_names_the_policy():
    assert texts(html(PAGE, "section p, section")) == [
        "What we keep",
        "All of it that you give to us.",
    ]


@pytest.mark.parametrize(("selector", "said"), [("#gone", "nothing"), ("p[", "not a CSS selector")])
def test_a_selector_that_does_not_work_is_an_error(selector: str, said: str):
    with pytest.raises(ReadingError, match=said):
        html(PAGE, selector)


def test_a_form_round_the_whole_page_is_kept():
    assert texts(html("<body><form><h1>Terms</h1><p>You agree.</p><input></form>")) == [
        "Terms",
        "You agree.",
    ]


def test_a_policy_in_a_footer_of_an_article_or_a_cookie_notice_is_kept():
    page = "<article><h1>Cookie notice</h1><div class='cookie-banner-info'><p>Kept: a banner is short.</p></div><p>x</p><footer>Dated May.</footer></article>"
    assert "Dated May." in texts(html(page))


def test_main_is_the_page_where_it_holds_most_of_it():
    page = "<body><div>Chat with us</div><main><h1>Terms</h1><p>You agree to all of this.</p></main><aside>Ad</aside>"
    assert texts(html(page)) == ["Terms", "You agree to all of this."]


def test_two_line_breaks_part_paragraphs_on_pages_that_have_no_others():
    assert texts(html("<body>First.<br><br>Second,<br>same.<br> <br>Third.")) == [
        "First.",
        "Second, same.",
        "Third.",
    ]


def test_a_link_that_leads_nowhere_is_text_and_a_link_round_blocks_is_in_each():
    document = html(
        "<body><a href='javascript:x()'>Click</a> here.<a href='/t'><p>One</p><p>Two</p></a>"
    )
    assert [b.links for b in document.blocks] == [(), (Link(0, 3, "/t"),), (Link(0, 3, "/t"),)]


def test_templates_read_as_their_text():
    page = (
        '{% extends "x.html" %}{% block per_page_title %}Privacy{% endblock %}\n{# note #}\n<h1>Hello</h1>\n'
        '{{ dates(data={"Published": "23 March 2016", "Last updated": "3 June 2024"}) }}\n'
        "{{ button({'text': 'Save'}) }}<p>Mail {{ site.mail }} <a href=\"{{ url('x') }}\">now</a></p>"
    )
    document = html(page)
    assert texts(document) == [
        "Hello",
        "Published: 23 March 2016",
        "Last updated: 3 June 2024",
        "Mail {{ site.mail }} now",
    ]
    assert document.title == "Privacy"
    assert document.blocks[3].links == (Link(21, 24, "{{ url('x') }}"),)


def test_a_simplate_reads_as_its_page():
    document = html(
        'title = "Terms"\n[---]\nx = 1\n[---] text/html\n<p>You agree.</p>', name="terms.spt"
    )
    assert (texts(document), document.title, document.blocks[0].line) == (
        ["You agree."],
        "Terms",
        5,
    )


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 5000 + "x",
        "".join(f"<font color={i}>" for i in range(150)) + "<p>x" * 30_000,
        "<table><tr><td>" * 3000,
        "<!--" * 100_000,
        "<table>" + "<tr><td>x" * 120_000,
    ],
)
def test_bombs_are_refused_by_name(bomb: str):
    with pytest.raises(ReadingError, match=r"privacy\.html"):
        html(bomb)
