"""What a notice links to: the comparison in its reader's language, and both texts in full.

Every page has an address of its own that never means anything else: what a mail pointed to in
March is still there when the text changes again in April.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pages for one comparison of two versions of a policy, by their path below the shelf.

    Attributes:
        policy: key of the policy.
        old, new: numbers of the versions.
    """

    policy: str
    old: int
    new: int

    def comparison(self, locale: str) -> str:
        """Where the comparison stands in one language."""
        return f"{self.policy}/v{self.old}-v{self.new}/{locale}.html"

    @property
    def old_text(self) -> str:
        """Where the old text stands."""
        return f"{self.policy}/v{self.old}.html"

    @property
    def new_text(self) -> str:
        """Where the new text stands."""
        return f"{self.policy}/v{self.new}.html"


@dataclass(frozen=True, slots=True)
class Links:
    """Where a reader finds what a notice cannot hold.

    Attributes:
        comparison: address of the whole comparison in the reader's language.
        old_text, new_text: addresses of both texts.
    """

    comparison: str
    old_text: str
    new_text: str


def links_of(shelf: Shelf, locale: str, url: str) -> Links:
    """The addresses of a shelf's pages where ``url`` is the address of the folder of pages."""
    root = url.rstrip("/")
    paths = (shelf.comparison(locale), shelf.old_text, shelf.new_text)
    return Links(*(f"{root}/{path}" for path in paths))
