"""An attempt as an envelope: the approved bytes filled in, under names that lead back to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache

from notifier.channels.addresses import header_form
from notifier.channels.transport import Envelope
from notifier.ledger.codec import sha256
from notifier.ledger.deliveries import Claim
from notifier.ledger.plans import Manifest
from notifier.rendering import Addressee, Mail

_MESSAGE_NAME = re.compile(r"<[0-9a-f]{24}\.([1-9][0-9]{0,17})")


class Envelopes:
    """Fills in the approved mail of one notice for one recipient after another.

    Attributes:
        digests: SHA-256 of the approved bytes by locale.
    """

    def __init__(self, contents: Mapping[str, bytes], approved: Manifest) -> None:
        """Take the approved bytes by locale, and whom they were approved to come from."""
        self.digests = {locale: sha256(content) for locale, content in contents.items()}
        self._mails = {locale: Mail(content) for locale, content in contents.items()}
        self._domain = sender_domain(approved)
        self._sender = parseaddr(approved.sender)[1]
        self._bounces = parseaddr(approved.bounces_to)[1].rpartition("@")

    def fill(self, claim: Claim, at: datetime) -> Envelope:
        """The envelope of one attempt.

        Raises:
            RenderingError: a recipient's field cannot be put into a mail.
        """
        mail = self._mails[claim.locale]
        return Envelope(
            attempt=claim.attempt,
            sender=self._return_path(claim.attempt),
            recipient=claim.address,
            content=mail.fill(
                Addressee(
                    header_form(claim.address), claim.name, message_id(claim, self._domain), at
                )
            ),
            clean=mail.clean,
        )

    def _return_path(self, attempt: int) -> str:
        """The envelope sender of one attempt: ``bounces+123@example.com`` (VERP).

        Only where a mailbox for bounces is configured; else the sender's own address.
        """
        local, _, domain = self._bounces
        if not local:
            return self._sender
        return f"{local}+{attempt}@{domain}"


def message_id(claim: Claim, domain: str) -> str:
    """The same for every copy of a delivery, and for no other mail of any ledger."""
    return f"<{message_name(claim.plan_digest, claim.delivery)}@{domain}>"


def sender_domain(approved: Manifest) -> str:
    """The domain of the sender that was approved; every Message-ID ends in it."""
    return _domain(approved.sender)


@lru_cache(maxsize=64)
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def message_name(plan_digest: str, delivery: int) -> str:
    """What stands before the domain of a message id.

    Whoever quotes it has seen that mail: it cannot be made without the plan's digest, which no
    mail carries.
    """
    return f"{sha256(f'{plan_digest} {delivery}')[:24]}.{delivery}"


def delivery_named(message_id: str) -> int | None:
    """The delivery that a message id in our form claims to be of, ours or forged."""
    found = _MESSAGE_NAME.fullmatch(message_id.partition("@")[0])
    return int(found[1]) if found else None
