"""An HTML tree read as blocks.

Every format but plain text comes through here, so that the same text gives the same blocks
whatever it was written in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from notifier.errors import ReadingError
from notifier.model.text import BlockKind
from notifier.reading.formats.blocks import BlockBuilder
from notifier.reading.formats.bounds import MAX_DEPTH
from notifier.reading.formats.lines import ATTRIBUTE
from notifier.reading.formats.numbering import ordinal

UNSEEN = frozenset(
    [
        "-comment",
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "svg",
        "math",
        "title",
        "meta",
        "link",
        "base",
        "textarea",
        "select",
        "datalist",
        "option",
        "map",
        "area",
    ]
)
"""Elements that hold no words of a text."""

_STRUCK = frozenset({"del", "s", "strike"})
"""What is struck through is said no longer: "~~30~~ 90 days" are 90 days."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_DIVISIONS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})
_CELLS = frozenset({"td", "th"})
_PAGE_LAYOUT = "h1, h2, h3, h4, table, main, article"
_PLACED = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "li",
        "dd",
        "dt",
        "th",
        "td",
        "tr",
        "table",
        "div",
        "section",
        "article",
        "blockquote",
        "pre",
        "br",
        "summary",
    ]
)
_PERMALINKS = frozenset({"#", "\u00b6", "\u00a7", "\U0001f517"})
"""What a heading's link to itself shows."""
_DEEPEST_TREE = 4 * MAX_DEPTH
_DIGITS = 5


@dataclass(slots=True)
class _List:
    """A list under way: how its items are counted."""

    style: str = ""
    next: int = 1


@dataclass(slots=True)
class _Table:
    """A table under way: where the next cell stands."""

    row: int = -1
    column: int = 0


_Leave = Callable[[], None]


def _nothing() -> None:
    """Leave an element that means nothing to a block."""


class TreeReader:
    """Walks a tree once, depth first, without recursion."""

    def __init__(
        self, builder: BlockBuilder, *, skip: Callable[[LexborNode, str], bool] | None = None
    ) -> None:
        self._builder = builder
        self._skip = skip
        self._lists: list[_List] = []
        self._tables: list[_Table] = []
        self._quotes = 0
        self._whole = 0
        self._headings = 0
        self._verbatim = 0
        self._line = 0
        self._starts: dict[str, Callable[[LexborNode], _Leave]] = {
            **dict.fromkeys(_LISTS, self._list),
            **dict.fromkeys(_CELLS, self._cell),
            "li": self._item,
            "dd": self._definition,
            "table": self._table,
            "tr": self._row,
            "blockquote": self._quotation,
            "pre": self._code,
        }

    def read(self, root: LexborNode, name: str) -> None:
        """Add the blocks under ``root`` to the builder.

        Raises:
            ReadingError: the tree is too deep.
        """
        above: list[tuple[LexborNode, _Leave]] = []
        node: LexborNode | None = root
        while node is not None:
            leave = self._enter(node)
            child = node.first_child if leave else None
            if leave and child is not None:
                above.append((node, leave))
                if len(above) > _DEEPEST_TREE:
                    raise ReadingError(f"{name}: elements are nested too deeply to be read safely")
                node = child
                continue
            if leave:
                leave()
            after = node.next if above else None
            while above and after is None:
                node, leave = above.pop()
                leave()
                after = node.next if above else None
            node = after
        self._builder.end()

    def _enter(self, node: LexborNode) -> _Leave | None:
        """Begin an element; the answer ends it. None: its content is not read."""
        tag = node.tag or ""
        if tag == "-text":
            self._text(node.text_content or "")
            return None
        if tag in UNSEEN or tag in _STRUCK or (self._skip and self._skip(node, tag)):
            return None
        if tag == "a":
            return self._link(node)
        if tag == "img":
            self._image(node)
            return None
        if tag == "sup" and self._builder.ends_in_digit and node.text().strip().isdecimal():
            self._builder.text("^", self._line)
        if tag in _PLACED:
            self._line = int(node.attributes.get(ATTRIBUTE) or self._line)
        if tag == "br":
            self._builder.line_break()
            return None
        return self._begin(node, tag)

    def _image(self, node: LexborNode) -> None:
        """A picture parts words; in a heading, its description may be the heading."""
        described = node.attributes.get("alt") if self._headings else None
        self._builder.text(f" {described or ''} ", self._line)

    def _text(self, text: str) -> None:
        if not self._verbatim:
            self._builder.text(text, self._line)
            return
        for index, line in enumerate(text.rstrip("\n").split("\n")):
            if index:
                self._builder.line_break()
            self._builder.text(line, self._line)

    def _link(self, node: LexborNode) -> _Leave | None:
        target = node.attributes.get("href")
        if not target:
            return _nothing
        if target.startswith("#") and node.text().strip() in _PERMALINKS:
            return None
        self._builder.link_start(target)
        return self._builder.link_end

    def _begin(self, node: LexborNode, tag: str) -> _Leave:
        if self._whole:
            return self._space() if tag in _DIVISIONS or tag in self._starts else _nothing
        if tag in _HEADINGS:
            return self._heading(_HEADINGS[tag])
        start = self._starts.get(tag)
        if start:
            return start(node)
        if tag in _DIVISIONS:
            self._builder.close()
            return self._builder.close
        return _nothing

    def _heading(self, level: int) -> _Leave:
        self._builder.open(BlockKind.HEADING, level=level)
        self._headings += 1
        end = self._one_block()

        def leave() -> None:
            self._headings -= 1
            end()

        return leave

    def _space(self) -> _Leave:
        """Inside a heading or a cell, what would be a block is set apart by a space."""
        self._builder.text(" ")
        return lambda: self._builder.text(" ")

    def _one_block(self) -> _Leave:
        self._whole += 1

        def leave() -> None:
            self._whole -= 1
            self._builder.end()

        return leave

    def _list(self, node: LexborNode) -> _Leave:
        self._builder.close()
        if node.tag == "ol":
            said = node.attributes
            self._lists.append(_List(said.get("type") or "1", _number(said.get("start"), 1)))
        else:
            self._lists.append(_List())

        def leave() -> None:
            self._lists.pop()
            self._builder.end()

        return leave

    def _item(self, node: LexborNode) -> _Leave:
        number = ""
        if self._lists and self._lists[-1].style:
            under_way = self._lists[-1]
            place = _number(node.attributes.get("value"), under_way.next)
            under_way.next = place + 1
            number = ordinal(under_way.style, place)
        self._builder.open(BlockKind.LIST_ITEM, level=max(1, len(self._lists)), number=number)
        return self._builder.end

    def _definition(self, _node: LexborNode) -> _Leave:
        self._builder.open(BlockKind.LIST_ITEM, level=max(1, len(self._lists)))
        return self._builder.end

    def _table(self, _node: LexborNode) -> _Leave:
        self._builder.close()
        self._tables.append(_Table())

        def leave() -> None:
            self._tables.pop()
            self._builder.end()

        return leave

    def _row(self, _node: LexborNode) -> _Leave:
        self._builder.close()
        if self._tables:
            self._tables[-1].row += 1
            self._tables[-1].column = 0
        return self._builder.end

    def _cell(self, node: LexborNode) -> _Leave:
        if not self._tables or node.css_first(_PAGE_LAYOUT) is not None:
            self._builder.close()
            return self._builder.close
        table = self._tables[-1]
        self._builder.open(BlockKind.TABLE_CELL, cell=(max(0, table.row), table.column))
        table.column += _number(node.attributes.get("colspan"), 1)
        return self._one_block()

    def _quotation(self, _node: LexborNode) -> _Leave:
        self._builder.close()
        self._quotes += 1
        self._builder.loose(BlockKind.QUOTATION)

        def leave() -> None:
            self._builder.close()
            self._quotes -= 1
            if not self._quotes:
                self._builder.loose(BlockKind.PARAGRAPH)

        return leave

    def _code(self, _node: LexborNode) -> _Leave:
        self._builder.open(BlockKind.CODE)
        self._verbatim += 1

        def leave() -> None:
            self._verbatim -= 1
            self._builder.end()

        return leave


def _number(written: str | None, otherwise: int) -> int:
    """A small number from an attribute, or what holds without it."""
    return int(written) if written and written.isdecimal() and len(written) < _DIGITS else otherwise
