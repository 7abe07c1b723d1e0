"""The only Jinja2 environment: sandboxed, strict, escaping; and where templates are found.

Templates are ours or the legal team's; policy text and people's names only ever come in as
values. A misspelt variable is an error, never an empty place in a mail.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifier.errors import RenderingError

_PACKAGE = Path(__file__).parent.parent


def shipped_templates() -> Path:
    """The folder of templates that came with this installation, or with this checkout."""
    checkout = _PACKAGE.parent / "templates"
    if (_PACKAGE.parent / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    return _PACKAGE / "_templates"


class Templates:
    """Renders templates by name; a file in the company's own folder goes before the shipped one."""

    def __init__(self, own: Path | None = None) -> None:
        """Look in ``own`` first, if given, then among the shipped templates."""
        self._folders = tuple(folder for folder in (own, shipped_templates()) if folder)
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(self._folders),
            undefined=StrictUndefined,
            autoescape=lambda name: name is None or name.endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )

    def render(self, name: str, **values: object) -> str:
        """The template ``name`` with ``values``; HTML templates escape every value.

        Raises:
            RenderingError: it is missing, malformed, or uses a variable that is not given.
        """
        try:
            return self._environment.get_template(name).render(**values)
        except TemplateError as error:
            raise _explained(name, error) from error

    def render_line(self, source: str, where: str, **values: object) -> str:
        """A sentence of a wording file with ``values``, as plain text.

        Raises:
            RenderingError: naming ``where`` the sentence stands.
        """
        try:
            return self._line(source).render(**values)
        except TemplateError as error:
            raise _explained(where, error) from error

    def find(self, name: str) -> Path | None:
        """Where the file ``name`` is found, or None."""
        return next((f / name for f in self._folders if (f / name).is_file()), None)

    def names(self, folder: str, suffix: str) -> tuple[str, ...]:
        """Names, without the suffix, of the files directly in ``folder``, sorted."""
        found = {path.stem for f in self._folders for path in (f / folder).glob(f"*{suffix}")}
        return tuple(sorted(found))

    @cache  # noqa: B019 - one instance lives as long as the process
    def _line(self, source: str) -> Template:
        return self._environment.overlay(autoescape=False).from_string(source)


def _explained(name: str, error: TemplateError) -> RenderingError:
    line = getattr(error, "lineno", None)
    place = f"{name}, line {line}" if line else name
    return RenderingError(
        f"Template {place}: {error.message or type(error).__name__}.",
        remedy="mend the template; nothing was rendered or sent",
    )
