"""Word, PDF, reStructuredText and plain text; encodings; what is refused."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from notifier.errors import ReadingError
from notifier.model.text import BlockKind, Document, Snapshot
from notifier.reading.formats import parse
from tests.reading.formats.pdfs import pdf


def read(content: str | bytes, name: str) -> Document:
    raw = content if isinstance(content, bytes) else content.encode()
    return parse(Snapshot(raw, name))


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def word() -> bytes:
    document = docx.Document()
    document.add_heading("Privacy Policy", 0)
    paragraph = document.add_paragraph("We collect ")
    for change in (
        '<w:del %s w:id="1" w:author="x"><w:r><w:delText>nothing</w:delText></w:r></w:del>',
        '<w:ins %s w:id="2" w:author="x"><w:r><w:t>your name</w:t></w:r></w:ins>',
    ):
        paragraph._p.append(parse_xml(change % nsdecls("w")))
    document.add_paragraph("First", style="List Number")
    document.add_table(1, 2).cell(0, 1).text = "cell"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_word_reads_as_if_tracked_changes_were_accepted():
    document = read(word(), "policy.docx")
    assert texts(document) == ["Privacy Policy", "We collect your name", "First", "cell"]
    assert [b.kind for b in document.blocks][::2] == [BlockKind.HEADING, BlockKind.LIST_ITEM]
    assert (document.blocks[2].number, document.blocks[3].cell) == ("1.", (0, 1))


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 cut off",
        word()[:2000],
        _packed({"readme.txt": b"not Word"}),
        _packed({"word/document.xml": b"<w>" + b" " * 80_000_000 + b"</w>"}),
        _packed({"word/document.xml": b"<a>" * 2_000_000}),
        _packed({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "bomb">]><a>&b;</a>'}),
        _packed({f"{i}.xml": b"" for i in range(3000)}),
    ],
)
def test_broken_and_hostile_word_files_are_refused(content: bytes):
    with pytest.raises(ReadingError, match=r"policy\.docx"):
        read(content, "policy.docx")


def test_pdf_lines_that_were_broken_on_purpose_stay_apart():
    full = "We keep what you give us for as long as the law of your country tells us to keep it"
    rows = [
        (72, 700, 11, full),
        (72, 686, 11, "and no longer."),
        (72, 672, 11, "Accounts"),
        (72, 658, 11, "Invoices"),
    ]
    assert [b.text for b in read(pdf(rows), "policy.pdf").blocks] == [
        f"{full} and no longer.",
        "Accounts",
        "Invoices",
    ]


def test_pdf_loses_running_heads_and_page_numbers_and_joins_divided_words():
    head = (72, 760, 9, "Acme Privacy")
    first = [
        head,
        (72, 700, 20, "Privacy Policy"),
        (72, 670, 11, "We collect informa-"),
        (72, 656, 11, "tion about third-party services and what a third-"),
        (72, 642, 11, "party does with it, on every day of every week"),
        (72, 610, 11, "A second paragraph goes on"),
        (300, 30, 9, "Page 1 of 2"),
    ]
    second = [
        head,
        (72, 690, 11, "over the page."),
        (72, 662, 11, "1. One"),
        (72, 648, 11, "2. Two"),
        (300, 30, 9, "Page 2 of 2"),
    ]
    document = read(pdf(first, second), "policy.pdf")
    assert texts(document) == [
        "Privacy Policy",
        "We collect information about third-party services and what a third-party does with it, on every day of every week",
        "A second paragraph goes on over the page.",
        "One",
        "Two",
    ]
    assert document.blocks[0].kind is BlockKind.HEADING
    assert [b.number for b in document.blocks[3:]] == ["1.", "2."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pdf([]), "no text"),
        (b"%PDF-1.4 broken", "not a readable PDF"),
        (pdf([(50, 700, 10, "\x02" * 1300)]), "signs that are no letters"),
        (pdf([], encrypt=True), "PDF"),
        (b"text", "not a readable pdf"),
    ],
)
def test_pdf_without_text_is_refused(content: bytes, said: str):
    with pytest.raises(ReadingError, match=said):
        read(content, "policy.pdf")


RST = """\
=======
Privacy
=======

:Date: 2024-05-01

Some *text* with `a link <https://x.y>`_ and |today|.

.. |today| date::

1. Scope
========

* one
* two

.. unknown:: what

   Important words.

.. include:: /etc/hostname

2. End
======

:role:`kept` words.
"""


def test_restructured_text_keeps_what_it_does_not_know_and_inserts_nothing():
    document = read(RST, "policy.rst")
    assert texts(document) == [
        "Privacy",
        "Date: 2024-05-01",
        "Some text with a link and |today|.",
        "Scope",
        "one",
        "two",
        ".. unknown:: what Important words.",
        ".. include:: /etc/hostname",
        "End",
        ":role:`kept` words.",
    ]
    assert document.metadata["date"] == "2024-05-01"
    assert [(b.number, b.line) for b in document.blocks if b.kind is BlockKind.HEADING] == [
        ("", 2),
        ("1.", 11),
        ("2.", 23),
    ]


def test_plain_text_has_headings_items_and_wrapped_paragraphs():
    text = "TERMS OF USE\n\nDate: 1 May 2024\nPlease read these\nterms.\n\n  - one\n    two\n    - inner\n\n1. Scope\n\n2. Notice\n---------\nWe tell you.\n"
    document = read(text, "terms.txt")
    assert [(b.kind, b.level, b.number, b.text, b.line) for b in document.blocks] == [
        (BlockKind.HEADING, 2, "", "TERMS OF USE", 1),
        (BlockKind.PARAGRAPH, 0, "", "Date: 1 May 2024 Please read these terms.", 3),
        (BlockKind.LIST_ITEM, 1, "", "one two", 7),
        (BlockKind.LIST_ITEM, 2, "", "inner", 9),
        (BlockKind.HEADING, 2, "1.", "Scope", 11),
        (BlockKind.HEADING, 2, "2.", "Notice", 13),
        (BlockKind.PARAGRAPH, 0, "", "We tell you.", 15),
    ]
    assert document.blocks[1].lines[0] == "Date: 1 May 2024"


@pytest.mark.parametrize(
    "raw",
    [
        "Größe “neu”".encode(),
        "Größe “neu”".encode("utf-8-sig"),
        "Größe “neu”".encode("utf-16"),
        "Größe “neu”".encode("cp1252"),
    ],
)
def test_encodings(raw: bytes):
    assert texts(read(raw, "a.txt")) == ["Größe “neu”"]


def test_what_a_reader_cannot_tell_apart_is_no_change():
    plain = read('It\'s "so" co-operative.\n\nNext one.\n', "a.md")
    other = read(
        "\ufeffIt’s\u00a0“so” co\u2011oper\u00ada\u200btive.\r\n\r\n\r\nNext\r\none.\r\n", "a.md"
    )
    assert other.blocks[0].text == "It’s\u00a0“so” co\u2011oper\u00ada\u200btive."
    assert plain.content_hash == other.content_hash


def test_one_text_in_every_format_is_one_text():
    markdown = "# Terms\n\nYou *agree* to [this](https://a.b/c).\n\n* one\n* two\n"
    html = "<h1>Terms</h1><p>You <i>agree</i> to <a href='https://a.b/c'>this</a>.</p><ul><li>one<li>two</ul>"
    rst = "Terms\n=====\n\nYou *agree* to `this <https://a.b/c>`_.\n\n* one\n* two\n"
    documents = [read(markdown, "a.md"), read(html, "a.html"), read(rst, "a.rst")]
    shapes = [[(b.kind, b.level, b.text, b.links) for b in d.blocks] for d in documents]
    assert shapes[0] == shapes[1] == shapes[2]
    assert len({d.content_hash for d in documents}) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "a.md"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "a.doc"),
        (b"x" * 8_000_001, "a.txt"),
        (b"\xff\xfe\x00\xd8", "a.txt"),
    ],
)
def test_what_is_not_text_is_refused(content: bytes, name: str):
    with pytest.raises(ReadingError, match=name):
        read(content, name)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "We will tell you about changes to this policy by email and on the site, if they are material to you.",
            "en",
        ),
        (
            "Wir werden Sie über Änderungen der Bedingungen informieren, und zwar mit einer Nachricht, die Sie nicht übersehen.",
            "de",
        ),
        (
            "Nous vous informerons des changements de la politique par un message sur le site ou dans votre compte.",
            "fr",
        ),
        (
            "Le informaremos de los cambios en la política por correo o con un aviso que se muestra en el sitio.",
            "es",
        ),
        (
            "La informeremo delle modifiche alla presente informativa con un avviso che si trova nel sito e per posta.",
            "it",
        ),
        (
            "Informaremos você das alterações da política por um aviso que não será enviado para os outros, ou em sua conta.",
            "pt",
        ),
        (
            "Wij zullen u van de wijzigingen op de hoogte stellen met een bericht dat in uw account en op de site wordt getoond.",
            "nl",
        ),
        (
            "Vi kommer att informera dig om ändringar av våra villkor, och det är inte något som du måste be om med ett brev.",
            "sv",
        ),
        (
            "Vi vil informere dig om ændringer af vores vilkår, og det er ikke noget, som du skal bede os om på et møde af dine.",
            "da",
        ),
        (
            "Poinformujemy Państwa o zmianach w polityce na stronie lub przez wiadomość, która jest wysyłana do użytkowników oraz nie jest reklamą.",
            "pl",
        ),
        (
            "O změnách zásad vás budeme informovat na webu nebo v e-mailu, který je zaslán do vaší schránky a není reklamou, pro vás.",
            "cs",
        ),
        ("このプライバシーポリシーを変更する場合は、電子メールでお知らせします。", "ja"),
    ],
)
def test_the_language_is_told_by_its_commonest_words(text: str, language: str):
    assert read(f"{text}\n\n{text}\n", "a.txt").language == language
