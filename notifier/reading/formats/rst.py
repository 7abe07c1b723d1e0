"""reStructuredText, with file insertion, raw markup and the build date switched off."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree
from docutils.parsers.rst import Parser, states
from docutils.utils import SystemMessage
from docutils.writers import html5_polyglot

from notifier.errors import ReadingError
from notifier.model.text import Document
from notifier.reading.formats.bounds import MAX_BYTES, MAX_LINES, check_lines
from notifier.reading.formats.html import read_fragment
from notifier.reading.formats.lines import ATTRIBUTE

_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 1,
    "halt_level": 5,
    "warning_stream": False,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "math_output": "LaTeX",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "cloak_email_addresses": False,
    "toc_backlinks": False,
    "footnote_backlinks": False,
    "line_length_limit": MAX_BYTES,
    "output_encoding": "unicode",
}
_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What docutils lets through on markup that nobody would write."""
_REFERENCE = re.compile(r"\w_(?!\w)|`_|\|\w|:`")
_MAX_REFERENCES = 2_000
"""docutils resolves references in quadratic time."""
_TODAY = re.compile(r"^\.\. \|[^|\n]+\| date::[^\n]*$", re.MULTILINE)
"""A directive that prints the day of the build, which is no day the text states."""


def read(text: str, name: str) -> Document:
    """Read reStructuredText. What docutils does not know stays as written.

    Raises:
        ReadingError: it is too long or nested too deeply.
    """
    check_lines(text, name, MAX_LINES // 2)
    references = len(_REFERENCE.findall(text))
    if references > _MAX_REFERENCES:
        raise ReadingError(
            f"{name}: {references:,} references; at most {_MAX_REFERENCES:,} are read",
            remedy="check that the source is a policy",
        )
    try:
        parser = Parser(inliner=_inliner())
        tree = publish_doctree(_TODAY.sub("", text), parser=parser, settings_overrides=_SETTINGS)
        metadata = _fields(tree)
        _keep_the_unknown(tree)
        html = publish_from_doctree(tree, writer=_Writer(), settings_overrides=_SETTINGS)
    except (SystemMessage, *_FAULTS) as problem:
        raise ReadingError(
            f"{name}: not readable as reStructuredText", remedy="check its markup with docutils"
        ) from problem
    body = html.decode() if isinstance(html, bytes) else html
    blocks = read_fragment(body, name)
    return Document(blocks, title=str(tree.get("title", "")), metadata=metadata)


def _inliner() -> states.Inliner:
    """Inline markup, without looking for bare addresses.

    An address that links to itself says nothing more, in Markdown it is text too, and the search
    takes seconds on a kilobyte without spaces. Docutils makes its patterns from the attributes of
    the class itself, so that a subclass would have none.
    """
    inliner = states.Inliner()
    inliner.implicit_inline = _all_text  # type: ignore[method-assign, assignment]
    return inliner


def _all_text(text: str, _lineno: int) -> list[nodes.Text]:
    return [nodes.Text(text)] if text else []


def _fields(tree: nodes.document) -> dict[str, str]:
    """The fields at the top (``:Date: 2024-05-01``); every field becomes a line of the text."""
    found: dict[str, str] = {}
    for item in list(tree.findall(lambda node: isinstance(node.parent, nodes.docinfo))):
        key, value = type(item).__name__.title(), item.astext()
        if isinstance(item, nodes.field):
            continue
        found[key.lower()] = value
        item.parent.replace(item, nodes.paragraph("", f"{key}: {value}"))
    for item in list(tree.findall(nodes.field)):
        key, body = item.children[0].astext(), item.children[1]
        found.setdefault(key.lower(), body.astext())
        inside = body.children
        first = inside[0] if inside and isinstance(inside[0], nodes.paragraph) else None
        line = nodes.paragraph("", f"{key}: ", *(first.children if first else ()))
        line.line = item.line
        item.parent.replace(item, [line, *inside[1 if first else 0 :]])
    for several in [*tree.findall(nodes.field_list), *tree.findall(nodes.docinfo)]:
        several.parent.replace(several, several.children)
    return found


def _keep_the_unknown(tree: nodes.document) -> None:
    """Put what docutils could not read in place of its messages about it."""
    for message in list(tree.findall(nodes.system_message)):
        written = [child for child in message.children if isinstance(child, nodes.literal_block)]
        message.parent.replace(message, written)
    for problem in list(tree.findall(nodes.problematic)):
        problem.parent.replace(problem, nodes.Text(problem.astext()))
    tree.transform_messages.clear()


class _Translator(html5_polyglot.HTMLTranslator):
    """HTML with the source line of every block."""

    def starttag(
        self,
        node: Any,
        tagname: str,
        suffix: str = "\n",
        empty: bool = False,
        **attributes: Any,
    ) -> str:
        line = getattr(node, "line", None)
        if line:  # of a title, docutils knows the line below it
            attributes[ATTRIBUTE] = str(line - isinstance(node, nodes.title))
        return str(super().starttag(node, tagname, suffix, empty, **attributes))


class _Writer(html5_polyglot.Writer):
    """Writes the body of the page alone."""

    def __init__(self) -> None:
        super().__init__()
        self.translator_class = _Translator

    def assemble_parts(self) -> None:
        super().assemble_parts()
        self.output = self.parts["html_body"]
