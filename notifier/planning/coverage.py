"""Who can be told at all: everybody is covered by a notice, or listed as an exception."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from notifier.model.plan import Channel, Group
from notifier.model.reading import Finding, Severity
from notifier.planning.courses import Course
from notifier.planning.instants import zone_named
from notifier.planning.words import people_words


def is_covered(course: Course, group: Group) -> bool:
    """Whether every rule that protects these people can be kept for them."""
    return all(rule.covers(group) for rule in course.owed)


def unreachable(courses: Sequence[Course]) -> int:
    """How many people some rule protects, and no notice can tell as it asks."""
    return sum(
        group.count
        for course in courses
        for group in course.groups
        if not is_covered(course, group)
    )


def coverage_findings(courses: Sequence[Course]) -> tuple[Finding, ...]:
    """Who is not covered, who is covered in the product only, whose zone is not known."""
    nobody = partly = product_only = lost = 0
    lacking: Counter[Channel] = Counter()
    for course in courses:
        for group in course.groups:
            reached = {channel for rule in course.owed for channel in rule.reached_by(group)}
            covered = is_covered(course, group)
            nobody += 0 if reached or covered else group.count
            if reached and not covered:
                partly += group.count
                lacking.update(dict.fromkeys(_owed(course) - reached, group.count))
            product_only += group.count if covered and reached == {Channel.IN_APP} else 0
            lost += group.count if group.zone and not zone_named(group.zone) else 0
    found = (
        (
            nobody,
            "plan.unreachable",
            Severity.WARNING,
            "can be reached by none of the promised channels.",
            "they stay exceptions until somebody tells them another way and signs for it",
        ),
        (
            partly,
            "plan.partly_reachable",
            Severity.WARNING,
            f"can be reached, but not by every channel that is owed to them{_by_channel(lacking)}.",
            "they are told where possible, and stay exceptions until somebody signs for them",
        ),
        (
            product_only,
            "plan.product_only",
            Severity.NOTE,
            "can be told in the product only; they count as told when it has been shown to them.",
            "",
        ),
        (
            lost,
            "plan.zone_of_people",
            Severity.NOTE,
            "named a time zone that is not known; the policy's is used for them.",
            "",
        ),
    )
    findings = [
        Finding(code, severity, f"{people_words(count)} {words}", remedy=remedy)
        for count, code, severity, words, remedy in found
        if count
    ]
    if not any(course.groups for course in courses):
        findings.append(
            Finding(
                "plan.nobody",
                Severity.WARNING,
                "The audience is empty: nobody would be told.",
                remedy="check where the audience is read from",
            )
        )
    return tuple(findings)


def _owed(course: Course) -> frozenset[Channel]:
    return frozenset(channel for rule in course.owed for channel in rule.named)


def _by_channel(lacking: Mapping[Channel, int]) -> str:
    """``: 2 not by email, 1 not in the product``."""
    names = {Channel.EMAIL: "by email", Channel.IN_APP: "in the product"}
    said = [f"{lacking[channel]:,} not {names[channel]}" for channel in Channel if lacking[channel]]
    return f": {', '.join(said)}" if said else ""
