"""The sentences of a notice in one language, from ``templates/locales/<language>.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date

from notifier.errors import RenderingError
from notifier.model.plan import NoticeKind, Wording
from notifier.model.redline import SectionSummary
from notifier.rendering.environment import Templates
from notifier.rendering.pages import Links

_USUAL = frozenset({Wording.DATE_MOVED, Wording.WITHDRAWN})
_DEEPEST = 2
"""Tables lie in tables so often: a kind of notice, and a variant of it."""
_LATENESS = (Wording.SHORT_NOTICE, Wording.ALREADY_IN_FORCE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one notice tells, the same for every recipient.

    Attributes:
        titles: the policy's title by language; ``""`` is the title used where none is given.
        url: where the text in force can be read.
        effective_date: None when the notice says that there is no date any more.
        old_date: the date told before, for a correction or a withdrawal.
        wording: what the words must say, or must not.
        promise: the words of the promise that is kept with this notice, verbatim.
        summary: what changed, by section, the most telling sections first.
        policy_language: BCP 47 tag of the policy's own words, or empty.
        links: where the whole comparison and both texts are; None when they stand nowhere.
        true_until: the instant from which on the words "we are changing" are no longer true; None
            where the notice says nothing of the kind.
    """

    kind: NoticeKind
    company: str
    contact: str
    titles: Mapping[str, str]
    url: str
    effective_date: date | None
    old_date: date | None = None
    wording: tuple[Wording, ...] = ()
    promise: str = ""
    summary: tuple[SectionSummary, ...] = ()
    policy_language: str = ""
    links: Links | None = None
    true_until: datetime | None = None

    def title(self, locale: str) -> str:
        """The policy's title for readers of a locale."""
        return (
            self.titles.get(locale)
            or self.titles.get(locale.split("-", maxsplit=1)[0])
            or self.titles[""]
        )


def resolve_locale(wanted: str, available: Iterable[str], default: str) -> str:
    """The language a recipient is told in: their own, its base language, or the default.

    Args:
        wanted: the recipient's BCP 47 tag, or empty.
        available: languages with a wording file.
    """
    names = set(available)
    return next(
        (tag for tag in (wanted, wanted.split("-", maxsplit=1)[0]) if tag in names), default
    )


def available_locales(templates: Templates) -> tuple[str, ...]:
    """Languages that have a wording file."""
    return templates.names("locales", ".toml")


def words_for(templates: Templates, locale: str, facts: Facts, *, name: str) -> dict[str, str]:
    """Every sentence of a notice, filled in.

    Args:
        name: what stands behind the greeting: a placeholder, or a name after a space.

    Raises:
        RenderingError: the language has no file, or lacks a sentence this kind needs (the
            locale gate: nothing goes out in a mixed or missing language).
    """
    file = f"locales/{locale}.toml"
    path = templates.find(file)
    if path is None:
        raise RenderingError(
            f"There is no wording for the language {locale}.",
            remedy=f"add templates/{file}, or set default_locale under [audience]",
        )
    sentences = _sentences(path)
    missing = _expected(templates) - sentences.get("common", {}).keys()
    chosen = {} if missing else _chosen(sentences, facts)
    if missing := missing or {"subject", "heading", "opening"} - chosen.keys():
        raise RenderingError(
            f"templates/{file} lacks sentences for a {facts.kind} notice"
            f"{' (' + ', '.join(facts.wording) + ')' if facts.wording else ''}: "
            f"{', '.join(sorted(missing))}.",
            remedy="add them; a mail is never mixed from two languages",
        )
    values = {
        "policy": facts.title(locale),
        "company": facts.company,
        "contact": facts.contact,
        "url": facts.url,
        "date": long_date(facts.effective_date, locale) if facts.effective_date else "",
        "old_date": long_date(facts.old_date, locale) if facts.old_date else "",
        "name": name,
    }
    return {
        key: templates.render_line(sentence, f"{file}, {key}", **values)
        for key, sentence in {**sentences["common"], **chosen}.items()
    }


def _chosen(sentences: Mapping[str, Any], facts: Facts) -> dict[str, str]:
    """The sentences of a kind, in the variant its wording asks for.

    A variant has a table of its own, ``[correction.text_changed]``, which overrides those of its
    kind; a kind's own sentences are for its usual wording. A correction that is late as well says
    so behind its opening.
    """
    section = sentences.get(facts.kind, {})
    late = set(_LATENESS) if facts.kind is NoticeKind.CORRECTION else set()
    name = "_and_".join(w for w in facts.wording if w not in late and w is not Wording.CUMULATIVE)
    if name and name not in _USUAL and not isinstance(section.get(name), Mapping):
        return {}
    plain = {key: text for key, text in section.items() if isinstance(text, str)}
    chosen = {**plain, **section.get(name, {})}
    if Wording.ALREADY_IN_FORCE in facts.wording and facts.kind is not NoticeKind.WITHDRAWAL:
        chosen["promised"] = sentences["common"].get("promised_before", "")
    for word in facts.wording:
        if word in late:
            chosen["opening"] += f" {sentences['common'][f'apology_{word}']}"
    return chosen


def long_date(day: date, locale: str) -> str:
    """A date with its month in letters, as the language writes it: never 01/02/2027."""
    parsed = Locale.parse(locale, sep="-")
    written = format_date(day, format="long", locale=parsed)
    if parsed.language == "fr" and day.day == 1:
        return f"1er{written[1:]}"  # CLDR's long form lacks the ordinal that French requires
    return written


def text_direction(locale: str) -> str:
    """``ltr`` or ``rtl``."""
    return Locale.parse(locale, sep="-").text_direction


@cache
def _sentences(path: Path) -> Mapping[str, Any]:
    """The tables of a wording file: sentences by key, and tables of those for their variants."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RenderingError(f"{path} is not valid TOML: {error}.") from error
    if wrong := next(_no_sentences("", read, depth=0), ""):
        raise RenderingError(
            f"{path}: {wrong} is no sentence.",
            remedy='write each as key = "..." under [common], a kind of notice, or a variant of '
            "one, such as [correction.text_changed]; locales/en.toml shows all of them",
        )
    return read


def _no_sentences(name: str, value: object, *, depth: int) -> Iterator[str]:
    """What stands where a sentence, or a table of them, is expected."""
    if isinstance(value, dict) and depth <= _DEEPEST:
        for key, inner in value.items():
            yield from _no_sentences(f"{name}.{key}".strip("."), inner, depth=depth + 1)
    elif not isinstance(value, str) or depth <= 1:
        yield name


def _expected(templates: Templates) -> set[str]:
    """The sentences for all kinds, as the reference language (English) has them."""
    reference = templates.find("locales/en.toml")
    return set(_sentences(reference)["common"]) if reference else set()
