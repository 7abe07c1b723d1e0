"""Whether the text itself says that its "last updated" date is the date it applies from."""

from __future__ import annotations

from collections.abc import Iterable

from notifier.reading.dates.line import Line
from notifier.reading.dates.statements import RANK, Standing, Statement
from notifier.reading.dates.vocabulary import Vocabulary


def declared_effective(statement: Statement, lines: Iterable[Line], words: Vocabulary) -> bool:
    """True when a sentence says that the text is effective as of "the date above".

    The words come from the lists ``date_above`` and ``applies``: "Changes are effective as of the
    'Last Updated' date". Only the page's own headline date can be meant.
    """
    if RANK[statement.kind] > 5 or statement.standing is Standing.PROSE:  # noqa: PLR2004
        return False
    return any(_declares(line, words) for line in lines)


def _declares(line: Line, words: Vocabulary) -> bool:
    plain = line.folded.replace('"', "").replace("“", "").replace("”", "")
    above = words.words["date_above"].search(plain)
    if above is None:
        return False
    near = plain[max(0, above.start() - 120) : above.end() + 60]
    return bool(words.words["applies"].search(near))
