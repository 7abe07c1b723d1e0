"""The plan as one HTML file with a drawing: no script, nothing loaded, light and dark."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from notifier.model.forecast import TimelinePoint
from notifier.model.people import UnmailedKind
from notifier.model.plan import Plan
from notifier.planning.words import PROPOSED, instead_of_mail, people_words, readers_words
from notifier.rendering.environment import Templates
from notifier.rendering.timeline.scale import Scale, scale_of

_LEFT, _LENGTH, _TOP, _ROW = 190, 740, 44, 34


@dataclass(frozen=True, slots=True)
class Bar:
    """A notice in the drawing; places in units of the drawing."""

    label: str
    people: str
    x: int
    width: int
    y: int
    opens: str
    joins: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the ruler."""

    label: str
    x: int


def page(
    plan: Plan,
    points: tuple[TimelinePoint, ...],
    unmailed: tuple[UnmailedKind, ...] = (),
    *,
    templates: Templates,
    title: str,
) -> str:
    """The time line as an SVG, and the same as a table for those who do not see it.

    The page carries a Content-Security-Policy that allows its one style sheet and nothing else.

    Raises:
        RenderingError: a template under ``templates/plan`` is wrong.
    """
    style = templates.render("plan/page.css")
    scale = scale_of(points, _LENGTH)
    bars = tuple(_bars(plan, scale))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return templates.render(
        "plan/page.html",
        title=title,
        plan=plan,
        points=points,
        unmailed=unmailed,
        instead_of_mail=instead_of_mail,
        people=people_words,
        proposed=PROPOSED,
        bars=bars,
        ticks=[Tick(f"{at.day} {at:%b %Y}", _LEFT + scale.place(at)) for at in scale.ticks(6)],
        deadline=_LEFT + scale.place(plan.deadline_at),
        effective=_LEFT + scale.place(plan.effective_at),
        height=_TOP + _ROW * max(len(bars), 1) + 50,
        instant=instant,
        day=_day,
        style=style,
        style_digest=digest,
    )


def instant(at: datetime) -> str:
    """``1 Dec 2026, 10:00 UTC``."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _day(of: date) -> str:
    return f"{of.day} {of:%B %Y}"


def _bars(plan: Plan, scale: Scale) -> Iterator[Bar]:
    for row, notice in enumerate(plan.notices):
        first, last = scale.place(notice.due_at), scale.place(notice.finish_at)
        joins = notice.addressees.joiners
        yield Bar(
            label=notice.label,
            people=readers_words(notice),
            x=_LEFT + first,
            width=max(last - first, 6),
            y=_TOP + row * _ROW,
            opens=instant(notice.due_at),
            joins=joins,
        )
