"""Whatever the day, the language and the form: a labelled date reads back, and no text hurts."""

import datetime as dt

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.model.reading import DateStatus
from notifier.model.text import Block, BlockKind, Document
from notifier.reading.dates import read_effective_date
from notifier.reading.dates.vocabulary import supported, vocabulary
from tests.reading.dates.documents import document

LABELS = {
    "cs": "Poslední aktualizace: {}",
    "da": "Sidst opdateret: {}",
    "de": "Zuletzt aktualisiert am {}",
    "en": "This policy was last updated on {}.",
    "es": "Última actualización: {}",
    "fi": "Päivitetty viimeksi {}",
    "fr": "Dernière mise à jour : {}",
    "it": "Ultimo aggiornamento: {}",
    "ja": "最終更新日：{}",
    "nb": "Sist oppdatert: {}",
    "nl": "Laatst bijgewerkt op {}",
    "pl": "Ostatnia aktualizacja: {}",
    "pt": "Última atualização: {}",
    "sv": "Senast uppdaterad: {}",
}
days = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))


def test_every_language_with_a_table_is_tried() -> None:
    assert set(LABELS) == set(supported())


@given(days, st.sampled_from(sorted(LABELS)), st.sampled_from(["medium", "long", "full"]))
@settings(max_examples=400, deadline=None)
def test_a_labelled_date_reads_back(day: dt.date, language: str, form: str) -> None:
    text = LABELS[language].format(format_date(day, form, locale=language))
    effective, _ = read_effective_date(document(text, language))
    assert effective.date == day, text


@given(days, st.sampled_from(sorted(LABELS)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"]))
@settings(max_examples=200, deadline=None)
def test_the_year_first_is_never_in_doubt(day: dt.date, language: str, form: str) -> None:
    effective, _ = read_effective_date(
        document(LABELS[language].format(day.strftime(form)), language)
    )
    assert effective.date == day


@given(days, st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y"]))
@settings(max_examples=200, deadline=None)
def test_swappable_numbers_are_never_decided_by_english(day: dt.date, form: str) -> None:
    effective, _ = read_effective_date(document(f"Effective date: {day.strftime(form)}"))
    if day.day <= 12 and day.day != day.month:
        assert effective.status is DateStatus.AMBIGUOUS
        assert day in effective.readings
    else:
        assert effective.date == day


PIECES = st.sampled_from(
    [
        "effective",
        "last updated",
        "until",
        "[",
        "]",
        "{{",
        "}}",
        "__",
        "●",
        "XX",
        "2024",
        "1/2/",
        "31",
        "May",
        "Mai",
        "年",
        "月",
        "日",
        "令和",
        ".",
        ". ",
        ":",
        "|",
        " ",
        "\u200b",
        "\u00a0",
        "ﬁ",
        "İ",
        "10 days after posting",
        "GDPR",
        "this policy",
        "at 5 pm",
        "TBD",
        "’",
        "٣",
        "𝟜",
        "\ud7ff",
    ]
)


@given(
    st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join),
    st.sampled_from([None, *LABELS, "en-GB", "x-y", "-"]),
)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_doubted(text: str, language: str | None) -> None:
    blocks = tuple(Block(BlockKind.PARAGRAPH, part) for part in text.split("|") if part)
    effective, findings = read_effective_date(Document(blocks, language=language))
    assert (effective.date is not None) == (effective.status is DateStatus.STATED)
    assert effective.date is not None or findings


@pytest.mark.parametrize(
    "piece",
    [
        "effective ",
        "May 1, 2020 ",
        "1/",
        "[",
        "{{",
        "_",
        "a",
        "x ",
        "2020 ",
        "10 days after ",
        "May ",
        ". ",
        "1.1.",
        "effective 1 May 2020 until ",
    ],
)
def test_a_megabyte_of_anything_is_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    effective, _ = read_effective_date(Document((Block(BlockKind.PARAGRAPH, text),), language="en"))
    assert effective.status in set(DateStatus)


def test_a_place_of_signature_without_end_is_read() -> None:
    block = Block(BlockKind.PARAGRAPH, f"{'ß' * 20_000} 3. Mai 2021")
    effective, _ = read_effective_date(Document((block,), language="de"))
    assert effective.status is DateStatus.NONE


def test_a_month_has_one_number_in_all_languages_together() -> None:
    numbers: dict[str, set[int]] = {}
    for language in supported():
        for name, number in vocabulary(language).months.items():
            numbers.setdefault(name, set()).add(number)
    assert {name: found for name, found in numbers.items() if len(found) > 1} == {}
