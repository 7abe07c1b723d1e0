"""The account we send from, as boto3 knows it, and the one request made in its name."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from notifier.channels.addresses import wire_form
from notifier.channels.transport import Envelope
from notifier.errors import DeliveryError

_PATH = "/v2/email/outbound-emails"
_REMEDY = "set the region and credentials as boto3 finds them: environment, profile or role"


@dataclass(frozen=True, slots=True)
class Request:
    """A signed request, ready to be written."""

    headers: dict[str, str]
    body: bytes


class Account:
    """Signs SendEmail with credentials that boto3 keeps fresh.

    Attributes:
        endpoint: URL boto3 resolved for SES.
        ca_bundle: PEM file boto3 was told to trust (``AWS_CA_BUNDLE``), or None.
    """

    def __init__(self, region: str, configuration_set: str) -> None:
        session = botocore.session.Session()
        try:
            client = boto3.Session(region_name=region or None, botocore_session=session).client(
                "sesv2", config=Config(retries={"total_max_attempts": 1})
            )
            credentials = session.get_credentials()
        except (BotoCoreError, ValueError) as error:
            raise DeliveryError(f"SES cannot be used: {error}", remedy=_REMEDY) from error
        if credentials is None:
            raise DeliveryError("SES cannot be used: boto3 finds no credentials", remedy=_REMEDY)
        self.endpoint: str = client.meta.endpoint_url
        self.ca_bundle: str | None = session.get_config_variable("ca_bundle")
        self.path = urlsplit(self.endpoint).path.rstrip("/") + _PATH
        self._host = urlsplit(self.endpoint).netloc
        self._url = self.endpoint.rstrip("/") + _PATH
        self._region: str = client.meta.region_name
        self._service: str = client.meta.service_model.signing_name
        self._credentials = credentials
        self._configuration_set = configuration_set

    def send_email(self, envelope: Envelope) -> Request:
        """Write and sign the request that hands an envelope over.

        Raises:
            ValueError: an address SES cannot take; the text repeats no part of it.
            BotoCoreError: the credentials cannot be refreshed now.
        """
        body = json.dumps(self.parameters(envelope)).encode("ascii")
        headers = {"Host": self._host, "Content-Type": "application/json"}
        request = AWSRequest("POST", self._url, headers=headers, data=body)
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, self._service, self._region).add_auth(request)
        return Request(dict(request.headers.items()), body)

    def parameters(self, envelope: Envelope) -> dict[str, Any]:
        """Return the parameters of SendEmail; the tag leads events back to the attempt."""
        parameters: dict[str, Any] = {
            "FeedbackForwardingEmailAddress": envelope.sender,
            "Destination": {"ToAddresses": [_ascii(envelope.recipient)]},
            "Content": {"Raw": {"Data": base64.b64encode(envelope.content).decode("ascii")}},
            "EmailTags": [{"Name": "attempt", "Value": str(envelope.attempt)}],
        }
        if self._configuration_set:
            parameters["ConfigurationSetName"] = self._configuration_set
        return parameters


def _ascii(address: str) -> str:
    written = wire_form(address)
    if not written.isascii():
        raise ValueError("SES takes no local part outside ASCII")
    return written.decode("ascii")
