"""Everything a person reads: mails, notices in the product, views of the redline."""

from notifier.rendering.environment import Templates, shipped_templates
from notifier.rendering.in_app import compose_in_app, in_words_of
from notifier.rendering.mail import Addressee, Mail, compose, html_part
from notifier.rendering.pages import Links, Shelf, links_of
from notifier.rendering.wording import Facts, available_locales, long_date, resolve_locale

__all__ = [
    "Addressee",
    "Facts",
    "Links",
    "Mail",
    "Shelf",
    "Templates",
    "available_locales",
    "compose",
    "compose_in_app",
    "html_part",
    "in_words_of",
    "links_of",
    "long_date",
    "resolve_locale",
    "shipped_templates",
]
