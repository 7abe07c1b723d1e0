"""Notices in the product as JSON, and health."""

from notifier.web.server import build, listen, serve

__all__ = ["build", "listen", "serve"]
