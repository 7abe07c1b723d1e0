"""The HTTP server: a Starlette application on uvicorn, beside the daemon in one process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from notifier.errors import LedgerError, NotifierError
from notifier.pipeline.pipeline import Pipeline
from notifier.web.notices import Notices

_GRACE_SECONDS = 5
_PERSON = "/notices/{in_app_id:path}"
"""An id may hold a slash; whether one was written as ``%2F`` the server does not learn."""


def build(pipeline: Pipeline, *, health: Callable[[], dict[str, Any]]) -> Starlette:
    """The application.

    ========================================  ====================================================
    ``GET /health``                            200 while every verb ends well, else 503
    ``GET /notices/{in_app_id}``               what this person has to be shown, newest first
    ``POST /notices/{in_app_id}/{id}/shown``   it was on their screen
    ``POST /notices/{in_app_id}/{id}/acknowledged``   they confirmed it
    ========================================  ====================================================
    """
    notices = Notices(pipeline)

    def health_now(_: Request) -> JSONResponse:
        state = health()
        return JSONResponse(state, status_code=503 if state["trouble"] else 200)

    def unavailable(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, status_code=503, headers={"Retry-After": "5"})

    return Starlette(
        routes=[
            Route("/health", health_now),
            Route(f"{_PERSON}/{{delivery}}/{{mark}}", notices.mark, methods=["POST"]),
            Route(_PERSON, notices.feed),
        ],
        exception_handlers={LedgerError: unavailable},
    )


def listen(host: str, port: int) -> socket.socket:
    """Take the place where to serve.

    Raises:
        NotifierError: it cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise NotifierError(
            f"Nobody can be served on {host}, port {port}: {error.strerror}.",
            remedy="end what listens there, or name another host or port under [web]",
        ) from error


def serve(
    pipeline: Pipeline,
    place: socket.socket,
    *,
    health: Callable[[], dict[str, Any]],
    stop: threading.Event,
) -> None:
    """Serve until ``stop`` is set; open requests get a few seconds to end.

    Who calls it sets ``stop`` on SIGINT and SIGTERM: uvicorn ends by them as well, and then raises
    them once more for the handlers that were there before it.
    """
    config = uvicorn.Config(
        build(pipeline, health=health),
        timeout_graceful_shutdown=_GRACE_SECONDS,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end, args=(server, stop), daemon=True).start()
    server.run(sockets=[place])


def _end(server: uvicorn.Server, stop: threading.Event) -> None:
    stop.wait()
    server.should_exit = True
