"""Template code in a text: Jinja, Liquid, Hugo shortcodes, Simplates, kramdown, MDX.

The code of a site is not the policy. What prints a value (``{{ site.email }}``) stays as written,
since a word stands there; what steers (``{% if %}``) goes. Printed values are carried through the
Markdown and HTML parsers as marks and put back afterwards.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from notifier.reading.formats.lines import without

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # noncharacters: never in a text (Unicode 23.7)
_MARKED = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")

_COMMENTS = (
    (re.compile(r"\{#(?![\w:.-]+\})"), re.compile(r"#\}")),  # Jinja, not a heading's {#id}
    (re.compile(r"\{%-?\s*comment\b"), re.compile(r"endcomment\s*-?%\}")),
    (re.compile(r"\{::comment\}"), re.compile(r"\{:/(?:comment)?\}")),
    (re.compile(r"\{\{[%<]?-?\s*/\*"), re.compile(r"\*/\s*-?[%>]?\}\}")),
    (re.compile(r"\{/\*"), re.compile(r"\*/\}")),
)
_TITLE = re.compile(
    r"\{%-?\s*block\s+\w*title\w*\s*-?%\}(.{0,300}?)\{%-?\s*end\w*\s*(?:\w+\s*)?-?%\}", re.DOTALL
)
_STEER = re.compile(
    r"\{%(?:[^%{\n]|%(?!\})|\{(?!%)|\n(?!\n)){0,2000}%\}|\{\{[<%][^{\n]{0,500}[>%]\}\}"
)
_PRINT = re.compile(r"\{\{(?:[^{}\n]|\n(?!\n)|\{[^{}]{0,2000}\}){0,2000}?\}\}")
_PAIR = re.compile(r"""(["'])([^"'\n]{1,80})\1\s*:\s*(["'])((?:(?!\3)[^\n]){1,200})\3""")
_SIMPLATE = re.compile(r"^\[-{3,}\][^\n]*\n", re.MULTILINE)
_SIMPLATE_TITLE = re.compile(r"^title\s*=\s*(?:_\()?([\"'])(.{1,300}?)\1", re.MULTILINE)

_KRAMDOWN_TOC = re.compile(r"^[*+-] [^\n]{1,40}\n\{:\s*toc[^}\n]*\}", re.MULTILINE)
_KRAMDOWN = re.compile(r"\{:{1,2}/?[^{}\n]{0,500}\}")
_HEADING_ID = re.compile(r"\{#[\w:.-]{1,100}\}(?=[ \t]{0,20}$)", re.MULTILINE)
_DATETIME = re.compile(r"\bdatetime\s*=\s*[\"']?([0-9T:.+Z-]{4,35})")
_MDX_MODULE = re.compile(
    r"^(?:import\s+(?:[\w*{][^\n]{0,300}\sfrom\s+)?[\"'][^\n]{1,300}[\"'];?|export\s+[^\n]{0,500})$",
    re.MULTILINE,
)
_JSX_TAG = re.compile(r"</?[A-Z][\w.]*(?:\s[^<>]{0,500})?/?>|</?>")


def is_marked(text: str) -> bool:
    """Whether the mark of a printed value stands in the text."""
    return _OPEN in text


@dataclass(slots=True)
class Template:
    """A text freed of template code, and what is needed to put printed values back."""

    text: str
    metadata: dict[str, str] = field(default_factory=dict)
    _printed: list[str] = field(default_factory=list)

    def restore(self, text: str) -> str:
        """Put printed values back in place of their marks."""
        return _MARKED.sub(self._value, text) if _OPEN in text else text

    def hide(self, pattern: re.Pattern[str]) -> None:
        """Replace what the pattern finds by marks."""
        self.text = pattern.sub(self._mark, self.text)

    def _mark(self, printed: re.Match[str]) -> str:
        self._printed.append(" ".join(printed[0].split()))
        return f"{_OPEN}{len(self._printed) - 1}{_CLOSE}"

    def _value(self, mark: re.Match[str]) -> str:
        index = int(mark[1]) if len(mark[1]) < 8 else len(self._printed)  # noqa: PLR2004 - digits
        return self._printed[index] if index < len(self._printed) else ""


def in_html(text: str) -> Template:
    """Take template code out of an HTML template.

    A call that prints labelled strings (``{{ dates({"Published": "23 March 2016"}) }}``) reads as
    these labels and strings.
    """
    metadata: dict[str, str] = {}
    text = text.replace(_OPEN, "").replace(_CLOSE, "")
    sections = _SIMPLATE.split(text)
    if len(sections) > 1:
        if title := _SIMPLATE_TITLE.search("\n".join(sections[:-1])):
            metadata["title"] = title[2]
        text = _blank_lines(text[: -len(sections[-1])] if sections[-1] else text) + sections[-1]
    if "{" not in text:
        return Template(text, metadata)
    text = without(text, _COMMENTS)
    if title := _TITLE.search(text):
        metadata.setdefault("title", " ".join(title[1].split()))
        text = text[: title.start()] + _lines_only(title) + text[title.end() :]
    template = Template(_STEER.sub(_lines_only, text), metadata)
    template.text = _PRINT.sub(_labelled, template.text)
    template.hide(_PRINT)
    return template


def in_markdown(text: str, *, mdx: bool) -> Template:
    """Take template code, kramdown attributes and (for MDX) modules and JSX out of Markdown.

    A ``datetime`` among kramdown attributes is kept as metadata.
    """
    text = text.replace(_OPEN, "").replace(_CLOSE, "")
    if mdx:
        text = _JSX_TAG.sub("", _MDX_MODULE.sub("", text))
    if "{" not in text:
        return Template(text)
    text = _STEER.sub(_lines_only, without(text, _COMMENTS))
    text = _HEADING_ID.sub("", _KRAMDOWN_TOC.sub(_lines_only, text))
    dates = [date for found in _KRAMDOWN.findall(text) for date in _DATETIME.findall(found)]
    template = Template(_KRAMDOWN.sub("", text), {"datetime": " ".join(dates)} if dates else {})
    template.hide(_PRINT)
    return template


def _lines_only(found: re.Match[str]) -> str:
    return _blank_lines(found[0])


def _blank_lines(text: str) -> str:
    """As many line ends, so that source lines stay right."""
    return "\n" * text.count("\n")


def _is_component(printed: re.Match[str]) -> bool:
    """A call that draws something (a button, a map) where text could stand."""
    before = printed.string
    in_tag = before.rfind("<", 0, printed.start()) > before.rfind(">", 0, printed.start())
    return not in_tag and "{" in printed[0][2:]


def _labelled(printed: re.Match[str]) -> str:
    pairs = [(pair[2], pair[4]) for pair in _PAIR.finditer(printed[0]) if pair[2][0].isupper()]
    if not pairs:
        return _blank_lines(printed[0]) if _is_component(printed) else printed[0]
    lines = "".join(f"<p>{html.escape(f'{label}: {value}')}</p>" for label, value in pairs)
    return lines + _blank_lines(printed[0])
