"""HTML pages: the element a selector names, or the page without its furniture."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from notifier.errors import ReadingError
from notifier.model.text import Block, Document, Link
from notifier.reading.formats import lines, templating
from notifier.reading.formats.blocks import BlockBuilder
from notifier.reading.formats.bounds import check_nesting
from notifier.reading.formats.furniture import Furniture
from notifier.reading.formats.tree import TreeReader

BESIDE = "beside"
"""The key of :attr:`Document.metadata` for dated lines that stand beside the text."""
_MARGINS = "footer, aside, [role=contentinfo], [role=complementary]"
_TEXT = "main, article, h1, [role=main]"
_MAX_MARGINS = 20
_MAX_LINE = 160
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAX_META = 200
_MAX_VALUE = 2_000


def read(text: str, name: str, selector: str | None) -> Document:
    """Read a page.

    Args:
        selector: CSS selector of the element or elements that hold the policy.

    Raises:
        ReadingError: the selector is wrong or finds nothing, or the page is nested too deeply.
    """
    template = templating.in_html(text)
    check_nesting(template.text, name)
    page = LexborHTMLParser(lines.mark(template.text))
    metadata = template.metadata | _metadata(page)
    chosen = _chosen(page, selector, name) if selector else None
    blocks = _blocks(chosen, name) if chosen else _page_blocks(page, name)
    if chosen is None:
        metadata[BESIDE] = _beside(page, name)
    title = metadata.get("title", "")
    language = metadata.pop("lang", None)
    return Document(_restored(blocks, template.restore), title, language, metadata)


def read_fragment(
    html: str, name: str, restore: Callable[[str], str] | None = None
) -> tuple[Block, ...]:
    """Read markup that was written from another format: everything in it is text."""
    check_nesting(html, name)
    blocks = _blocks([LexborHTMLParser(html).body], name)
    return _restored(blocks, restore) if restore else blocks


def _blocks(
    roots: Sequence[LexborNode | None],
    name: str,
    skip: Callable[[LexborNode, str], bool] | None = None,
) -> tuple[Block, ...]:
    builder = BlockBuilder(name)
    for root in roots:
        if root is not None:
            TreeReader(builder, skip=skip).read(root, name)
    return builder.blocks


def _chosen(page: LexborHTMLParser, selector: str, name: str) -> list[LexborNode]:
    try:
        found = page.css(selector)
    except (SelectolaxError, ValueError) as problem:
        raise ReadingError(
            f"{name}: {selector!r} is not a CSS selector", remedy="correct it in the source"
        ) from problem
    if not found:
        raise ReadingError(
            f"{name}: nothing on the page matches {selector!r}",
            remedy="the page was rebuilt: look at it and correct the selector",
        )
    inside = {node.mem_id for node in found}
    return [node for node in found if not _within(node, inside)]


def _within(node: LexborNode, chosen: set[int]) -> bool:
    above = node.parent
    while above is not None:
        if above.mem_id in chosen:
            return True
        above = above.parent
    return False


def _page_blocks(page: LexborHTMLParser, name: str) -> tuple[Block, ...]:
    """The page without furniture; its ``main`` alone where that holds most of the words."""
    furniture = Furniture(page)
    whole = _blocks([page.body], name, furniture.includes)
    mains = page.css("main, [role=main]")
    if len(mains) == 1:
        main = _blocks(mains, name, furniture.includes)
        if 2 * _length(main) > _length(whole):
            return main
    return whole or _blocks(page.css("noscript"), name)


def _beside(page: LexborHTMLParser, name: str) -> str:
    """Dated short lines of the page's margins, where sites put when a page was last updated."""
    margins = [node for node in page.css(_MARGINS)[:_MAX_MARGINS] if not node.css_first(_TEXT)]
    found = (line for block in _blocks(margins, name) for line in block.lines)
    dated = (line for line in found if len(line) <= _MAX_LINE and _YEAR.search(line))
    return "\n".join(dict.fromkeys(dated))[:_MAX_VALUE]


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _metadata(page: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in page.css("meta[content]")[:_MAX_META]:
        said = node.attributes
        key = said.get("name") or said.get("property") or said.get("http-equiv")
        if key:
            found.setdefault(key.lower(), " ".join((said["content"] or "").split())[:_MAX_VALUE])
    title = page.css_first("title")
    if title is not None and title.text().strip():
        found["title"] = " ".join(title.text().split())[:_MAX_VALUE]
    stamps = [node.attributes["datetime"] or "" for node in page.css("time[datetime]")]
    if stamps:
        found["datetime"] = " ".join(stamps)[:_MAX_VALUE]
    root = page.css_first("html[lang]")
    if root is not None and root.attributes["lang"]:
        found["lang"] = root.attributes["lang"]
    return found


def _restored(blocks: tuple[Block, ...], restore: Callable[[str], str]) -> tuple[Block, ...]:
    """Printed template values put back; offsets move with them."""
    return tuple(_restore(block, restore) if _is_marked(block) else block for block in blocks)


def _is_marked(block: Block) -> bool:
    return templating.is_marked(block.text) or any(
        templating.is_marked(link.target) for link in block.links
    )


def _restore(block: Block, restore: Callable[[str], str]) -> Block:
    def place(at: int) -> int:
        return len(restore(block.text[:at]))

    return replace(
        block,
        text=restore(block.text),
        links=tuple(Link(place(k.start), place(k.end), restore(k.target)) for k in block.links),
        breaks=tuple(map(place, block.breaks)),
    )
