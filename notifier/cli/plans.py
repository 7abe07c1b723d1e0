"""What ``notifier plan`` shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notifier.cli import words
from notifier.errors import NotifierError

if TYPE_CHECKING:
    from notifier.config import PolicyConfig
    from notifier.ledger.plans import StoredPlan
    from notifier.model.people import UnmailedKind
    from notifier.model.plan import Plan
    from notifier.pipeline.pipeline import Pipeline


def show(pipeline: Pipeline, policy: PolicyConfig, stored: StoredPlan) -> None:
    """The plan as a calendar, with the reason for each line."""
    from notifier.planning.words import PROPOSED, readers_words

    plan = stored.plan
    words.heading(f"Plan {stored.id} for {policy.title} ({stored.state.replace('_', ' ')})")
    words.fact("effective date", words.takes_effect(plan))
    if plan.proposed:
        words.fact("", PROPOSED)
    words.fact("begins first", words.instant(plan.effective_at))
    words.fact("told before", f"{words.instant(plan.deadline_at)}: {plan.strictest}")
    until = plan.joiners_until
    joiners = f", and who joins before {words.instant(until)}" if until else ""
    words.fact("people", words.people(plan.people) + joiners)
    if plan.refusal:
        click.echo()
        click.echo(f"  {click.style('REFUSED', fg='red', bold=True)}  {plan.refusal}")
        if plan.earliest_honest_date and not plan.proposed:
            words.fact("earliest honest", plan.earliest_honest_date.isoformat())
    draw(plan)
    words.heading("Duties")
    for duty in plan.duties:
        by = ", ".join(channel.replace("_", " ") for channel in duty.channels)
        words.fact(
            duty.kind.replace("_", " "),
            f"before {words.instant(duty.before)}{f', by {by}' if by else ''}: {duty.because}",
        )
    if plan.notices:
        words.heading("Notices")
    for notice in plan.notices:
        words.fact(notice.label, f"{words.instant(notice.due_at)} to {readers_words(notice)}")
        words.fact("", f"named {notice.key}")
        words.fact("", notice.why)
    _show_unmailed(policy, plan, unmailed_kinds(pipeline, stored))
    if plan.findings:
        words.heading("Findings")
        words.findings(plan.findings)
    _say_next(policy, stored)


def _say_next(policy: PolicyConfig, stored: StoredPlan) -> None:
    """What legal can do now."""
    plan = stored.plan
    if stored.state == "approved":
        click.echo(f"\nIt is approved. What has become of it: notifier status {policy.key}")
    elif not plan.refusal:
        if silence := tells_nobody(plan):
            click.echo(f"\n{silence} The findings say why.")
        click.echo(
            f"\nNothing has been sent. Next: notifier preview {policy.key}, "
            f'then notifier approve {policy.key} --by "Your Name"'
        )
    elif not plan.questions:
        click.echo(
            "\nNothing can be sent. Next: move the date in the text, or, to tell people although "
            'it is too late,\nnotifier ruling add send_late yes --by "Your Name" --why "…"'
        )


def tells_nobody(plan: Plan) -> str:
    """A sentence for legal where a plan has nothing for those on the list; else empty."""
    if not plan.notices:
        return "This plan has no notices: nobody is told of the change."
    if all(notice.addressees.joiners for notice in plan.notices):
        return "This plan tells nobody on the list of the change, only people who join."
    return ""


def _show_unmailed(policy: PolicyConfig, plan: Plan, kinds: Sequence[UnmailedKind]) -> None:
    """Who cannot be mailed, how they are told instead, and where all of them are listed."""
    from notifier.planning.words import instead_of_mail

    if not kinds:
        return
    words.heading("Who cannot be mailed, and how they are told")
    for kind in kinds:
        told = instead_of_mail(plan, in_product=kind.in_product)
        words.fact(told, f"{words.people(kind.people)}: {kind.why}")
        words.fact("", kind.called)
    if any(kind.people > len(kind.first) for kind in kinds):
        words.fact("", f"All of them: notifier plan {policy.key} --unmailed")


def unmailed_kinds(pipeline: Pipeline, stored: StoredPlan) -> tuple[UnmailedKind, ...]:
    """Who of a plan cannot be mailed, and why; read from the ledger."""
    from notifier.ledger import unmailed

    with pipeline.ledger.begin() as tx:
        return unmailed.unmailed_kinds(tx, stored)


def list_unmailed(pipeline: Pipeline, stored: StoredPlan) -> None:
    """Everybody of a plan who cannot be mailed, one a line: key, name, why, how they are told."""
    from notifier.ledger import unmailed
    from notifier.planning.words import instead_of_mail

    with pipeline.ledger.begin() as tx:
        for one in unmailed.unmailed(tx, stored):
            told = instead_of_mail(stored.plan, in_product=one.in_product)
            click.echo(words.printable(f"{one.key}\t{one.name}\t{one.why}\t{told}"))


def draw(plan: Plan) -> None:
    """The time line: deadline, notices with their forecast, effective instant."""
    from notifier.planning import timeline
    from notifier.rendering.timeline import drawn

    words.heading("Time line")
    for line in drawn(plan, timeline(plan), width=words.width()):
        click.echo(line)


def explain(stored: StoredPlan, key: str) -> None:
    """One notice: why it is there, for whom, when, and what its readers know once they have it.

    Raises:
        NotifierError: the plan has no such notice.
    """
    from notifier.planning.words import readers_words

    notice = stored.plan.notice(key)
    if notice is None:
        names = ", ".join(each.key for each in stored.plan.notices) or "none"
        raise NotifierError(f'There is no notice "{key}".', remedy=f"the plan has: {names}")
    words.heading(f"{notice.key} ({notice.kind}, {notice.channel.replace('_', '-')})")
    words.fact("why", notice.why)
    words.fact("goes out", words.instant(notice.due_at))
    words.fact("ends about", words.instant(notice.finish_at))
    words.fact("late from", words.instant(notice.before))
    for span in notice.windows[:3]:
        words.fact("hours", f"{words.instant(span.opens_at)} to {words.instant(span.closes_at)}")
    whom = notice.addressees
    words.fact(
        "to", readers_words(notice) + (f", {whom.standing}" if whom.standing != "anyone" else "")
    )
    for label, places in (("zones", whom.zones), ("segments", whom.segments)):
        if places:
            words.fact(label, ", ".join(place or "none given" for place in places))
    if whom.told and whom.told.effective_date:
        words.fact("who were told", whom.told.effective_date.isoformat())
    if notice.wording:
        words.fact("wording", ", ".join(word.replace("_", " ") for word in notice.wording))


def show_json(stored: StoredPlan) -> None:
    """The plan with its identity, for programs."""
    from notifier.ledger.codec import canonical

    whole = {
        "id": stored.id,
        "state": stored.state,
        "digest": stored.digest,
        "plan": json.loads(canonical(stored.plan)),
    }
    click.echo(json.dumps(whole, indent=2, ensure_ascii=False))


def write_page(pipeline: Pipeline, policy: PolicyConfig, stored: StoredPlan, path: Path) -> None:
    """The plan as a page of its own."""
    from notifier.planning import timeline
    from notifier.rendering.timeline import page

    points = timeline(stored.plan)
    shown = page(
        stored.plan,
        points,
        unmailed_kinds(pipeline, stored),
        templates=pipeline.templates,
        title=policy.title,
    )
    _write(path, shown.encode())


def write_calendar(policy: PolicyConfig, stored: StoredPlan, path: Path) -> None:
    """The plan as a calendar file."""
    from notifier.planning import timeline
    from notifier.rendering.timeline import calendar

    _write(
        path,
        calendar(
            stored.plan,
            timeline(stored.plan),
            title=policy.title,
            identity=f"{policy.key}-{stored.change_id}",
            made_at=stored.made_at,
        ),
    )


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise NotifierError(
            f"The plan is recorded, but {path} cannot be written: {error.strerror}.",
            remedy="name a folder that exists and that you may write to",
        ) from error
