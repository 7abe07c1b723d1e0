"""What stands round the text of a page: navigation, scripts, forms, banners; told by structure.

An element goes only for what it *is* (a landmark, a control, a known consent tool), and never if
the page itself stands in it: ASP.NET wraps whole pages in a form.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

_LANDMARKS = frozenset(
    [
        "navigation",
        "search",
        "banner",
        "contentinfo",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
    ]
)
"""WAI-ARIA roles of parts that are not the content of a page."""

_CONSENT_CONTAINERS = (
    # identifiers that consent tools give their own containers
    "#onetrust-consent-sdk",
    "#onetrust-banner-sdk",
    "#CybotCookiebotDialog",
    "#usercentrics-root",
    "#didomi-host",
    "#qc-cmp2-container",
    "#truste-consent-track",
    "#cookie-law-info-bar",
    "#cookiescript_injected",
    "#iubenda-cs-banner",
    "#BorlabsCookieBox",
    "#tarteaucitronRoot",
    "#axeptio_overlay",
    "#hs-eu-cookie-confirmation",
    ".cc-window",
    ".cky-consent-container",
    ".osano-cm-window",
    "[id^=sp_message_container]",
    # what pages call their own
    *(
        f"[{attribute}*={name} i]"
        for attribute in ("id", "class")
        for name in (
            "cookie-banner",
            "cookiebanner",
            "cookie-consent",
            "cookieconsent",
            "cookie-message",
            "consent-banner",
            "gdpr-banner",
        )
    ),
)
_OVERLAYS_AND_SKIPS = (
    "[aria-modal=true]",
    "[aria-label=breadcrumb i]",
    "a[class*=skip-link i]",
    "a[class*=skiplink i]",
    "a[class*=skip-to i]",
)
_ALWAYS = frozenset({"nav", "input", "progress", "meter"})
_UNLESS_PAGE = frozenset({"form", "dialog", "header", "footer", "search"})
_SECTIONING = frozenset({"article", "section", "main", "aside"})
_TITLE = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "p", "li", "td", "th"})
_PAGE = "main, article, h1, [role=main]"


class Furniture:
    """The parts of one page that are not its text."""

    def __init__(self, page: LexborHTMLParser) -> None:
        self._length = len(page.body.text()) if page.body is not None else 0
        self._named = {
            node.mem_id for node in page.css(", ".join(_CONSENT_CONTAINERS + _OVERLAYS_AND_SKIPS))
        }

    def includes(self, node: LexborNode, tag: str) -> bool:
        """Whether an element is furniture."""
        if tag in _ALWAYS:
            return True
        if tag == "button":
            # A heading that opens its section is often a button; its words are the heading.
            return not any(above.tag in _TITLE for above in _ancestors(node))
        if tag in {"header", "footer"}:
            return self._is_landmark(node) and not self._is_page(node)
        if tag in _UNLESS_PAGE or node.mem_id in self._named:
            return not self._is_page(node)
        return node.attributes.get("role") in _LANDMARKS and not self._is_page(node)

    def _is_landmark(self, node: LexborNode) -> bool:
        """Header and footer of a page, not of one of its parts (HTML-AAM, 3.5)."""
        return not any(above.tag in _SECTIONING for above in _ancestors(node))

    def _is_page(self, node: LexborNode) -> bool:
        return node.css_first(_PAGE) is not None or 2 * len(node.text()) > self._length


def _ancestors(node: LexborNode) -> list[LexborNode]:
    found = []
    above = node.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found
