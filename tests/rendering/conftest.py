"""The browser is a fixture of everything that renders."""

from tests.rendering.browsing import browser

__all__ = ["browser"]
