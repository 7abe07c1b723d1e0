"""Change + promise of the version in force + rulings + calendar + now → plan. Pure, no clock."""

from notifier.planning.making import make_plan

__all__ = ["make_plan"]
