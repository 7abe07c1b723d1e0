"""The labels of the views: "Added", "Before", "… and 14 more sections"; by locale."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache

from notifier.errors import RenderingError
from notifier.rendering.environment import Templates

_PLACE = re.compile(r"\{(\w+)\}")

Words = Mapping[str, str]
"""Names of labels and their wording in one language; places to fill are ``{braced}``."""


def words_for(templates: Templates, locale: str) -> Words:
    """The labels of one locale, from ``locales/<locale>/redline.toml``.

    A region falls back to its language (``de-AT`` to ``de``), never to another language: a mail
    half German and half English is worse than an error before anything is sent.

    Raises:
        RenderingError: there is no table for the locale, it cannot be read, or it lacks a label.
    """
    for name in dict.fromkeys((locale, locale.partition("-")[0])):
        path = templates.find(f"locales/{name}/redline.toml")
        if path is not None:
            return _checked(path.read_text("utf-8"), str(path), english())
    raise RenderingError(
        f"The redline has no wording for the locale {locale!r}.",
        remedy=f"add templates/locales/{locale}/redline.toml, with the labels of locales/en",
    )


@cache
def english() -> Words:
    """The labels in English, as shipped."""
    path = Templates().find("locales/en/redline.toml")
    if path is None:
        raise RenderingError(
            "The shipped file locales/en/redline.toml is missing.",
            remedy="install notifier again; its package is incomplete",
        )
    return _checked(path.read_text("utf-8"), str(path), {})


def filled(words: Words, name: str, **values: str | int) -> str:
    """The label ``name`` with its places filled."""
    return _PLACE.sub(lambda match: str(values.get(match[1], match[0])), words[name])


def counted(words: Words, name: str, count: int) -> str:
    """The label ``name`` for one or for several, with its count filled."""
    return filled(words, f"{name}_{'one' if count == 1 else 'other'}", count=count)


def _checked(source: str, where: str, model: Words) -> Words:
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RenderingError(f"{where}: {error}.", remedy="mend the file") from error
    missing = [name for name in model if not isinstance(table.get(name), str)]
    if missing:
        raise RenderingError(
            f"{where} lacks {len(missing)} of the redline's labels: {', '.join(missing[:8])}.",
            remedy="add them; locales/en/redline.toml has them all",
        )
    return {name: str(text) for name, text in table.items()}
