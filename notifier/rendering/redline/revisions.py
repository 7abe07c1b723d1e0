"""Tracked paragraphs as WordprocessingML (ECMA-376 part 1, §17.13.5)."""

from __future__ import annotations

from itertools import count
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from notifier.rendering.redline.characters import xml_safe
from notifier.rendering.redline.tracked import Track, TrackedParagraph, TrackedWords

AUTHOR = "notifier"
"""Whom Word names as the author of the changes."""


class Revisions:
    """Makes elements that carry the author and a number of their own."""

    def __init__(self) -> None:
        """Number them from 1."""
        self._numbers = count(1)

    def fill(self, element: Any, content: TrackedParagraph, old_style: str) -> None:
        """Put a paragraph's words and the tracking of its end into its ``w:p`` element.

        Args:
            element: a ``w:p`` that has its style and nothing else.
            old_style: id of the style that rejecting gives back; empty when it did not change.
        """
        properties = element.get_or_add_pPr()
        if content.mark:
            of_end = OxmlElement("w:rPr")
            of_end.append(self._signed(content.mark))
            properties.append(of_end)
        if old_style:
            properties.append(self._restyled(old_style))
        for words in content.words:
            element.append(self._run(words))
        if content.move:
            self._bracket(element, content)

    def row(self, track: Track) -> Any:
        """An empty ``w:tr``, tracked as a whole where ``track`` says so."""
        row = OxmlElement("w:tr")
        if track:
            properties = OxmlElement("w:trPr")
            properties.append(self._signed(track))
            row.append(properties)
        return row

    def _run(self, words: TrackedWords) -> Any:
        run = OxmlElement("w:r")
        _write(run, words.text, "w:delText" if words.track is Track.DELETED else "w:t")
        if not words.track:
            return run
        tracked = self._signed(words.track)
        tracked.append(run)
        return tracked

    def _restyled(self, old_style: str) -> Any:
        change = self._signed("pPrChange")
        before = OxmlElement("w:pPr")
        before.append(OxmlElement("w:pStyle", {qn("w:val"): old_style}))
        change.append(before)
        return change

    def _bracket(self, element: Any, content: TrackedParagraph) -> None:
        """Tell Word that this paragraph is one end of a move, and of which."""
        start = self._signed(f"{content.mark}RangeStart")
        start.set(qn("w:name"), f"move{content.move}")
        end = OxmlElement(f"w:{content.mark}RangeEnd", {qn("w:id"): str(start.get(qn("w:id")))})
        element.insert(1, start)
        element.addnext(end)

    def _signed(self, name: str) -> Any:
        attributes = {qn("w:id"): str(next(self._numbers)), qn("w:author"): AUTHOR}
        return OxmlElement(f"w:{name}", attributes)


def _write(run: Any, text: str, tag: str) -> None:
    for at, line in enumerate(xml_safe(text).split("\n")):
        if at:
            run.append(OxmlElement("w:br"))
        words = OxmlElement(tag)
        words.text = line
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
