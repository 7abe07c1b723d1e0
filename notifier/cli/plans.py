"""What ``notifier plan`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from notifier.cli import words

if TYPE_CHECKING:
    from notifier.config import PolicyConfig
    from notifier.ledger.plans import StoredPlan
    from notifier.pipeline.pipeline import Pipeline


def show(pipeline: Pipeline, policy: PolicyConfig, stored: StoredPlan) -> None:
    """The plan as a calendar, with the reason for each line."""
    plan = stored.plan
    words.heading(f"Plan {stored.id} for {policy.title} ({stored.state.replace('_', ' ')})")
    words.fact("effective date", plan.effective_date.isoformat())
    words.fact("begins first", words.instant(plan.effective_at))
    words.fact("told before", f"{words.instant(plan.deadline_at)}: {plan.strictest}")
    words.fact("people", words.people(plan.people))
    report = pipeline_audience(pipeline, stored)
    for problem, count in report.items():
        words.fact("", f"{words.people(count)} without mail: {problem}")
    if plan.refusal:
        click.echo()
        click.echo(f"  {click.style('REFUSED', fg='red', bold=True)}  {plan.refusal}")
        if plan.earliest_honest_date:
            words.fact("earliest honest", plan.earliest_honest_date.isoformat())
    words.heading("Duties")
    for duty in plan.duties:
        by = ", ".join(channel.replace("_", " ") for channel in duty.channels)
        words.fact(
            duty.kind.replace("_", " "),
            f"before {words.instant(duty.before)}{f', by {by}' if by else ''}: {duty.because}",
        )
    words.heading("Notices")
    for notice in plan.notices:
        name = f"{notice.kind} {notice.channel.replace('_', '-')}"
        words.fact(name, f"{words.instant(notice.due_at)} to {words.people(notice.count)}")
        words.fact("", notice.why)
    if plan.findings:
        words.heading("Findings")
        words.findings(plan.findings)
    if not plan.refusal:
        click.echo(
            f"\nNothing has been sent. Next: notifier preview {policy.key}, "
            f'then notifier approve {policy.key} --by "Your Name"'
        )


def pipeline_audience(pipeline: Pipeline, stored: StoredPlan) -> dict[str, int]:
    """Why people of the frozen audience cannot be mailed, with their number."""
    from notifier.ledger import audiences

    with pipeline.ledger.begin() as tx:
        return audiences.report_of(tx, stored.audience_id).problems
