"""One redline, every view: terminal, plain text, Markdown, mail, page, Word, JSON.

Every view tells the same edits. Policy text is untrusted: it is escaped, its links never become
links of ours, and its control characters are shown instead of obeyed.

:mod:`~notifier.rendering.redline.word` and :mod:`~notifier.rendering.redline.exchange` are imported
by name where they are used: the libraries for Word and JSON take longer to load than the rest.
"""

from notifier.rendering.redline.ansi import terminal
from notifier.rendering.redline.commonmark import markdown
from notifier.rendering.redline.html import page
from notifier.rendering.redline.mail import email_fragment
from notifier.rendering.redline.plain import text
from notifier.rendering.redline.whole import text_page
from notifier.rendering.redline.words import words_for

__all__ = [
    "email_fragment",
    "markdown",
    "page",
    "terminal",
    "text",
    "text_page",
    "words_for",
]
