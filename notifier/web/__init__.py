"""Notices as JSON, health."""
