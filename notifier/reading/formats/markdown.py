"""Markdown: CommonMark with tables, strikethrough and definition lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.deflist import deflist_plugin

from notifier.errors import ReadingError
from notifier.model.text import Document
from notifier.reading.formats import lines, templating
from notifier.reading.formats.bounds import MAX_DEPTH, check_lines, check_paragraph
from notifier.reading.formats.frontmatter import split
from notifier.reading.formats.html import read_fragment
from notifier.reading.formats.spacing import closed_up
from notifier.reading.formats.tree import UNSEEN

_KNOWN = UNSEEN | frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "button",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "data",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "fieldset",
        "figcaption",
        "figure",
        "font",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "legend",
        "li",
        "main",
        "mark",
        "nav",
        "nobr",
        "ol",
        "p",
        "picture",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_VOID = frozenset(["base", "link", "meta", "area"])
_CLOSING = re.compile(r"</([a-z][a-z0-9-]*)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])|<(?=[a-zA-Z/])")


_SPACED_TARGET = re.compile(r"\]\(([^()<>\s\"']+(?: [^()<>\s\"']+){1,9}\.\w{2,5})\)")
"""A file name with spaces as a target, which kramdown takes and CommonMark does not."""
_LINKED_BLOCKS = re.compile(
    r"^\[\n(\n(?:(?!\[\n)[^\n]{0,500}\n){1,20}?\s{0,20}?)\n?\]\(([^()\s<>\"]{1,500})\)$",
    re.MULTILINE,
)
"""A link round whole paragraphs, as page converters write it; CommonMark has none."""


def _as_html(link: re.Match[str]) -> str:
    lines_below = link[0].count("\n") - link[1].count("\n") - 1
    return f'<a href="{link[2]}">\n{link[1]}' + "\n" * lines_below + "</a>"


def read(text: str, name: str) -> Document:
    """Read Markdown; front matter and template code are taken off first.

    Raises:
        ReadingError: a paragraph is too long or the nesting too deep to be read safely.
    """
    metadata, body, skipped = split(text)
    check_lines(body, name)
    template = templating.in_markdown(closed_up(body), mdx=name.lower().endswith(".mdx"))
    source = _LINKED_BLOCKS.sub(_as_html, _SPACED_TARGET.sub(r"](<\1>)", template.text))
    try:
        html = _parser().render(source, {"skipped": skipped, "name": name})
    except RecursionError as problem:
        raise _too_deep(name) from problem
    found = template.metadata | metadata
    blocks = read_fragment(html, name, template.restore)
    return Document(blocks, title=found.get("title", ""), metadata=found)


class _Parser(MarkdownIt):
    """The parser with our bounds, source lines, and link targets as they are written."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"maxNesting": MAX_DEPTH}, renderer_cls=_Renderer)
        self.enable(["table", "strikethrough"])
        self.use(deflist_plugin)
        self.core.ruler.after("block", "bounds", self._check)
        self.core.ruler.at("inline", _inline)
        self.core.ruler.after("text_join", "slips", _forgive)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """Keep a target as written: a changed target is a change."""
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802, ARG002 - the library's name
        """Read every target; the blocks keep only those that lead somewhere."""
        return True

    def _check(self, state: StateCore) -> None:
        skipped = state.env["skipped"] + 1
        name = state.env["name"]
        for token in state.tokens:
            if token.level >= MAX_DEPTH - 1:
                raise _too_deep(name)
            if token.type == "inline":
                check_paragraph(token.content, name)
            if token.map and token.nesting >= 0:
                token.attrSet(lines.ATTRIBUTE, str(token.map[0] + skipped))


_MARKS = re.compile(r"[\\`*_~\[\]!<&]| {2}\n")
"""What makes words in a paragraph more than words."""


def _inline(state: StateCore) -> None:
    """Parse what is in the blocks; most paragraphs are plain words and need no parser."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = token.children or []
        if _MARKS.search(token.content):
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        elif token.content:
            token.children.append(Token("text", "", 0, content=token.content))


_UNDEFINED = re.compile(r"\[([^\[\]\n]{1,200})\]\[\]")
"""``[Example][]`` whose reference the text never defines."""
_STRAY = re.compile(r"[*_]{1,2}")


def _forgive(state: StateCore) -> None:
    """Take off markup that was left standing by a slip, so that mending it is no change.

    That is a paragraph's first asterisk without a partner ("**Only once.*"), and the brackets of
    a link whose target is missing.
    """
    for token in state.tokens:
        pieces = token.children or ()
        if token.content.startswith(("*", "_")) and len(pieces) > 1:
            opens = pieces[1].type in {"em_open", "strong_open"}
            if opens and _STRAY.fullmatch(pieces[0].content):
                pieces[0].content = ""
        if "][]" in token.content:
            for piece in pieces:
                if piece.type == "text":
                    piece.content = _UNDEFINED.sub(r"\1", piece.content)


@cache
def _parser() -> _Parser:
    return _Parser()


def _too_deep(name: str) -> ReadingError:
    return ReadingError(
        f"{name}: lists or quotations are nested deeper than {MAX_DEPTH // 2} levels",
        remedy="check that the source is a policy",
    )


class _Renderer(RendererHTML):
    """HTML for the shared tree. A tag that HTML does not know is text: ``<your name>``."""

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options
        content = tokens[idx].content
        tag = _TAG.match(content)
        if tag is None:
            return content
        name = (tag[2] or "").lower()
        if name in UNSEEN and name not in _VOID:
            return content if _closes(tokens, idx, name, env) else escapeHtml(content)
        return content if name in _KNOWN else escapeHtml(content)

    def html_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options, env
        token = tokens[idx]
        closed = set(_CLOSING.findall(token.content.lower()))

        def keep(tag: re.Match[str]) -> str:
            name = (tag[2] or "").lower()
            unclosed = name in UNSEEN - _VOID and name not in closed
            return f"&lt;{tag[0][1:]}" if name not in _KNOWN or unclosed else tag[0]

        content = _TAG.sub(keep, token.content)
        return lines.mark(content, int(token.attrGet(lines.ATTRIBUTE) or 0))

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options, env
        token = tokens[idx]
        line = token.attrGet(lines.ATTRIBUTE)
        return f"<pre {lines.ATTRIBUTE}={line} >{escapeHtml(token.content)}</pre>\n"

    fence = code_block


def _closes(tokens: Sequence[Token], idx: int, name: str, env: EnvType) -> bool:
    """Whether an element that holds no words is opened before here or closed after here."""
    if env.get("closing_of") is not tokens:
        env["closing_of"] = tokens
        env["opened"], env["closed"] = {}, {}
        for at, token in enumerate(tokens):
            tag = _TAG.match(token.content) if token.type == "html_inline" else None
            if tag and tag[2]:
                if tag[1]:
                    env["closed"][tag[2].lower()] = at
                else:
                    env["opened"].setdefault(tag[2].lower(), at)
    opened = env["opened"].get(name, len(tokens))
    return bool(opened < env["closed"].get(name, -1) and opened <= idx <= env["closed"][name])
