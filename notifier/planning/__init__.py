"""Change + promise of the version in force + rulings + calendar + now → plan. Pure, no clock.

::

    make_plan      a change into a plan, or a refusal with the earliest honest date
    revise         the same after some were told: corrections to exactly those, the rest anew
    pause, withdraw    tell those who were told that it stops
    reforecast     while sending: does what remains still keep the promise?
    check_flip     at the effective instant: does the page keep it?
    timeline       a plan as points, to be drawn
    load_curve     what would be handed over on each day
    known_floors   minimum notice periods set by law
    unreadable     why a ruling decides nothing
    weakened       does the new version promise less?
"""

from notifier.planning.flip import check_flip, duties_done
from notifier.planning.floors import known_floors
from notifier.planning.load import load_curve
from notifier.planning.making import make_plan
from notifier.planning.reforecast import reforecast
from notifier.planning.revision import revise
from notifier.planning.rulings import unreadable
from notifier.planning.stopping import pause, withdraw
from notifier.planning.timeline import timeline
from notifier.planning.weakening import weakened

__all__ = [
    "check_flip",
    "duties_done",
    "known_floors",
    "load_curve",
    "make_plan",
    "pause",
    "reforecast",
    "revise",
    "timeline",
    "unreadable",
    "weakened",
    "withdraw",
]
