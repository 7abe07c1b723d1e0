"""File and environment to Config."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import SettingsError

from notifier.config.schema import Config
from notifier.errors import ConfigError

_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r'\s*"?([A-Za-z0-9_-]+)"?\s*=')
_M = TypeVar("_M", bound=BaseModel)
_PREFIX = "NOTIFIER_"
_FOLLOWS = "default_factory_not_called"
"""What pydantic adds to another mistake: a default that depends on it."""
_OWN_VARIABLES = frozenset({"NOTIFIER_CONFIG"})


def load(path: Path) -> Config:
    """Read the configuration; relative paths in it are relative to its folder.

    A variable ``NOTIFIER_EMAIL__SMTP__PASSWORD`` overrules the key ``password`` of
    ``[email.smtp]``; an unknown ``NOTIFIER_*`` variable is a mistake like any other. Variables
    starting with ``NOTIFIER_TEST_`` belong to the test suite.

    Raises:
        ConfigError: the file is missing or wrong; lists every mistake with its key and line.
    """
    text = _text_of(path)
    try:
        config, problems = understood(tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path} is not valid TOML.", problems=(str(error),), remedy="mend that line"
        ) from error
    if config is None:
        raise ConfigError(
            f"{path} has {len(problems)} mistake{'s' if len(problems) > 1 else ''}:",
            problems=problems,
            remedy="mend them and run `notifier config --check`",
        )
    return _anchor(config, path.resolve().parent)


def understood(given: dict[str, Any], text: str = "") -> tuple[Config | None, tuple[str, ...]]:
    """The configuration that values and the environment make; else None and every mistake.

    Args:
        text: what the values were read from, so that a mistake names its line.
    """
    problems = tuple(_unknown_variables())
    try:
        config = Config(**given)
    except SettingsError as error:
        return None, (*problems, str(error))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        told = (_describe(problem, text) for problem in found if problem["type"] != _FOLLOWS)
        return None, (*problems, *told)
    return (None, problems) if problems else (config, ())


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no configuration at {path}.",
            remedy="run `notifier init` to write one, or name it with --config",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error


def _variable_of(location: tuple[Any, ...]) -> str:
    return _PREFIX + "__".join(str(part) for part in location).upper()


def _unknown_variables() -> Iterator[str]:
    for name in os.environ:
        if not name.startswith(_PREFIX) or name.startswith("NOTIFIER_TEST_"):
            continue
        if name in _OWN_VARIABLES:
            continue
        if not _is_key(Config, name.removeprefix(_PREFIX).lower().split("__")):
            yield f"variable {name}: is not a known key"


def _is_key(model: type[BaseModel], keys: list[str]) -> bool:
    field = model.model_fields.get(keys[0])
    if field is None:
        return False
    branches = [kind for kind in (field.annotation, *get_args(field.annotation)) if kind]
    models = [kind for kind in branches if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return not keys[1:] or any(_is_key(below, keys[1:]) for below in models)


def _describe(problem: Any, text: str) -> str:
    """One mistake in a line: key, place, what is wrong. Values are never shown: secrets."""
    location = problem["loc"]
    key = ".".join(str(part) for part in location) or "(whole file)"
    if problem["type"] == "extra_forbidden":
        message = "is not a known key"
    elif problem["type"] == "missing":
        message = "is missing"
    elif problem["type"] == "string_pattern_mismatch" and "https?" in problem["ctx"]["pattern"]:
        message = "must begin with https:// or http:// and hold no blank, quote or bracket"
    elif problem["type"] == "string_pattern_mismatch" and "[a-z][" in problem["ctx"]["pattern"]:
        message = "must be small letters, digits and hyphens, a letter first, 40 at most"
    else:
        message = str(problem["msg"]).removeprefix("Value error, ")
    if _variable_of(location) in os.environ:
        return f"{key} (variable {_variable_of(location)}): {message}"
    line = _line_of(text, location)
    return f"{key} (line {line}): {message}" if line else f"{key}: {message}"


def _line_of(text: str, location: tuple[Any, ...]) -> int:
    """1-based line of the deepest part of a key path that the file holds; 0 when none."""
    wanted = [part for part in location if isinstance(part, str)]
    index = next((part for part in location if isinstance(part, int)), 0)
    best, depth, arrays = 0, 0, -1
    prefix: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            prefix = header[1].split(".")
            if line.strip().startswith("[[") and prefix == wanted[: len(prefix)]:
                arrays += 1
            path = prefix
        elif key := _KEY.match(line):
            path = [*prefix, key[1]]
        else:
            continue
        in_array = arrays in (-1, index)
        if in_array and depth < len(path) <= len(wanted) and path == wanted[: len(path)]:
            best, depth = number, len(path)
    return best


def _anchor(model: _M, folder: Path) -> _M:
    """The same model with every relative path made absolute below ``folder``."""
    changes: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Path):
            changes[name] = folder / _at_home(value)
        elif isinstance(value, SecretStr):
            changes[name] = SecretStr(_anchor_database(value.get_secret_value(), folder))
        elif isinstance(value, BaseModel):
            changes[name] = _anchor(value, folder)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            changes[name] = tuple(_anchor(item, folder) for item in value)
    return model.model_copy(update=changes)


def _at_home(path: Path) -> Path:
    """A path below somebody's home directory in full.

    Raises:
        ConfigError: nobody of that name has one.
    """
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ConfigError(
            f"{path} names the home directory of a user who is not known here.",
            remedy="write the path in full",
        ) from error


def _anchor_database(url: str, folder: Path) -> str:
    """A relative ``sqlite:///name`` made absolute; anything else unchanged."""
    scheme, separator, rest = url.partition(":///")
    if not scheme.startswith("sqlite") or not separator or rest.startswith("/"):
        return url
    return f"{scheme}:///{folder / rest}"
