"""A plan drawn: in the terminal, as a page with an SVG, as a calendar file."""

from notifier.rendering.timeline.calendar import calendar
from notifier.rendering.timeline.page import page
from notifier.rendering.timeline.terminal import drawn

__all__ = ["calendar", "drawn", "page"]
