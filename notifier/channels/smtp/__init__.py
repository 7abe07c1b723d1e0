"""Handing mail to an SMTP server: many connections, one thread, every phase tracked."""

from notifier.channels.smtp.timeouts import Timeouts
from notifier.channels.smtp.transport import Smtp

__all__ = ["Smtp", "Timeouts"]
