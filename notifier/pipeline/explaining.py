"""What a folder of proof says in words, to somebody who has never heard of notifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from notifier.ledger.approvals import Approval
from notifier.ledger.plans import StoredPlan
from notifier.ledger.standing import PlanStanding
from notifier.model.plan import Plan

MEANINGS = """\
What the words mean

pending       nothing had been sent yet.
sending       the mail was being handed over.
accepted      the person's mail server, or the mail service, took the mail over.
delivered     the mail service reported that it arrived.
bounced       the mail came back, so it told nobody.
complained    the person, who had the mail, marked it as unwanted.
failed        the mail server refused the mail.
unknown       the connection broke after the mail was sent and before it was confirmed.
unresolved    that happened twice; the mail may have arrived, and is not counted.
offered       the notice stands in the product; the person has not been seen to look at it.
shown         the notice was on the person's screen.
acknowledged  the person confirmed the notice.
skipped       there was no way to reach the person like this; the reason says why.
cancelled     not sent, because the plan had ended.
withdrawn     taken out of the product before the person had seen it.
void          an approval or plan that no longer counts; what it had sent still told people.

A person counts as told if a mail was accepted, delivered or complained of, or if a notice in the
product was shown or acknowledged; in time if that was before the instant that stands beside it.
Where the promise asks for several ways together, only who was told by each of them counts.
"""

_FILES = """\
What is in this folder

people.csv      one line for each person and attempt to send a mail, and for each notice without an
                attempt. Nobody is left out: who was sent nothing has a line that says so.
                before: until when somebody had to be told. told_at: by when they were. late: told
                later than that, and not only reminded. reason: why somebody was not told.
                answer, provider_id: what the mail system said. content_sha256: which file in
                messages/ was sent. message_id: the mail's own Message-ID. joined: 0 for who was
                on the list at first, else the number of the later addition. recipient: the
                person's number on the list. Some cells begin with ' so that no spreadsheet takes
                them for a formula.
messages/       the approved messages. .eml opens in a mail program, .json is a notice in the
                product. NOTIFIERslot... stands where the person's own address, name, message id
                and date went in; `notifier evidence --person` writes somebody's very mails.
pages/          the pages that the messages link to, as they were approved, if there are any.
text-v*         the policy's texts, byte for byte as they were fetched.
summary.json    the change, every plan with its duties and approvals, and the numbers above.
audience-*.txt  the list of people as it was when it was frozen, before the first mail.
hand-overs.txt  what was recorded at each hand-over, before and after it, in lines of JSON.
journal.jsonl   who did what and when. Each entry holds the hash of the one before.
SHA256SUMS      the SHA-256 of every file here.
"""

_CHECKING = """\
How to check it without its makers

1. `sha256sum -c SHA256SUMS` says whether any file differs from what was exported.
2. Each line of journal.jsonl has a hash. It is the SHA-256 of these, joined by the character
   U+001F: the hash of the line before in the same chain (64 zeros for the first), at, who, verb,
   subject, facts. So no line can be changed, added or taken out without changing every hash
   after it.
3. The SHA-256 of each audience-*.txt stands as people_sha256 in the facts of an entry "freeze" or
   "join".
4. A line of hand-overs.txt is the number of a worker, that of an entry, and a text, with tabs
   between. The text's SHA-256 stands as rows in the facts of that entry of the chain of that
   worker. In it are what was begun (attempt, delivery, notice, recipient, copy, SHA-256 of the
   message, instant) and how it ended (attempt, outcome, instant, provider's id, answer). When a
   worker has ended, the facts of an entry of the chain "main" keep the end of its chain.
5. people.csv says the same of persons as the lists, and of attempts as hand-overs.txt.

`notifier verify FOLDER` does all five, and needs nothing but this folder. What came back later
(delivered_at, bounced_at, complained_at, shown_at, acknowledged_at, feedback) is vouched for by
step 1 alone; `notifier verify` compares it with the journal where the ledger itself is.

Who controls the ledger could write a whole journal anew. They cannot if the last hash, above, was
deposited with somebody else at the time, such as a notary or the other side's counsel.
"""


def readme(
    title: str,
    plan: Plan,
    among: Sequence[tuple[StoredPlan, Sequence[Approval]]],
    account: PlanStanding,
    effect: str,
    closed: Mapping[str, str],
    ending: Sequence[str],
) -> str:
    """README.txt of an export: the account in short, what the files are, how to check them.

    Args:
        title: whose change of what it was.
        plan: the one whose account it gives.
        among: the plans of the change with their approvals, the current one last.
        effect: when the change takes effect, or that it does not.
        closed: who signed the end of the plan, when and why; empty while nobody has.
        ending: by whom it was exported, and how the ledger stood.
    """
    by_email, by_product = f"{account.by_email:,}", f"{account.by_product:,}"
    lines = [
        title,
        "",
        f"Takes effect  {effect}",
        f"To be told    before {written(plan.deadline_at)}",
        *(line for stored, approvals in among for line in _approved(stored, approvals)),
        *([f"Closed        by {closed['who']}, {closed['at']}: {closed['why']}"] if closed else []),
        "",
        *_not_owed(plan),
        f"People        {account.people:>11,}{' had been told of it' * plan.stops}",
        f"  in time     {account.told:>11,} told: {by_email} by email, {by_product} in the product",
        f"  late        {account.late:>11,} told, but only later",
        f"  waiting     {account.waiting:>11,} not told yet, with a notice under way or to come",
        f"  not told    {account.untold:>11,} the reasons are in people.csv",
        f"Joined later  {account.joined.people:>11,}",
        "",
        *ending,
    ]
    return "\n\n".join(["\n".join(lines), _FILES.strip(), MEANINGS.strip(), _CHECKING])


_NOT_OWED = ("plan.no_promise", "plan.not_material", "plan.no_message")


def _not_owed(plan: Plan) -> list[str]:
    """Why nobody had to be told."""
    if plan.tells_people:
        return []
    why = (finding.message for finding in plan.findings if finding.code in _NOT_OWED)
    return [f"Nobody had to be told. {' '.join(why)}", ""]


def _approved(stored: StoredPlan, approvals: Sequence[Approval]) -> list[str]:
    signed = [
        f"Plan {stored.id:<8} approved by {one.by.who}, {written(one.by.at)}"
        + (f"; void since {written(one.void_at)}: {one.void_because}" if one.void_at else "")
        for one in approvals
    ]
    return signed or [f"Plan {stored.id:<8} not approved"]


def ending(who: str, at: datetime, head: str, *, intact: bool) -> list[str]:
    """By whom proof was made, and how the ledger stood at that moment."""
    found = "as it was written" if intact else "NOT as it was written; see `notifier verify`"
    return [
        f"Made by {who}, {written(at)}. Every record was compared with the journal then: {found}.",
        f"The journal's last hash was {head}.",
    ]


def written(at: datetime | None) -> str:
    """An instant to the second, in UTC; empty for None."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else ""
