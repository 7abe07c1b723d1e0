"""Whether what would leave now is what was approved; asked before a notice begins (G3).

What goes over the wire is made of the approved bytes, the sender and the address for bounces in
the manifest, the recipient as frozen, and the attempt's number and time. Nothing else is asked of
the configuration then; where it says something else by now, or does not know the policy any more,
a person has to decide.
"""

from __future__ import annotations

from notifier.config import Config
from notifier.ledger import Tx, changes, deliveries, plans
from notifier.ledger.codec import canonical, sha256
from notifier.ledger.plans import StoredNotice, StoredPlan
from notifier.planning.words import people_words


def what_differs(tx: Tx, config: Config, stored: StoredPlan, notice: StoredNotice) -> str:
    """Why a notice of an approved plan may not go out as things are, or empty."""
    approved, email = stored.manifest, config.email
    policy = changes.load_change(tx, stored.change_id).policy
    if policy not in {configured.key for configured in config.policy}:
        return f"its policy, {policy}, is not in the configuration any more; put it back and resume"
    if email.sender != approved.sender:
        return _changed("sender", approved.sender, email.sender)
    if (email.bounces_to or "") != approved.bounces_to:
        return _changed("bounces_to", approved.bounces_to, email.bounces_to or "")
    planned = stored.plan.notices[notice.position]
    as_planned = (planned.kind, planned.channel, planned.due_at, planned.before)
    written = {
        f"{notice.position}/{locale}": sha256(content)
        for locale, content in plans.messages_of(tx, notice.id).items()
    }
    intact = (
        approved.digest == stored.digest
        and sha256(canonical(stored.plan)) == approved.plan
        and (notice.kind, notice.channel, notice.due_at, notice.before) == as_planned
        and written.items() <= approved.messages.items()
    )
    if not intact:
        return "the ledger does not hold what was approved; run `notifier verify`"
    lacking = deliveries.without_message(tx, notice.id)
    return _not_approved_in(*lacking) if lacking else ""


def _not_approved_in(locale: str, people: int) -> str:
    whom = f"{people_words(people)} {'is' if people == 1 else 'are'}"
    return (
        f"{whom} to be told in “{locale or 'no language'}”, in which no message was approved; "
        "plan and approve again"
    )


def _changed(key: str, was: str, now: str) -> str:
    return (
        f'[email] {key} was "{was}" when the plan was approved and is "{now}" now; '
        "put it back and resume, or plan and approve again"
    )
