"""Notices in the product as JSON, and health."""

from notifier.web.server import build, serve

__all__ = ["build", "serve"]
