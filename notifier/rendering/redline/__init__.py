"""One redline, every view: terminal, plain text, Markdown, mail, page, Word, JSON.

Every view tells the same edits. Policy text is untrusted: it is escaped, its links never become
links of ours, and its control characters are shown instead of obeyed.
"""

from notifier.rendering.redline.ansi import terminal
from notifier.rendering.redline.html import page
from notifier.rendering.redline.mail import email_fragment
from notifier.rendering.redline.plain import text
from notifier.rendering.redline.words import words_for

__all__ = ["email_fragment", "page", "terminal", "text", "words_for"]
