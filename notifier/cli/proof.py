"""status, evidence, verify: who was told, and how it is proven."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notifier.cli import words
from notifier.cli.options import (
    by_option,
    chosen,
    config_option,
    opened,
    plan_option,
    policy_argument,
    progress_shown,
)
from notifier.cli.plans import tells_nobody
from notifier.errors import LedgerError
from notifier.model.people import called

if TYPE_CHECKING:
    from datetime import datetime

    from notifier.ledger.plans import StoredPlan
    from notifier.ledger.standing import NoticeStanding, PlanStanding
    from notifier.model.plan import Plan, PlannedNotice
    from notifier.model.reading import Finding
    from notifier.pipeline.reporting import PolicyStatus


@click.command()
@policy_argument
@config_option
def status(policy_key: str | None, config_path: Path) -> None:
    """How many were told, by which channel, how many are left, how long until the deadline.

    \b
    Examples:
      notifier status
      notifier status privacy
    """
    from notifier.pipeline.reporting import status as run
    from notifier.pipeline.trouble import unconfigured

    with opened(config_path) as pipeline:
        policies = [chosen(pipeline, policy_key)] if policy_key else pipeline.config.policy
        for policy in policies:
            show_status(run(pipeline, policy))
        for gone in unconfigured(pipeline):
            _show_wrong(gone)


def show_status(now: PolicyStatus) -> None:
    """One policy's standing."""
    words.heading(f"{now.policy.title} ({now.policy.key})")
    if now.in_force is None:
        words.fact("", f"never checked; run `notifier check {now.policy.key}`")
        return
    words.fact("in force", f"v{now.in_force.number}")
    if now.shown is not None and now.shown.number != now.in_force.number:
        words.fact("on the page", f"v{now.shown.number}")
    if now.upcoming is not None:
        words.fact("upcoming", f"v{now.upcoming.number}")
    _show_trouble(now)
    if now.stopped:
        words.fact("change", f"{now.stopped} by legal; `notifier resume` takes it up again")
    if now.plan is None or now.standing is None:
        words.fact("plan", "none")
        if now.misinformed:
            words.fact(
                "",
                f"{words.people(now.misinformed)} told an earlier text or date; a new plan sets "
                f"them right: notifier plan {now.policy.key}",
            )
        return
    _show_plan(now, now.plan, now.standing)


def _show_trouble(now: PolicyStatus) -> None:
    """What a person has to settle; a hold is told with the plan it holds."""
    for wrong in now.trouble:
        if now.hold is None or wrong.code != "plan.held":
            _show_wrong(wrong)


def _show_wrong(wrong: Finding) -> None:
    words.fact("trouble", wrong.message)
    if wrong.remedy:
        words.fact("", f"→ {wrong.remedy}")


def _show_plan(now: PolicyStatus, stored: StoredPlan, account: PlanStanding) -> None:
    plan = stored.plan
    words.fact("plan", f"{stored.id}, {stored.state.replace('_', ' ')}")
    if now.approval is not None:
        words.fact("approved", f"by {now.approval.who}, {words.instant(now.approval.at)}")
    if now.hold is not None:
        held = click.style("HELD", fg="red", bold=True)
        words.fact("", f"{held} by {now.hold.who}, {words.instant(now.hold.at)}: {now.hold.why}")
    if not now.stopped and stored.state != "void":
        _show_dates(plan, now.at)
    for kind, at in sorted(now.duties_done.items()):
        words.fact(kind.replace("_", " "), f"done, seen {words.instant(at)}")
    if stored.state == "void":
        words.fact(
            "told by it", f"{account.told + account.late:,} of {words.people(account.people)}"
        )
        words.fact("", "nothing more of it goes out")
        return
    if silence := tells_nobody(plan):
        words.fact("", silence)
    _show_people(account)
    if plan.notices:
        words.heading("Notices")
    for notice in account.notices:
        _show_notice(plan.notices[notice.position], notice)
    _show_put_off(now)


def _show_put_off(now: PolicyStatus) -> None:
    if now.put_off:
        words.heading("Mail put off, to be tried again: the first of it")
    for mail in now.put_off:
        again = words.instant(mail.due_at) if mail.due_at > now.at else "at the next round"
        words.fact("", f"{called(mail.name, mail.key)}, {again}: {mail.why}")


def _show_people(account: PlanStanding) -> None:
    words.heading("People")
    words.fact("all", f"{account.people:,}")
    words.fact(
        "told in time",
        f"{account.told:,}  (by email {account.by_email:,}, in the product {account.by_product:,})",
    )
    words.fact("told late", f"{account.late:,}")
    unseen = f"  ({account.offered:,} with a notice in the product, not seen)"
    words.fact("still to be told", f"{account.waiting:,}{unseen if account.offered else ''}")
    words.fact("exceptions", f"{account.untold:,}")
    if account.joined.people:
        joined = account.joined
        words.fact(
            "told on joining",
            f"{joined.told:,} of {joined.people:,} who joined since  "
            f"(still to be told {joined.waiting:,}, exceptions {joined.untold:,})",
        )


def _show_notice(planned: PlannedNotice, notice: NoticeStanding) -> None:
    joins = planned.addressees.joiners
    when = "to who joins" if joins else words.instant(notice.due_at)
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(notice.states.items()))
    none = "nobody yet" if joins else "not begun"
    withheld = (
        ", left out: too late to remind" if planned.kind == "reminder" else ", held: too late"
    )
    words.fact(planned.label, f"{when}: {states or none}" + withheld * notice.withheld)


def _show_dates(plan: Plan, now: datetime) -> None:
    words.fact("takes effect", words.takes_effect(plan))
    left = plan.deadline_at - now
    words.fact(
        "deadline",
        f"{words.instant(plan.deadline_at)}, "
        + (f"in {words.span(left)}" if left.total_seconds() > 0 else f"{words.span(left)} ago"),
    )


@click.command()
@policy_argument
@config_option
@by_option
@plan_option
@click.option("--person", help="One person only: their key, address, or id in the product.")
@click.option(
    "-o",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("evidence"),
    show_default=True,
    help="A new folder to write to.",
)
def evidence(
    policy_key: str | None,
    config_path: Path,
    who: str,
    plan: int | None,
    person: str | None,
    folder: Path,
) -> None:
    """Export the proof: who was told which bytes, when, with what result, under whose approval.

    All plans of one change are in it, void ones as well: of the policy's latest change, or of the
    one that --plan names. With --person it is that person's certificate, with every mail byte for
    byte as it was handed over.

    \b
    Examples:
      notifier evidence -o evidence-2027-03
      notifier evidence privacy --person ana@example.org -o ana
      notifier evidence privacy --plan 3 -o evidence-of-the-change-before
    """
    from notifier.pipeline.certificate import certificate
    from notifier.pipeline.evidence import evidence as run

    with opened(config_path) as pipeline, progress_shown() as progress:
        policy = chosen(pipeline, policy_key)
        if person:
            certificate(pipeline, policy, folder, person=person, who=who, plan=plan)
        else:
            run(pipeline, policy, folder, who=who, progress=progress, plan=plan)
        click.echo(f"Evidence for {policy.key}:")
        for path in sorted(folder.iterdir()):
            click.echo(f"  {path}")


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@config_option
def verify(folder: Path | None, config_path: Path) -> None:
    """Recompute every hash of the ledger; says what was changed after it was written.

    With a FOLDER of `notifier evidence` it looks at that export alone, without any ledger.

    \b
    Examples:
      notifier verify
      notifier verify evidence-2027-03
    """
    from notifier.pipeline.reporting import verify as run
    from notifier.pipeline.retold import last_hash, verify_folder

    if folder is not None:
        _refuse_changed(verify_folder(folder), f"{folder}")
        click.echo("Every file, message and journal entry is as it was exported.")
        if head := last_hash(folder):
            click.echo(f"Compare the journal's last hash with the one kept elsewhere: {head}")
        return
    with opened(config_path) as pipeline, progress_shown() as progress:
        wrong = run(pipeline, progress)
    _refuse_changed(wrong, "The ledger")
    click.echo("Every entry, and every record it tells of, is as it was written.")


def _refuse_changed(wrong: list[str], what: str) -> None:
    if wrong:
        raise LedgerError(
            f"{what} was changed after it was written:\n" + "\n".join(f"  - {w}" for w in wrong),
            remedy="keep a copy of it as it is and find out who could write to it",
        )
