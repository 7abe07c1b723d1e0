"""By whom something was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did something, when, and why. ``at`` is an aware UTC instant."""

    who: str
    at: datetime
    why: str = ""
