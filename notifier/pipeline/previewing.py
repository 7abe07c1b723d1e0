"""preview: the very messages of a plan as files, for legal to read before they approve."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from notifier.config import PolicyConfig
from notifier.ledger import audiences, expansion, plans
from notifier.model.people import Recipient
from notifier.model.plan import Channel
from notifier.pipeline.approving import current_plan
from notifier.pipeline.folders import make
from notifier.pipeline.pages import publish
from notifier.pipeline.pipeline import Pipeline
from notifier.rendering import Addressee, Mail, html_part

_PREVIEWED = re.compile(r"[0-9]+-[a-z]+-(email|in-app)-[\w-]+\.(eml|html|json)")
_SOMEBODY = Recipient("", "you@example.com")
"""For whom a notice is previewed that nobody is known for yet."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Where one message of a plan was written, and whom it stands for."""

    path: Path
    position: int
    locale: str
    people: int


def preview(pipeline: Pipeline, policy: PolicyConfig, folder: Path) -> list[Preview]:
    """Write exactly the messages that would go out: one per notice and language it is read in.

    A mail is written as .eml, filled in for the first recipient it is for, and as .html; a notice
    in the product as .json, and the pages they link to stand in a folder of their own. What an
    earlier preview wrote there is gone.

    Raises:
        ApprovalError: there is no plan.
    """
    make(folder)
    for path in folder.iterdir():
        if _PREVIEWED.fullmatch(path.name):
            path.unlink()
    written, now = [], pipeline.clock()
    with pipeline.ledger.begin() as tx:
        stored = current_plan(tx, policy)
        publish(folder / "pages", plans.pages_of(tx, stored))
        for notice in plans.notices_of(tx, stored.id):
            planned = stored.plan.notices[notice.position]
            joiners = planned.addressees.joiners
            readers = {} if joiners else expansion.readers(tx, stored, notice, now)
            for locale, content in plans.messages_of(tx, notice.id).items():
                reached = readers.get(locale)
                if reached is None and not joiners:
                    continue
                people = reached.people if reached else 0
                sample = audiences.person(tx, reached.first) if reached else _SOMEBODY
                name = f"{notice.position + 1}-{planned.label.replace(' ', '-')}-{locale or 'any'}"
                if notice.channel is Channel.EMAIL:
                    filled = Mail(content).fill(
                        Addressee(
                            sample.address, sample.name, "<preview@notifier.invalid>", notice.due_at
                        )
                    )
                    path = folder / f"{name}.eml"
                    path.write_bytes(filled)
                    (folder / f"{name}.html").write_text(html_part(filled), encoding="utf-8")
                else:
                    path = folder / f"{name}.json"
                    path.write_bytes(content)
                written.append(Preview(path, notice.position, locale, people))
    return written
