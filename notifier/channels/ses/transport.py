"""How SES is reached: what an operator sets beyond what boto3 finds by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from notifier.channels.ses.account import Account
from notifier.channels.ses.session import SesSession
from notifier.channels.ses.timeouts import Timeouts
from notifier.channels.transport import Session


@dataclass(frozen=True, slots=True)
class Ses:
    """Amazon SES in one region.

    Credentials, endpoint (``AWS_ENDPOINT_URL_SESV2``) and certificates (``AWS_CA_BUNDLE``) are
    found by boto3, and so is the proxy (``HTTPS_PROXY``, ``NO_PROXY``).

    Attributes:
        region: empty where boto3 is to find it.
        in_flight: calls under way at once; each has its own connection.
        configuration_set: the set whose event destination reports deliveries and bounces.
    """

    region: str
    in_flight: int
    configuration_set: str = ""
    timeouts: Timeouts = field(default_factory=Timeouts)
    name: str = "ses"

    def open(self) -> Session:
        """Start a session.

        Raises:
            DeliveryError: boto3 finds no region or no credentials, or SES cannot be reached in
                the way the environment says.
        """
        account = Account(self.region, self.configuration_set)
        return SesSession(account, account.reach(self.timeouts), in_flight=self.in_flight)

    def most_a_second(self) -> float | None:
        """The account's sending rate; None where we may not ask for it or get no answer.

        Raises:
            DeliveryError: boto3 finds no region or no credentials.
        """
        return Account(self.region, self.configuration_set).most_a_second()

    def prove(self, message_ids: Mapping[int, str]) -> dict[int, bool]:
        """Nothing at once: SES tells by events, which are evidence when they come."""
        del message_ids
        return {}
