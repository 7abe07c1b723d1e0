"""Two documents → the one redline that mails, console and evidence all show.

::

    align       which blocks belong together, which moved        alignment, blocks, moves, pairing,
                                                                 grouping
    compare     which words of them stay                         words, matching, sliding, spans
    judge       which edits deserve a lawyer's eye               rules (signals.toml), topics,
                                                                 parts, signals
    summarise   what changed, section by section                 summary, points

Pure: no I/O but its own table of rules, no clock; the same two documents give the same redline on
every machine.
"""

from __future__ import annotations

from notifier.errors import NotifierError
from notifier.model.redline import Redline
from notifier.model.text import Document
from notifier.redline.comparison import entries
from notifier.redline.materiality import judged
from notifier.redline.rebuild import rebuild_new, rebuild_old
from notifier.redline.summary import summarised

__all__ = ["compare", "rebuild_new", "rebuild_old"]


def compare(old: Document, new: Document) -> Redline:
    """Compare two documents block by block and word by word, and say what deserves attention.

    Raises:
        NotifierError: the edits do not lead back to both texts; never seen, but a redline that
            leaves out a word must not reach anybody.
    """
    told, signals, suggestion = judged(old, new, entries(old, new))
    redline = Redline(old, new, told, suggestion, signals, summarised(old, new, told, signals))
    for document, rebuilt in ((old, rebuild_old(redline)), (new, rebuild_new(redline))):
        if rebuilt != tuple([block.text for block in document.blocks]):
            raise NotifierError(
                f"the redline of {document.title or 'a policy'} does not hold every word of it",
                remedy="report this with both versions; nothing was planned or sent",
            )
    return redline
