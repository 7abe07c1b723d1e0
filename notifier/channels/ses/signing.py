"""Signatures that botocore would make, at a tenth of the price.

Once a second botocore itself signs a sample. From that come the headers, the canonical form and
the scope, which are the same for every request of that second; only the body's digest and the
signature over it are put in anew. The sample's own signature is checked: should botocore ever sign
in another way, nothing is sent.
"""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

_GOOD_FOR_SECONDS = 1.0
_SAMPLE = b"{}"


class UnknownSignature(Exception):
    """This botocore signs in a way that is not known here."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What all signatures of one second have in common.

    Attributes:
        head: request line and headers, up to where the signature goes.
        canonical: the canonical request, up to where the body's digest goes.
        to_sign: the string to sign, up to where the canonical request's digest goes.
    """

    head: bytes
    canonical: bytes
    to_sign: bytes
    key: bytes

    def sign(self, body: bytes) -> str:
        canonical = self.canonical + sha256(body).hexdigest().encode("ascii")
        to_sign = self.to_sign + sha256(canonical).hexdigest().encode("ascii")
        return hmac.digest(self.key, to_sign, "sha256").hex()


class Signer:
    """Signs POST requests with a JSON body to one address, with credentials kept fresh."""

    def __init__(self, credentials: Any, *, service: str, region: str, url: str, host: str) -> None:
        """Take botocore's credentials, refreshable or not, and the names it signs for."""
        self._credentials = credentials
        self._service = service
        self._region = region
        self._url = url
        self._host = host
        self._form: _Form | None = None
        self._good_until = 0.0

    def whole(self, body: bytes) -> bytes:
        """The request as it goes over the wire.

        Raises:
            UnknownSignature: see there.
            BotoCoreError: the credentials cannot be refreshed now.
            RuntimeError: they were refreshed and are still out of date.
        """
        now = time.monotonic()
        if self._form is None or now >= self._good_until:
            self._form = self._fresh_form()
            self._good_until = now + _GOOD_FOR_SECONDS
        form = self._form
        signature = form.sign(body)
        return b"%s%s\r\nContent-Length: %d\r\n\r\n%s" % (
            form.head,
            signature.encode("ascii"),
            len(body),
            body,
        )

    def _fresh_form(self) -> _Form:
        credentials = self._credentials.get_frozen_credentials()
        auth = SigV4Auth(credentials, self._service, self._region)
        headers = {"Host": self._host, "Content-Type": "application/json"}
        request = AWSRequest("POST", self._url, headers=headers, data=_SAMPLE)
        auth.add_auth(request)
        authorization = str(request.headers["Authorization"])
        del request.headers["Authorization"]
        canonical = auth.canonical_request(request)
        to_sign = auth.string_to_sign(request, canonical)
        before, equals, signature = authorization.rpartition("Signature=")
        form = _Form(
            head=_head(request, before + equals),
            canonical=_up_to_last_line(canonical),
            to_sign=_up_to_last_line(to_sign),
            key=_key(str(credentials.secret_key), to_sign),
        )
        if form.sign(_SAMPLE) != signature:
            raise UnknownSignature("botocore signs in a way this release does not know")
        return form


def _head(request: AWSRequest, authorization: str) -> bytes:
    path = request.url.partition("://")[2].partition("/")[2]
    lines = [f"POST /{path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, f"Authorization: {authorization}"]).encode("latin-1")


def _up_to_last_line(text: str) -> bytes:
    before, newline, _ = text.rpartition("\n")
    return (before + newline).encode()


def _key(secret: str, to_sign: str) -> bytes:
    """Signature Version 4's key for the scope in a string to sign: day, region, service."""
    _, _, scope, _ = to_sign.split("\n")
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
