"""Mails as recipients and their programs see them: golden files, slots, headers, leaks."""

from __future__ import annotations

import email
import email.policy
import os
import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.errors import RenderingError
from notifier.model.plan import NoticeKind, Wording
from notifier.model.redline import BlockChange, PointKind, SectionSummary, SummaryPoint
from notifier.rendering import (
    Addressee,
    Facts,
    Links,
    Mail,
    Templates,
    available_locales,
    compose,
    compose_in_app,
    resolve_locale,
)
from notifier.rendering.mail import Slot

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
TEMPLATES = Templates()
LOCALES = available_locales(TEMPLATES)


SUMMARY = (
    SectionSummary(
        "Retention",
        (
            SummaryPoint(PointKind.VALUE, "retention", "30 days", "90 days"),
            SummaryPoint(PointKind.CORRECTED, count=2),
        ),
    ),
    SectionSummary(
        "Recipients",
        (SummaryPoint(PointKind.ADDED, "recipients", after="We use <Plainview> & Co."),),
        change=BlockChange.ADDED,
    ),
)


def facts(kind: NoticeKind = NoticeKind.INITIAL) -> Facts:
    return Facts(
        kind=kind,
        company="Acme & Söhne Ltd",
        contact="legal@acme.example",
        titles={"": "Privacy Policy", "de": "Datenschutzerklärung"},
        url="https://acme.example/privacy?lang=en&v=2",
        effective_date=date(2027, 3, 15),
        old_date=date(2027, 3, 1),
        promise="We will tell you by email before a change takes effect.",
        summary=SUMMARY,
        policy_language="en",
        links=None if kind is NoticeKind.WITHDRAWAL else LINKS,
        wording=(Wording.SHORT_NOTICE,) if kind is NoticeKind.LATE else (),
        true_until=None if kind is NoticeKind.WITHDRAWAL else IN_FORCE_AT,
    )


IN_FORCE_AT = datetime(2027, 3, 14, 10, tzinfo=UTC)
LINKS = Links(
    *(f"https://acme.example/changes/privacy/{page}.html" for page in ("v1-v2/en", "v1", "v2"))
)


def composed(kind: NoticeKind = NoticeKind.INITIAL, locale: str = "en") -> bytes:
    return compose(
        TEMPLATES,
        facts(kind),
        locale,
        sender="Acme Legal <legal@acme.example>",
        redline_text="Before: 30 days\nAfter: 90 days",
        redline_html="<p>30 days → <b>90 days</b></p>",
    )


def addressed(name: str = "Ana", address: str = "ana@mail.example") -> Addressee:
    return Addressee(address, name, "<1@acme.example>", AT)


def parsed(content: bytes) -> EmailMessage:
    return cast("EmailMessage", email.message_from_bytes(content, policy=email.policy.default))


def bodies(content: bytes) -> tuple[str, str]:
    message = parsed(content)
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    return str(text.get_content()), str(page.get_content())


def matches_golden(name: str, content: bytes) -> None:
    path = GOLDEN / name
    if os.environ.get("NOTIFIER_TEST_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    assert path.read_bytes() == content, f"{name} changed; look at it, then write it anew"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_template_in_every_language_is_as_reviewed(kind: NoticeKind, locale: str) -> None:
    matches_golden(f"{kind}-{locale}.eml", Mail(composed(kind, locale)).fill(addressed()))
    matches_golden(f"{kind}-{locale}.json", compose_in_app(TEMPLATES, facts(kind), locale))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_late_notice_never_claims_to_come_before(locale: str) -> None:
    text, page = bodies(Mail(composed(NoticeKind.LATE, locale)).fill(addressed()))
    claims = re.compile(r"(?i)until then|bis dahin|jusque-là|hasta entonces|will change")
    assert not claims.search(text)
    assert not claims.search(page)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("locale", LOCALES)
def test_text_and_html_say_the_same(kind: NoticeKind, locale: str) -> None:
    text, page = bodies(Mail(composed(kind, locale)).fill(addressed()))
    inline = re.sub(r"(?s)<style.*?</style>|</?(?:span|a)[^>]*>", "", page)
    shown = " ".join(re.sub(r"<[^>]+>", " ", inline).split())
    shown = shown.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    for line in text.splitlines():
        words = line.strip("*>=-: ")
        if words and "https://" not in words and "days" not in words:
            assert " ".join(words.split()) in shown, line


def test_the_headers_of_a_legal_notice() -> None:
    message = parsed(Mail(composed(locale="de")).fill(addressed()))
    assert message["To"] == "ana@mail.example"
    assert message["From"] == "Acme Legal <legal@acme.example>"
    assert message["Reply-To"] == "legal@acme.example"
    assert message["Subject"] == "Datenschutzerklärung: Änderung zum 15. März 2027"
    assert message["Content-Language"] == "de"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<1@acme.example>"
    assert message["Date"].datetime == AT
    assert message["List-Unsubscribe"] is None
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_loaded_from_anywhere_and_every_line_travels(locale: str) -> None:
    content = Mail(composed(locale=locale)).fill(addressed("Ñandú " * 30))
    _, page = bodies(content)
    assert not re.search(r"(?i)<(img|script|link|iframe)|url\(|@import|src=", page)
    assert re.findall(r'href="([^"]+)"', page) == [
        "https://acme.example/changes/privacy/v1-v2/en.html",
        "https://acme.example/changes/privacy/v1.html",
        "https://acme.example/changes/privacy/v2.html",
        "https://acme.example/privacy?lang=en&amp;v=2",
        "mailto:legal@acme.example",
        "mailto:legal@acme.example",
    ]
    assert content.replace(b"\r\n", b"").count(b"\n") == 0
    body = content.split(b"\r\n\r\n", 1)[1]
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert content.isascii()


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)


@settings(max_examples=300)
@given(name=NAMES)
def test_any_name_comes_through_and_never_leaves_its_place(name: str) -> None:
    text, page = bodies(MAIL.fill(addressed(name)))
    greeting = f"Hello {name}," if name else "Hello,"
    assert text.startswith(greeting)
    escaped = greeting.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert escaped in page.replace("&#x27;", "'").replace("&quot;", '"')
    assert (text.replace(greeting, "", 1), page.count("<")) == PLAIN


MAIL = Mail(composed())
PLAIN = (
    bodies(MAIL.fill(addressed("")))[0].replace("Hello,", "", 1),
    bodies(MAIL.fill(addressed("")))[1].count("<"),
)


@given(
    before=st.text(max_size=20),
    line_break=st.sampled_from("\r\n\0\x0b\x0c\x1c\x1d\x1e\x7f\x85\u2028\u2029\u202e"),
    after=st.sampled_from(["Bcc: all@mail.example", "\r\nx", ""]),
)
def test_no_field_can_add_a_header(before: str, line_break: str, after: str) -> None:
    hostile = f"{before}{line_break}{after}"
    with pytest.raises(RenderingError):
        MAIL.fill(addressed(address=hostile))
    with pytest.raises(RenderingError):
        MAIL.fill(Addressee("a@b.example", "", hostile, AT))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", NoticeKind)
def test_no_mail_carries_anything_of_another_person(kind: NoticeKind, locale: str) -> None:
    """Whoever was filled in before, a mail differs from another in its own person's fields only."""
    mail = Mail(composed(kind, locale))
    people = [addressed(f"Ana-{n}-Surname", f"ana.{n}@mail.example") for n in ("one", "two", "six")]
    without = set()
    for person in [*people, *people[::-1]]:
        content = mail.fill(person)
        for other in people:
            if other is not person:
                assert other.address.encode() not in content
                assert other.name not in "".join(bodies(content))
        own = (person.address.encode(), b"Ana-" + person.name[4:7].encode())
        without.add(content.replace(own[0], b"").replace(own[1], b""))
    assert len(without) == 1


@given(name=st.text(max_size=120), dots=st.sampled_from(["", ".", "\r\n.\r\n", "\n.", "." * 200]))
def test_a_mail_that_says_it_is_clean_is_so_for_everybody(name: str, dots: str) -> None:
    """No lone CR or LF and no line that begins with a dot: nobody else looks for them again."""
    content = Mail(CLEAN).fill(addressed(name=f"{name}{dots}{name}"))
    assert Mail(CLEAN).clean
    assert content.replace(b"\r\n", b"").translate(None, b"\r\n") == content.replace(b"\r\n", b"")
    assert b"\r\n." not in content
    assert content.endswith(b"\r\n")


CLEAN = b"".join(
    b"%b: %b\r\n" % (name.encode(), slot.encode()) for name, slot in Slot.__members__.items()
)


@pytest.mark.parametrize(
    "unclean",
    [CLEAN + b".\r\n", CLEAN + b"a\nb\r\n", CLEAN + b"a\rb\r\n", CLEAN + b"end", b"." + CLEAN],
)
def test_a_mail_that_is_not_clean_says_so(unclean: bytes) -> None:
    assert not Mail(unclean).clean


def test_a_field_at_the_start_of_a_line_makes_no_mail_clean() -> None:
    assert not Mail(Slot.TO.encode() + b"\r\n").clean
    assert Mail(f"a=\r\n{Slot.NAME_TEXT}=\r\n".encode()).clean


def test_policy_text_is_never_template_source() -> None:
    hostile = "{{ 7 * 7 }} {% for x in y %} <script>alert(1)</script> {# #}"
    content = compose(
        TEMPLATES,
        Facts(
            NoticeKind.INITIAL,
            hostile,
            "legal@acme.example",
            {"": hostile},
            "https://acme.example",
            date(2027, 3, 15),
            promise=hostile,
            summary=(
                SectionSummary(hostile, (SummaryPoint(PointKind.WORDING, "", hostile, hostile),)),
            ),
        ),
        "en",
        sender="legal@acme.example",
        redline_text=hostile,
        redline_html="",
    )
    text, page = bodies(Mail(content).fill(addressed()))
    assert "{{ 7 * 7 }}" in text
    assert "<script>" not in page
    assert "49" not in text


def test_a_mail_that_would_be_clipped_is_refused() -> None:
    with pytest.raises(RenderingError, match="beyond 100 kB"):
        compose(
            TEMPLATES,
            facts(),
            "en",
            sender="legal@acme.example",
            redline_text="long " * 30_000,
            redline_html="",
        )


@pytest.mark.parametrize(
    ("wanted", "told_in"),
    [("de", "de"), ("de-AT", "de"), ("fr-CA", "fr"), ("fi", "en"), ("", "en"), ("x", "en")],
)
def test_people_are_told_in_their_language_or_the_default(wanted: str, told_in: str) -> None:
    assert resolve_locale(wanted, LOCALES, "en") == told_in
