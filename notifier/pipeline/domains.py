"""Domains that take only so many mails a second, however fast the rest may go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from notifier.config import EmailConfig
from notifier.ledger import Tx, domains
from notifier.ledger.deliveries import Claim
from notifier.ledger.domains import domain_of
from notifier.pipeline.pacing import Pace, flowing_clock
from notifier.pipeline.pipeline import Pipeline


class DomainPaces:
    """This process's part of what each limited domain takes, all processes together."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Take the limits of the configuration; the time flows as it does for the whole."""
        clock, name = flowing_clock(pipeline.clock), pipeline.transport.name
        self._paces = {
            domain: Pace(pipeline.ledger, f"{name} {domain}", rate, clock)
            for domain, rate in pipeline.config.email.domain_rates.items()
        }

    def room(self) -> dict[str, int]:
        """How many mails may go to each limited domain now."""
        return {domain: pace.allowance() for domain, pace in self._paces.items()}

    def spend(self, opened: Iterable[Claim]) -> None:
        """Note which went."""
        if not self._paces:
            return
        for domain, mails in Counter(domain_of(claim.address) for claim in opened).items():
            if domain in self._paces:
                self._paces[domain].spend(mails)

    def seconds_until_next(self) -> float:
        """How long until one more may go to one of the domains that are full."""
        return min((pace.seconds_until_next() for pace in self._paces.values()), default=0.0)


def steady_rate(tx: Tx, email: EmailConfig, audience_id: int) -> float:
    """The rate at which an audience can be mailed with no domain getting more than it takes."""
    if not email.domain_rates:
        return email.rate
    return _bearable(email, *domains.people_at(tx, audience_id, email.domain_rates))


def rate_left(tx: Tx, email: EmailConfig, audience_id: int, plan_id: int) -> float:
    """The same for what is still to go: mostly the slow domains, towards the end."""
    if not email.domain_rates:
        return email.rate
    left = _bearable(email, *domains.mails_left(tx, plan_id, email.domain_rates))
    return min(left, steady_rate(tx, email, audience_id))


def _bearable(email: EmailConfig, mails: int, to_each: Mapping[str, int]) -> float:
    limits = email.domain_rates.items()
    return min([email.rate, *(rate * mails / to_each[at] for at, rate in limits if to_each[at])])
