"""The notices of one person, for the product's own server to ask for and to report on."""

from __future__ import annotations

import hmac
import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from notifier.delivery import EventKind
from notifier.ledger import feed
from notifier.pipeline.pipeline import Pipeline
from notifier.rendering import in_words_of

_MARKS = {"shown": EventKind.SHOWN, "acknowledged": EventKind.ACKNOWLEDGED}
_IS_ID = re.compile(r"[0-9]{1,18}")
"""No longer than the ledger can hold."""


class Notices:
    """Two endpoints: what to show, and that it was shown.

    The caller is the product's server, which knows who is logged in; it proves itself with the
    token of ``[web]``. One person's notices are never in another's answer (guarantee G7).
    """

    def __init__(self, pipeline: Pipeline) -> None:
        """Nothing is read before a request comes."""
        self._pipeline = pipeline

    def feed(self, request: Request) -> Response:
        """Notices not yet acknowledged, newest first, in the person's language."""
        if not self._allowed(request):
            return _refused()
        now = self._pipeline.clock()
        with self._pipeline.ledger.begin() as tx:
            items = feed.feed(tx, request.path_params["in_app_id"])
        notices = [
            {
                "id": item.delivery,
                "state": item.state,
                "changed_at": item.changed_at.isoformat(),
                **in_words_of(item.content, now),
            }
            for item in items
        ]
        return JSONResponse({"notices": notices}, headers={"Cache-Control": "no-store"})

    def mark(self, request: Request) -> Response:
        """Record that a notice was shown or acknowledged; repeating it changes nothing."""
        if not self._allowed(request):
            return _refused()
        seen = _MARKS.get(request.path_params["mark"])
        if seen is None:
            return JSONResponse({"error": "say shown or acknowledged"}, status_code=404)
        delivery = request.path_params["delivery"]
        now = self._pipeline.clock()
        with self._pipeline.ledger.begin() as tx:
            known = _IS_ID.fullmatch(delivery) and feed.mark(
                tx, request.path_params["in_app_id"], int(delivery), seen, now
            )
        if not known:
            return JSONResponse({"error": "no such notice for this person"}, status_code=404)
        return JSONResponse({"state": seen})

    def _allowed(self, request: Request) -> bool:
        token = self._pipeline.config.web.token
        if token is None:
            return True
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        bears = scheme.lower() == "bearer"
        return bears and hmac.compare_digest(given.encode(), token.get_secret_value().encode())


def _refused() -> Response:
    return JSONResponse(
        {"error": "send the token of [web] as Authorization: Bearer ..."},
        status_code=401,
        headers={"WWW-Authenticate": "Bearer"},
    )
