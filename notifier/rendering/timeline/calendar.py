"""The plan as a calendar file (RFC 5545): every instant an entry, to be put beside other dates."""

from __future__ import annotations

from datetime import datetime

from icalendar import Calendar, Event

from notifier.model.forecast import TimelinePoint
from notifier.model.plan import Plan


def calendar(
    plan: Plan, points: tuple[TimelinePoint, ...], *, title: str, identity: str, made_at: datetime
) -> bytes:
    """An iCalendar file; the same plan gives the same bytes.

    Args:
        title: the policy's title, in front of every entry.
        identity: of the change; entries of a later plan for it replace those of an earlier one.
        made_at: aware instant at which the plan was made.
    """
    file = Calendar()
    file.add("prodid", "-//notifier//plan//EN")
    file.add("version", "2.0")
    file.add("x-wr-calname", f"{title}: notices")
    for number, point in enumerate(points):
        entry = Event()
        entry.add("uid", f"{identity}-{point.kind}-{point.notice or number}@notifier.invalid")
        entry.add("dtstamp", made_at)
        entry.add("dtstart", point.at)
        entry.add("summary", f"{title}: {point.label}")
        entry.add("categories", [point.kind.value])
        notice = plan.notice(point.notice) if point.notice else None
        if notice is not None:
            entry.add("description", notice.why)
        entry.add("transp", "TRANSPARENT")
        file.add_component(entry)
    return bytes(file.to_ical())
