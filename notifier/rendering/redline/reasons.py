"""Why a change is suggested to be material: the signals by rule, each with its places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from notifier.model.redline import Redline, Signal
from notifier.rendering.redline.characters import visible
from notifier.rendering.redline.wording import Wording
from notifier.rendering.redline.words import Words, counted

SHORT = 160
"""Longest quote, in characters, that is repeated beside a reason; longer ones are in the text."""

MOST = 4
"""Places named at most for one reason where there is no room to name all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule spoke up: in words, and the anchor of the redline's entry."""

    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that spoke up: its name, the law or guidance behind it, and where."""

    title: str
    source: str
    places: tuple[Place, ...]

    def told(self, words: Words) -> tuple[str, ...]:
        """The first different places in words, and how many more there are."""
        different = tuple(dict.fromkeys(place.words for place in self.places))
        more = len(different) - MOST
        return (*different[:MOST], counted(words, "more_places", more)) if more > 0 else different


def reasons(redline: Redline, wording: Wording) -> tuple[Reason, ...]:
    """The redline's signals by rule, in the order in which the rules first spoke up."""
    order = {signal.rule: at for at, signal in reversed([*enumerate(redline.signals)])}
    by_rule = sorted(redline.signals, key=lambda signal: order[signal.rule])
    return tuple(
        _reason(list(signals), wording) for _, signals in groupby(by_rule, lambda s: s.rule)
    )


def _reason(signals: Sequence[Signal], wording: Wording) -> Reason:
    first = signals[0]
    places = tuple(Place(_words(signal, wording), f"c{signal.entry}") for signal in signals)
    return Reason(visible(first.title or first.rule), visible(first.source), places)


def _words(signal: Signal, wording: Wording) -> str:
    section = wording.section(signal.section)
    longest = max(len(quote.text) for quote in (signal.before, signal.after) if quote is not None)
    return f"{section}: {wording.quotes(signal)}" if longest <= SHORT else section
