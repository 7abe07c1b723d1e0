"""The time line in characters: a row for each notice, the deadline and the day drawn through."""

from __future__ import annotations

from collections.abc import Iterator

from notifier.model.forecast import TimelinePoint
from notifier.model.plan import Plan
from notifier.rendering.timeline.scale import Scale, scale_of

_LABEL = 20
_DEADLINE, _EFFECTIVE, _BAND, _DUE = "┊", "┃", "█", "▶"


def drawn(plan: Plan, points: tuple[TimelinePoint, ...], *, width: int) -> list[str]:
    """Lines of text: a ruler, a row for each notice with its forecast band, and the legend."""
    scale = scale_of(points, width - _LABEL)
    return [_ruler(scale), *_rows(plan, scale), _legend()]


def _ruler(scale: Scale) -> str:
    cells = [" "] * scale.length
    for at in scale.ticks():
        place, text = scale.place(at), f"╷{at.day} {at:%b}"
        if place + len(text) <= scale.length:
            cells[place : place + len(text)] = text
    return " " * _LABEL + "".join(cells).rstrip()


def _rows(plan: Plan, scale: Scale) -> Iterator[str]:
    for notice in plan.notices:
        cells = _empty(plan, scale)
        first, last = scale.place(notice.due_at), scale.place(notice.finish_at)
        if not notice.addressees.joiners:
            cells[first : last + 1] = _BAND * (last - first + 1)
        cells[first] = _DUE
        yield f"  {notice.label:<{_LABEL - 2}.{_LABEL - 2}}" + "".join(cells)
    if not plan.notices:
        yield " " * _LABEL + "".join(_empty(plan, scale))


def _empty(plan: Plan, scale: Scale) -> list[str]:
    cells = ["·"] * scale.length
    cells[scale.place(plan.deadline_at)] = _DEADLINE
    cells[scale.place(plan.effective_at)] = _EFFECTIVE
    return cells


def _legend() -> str:
    return (
        f"{'':<{_LABEL}}{_DUE} goes out  {_BAND} forecast  {_DEADLINE} deadline  "
        f"{_EFFECTIVE} takes effect"
    )
