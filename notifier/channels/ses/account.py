"""The account we send from, as boto3 knows it, and the one request made in its name."""

from __future__ import annotations

import json
from binascii import b2a_base64
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import ProxyConfiguration, get_cert_path
from botocore.utils import get_environ_proxies

from notifier.channels.addresses import wire_form
from notifier.channels.ses.reach import Reach, reach
from notifier.channels.ses.signing import Signer
from notifier.channels.ses.timeouts import Timeouts
from notifier.channels.transport import Envelope
from notifier.errors import DeliveryError

_PATH = "/v2/email/outbound-emails"
_REMEDY = "set the region and credentials as boto3 finds them: environment, profile or role"


_ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10)
"""For the questions asked by boto3's client; mail does not go through it."""


class BadReturnPath(ValueError):
    """The sender of an envelope is no address SES can take; repeats no part of it."""


class Account:
    """Writes and signs SendEmail with credentials that boto3 keeps fresh.

    Attributes:
        endpoint: URL boto3 resolved for SES.
    """

    def __init__(self, region: str, configuration_set: str) -> None:
        session = botocore.session.Session()
        try:
            client = boto3.Session(region_name=region or None, botocore_session=session).client(
                "sesv2", config=_ONCE
            )
            credentials = session.get_credentials()
        except (BotoCoreError, ValueError) as error:
            raise DeliveryError(f"SES cannot be used: {error}", remedy=_REMEDY) from error
        if credentials is None:
            raise DeliveryError("SES cannot be used: boto3 finds no credentials", remedy=_REMEDY)
        self._client = client
        self.endpoint: str = client.meta.endpoint_url
        self._trusted: str = session.get_config_variable("ca_bundle") or get_cert_path(True)
        self._signer = Signer(
            credentials,
            service=client.meta.service_model.signing_name,
            region=client.meta.region_name,
            url=self.endpoint.rstrip("/") + _PATH,
            host=urlsplit(self.endpoint).netloc,
        )
        self._end = b"}"
        if configuration_set:
            self._end = b', "ConfigurationSetName": %s}' % json.dumps(configuration_set).encode()

    def reach(self, timeouts: Timeouts) -> Reach:
        """How connections are made: directly, or by the proxy the environment names.

        Raises:
            DeliveryError: the certificates cannot be read, or the proxy is of a kind not spoken.
        """
        proxies = ProxyConfiguration(get_environ_proxies(self.endpoint))
        proxy = proxies.proxy_url_for(self.endpoint)
        headers: dict[str, Any] = proxies.proxy_headers_for(proxy) if proxy else {}
        return reach(self.endpoint, self._trusted, timeouts, proxy=proxy, proxy_headers=headers)

    def most_a_second(self) -> float | None:
        """The account's sending rate (GetAccount); None where there is no answer."""
        try:
            return float(self._client.get_account()["SendQuota"]["MaxSendRate"])
        except (BotoCoreError, ClientError, KeyError):
            return None

    def send_email(self, envelope: Envelope) -> bytes:
        """Write and sign the request that hands an envelope over.

        The tag leads events back to the attempt.

        Raises:
            BadReturnPath: see there.
            ValueError: a recipient SES cannot take; the text repeats no part of it.
            UnknownSignature, BotoCoreError, RuntimeError: see :meth:`Signer.whole`.
        """
        return self._signer.whole(self.body(envelope))

    def body(self, envelope: Envelope) -> bytes:
        """The parameters of SendEmail as boto3 would write them.

        None of the values holds a character that JSON would have to escape: the addresses are in
        their narrow form for the wire.
        """
        try:
            sender = _ascii(envelope.sender)
        except ValueError as error:
            raise BadReturnPath(str(error)) from error
        return (
            b'{"FeedbackForwardingEmailAddress": "%s", "Destination": {"ToAddresses": ["%s"]}, '
            b'"Content": {"Raw": {"Data": "%s"}}, '
            b'"EmailTags": [{"Name": "attempt", "Value": "%d"}]%s'
        ) % (
            sender,
            _ascii(envelope.recipient),
            b2a_base64(envelope.content, newline=False),
            envelope.attempt,
            self._end,
        )


def _ascii(address: str) -> bytes:
    written = wire_form(address)
    if not written.isascii():
        raise ValueError("SES takes no local part outside ASCII")
    return written
